"""Faults of repeated groups and of rules have a code and a place in a file, as every other fault has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.package_files import FILES
from kiosk_app.services.validation import validate_files
from tests.kiosk_app.services.households import content
from tests.kiosk_app.services.made_up import control, when

_, DATA, UI, _, _, _ = FILES.values()
PIN = {"type": "string", "format": "pin", "x-privacy": "personal"}


def members(p: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = p["data"]["properties"]["members"]
    return found


def asking(p: dict[str, Any], at: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = p["ui"]["pages"][0]["groups"][0]["controls"][at]
    return found


def pin_of_an_entry(p: dict[str, Any]) -> None:
    members(p)["items"]["properties"]["pin"] = PIN
    asking(p)["controls"].append(control("pin", "members.pin"))


def rule_on_a_pin(p: dict[str, Any]) -> None:
    p["data"]["properties"]["alone"] = PIN


CASES: list[tuple[str, str, Callable[[dict[str, Any]], object]]] = [
    ("entry", UI, lambda p: asking(p).pop("entry")),
    ("entry-empty", DATA, lambda p: members(p)["items"].update(required=[])),
    ("no-group", UI, lambda p: asking(p, 2).update(entry="field.members.entry")),
    ("once", DATA, pin_of_an_entry),
    ("rule-group", UI, lambda p: asking(p, 2).update(rule=when("members", "2"))),
    ("rule-secret", UI, rule_on_a_pin),
]
CODES = {code for code, _, _ in CASES}


@pytest.mark.parametrize(("code", "file", "damage"), CASES, ids=[code for code, _, _ in CASES])
def test_a_fault_of_a_group_is_found_in_its_file(
    code: str, file: str, damage: Callable[[dict[str, Any]], object]
) -> None:
    broken = content()
    damage(broken)

    def read(name: str) -> str | None:
        path = next((path for path, its in FILES.items() if its == name), None)
        if path is None:
            return None
        part: Any = broken
        for key in path:
            part = part[key]
        return json.dumps(part, ensure_ascii=False, indent=1)

    found = {fault.fault.code: fault for fault in validate_files(read, broken["service"]["id"])}
    assert code in found, found
    assert found[code].file == file
    assert found[code].place.line > 1
