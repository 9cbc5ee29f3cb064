from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from contracts.clips import ClipEntry, normal
from drivers.speech.clips import Known, compose
from kiosk_app.voice import slots
from kiosk_app.voice.script import OF_TECHNICIANS, package_lines, slot_lines, terminal_lines
from kiosk_app.voice.speakable import LONGEST, sentences, speakable
from kiosk_app.words import LANGUAGES, table


@cache
def bank(lang: str) -> dict[str, Known]:
    """Everything on the list, as if it were baked."""
    lines = terminal_lines(lang)
    return {normal(ln.text): Known(Path(ln.text), ClipEntry("0" * 20, 1, "", ln.part)) for ln in lines}


def unspoken(text: str, lang: str) -> list[str]:
    """What of a text would be left to the synthesiser."""
    return [
        piece.text
        for sentence in sentences(speakable(text, lang), lang)
        for piece in compose(sentence, lang, bank(lang).get)
        if piece.path is None
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_fits_one_breath_and_stands_once(lang: str) -> None:
    lines = terminal_lines(lang)
    assert len({normal(line.text) for line in lines}) == len(lines)
    assert all(re.search(r"\w", line.text) for line in lines)
    assert [line.text for line in lines if len(line.text) > LONGEST[lang] + 40] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_has_a_slot_or_a_figure_left_in_it(lang: str) -> None:
    assert [line.text for line in terminal_lines(lang) if re.search(r"[{}%]|(?<![\d.])\d(?!\.\d)", line.text)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_of_the_terminal_without_slots_has_its_clips(lang: str) -> None:
    whole = [words for key, words in table(lang).items() if "{" not in words and not key.startswith(OF_TECHNICIANS)]
    missing = {words: found for words in whole for part in words.split("|") if (found := unspoken(part, lang))}
    assert missing == {}


@pytest.mark.parametrize(
    "text",
    [
        slots.money(Decimal("1234.50")),
        slots.day(date(2026, 11, 29), weekday=True),
        slots.day(date(1951, 2, 3)),
        slots.clock(time(9, 5)),
        slots.clock(time(14, 30)),
        slots.count(2, "份"),
        slots.count(17, "项"),
        slots.queue_number("A012"),
        slots.id_number("11010519491231002X"),
        slots.phone("13800138000"),
        slots.code("XC-2026-1122-000123"),
        slots.percent(75),
        "第二十九项，共三十项",
        "还差三位",
    ],
)
def test_chinese_slots_are_put_together_from_clips(text: str) -> None:
    assert unspoken(text, "zh") == []


@pytest.mark.parametrize(
    "text",
    [
        slots.money(Decimal("1234.50"), "en"),
        slots.day(date(2026, 11, 29), "en", weekday=True),
        slots.clock(time(9, 5), "en"),
        slots.clock(time(14, 30), "en"),
        slots.queue_number("A012", "en"),
        slots.id_number("11010519491231002X", "en"),
        slots.phone("13800138000", "en"),
        slots.percent(75, "en"),
        "item two of five",
        "item twelve of twelve",
    ],
)
def test_english_slots_are_put_together_from_clips(text: str) -> None:
    assert unspoken(text, "en") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_slots_are_parts(lang: str) -> None:
    assert all(line.part for line in slot_lines(lang))


def test_a_packages_words_are_found_wherever_they_stand() -> None:
    package = {
        "service": {"names": {"zh": "社保证明", "en": "Record"}, "steps": [{"text": {"zh": "放身份证", "en": "Card"}}]},
        "strings": {"zh": {"a": "打哪一段时间？", "b": "最多 3 份"}, "en": {"a": "Which period?"}},
    }
    assert {line.text for line in package_lines(package, "zh")} == {
        "社保证明",
        "放身份证",
        "打哪一段时间？",
        "最多三份",
    }
    assert {line.text for line in package_lines(package, "en")} == {"Record", "Card", "Which period?"}
