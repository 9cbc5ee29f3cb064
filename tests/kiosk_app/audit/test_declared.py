"""Every event that the product's source names is declared, with the fields and the words it is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.audit import EVENTS

ROOT = Path(__file__).parents[3] / "kiosk_app"
DOORS = {"Log", "record", "_record"}
Given = dict[str, ast.expr]


def named() -> Iterator[tuple[str, str, Given]]:
    """Yield place, event and fields of each `Log("event", {...})` and `record("event", ...)` with a literal name."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in DOORS and isinstance(node.args[0].value, str):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0].value, fields_of(node)


def fields_of(call: ast.Call) -> Given:
    given: Given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if len(call.args) > 1 and isinstance(call.args[1], ast.Dict):
        for key, value in zip(call.args[1].keys, call.args[1].values, strict=True):
            if isinstance(key, ast.Constant):
                given[str(key.value)] = value
    return given


FOUND = list(named())


@pytest.mark.parametrize(("place", "event", "given"), FOUND, ids=[f"{place}-{event}" for place, event, _ in FOUND])
def test_logged_event_is_declared_with_its_fields(place: str, event: str, given: Given) -> None:
    assert event in EVENTS, f"{place}: declare {event} in kiosk_app/audit/events.py"
    declared = EVENTS[event].fields
    for name, value in given.items():
        assert name in declared, f"{place}: {event} has no field {name}"
        if isinstance(value, ast.Constant):
            assert declared[name].fits(value.value), f"{place}: {event}.{name} does not take {value.value!r}"
