from __future__ import annotations

import re
from pathlib import Path

from ui import lint


def test_qmllint_with_our_types_has_nothing_to_say(tmp_path: Path) -> None:
    assert lint.lint(tmp_path) == ""


def test_qmlformat_would_change_nothing() -> None:
    assert lint.unformatted() == []


def test_no_sentence_stands_in_qml() -> None:
    chinese = re.compile(r"[一-鿿]")
    panels = {"AddressPanel.qml", "PinyinPanel.qml"}  # 号院 and punctuation are what these keys type
    found = [p.name for p in lint.files() if p.name not in panels and chinese.search(p.read_text("utf-8"))]
    assert found == []


def test_both_languages_have_the_same_words() -> None:
    from ui.bridge import words

    assert set(words("zh")) == set(words("en"))
