"""Everything that the terminal says in words of its own, clip by clip: what the voice bakery bakes and lint looks for.

A sentence with slots comes as the parts around them, and the slots' own words (numbers, dates, money, times) as parts
too: the player puts them together. `python -m kiosk_app.voice.script` writes the list for the bakery.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, time
from itertools import chain
from pathlib import Path
from typing import Any

from contracts.clips import REFERENCE, normal
from kiosk_app.documents.words import words as documents
from kiosk_app.services import words as forms
from kiosk_app.services.model import Text
from kiosk_app.voice import slots
from kiosk_app.voice.speakable import sentences, speakable
from kiosk_app.voice.words import PHRASES, ROLES
from kiosk_app.words import LANGUAGES, table

PANEL_WORDS = Path(__file__).parents[2] / "ui" / "words"
LONGEST_LIST = 30
"""Positions that have a clip of their own; longer lists are put together from numbers."""
YEARS = range(2024, 2031)
"""Years that are said often; others are put together from digits."""
MEASURES = (*"份个位次天步项人岁秒张页", "分钟", "小时", "个月", "个工作日")
OF_TECHNICIANS = "tech."
"""Words under this head are for technicians alone: the fallback speaks them, no clip is baked."""
SILENT_KEYS = frozenset({"weekdays", "months", "list.sep", "day", "date", "date_full", "clock"})
"""Entries that are patterns of dates or of writing, spoken as slots."""
_SLOT = re.compile(r"\{[^}]*\}|%\d")


@dataclass(frozen=True, slots=True)
class Line:
    """One clip to bake: its words with the punctuation that gives the melody; `part` may stand within a phrase."""

    text: str
    lang: str
    part: bool = False


def terminal_lines(lang: str) -> tuple[Line, ...]:
    """Return every clip of the terminal's own words in one language, each once."""
    found: list[Line] = []
    for key, words in table(lang).items():
        if key not in SILENT_KEYS and not key.startswith(OF_TECHNICIANS):
            found += _lines(words, lang)
    others = (
        ROLES[lang].values(),
        PHRASES[lang].values(),
        _panel_words(lang),
        _form_words(lang),
        documents(lang).values(),
    )
    for words in chain.from_iterable(others):
        found += _lines(words, lang)
    return _once([*found, *slot_lines(lang)])


def package_lines(package: Any, lang: str) -> tuple[Line, ...]:
    """Return every clip of a service package's words: all its texts in this language."""
    return _once(line for words in _texts(package, lang) for line in _lines(words, lang))


def slot_lines(lang: str) -> tuple[Line, ...]:
    """Return what slots are put together from."""
    words = _english_slots() if lang == "en" else _chinese_slots()
    return tuple(Line(text, lang, True) for text in words)


def _lines(words: str, lang: str) -> list[Line]:
    out: list[Line] = []
    for paragraph in words.split("|"):
        pieces = _SLOT.split(paragraph)
        part = len(pieces) > 1
        for piece in pieces:
            for sentence in sentences(speakable(piece, lang), lang):
                out += _between_stops(sentence, lang) if part else [Line(sentence, lang), *_breaths(sentence, lang)]
    return [line for line in out if re.search(r"\w", line.text)]


def _breaths(sentence: str, lang: str) -> Iterator[Line]:
    """A label inside a longer description may be cut at its strong stops: each of these is a clip as well."""
    parts = [p for p in re.split(r"(?<=[。！？；])|(?<=[.!?;]) ", sentence) if p.strip()]
    if len(parts) > 1:
        yield from (Line(part.strip(), lang) for part in parts)


def _between_stops(fragment: str, lang: str) -> Iterator[Line]:
    """Beside a slot every phrase stands alone: its neighbour changes with what fills the slot."""
    stops = r"(?<=[，。！？；：、])" if lang != "en" else r"(?<=[,.!?;:])\s+"
    yield from (Line(phrase.strip(), lang, True) for phrase in re.split(stops, fragment))


def _panel_words(lang: str) -> Iterable[str]:
    loaded: dict[str, str] = json.loads((PANEL_WORDS / f"{lang}.json").read_text("utf-8"))
    return loaded.values()


def _form_words(lang: str) -> Iterator[str]:
    """What the form engine says of any field: faults, labels of the card, where a value comes from."""
    for value in vars(forms).values():
        if isinstance(value, Text):
            yield value.of(lang)
    yield from (text.of(lang) for text in (*forms.SENTENCES.values(), *forms.PERSON_LABELS.values()))


def _texts(value: Any, lang: str) -> Iterator[str]:
    """Every text of a package in one language: pairs of languages, and the tables of `strings`."""
    if isinstance(value, dict):
        if isinstance(value.get(lang), str):
            yield value[lang]
        elif isinstance(value.get(lang), dict):
            yield from (text for text in value[lang].values() if isinstance(text, str))
        for key, inner in value.items():
            if key not in LANGUAGES:
                yield from _texts(inner, lang)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, lang)


def _once(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Of lines with the same normal words the first stays; one that is a part anywhere is a part."""
    kept: dict[str, Line] = {}
    for line in lines:
        words = normal(line.text)
        if not words:
            continue
        old = kept.get(words)
        kept[words] = line if old is None else Line(old.text, old.lang, old.part or line.part)
    return tuple(kept.values())


def _chinese_slots() -> Iterator[str]:
    yield from "零幺一二三四五六七八九两十百千万点负"
    yield from (chr(c) for c in range(ord("A"), ord("Z") + 1))
    yield from (slots.cardinal(n) for n in range(10, 100))
    yield from ("一百", "两百", "三百", "四百", "五百", "六百", "七百", "八百", "九百")
    yield from ("一千", "两千", "三千", "四千", "五千", "六千", "七千", "八千", "九千", "一万", "两万")
    yield from ("第", "共", "共一项", "艾克斯", "中间不念", "某", "百分之", "元", "角", "分", "零元", "半")
    yield from (slots.percent(n) for n in (25, 50, 75, 100))
    yield from (f"第{slots.cardinal(n)}项" for n in range(1, LONGEST_LIST + 1))
    yield from (f"共{slots.count(n, '')}项" for n in range(2, LONGEST_LIST + 1))
    yield from (f"第{slots.cardinal(n)}步" for n in range(1, 10))
    yield from (f"共{slots.count(n, '')}步" for n in range(2, 10))
    yield from (f"{slots.year(year)}年" for year in YEARS)
    yield from (f"{slots.cardinal(n)}月" for n in range(1, 13))
    yield from (f"{slots.cardinal(n)}日" for n in range(1, 32))
    yield from (f"星期{c}" for c in "一二三四五六日")
    yield from (slots.clock(time(hour)) for hour in range(24))
    yield from (*MEASURES, "年", "月", "日")
    yield from (f"{slots.cardinal(n)}秒" for n in (5, 10, 20, 30))


def _english_slots() -> Iterator[str]:
    yield from (slots.cardinal(n, "en") for n in range(100))
    yield from (slots.ordinal(n, "en") for n in range(1, 32))
    yield from (
        "digit",
        "digits",
        "character",
        "characters",
        "hundred",
        "thousand",
        "million",
        "minus",
        "and",
        "point",
        "percent",
        "yuan",
        "fen",
        "hidden",
        "oh",
    )
    yield from (f"{slots.cardinal(n, 'en')} hundred" for n in range(1, 10))
    yield from (f"{slots.cardinal(n, 'en')} thousand" for n in range(1, 10))
    yield from (chr(c) for c in range(ord("A"), ord("Z") + 1))
    yield from (slots.percent(n, "en") for n in (25, 50, 75, 100))
    short = range(1, 13)
    yield from (f"item {slots.cardinal(n, 'en')} of {slots.cardinal(of, 'en')}" for of in short[1:] for n in short[:of])
    yield from (
        f"step {slots.cardinal(n, 'en')} of {slots.cardinal(of, 'en')}" for of in range(2, 8) for n in short[:of]
    )
    yield from ("item", "step", "of")
    yield from (slots.day(date(2026, month, 1), "en", year=False).split(" ")[0] for month in range(1, 13))
    yield from (slots.day(date(2026, 11, 23 + n), "en", weekday=True).split(",")[0] for n in range(7))
    yield from (slots.year(year, "en") for year in YEARS)
    yield from (slots.clock(time(hour), "en") for hour in range(24))
    yield from ("a.m.", "p.m.")
    yield from (f"{slots.cardinal(n, 'en')} seconds" for n in (5, 10, 20, 30))


def main(folder: Path) -> None:
    """Write `wanted.json` for `voice_baking`: the lines of the terminal, of each package and of the catalogue."""
    packages = Path(__file__).parents[2] / "central_platform" / "packages"
    wanted = {"terminal": _as_data(lang_lines for lang in LANGUAGES for lang_lines in terminal_lines(lang))}
    for path in sorted(p.parent for p in packages.glob("*/service.json")):
        content = {p.stem: json.loads(p.read_text("utf-8")) for p in path.glob("*.json")}
        content["strings"] = {p.stem: json.loads(p.read_text("utf-8")) for p in (path / "strings").glob("*.json")}
        wanted[path.name] = _as_data(line for lang in LANGUAGES for line in package_lines(content, lang))
    reference = json.loads((packages / f"{REFERENCE}.json").read_text("utf-8"))
    wanted[REFERENCE] = _as_data(line for lang in LANGUAGES for line in package_lines(reference, lang))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "wanted.json").write_text(json.dumps(wanted, ensure_ascii=False, indent=1), "utf-8")


def _as_data(lines: Iterable[Line]) -> list[dict[str, object]]:
    return [asdict(line) for line in lines]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
