"""The sentences of the form engine itself; a package brings only the words of its own fields."""

from __future__ import annotations

from kiosk_app.services.model import Text

FROM_CARD = Text("来自身份证", "From your ID card")
FROM_PLATFORM = Text("来自政务数据", "From government records")
CHOSEN = Text("已替您选好，可以改", "Chosen for you, may be changed")
YES = Text("是", "Yes")
NO = Text("否", "No")
SET_UP = Text("已设好", "Set")
ADDED = Text("加了 {n} 个", "{n} added")
CONFIRM = Text("我确认，作为签名", "I confirm this as my signature")
DRAWN = Text("手写签名", "Signed by hand")
CONFIRMED = Text("已确认，作为签名", "Confirmed as signature")

SENTENCES: dict[str, Text] = {
    "digits-missing": Text("{field}还差 {count} 位。", "The {field} needs {count} more {digits}."),
    "digits-too-many": Text("{field}多了 {count} 位。", "The {field} has {count} {digits} too many."),
    "digits-only": Text("{field}只能是数字。", "The {field} can only contain digits."),
    "starts-with-1": Text("{field}应该是 1 开头，请再看一遍。", "The {field} should start with 1. Please check it."),
    "id-check": Text(
        "{field}有一位不对，请照着证件再看一遍。", "One character of the {field} is wrong. Please compare it."
    ),
    "too-short": Text("{field}还差 {count} 个字。", "The {field} needs {count} more {letters}."),
    "too-long": Text("{field}多了 {count} 个字。", "The {field} has {count} {letters} too many."),
    "no-words": Text("{field}里要写字。", "The {field} needs some words."),
    "house-number": Text("{field}还差门牌号。", "The {field} still needs the house number."),
    "no-such-day": Text("没有这一天，请重新选。", "There is no such day. Please choose again."),
    "no-such-month": Text("没有这个月份，请重新选。", "There is no such month. Please choose again."),
    "no-such-year": Text("没有这一年，请重新选。", "There is no such year. Please choose again."),
    "out-of-range": Text("{field}要在{first}到{last}之间。", "The {field} must be between {first} and {last}."),
    "closed-day": Text("这一天不办公，请换一天。", "The office is closed on that day. Please choose another."),
    "before": Text("{field}不能早于{other}。", "The {field} cannot be before the {other}."),
    "city-missing": Text("省份选好了，请再选城市。", "Now choose a city in this province."),
    "choose-more": Text("{field}还要再选 {count} 项。", "Please choose {count} more for the {field}."),
    "choose-fewer": Text("{field}多选了 {count} 项，请取消。", "The {field} has {count} too many. Please untick."),
    "entries-missing": Text("{field}还要再加 {count} 个。", "Please add {count} more: {field}."),
    "code-letters": Text(
        "{field}只有数字和大写字母，没有 I、O、S、V、Z。请照着证件再看一遍。",
        "The {field} has digits and capital letters, but no I, O, S, V or Z. Please compare it.",
    ),
    "plate-province": Text(
        "{field}要从省份的字开始，比如京。", "The {field} must begin with the character of a province."
    ),
    "plate-letter": Text(
        "{field}的第二位要是字母，没有 I 和 O。请再看一遍。",
        "The second character of the {field} is a letter, never I or O. Please check it.",
    ),
    "plate-characters": Text(
        "{field}只有字母和数字，没有 I 和 O。请再看一遍。",
        "The {field} has letters and digits, never I or O. Please check it.",
    ),
    "pin-weak": Text(
        "{field}容易被人猜到，请换一个。不要用重复的、连着的数字，也不要用生日和证件号里的数字。",
        "The {field} is easy to guess. Please choose another: "
        "no repeated digits, none in a row, not your birthday, nothing from your ID number.",
    ),
    "pin-differs": Text("两次输入的不一样，请再输一遍。", "The two entries differ. Please enter it again."),
    "signature-again": Text("内容改过了，请您再签一次。", "Your answers have changed. Please sign again."),
    "signature-short": Text("签名太短了，请再写一遍。", "The signature is too short. Please write it again."),
    "signature-own": Text(
        "签名要您本人来。请先把机器交还给本人。", "You sign yourself. First have the machine handed back."
    ),
    "form": Text(
        "这份表还有一处不对，请再核对一遍。", "Something in this form is not right yet. Please check it once more."
    ),
}

REASON = Text(
    "按现有信息，还差：{missing}。{later}", "From what we know, one thing is still missing: {missing}. {later}"
)
TOO_YOUNG = Text("年满{need}岁（您{age}岁）", "being {need} years old (you are {age})")
TOO_OLD = Text("不超过{need}岁（您{age}岁）", "being at most {need} years old (you are {age})")
REMIND = Text("到时我们可提醒您。", "We can remind you when the time comes.")
ASK = Text("有疑问可以打 66007070。", "If in doubt, call 66007070.")

PERSON_LABELS: dict[str, Text] = {
    "name": Text("姓名", "Name"),
    "id_number": Text("身份证号", "ID number"),
    "sex": Text("性别", "Sex"),
    "birth": Text("出生日期", "Date of birth"),
    "address": Text("证件住址", "Address on the card"),
}


def sentence(key: str, lang: str, **slots: object) -> str:
    """Return a sentence of this table; English counts get the right plural."""
    count = slots.get("count")
    slots.setdefault("digits", "digit" if count == 1 else "digits")
    slots.setdefault("letters", "character" if count == 1 else "characters")
    text = SENTENCES[key].of(lang).format(**slots)
    return text[:1].upper() + text[1:] if lang == "en" else text
