"""Words of the screen made fit for the ear: numbers with a form of their own, masks, ornaments, one sentence a clip.

Only forms that cannot be mistaken are rewritten (an ISO date, a time of day, a masked number, five or more digits in a
row, a number that counts something); everything else stays as the screen says it. Screens that know better say so in
`Node.spoken`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time

from kiosk_app.voice import slots

LONGEST = {"zh": 35, "en": 90}
"""Characters of one prompt (requirements C.5: at most 35 in Chinese; English needs about 2.5 letters for one)."""

_TAIL = r"(?![0-9A-Za-z])"
_HEAD = r"(?<![0-9A-Za-z])"
_STAR = r"[*＊•●]"
_BREAKS = {"zh": re.compile(r"(?<=[。！？；!?;…])|\n+"), "en": re.compile(r"(?<=[.!?;])\s+|\n+")}
_SOFT_BREAKS = {"zh": re.compile(r"(?<=[，、：,:])"), "en": re.compile(r"(?<=[,:])\s+")}
_ORNAMENTS = re.compile(r"[·|→←↑↓▲▼●○◆✓✔✕×\u200b\ufeff]+")
_BETWEEN_HANZI = re.compile(r"(?<=[\u3007\u4e00-\u9fff]) +(?=[\u3007\u4e00-\u9fff])")
_QUOTES = re.compile(r"[“”‘’「」『』《》〈〉【】\[\]\"]")


def _iso_day(m: re.Match[str], lang: str) -> str:
    try:
        return slots.day(date(int(m[1]), int(m[2]), int(m[3])), lang)
    except ValueError:
        return slots.code(m[0], lang)


def _iso_month(m: re.Match[str], lang: str) -> str:
    return slots.month(int(m[1]), int(m[2]), lang) if 1 <= int(m[2]) <= 12 else slots.code(m[0], lang)


def _clock(m: re.Match[str], lang: str) -> str:
    return slots.clock(time(int(m[1]), int(m[2])), lang)


def _masked(m: re.Match[str], lang: str) -> str:
    hidden = "hidden" if lang == "en" else "中间不念"
    parts = [slots.digits(m[1], lang, 4), hidden, slots.digits(m[2], lang, 4)]
    return (", " if lang == "en" else "，").join(p for p in parts if p)


def _run(m: re.Match[str], lang: str) -> str:
    return slots.phone(m[0], lang) if m[0].isdigit() else slots.id_number(m[0], lang)


EMERGENCY = frozenset({"110", "119", "120", "122"})
"""Numbers that everybody reads digit by digit, short as they are."""


def _few(m: re.Match[str], lang: str) -> str:
    """Up to four digits: a year, an emergency number, or a quantity."""
    before, number, after = m.string[: m.start()].rstrip(), m[0], m.string[m.end() :].lstrip()[:1]
    if number in EMERGENCY or (number.startswith("0") and len(number) > 1):
        return slots.digits(number, lang)
    n = int(number)
    if lang == "en":
        return slots.year(n, lang) if 1900 <= n < 2100 else slots.cardinal(n, lang)
    if len(number) == 4 and after == "年":
        return slots.year(n, lang)
    counted = n == 2 and after in slots.COUNTED and not before.endswith(("第", "月", "年"))
    return "两" if counted else slots.cardinal(n)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], str]], ...] = (
    (re.compile(_HEAD + r"([A-Z]{2}(?:-[0-9A-Z]{2,8}){2,4})" + _TAIL), lambda m, lang: slots.code(m[0], lang)),
    (re.compile(_HEAD + r"([0-9A-Z]{4}-[0-9A-Z]{4})" + _TAIL), lambda m, lang: slots.code(m[0], lang)),
    (re.compile(_HEAD + r"(\d{4})-(\d{2})-(\d{2})" + _TAIL), _iso_day),
    (re.compile(_HEAD + r"(\d{4})-(\d{2})" + _TAIL), _iso_month),
    (re.compile(_HEAD + r"([01]?\d|2[0-3])[:：]([0-5]\d)" + _TAIL), _clock),
    (re.compile(r"(\d*)" + _STAR + r"{2,}(\d*[Xx]?)"), _masked),
    (re.compile(_HEAD + r"(\d{1,3})\s?[%％]"), lambda m, lang: slots.percent(int(m[1]), lang)),
    (re.compile(_HEAD + r"\d{17}[\dXx]" + _TAIL), lambda m, lang: slots.id_number(m[0], lang)),
    (re.compile(_HEAD + r"\d{5,}" + _TAIL), _run),
    (re.compile(_HEAD + r"\d(?: \d)+" + _TAIL), lambda m, lang: slots.digits(m[0], lang, len(m[0]))),
    (re.compile(r"(?<![0-9A-Za-z.,:-])\d{1,4}(?![0-9A-Za-z]|[.,:-]\d)"), _few),
    (re.compile(r"(?<=\w)" + _STAR + r"(?=\w?)"), lambda _m, lang: " " if lang == "en" else "某"),
)


def speakable(text: str, lang: str = "zh") -> str:
    """Return words as they are to be spoken."""
    for form, say in _FORMS:
        text = form.sub(lambda m, say=say: say(m, lang), text)  # type: ignore[misc]
    text = _BETWEEN_HANZI.sub("", _QUOTES.sub("", text)) if lang != "en" else _QUOTES.sub("", text)
    text = _ORNAMENTS.sub(", " if lang == "en" else "，", text)
    return re.sub(r"\s+", " ", text).strip(" ，,、")


def sentences(text: str, lang: str = "zh") -> tuple[str, ...]:
    """Cut words into sentences, and sentences that are too long at their commas. One sentence is one clip."""
    out: list[str] = []
    for sentence in _BREAKS.get(lang, _BREAKS["zh"]).split(text):
        if not re.search(r"\w", sentence):
            continue
        if len(sentence) <= LONGEST.get(lang, 35):
            out.append(sentence.strip())
            continue
        part, space = "", " " if lang == "en" else ""
        for piece in _SOFT_BREAKS.get(lang, _SOFT_BREAKS["zh"]).split(sentence):
            longer = f"{part}{space}{piece}" if part else piece
            if part and len(longer) > LONGEST.get(lang, 35):
                out.append(part.strip())
                longer = piece
            part = longer
        if part.strip():
            out.append(part.strip())
    return tuple(out)


def lint(text: str, lang: str = "zh") -> tuple[str, ...]:
    """Return what is wrong with a prompt: a sentence too long even at its commas, words no ear understands."""
    found = [
        f"{len(s)} characters in one breath: {s}"
        for s in sentences(speakable(text, lang), lang)
        if len(s) > LONGEST.get(lang, 35)
    ]
    found += [f"cannot be spoken: {m}" for m in re.findall(r"[{}<>_#\\]+|https?://\S+", text)]
    return tuple(found)
