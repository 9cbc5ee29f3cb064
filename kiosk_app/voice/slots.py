"""Slots of a sentence as they are spoken: digits, money, dates, times, counts. Typed, never guessed from free text.

Chinese: a 1 that is read digit by digit is 幺, two of something is 两, X of an ID number is 艾克斯. Groups are parted
by a comma, which every engine reads as a short pause: 3-4-4 in a phone number, fours in an ID number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

_ZH = "零一二三四五六七八九"
_ZH_READ = "零幺二三四五六七八九"
_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_ZH_WEEK = "一二三四五六日"
_EN_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
COUNTED = frozenset("个件份位张条次项台天年岁元人页名户家种步处块遍")
"""Words before which a lone 2 is 两 and nothing else (not 月, 分, 号: February, two minutes past, number two)."""
_MEASURES = frozenset("个件份位张条次项台天年月岁元人页名户家种步处块遍分")


def digits(text: str, lang: str = "zh", groups: Sequence[int] | int = 4) -> str:
    """Read characters one by one. `groups` are the lengths of the groups, the last one repeating; others are skipped.

    `digits("66007070")` is 六六零零，七零七零; Latin letters stay letters.
    """
    characters = [c for c in text if c.isascii() and c.isalnum()]
    lengths = [groups] if isinstance(groups, int) else list(groups)
    out: list[list[str]] = []
    at = 0
    while at < len(characters):
        length = lengths[min(len(out), len(lengths) - 1)]
        out.append([_character(c, lang) for c in characters[at : at + length]])
        at += length
    if lang == "en":
        return ", ".join(" ".join(group) for group in out)
    return "，".join(_join_zh(group) for group in out)


def phone(number: str, lang: str = "zh") -> str:
    """A mobile number in groups of 3-4-4, a service number of up to six digits (12345) in one, others in fours."""
    bare = "".join(c for c in number if c.isdigit())
    return digits(bare, lang, (3, 4, 4) if len(bare) == 11 else 6 if len(bare) <= 6 else 4)


def id_number(number: str, lang: str = "zh") -> str:
    """An ID number in groups of four; the last character may be X."""
    return digits(number, lang, 4)


def code(text: str, lang: str = "zh") -> str:
    """A number with parts of its own, such as XC-2026-1122-000123: part by part, long parts in threes."""
    parts = [p for p in _parts(text) if p]
    spoken = (digits(p, lang, 4 if len(p) <= 4 else 3) for p in parts)
    return (", " if lang == "en" else "，").join(spoken)


def queue_number(text: str, lang: str = "zh") -> str:
    """A012 is A，零一二: the letter apart, every digit read."""
    head = "".join(c for c in text if c.isascii() and c.isalpha())
    tail = "".join(c for c in text if c.isdigit())
    return (", " if lang == "en" else "，").join(p for p in (digits(head, lang), digits(tail, lang)) if p)


def cardinal(n: int, lang: str = "zh") -> str:
    """A whole number as a quantity, 0 to 99,999,999 and below zero.

    Raises:
        ValueError: it is larger than can be said simply.
    """
    if abs(n) >= 10**8:
        raise ValueError("too large to be spoken")
    if n < 0:
        return f"minus {cardinal(-n, lang)}" if lang == "en" else f"负{cardinal(-n, lang)}"
    return _en_cardinal(n) if lang == "en" else _zh_cardinal(n)


def ordinal(n: int, lang: str = "zh") -> str:
    """第二, second."""
    if lang != "en":
        return f"第{cardinal(n)}"
    head, sep, last = _split_last(cardinal(n, lang))
    if last in _EN_ORDINALS:
        return head + sep + _EN_ORDINALS[last]
    return head + sep + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def count(n: int, measure: str, lang: str = "zh") -> str:
    """So many of something: 两份, 十二项; `measure` is the word after the number (in English already in its form)."""
    if lang == "en":
        return f"{cardinal(n, lang)} {measure}"
    if measure[:1] in _MEASURES or not measure:
        return f"{_liang(n)}{measure}"
    return f"{cardinal(n)}{measure}"


def money(amount: Decimal, lang: str = "zh") -> str:
    """Yuan, jiao and fen: 一百二十三元四角五分; 两元; 零元."""
    cents = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    sign = "" if cents >= 0 else ("minus " if lang == "en" else "负")
    yuan, rest = divmod(abs(cents), 100)
    if lang == "en":
        fen = f" and {cardinal(rest, lang)} fen" if rest else ""
        return f"{sign}{cardinal(yuan, lang)} yuan{fen}"
    jiao, fen_n = divmod(rest, 10)
    out = f"{_liang(yuan)}元" if yuan or not rest else ""
    if jiao:
        out += f"{cardinal(jiao)}角"
    elif fen_n and yuan:
        out += "零"
    return sign + out + (f"{cardinal(fen_n)}分" if fen_n else "")


def day(when: date, lang: str = "zh", *, weekday: bool = False, year: bool = True) -> str:
    """二零二六年十一月二十二日，星期日; Sunday, November twenty-second, twenty twenty-six."""
    if lang == "en":
        out = f"{_EN_MONTHS[when.month - 1]} {ordinal(when.day, lang)}"
        out = f"{_EN_WEEK[when.weekday()]}, {out}" if weekday else out
        return f"{out}, {_en_year(when.year)}" if year else out
    out = f"{cardinal(when.month)}月{cardinal(when.day)}日"
    out = f"{_zh_year(when.year)}年{out}" if year else out
    return f"{out}，星期{_ZH_WEEK[when.weekday()]}" if weekday else out


def month(year: int, number: int, lang: str = "zh") -> str:
    """二零二六年十一月; November twenty twenty-six."""
    if lang == "en":
        return f"{_EN_MONTHS[number - 1]} {_en_year(year)}"
    return f"{_zh_year(year)}年{cardinal(number)}月"


def year(number: int, lang: str = "zh") -> str:
    """二零二六 (年 follows where it stands); twenty twenty-six."""
    return _en_year(number) if lang == "en" else _zh_year(number)


def clock(when: time, lang: str = "zh") -> str:
    """上午九点, 下午三点零五分, 中午十二点; three oh five p.m."""
    hour = (when.hour - 1) % 12 + 1
    if lang == "en":
        minutes = "" if not when.minute else f" oh {cardinal(when.minute, lang)}"
        minutes = f" {cardinal(when.minute, lang)}" if when.minute >= 10 else minutes
        return f"{cardinal(hour, lang)}{minutes} {'a.m.' if when.hour < 12 else 'p.m.'}"
    names = ((0, "凌晨"), (6, "上午"), (12, "中午"), (13, "下午"), (18, "晚上"))
    part = next(name for start, name in reversed(names) if when.hour >= start)
    shown = hour if when.hour else 0
    minutes = f"{'零' if when.minute < 10 else ''}{cardinal(when.minute)}分" if when.minute else ""
    return f"{part}{_liang(shown)}点{minutes}"


def percent(n: int, lang: str = "zh") -> str:
    """百分之二十五; twenty-five percent."""
    return f"{cardinal(n, lang)} percent" if lang == "en" else f"百分之{cardinal(n)}"


def _character(c: str, lang: str) -> str:
    if c.isdigit():
        return _EN[int(c)] if lang == "en" else _ZH_READ[int(c)]
    if lang != "en" and c.upper() == "X":
        return "艾克斯"
    return c.upper()


def _join_zh(group: Iterable[str]) -> str:
    out = ""
    for word in group:
        # Letters side by side would be read as an English word.
        out += (" " if out and out[-1].isascii() and word.isascii() else "") + word
    return out


def _parts(text: str) -> list[str]:
    parts = [""]
    for c in text:
        if not (c.isascii() and c.isalnum()):
            parts.append("")
        elif parts[-1] and parts[-1][-1].isdigit() != c.isdigit() and len(text) > 12:
            parts.append(c)
        else:
            parts[-1] += c
    return parts


def _liang(n: int) -> str:
    """两 instead of 二 where something is counted: 2, 200, 2,000, 20,000."""
    if n == 2:
        return "两"
    out = cardinal(n)
    for unit in "百千万":
        out = out.replace(f"二{unit}", f"两{unit}") if unit != "万" else _liang_wan(out)
    return out


def _liang_wan(out: str) -> str:
    return f"两万{out[2:]}" if out.startswith("二万") else out


def _zh_cardinal(n: int) -> str:
    if n >= 10000:
        high, low = divmod(n, 10000)
        rest = "" if not low else ("零" if low < 1000 else "") + _zh_below(low)
        return f"{_zh_cardinal(high)}万{rest}"
    out = _zh_below(n)
    return out[1:] if out.startswith("一十") else out


def _zh_below(n: int) -> str:
    if n == 0:
        return "零"
    out, gap = "", False
    for unit, value in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, n = divmod(n, value)
        if digit:
            out += ("零" if gap and out else "") + _ZH[digit] + unit
            gap = False
        else:
            gap = True
    return out


def _zh_year(year: int) -> str:
    return "".join(_ZH[int(c)] for c in str(year))


def _en_cardinal(n: int) -> str:
    if n < 10:
        return _EN[n]
    if n < 20:
        return _EN_TEENS[n - 10]
    if n < 100:
        tens, one = divmod(n, 10)
        return _EN_TENS[tens] + (f"-{_EN[one]}" if one else "")
    for value, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= value:
            high, low = divmod(n, value)
            joint = " and " if value == 100 or 0 < low < 100 else " "
            return f"{_en_cardinal(high)} {name}" + (f"{joint}{_en_cardinal(low)}" if low else "")
    raise AssertionError


def _en_year(year: int) -> str:
    high, low = divmod(year, 100)
    if high % 10 == 0 and low < 10:
        return cardinal(year, "en")
    return f"{_en_cardinal(high)} " + (
        "hundred" if not low else f"oh {_en_cardinal(low)}" if low < 10 else _en_cardinal(low)
    )


def _split_last(words: str) -> tuple[str, str, str]:
    at = max(words.rfind(" "), words.rfind("-"))
    return (words[:at], words[at], words[at + 1 :]) if at >= 0 else ("", "", words)
