"""What the window makes of a state, also of one it does not expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.lab.bench import STATE
from ui.lab.facts import KEPT_RECEIPTS, facts

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def test_every_part_is_read() -> None:
    found = facts(STATE)
    assert found["running"] is True
    assert found["terminalName"] == "XC-0042"
    assert found["cards"][0] == {"id": "elder-1", "label": "张*华", "sub": "elder-1", "kind": "resident", "age": 84}
    assert found["pad"] == ""
    assert found["devices"]["receipt_printer"] == "user_action"
    assert found["findings"] == {"receipt_printer": {"zh": "纸", "en": "paper", "who": "host"}}
    assert found["outbox"] == {"ready": 2, "dead": 0}
    assert (found["faceAble"], found["faceWho"], found["faceAttack"]) == (True, "elder-1", "")


def test_nothing_said_is_a_calm_desk() -> None:
    found = facts({})
    assert (found["paper"], found["cover"], found["network"], found["platform"]) == ("full", "closed", "up", "ok")
    assert found["running"] is False
    assert (found["faceAble"], found["faceScene"]) == (False, "normal")
    assert found["cards"] == found["messages"] == found["receipts"] == []


def test_only_pictures_that_exist_are_shown(tmp_path: Path) -> None:
    there = tmp_path / "receipt 1.png"
    there.touch()
    assert facts({"receipts": [str(tmp_path / "no.png"), str(there)]})["receipts"] == [there.as_uri()]


def test_only_the_newest_receipts_are_kept(tmp_path: Path) -> None:
    for at in range(20):
        (tmp_path / f"{at}.png").touch()
    assert len(facts({"receipts": [str(tmp_path / f"{at}.png") for at in range(20)]})["receipts"]) == KEPT_RECEIPTS


@given(st.dictionaries(st.sampled_from(sorted(STATE)), JSON))
def test_any_state_is_read_into_the_same_parts(state: dict[str, Any]) -> None:
    found, usual = facts(state), facts(STATE)
    assert {name: type(value) for name, value in found.items()} == {name: type(value) for name, value in usual.items()}


@pytest.mark.parametrize("broken", [{"card_reader": None}, {"card_reader": "silent"}])
def test_broken_device_has_a_word_or_none(broken: dict[str, Any]) -> None:
    assert facts({"broken": broken})["broken"]["card_reader"] == (broken["card_reader"] or "")
