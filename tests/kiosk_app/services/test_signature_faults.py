"""Faults of signatures in packages have a code and a place in a file, as every other fault has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.package_files import FILES
from kiosk_app.services.validation import validate_files, validate_package
from tests.kiosk_app.services.data import reference
from tests.kiosk_app.services.households import content
from tests.kiosk_app.services.kinds import SIGNATURE, signed
from tests.kiosk_app.services.made_up import control, when

SERVICE_FILE, DATA, UI, _, _, _ = FILES.values()
Damage = Callable[[dict[str, Any]], object]


def controls(p: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = p["ui"]["pages"][0]["groups"][0]["controls"]
    return found


def own(p: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = p["data"]["properties"]["sign"]
    return found


def strong(p: dict[str, Any]) -> None:
    """A service of L3 whose signature is not asked of everybody."""
    p["service"]["level"] = "L3"
    controls(p)[-1]["rule"] = when("year", "2025")


def second(p: dict[str, Any]) -> None:
    p["data"]["properties"]["again"] = dict(SIGNATURE)


def looked_at(p: dict[str, Any]) -> None:
    """A question behind the signature that hangs on it."""
    controls(p).append({**controls(p).pop(0), "rule": when("sign", "confirmed")})


CASES: list[tuple[str, str, Damage]] = [
    ("level-signature", SERVICE_FILE, strong),
    ("signature-twice", UI, second),
    ("signature-last", UI, lambda p: controls(p).insert(0, controls(p).pop())),
    ("signature-required", UI, lambda p: p["data"]["required"].remove("sign")),
    ("signature-plain", DATA, lambda p: own(p).update({"x-privacy": "plain"})),
    ("signature-bounds", DATA, lambda p: own(p).update(maxLength=100)),
    ("default", DATA, lambda p: own(p).update({"x-default": "confirmed"})),
    ("prefill-secret", SERVICE_FILE, lambda p: p["service"].update(prefill={"sign": ["platform.phone"]})),
    ("rule-secret", UI, looked_at),
]
CODES = {code for code, _, _ in CASES}


@pytest.mark.parametrize(("code", "file", "damage"), CASES, ids=[code for code, _, _ in CASES])
def test_a_fault_of_a_signature_is_found_in_its_file(code: str, file: str, damage: Damage) -> None:
    broken = signed()
    damage(broken)
    found = faults(broken)
    assert code in found, found
    assert found[code] == file


def test_it_is_not_asked_of_every_entry_of_a_group() -> None:
    broken = content()
    broken["data"]["properties"]["members"]["items"]["properties"]["sign"] = dict(SIGNATURE)
    controls(broken)[1]["controls"].append(control("sign", "members.sign"))
    assert faults(broken)["once"] == DATA


def test_as_it_is_asked_here_nothing_is_wrong() -> None:
    assert validate_package(signed(), reference()) == []


def faults(broken: dict[str, Any]) -> dict[str, str]:
    """Every fault of a package: its code, and the file in which it was found at a line."""

    def read(name: str) -> str | None:
        path = next((path for path, its in FILES.items() if its == name), None)
        if path is None:
            return None
        part: Any = broken
        for key in path:
            part = part[key]
        return json.dumps(part, ensure_ascii=False, indent=1)

    found = validate_files(read, broken["service"]["id"])
    assert all(fault.place.line > 1 for fault in found)
    return {fault.fault.code: fault.file for fault in found}
