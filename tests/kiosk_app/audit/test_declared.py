"""Every event that the product's source names is declared, with the fields it is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.audit import EVENTS

ROOT = Path(__file__).parents[3] / "kiosk_app"


def named() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield place, event and field names of each `Log("event", {...})` with literal names."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "Log":
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                given = node.args[1] if len(node.args) > 1 else None
                keys = given.keys if isinstance(given, ast.Dict) else []
                fields = tuple(str(key.value) for key in keys if isinstance(key, ast.Constant))
                yield f"{path.relative_to(ROOT)}:{node.lineno}", str(node.args[0].value), fields


@pytest.mark.parametrize(("place", "event", "fields"), list(named()))
def test_logged_event_is_declared(place: str, event: str, fields: tuple[str, ...]) -> None:
    assert event in EVENTS, place
    assert set(fields) <= set(EVENTS[event].fields), place
