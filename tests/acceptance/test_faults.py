"""Some faults of the table, drawn anew each day, played while the real terminal runs; `make acceptance` plays all."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk_app.lab.fault_shape import Fault, Scene
from kiosk_app.lab.fault_table import FAULTS
from kiosk_app.lab.world import World
from tests.acceptance.faults import Played, Player, accused, differs

DRAWN = 2
USUAL = frozenset({"card", "code", "printer", "cable", "impostor", "platform", "machine", "fonts", "file"})
"""Hands that need no device beside the usual ones, and no printer that is asked only every five seconds."""
PAPER = next(fault for fault in FAULTS if fault.id == "receipt_printer.paper_out")


def drawn(day: int) -> list[Fault]:
    known = [fault for fault in FAULTS if fault.scene is Scene.RUNNING and fault.does.hand in USUAL]
    return random.Random(day).sample(known, DRAWN)


def test_the_doctor_tells_what_is_wrong_while_the_terminal_runs_and_that_it_is_mended() -> None:
    chosen = drawn(datetime.now(UTC).toordinal())
    told: list[Played] = []
    with World("fast", seed=7) as world:
        Player(world, told.append).play(chosen)
    assert len(told) == DRAWN
    assert [played.line for played in told if played.error] == []


def row(fault: Fault, **changes: Any) -> dict[str, Any]:
    """A row of a report as the table wants it, with changes."""
    says = fault.says
    words = {"cause": says.cause.zh, "cause_en": says.cause.en, "remedy": says.remedy.zh, "remedy_en": says.remedy.en}
    return {"severity": says.severity.value, **words, **says.duty.as_json(), **changes}


def test_a_row_as_the_table_has_it_is_right() -> None:
    assert differs(row(PAPER), PAPER.says) == ""


@pytest.mark.parametrize("name", ["severity", "cause", "cause_en", "remedy", "remedy_en", "part", "part_en", "who"])
def test_one_wrong_word_is_found(name: str) -> None:
    assert name in differs(row(PAPER, **{name: "fail." if name == "severity" else "别的。"}), PAPER.says)


def test_a_device_that_says_nothing_is_found() -> None:
    assert differs(None, PAPER.says)


def test_somebody_else_who_is_accused_is_found_and_what_was_so_before_is_not() -> None:
    before = {"card-1": {"severity": "pass"}, "audio": {"severity": "warn"}}
    now: Mapping[str, Mapping[str, Any]] = {
        "printer-1": {"severity": "fail", "cause": "没有纸了。"},
        "card-1": {"severity": "fail", "cause": "没有应答。"},
        "audio": {"severity": "warn", "cause": "没有声音设备。"},
    }
    assert accused(now, before, PAPER) == ["card-1: 没有应答。"]
