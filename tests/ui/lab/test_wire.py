"""The wire's list grows without losing the reader's place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.lab.wire import Line, WireModel, moved, read_line


def entry(text: str, device: str = "card_reader") -> dict[str, Any]:
    return {"at": "2026-11-22T14:26:01.120+08:00", "device": device, "text": text, "meaning": ""}


def shown(model: WireModel) -> list[str]:
    role = next(role for role, name in model.roleNames().items() if bytes(name.data()) == b"bytes")
    return [str(model.data(model.index(row, 0), role)) for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("text", "way", "rest"),
    [
        ("→ AA 01", "to", "AA 01"),
        ("← 1E", "from", "1E"),
        ("> AA", "to", "AA"),
        ("<- AA", "from", "AA"),
        ("present elder-1", "", "present elder-1"),
        ("", "", ""),
    ],
)
def test_arrow_gives_the_direction(text: str, way: str, rest: str) -> None:
    line = read_line(entry(text))
    assert (line.way, line.bytes) == (way, rest)


def test_only_the_time_of_day_is_shown() -> None:
    assert read_line(entry("x")).at == "14:26:01.120"


def test_new_lines_come_at_the_end() -> None:
    model = WireModel()
    model.tell([entry("a"), entry("b")])
    removed: list[int] = []
    model.rowsRemoved.connect(lambda *_: removed.append(1))
    model.tell([entry("a"), entry("b"), entry("c")])
    assert shown(model) == ["a", "b", "c"]
    assert removed == []


def test_lines_that_the_world_dropped_leave_at_the_front() -> None:
    model = WireModel()
    model.tell([entry("a"), entry("b"), entry("c")])
    model.tell([entry("b"), entry("c"), entry("d")])
    assert shown(model) == ["b", "c", "d"]


def test_last_line_that_changes_stays_in_place() -> None:
    model = WireModel()
    model.tell([entry("a"), entry("find ×1")])
    changed: list[int] = []
    model.dataChanged.connect(lambda first, *_: changed.append(first.row()))
    model.tell([entry("a"), entry("find ×2")])
    assert shown(model) == ["a", "find ×2"]
    assert changed == [1]


def test_one_device_can_be_shown() -> None:
    model = WireModel()
    model.tell([entry("a"), entry("b", "platform"), entry("c")])
    model.only("platform")
    assert shown(model) == ["b"]
    model.only("")
    assert shown(model) == ["a", "b", "c"]


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=6))
def test_list_is_always_what_the_world_said_last(steps: list[list[str]]) -> None:
    model = WireModel()
    for texts in steps:
        model.tell([entry(text) for text in texts])
        assert shown(model) == texts


def test_something_else_replaces_everything() -> None:
    one, other = read_line(entry("a")), read_line(entry("z"))
    assert moved([one, one], [other]) == (2, 0)
    assert moved([], [other]) == (0, 0)
    assert isinstance(one, Line)
