"""The platform checks what JSON Schema cannot say, and its findings hold no value."""

from __future__ import annotations

from typing import Any

import pytest

from central_platform.catalogue import Package
from central_platform.validation import check
from kiosk_app.services import normalise
from tests.kiosk_app.services.kinds import COMPANY, GOOD, PIN, SERVICE, form, made


def sent(**extra: Any) -> dict[str, Any]:
    return {**normalise(form(), GOOD), **extra}


def finding(answers: dict[str, Any]) -> str:
    found = check(Package(SERVICE, made(), ""), answers)
    return "" if found is None else found.detail


def test_what_the_terminal_sends_is_taken() -> None:
    assert finding(sent()) == ""


@pytest.mark.parametrize(
    ("answers", "detail"),
    [
        (sent(company=COMPANY[:-1] + "C"), "/company does not satisfy uscc"),
        (sent(company=COMPANY.lower()), "/company does not satisfy pattern"),
        (sent(again="274196"), "/again does not satisfy x-equals"),
        (sent(hospitals=["H02", "H02"]), "/hospitals does not satisfy uniqueItems"),
        (sent(hospitals=["H02"]), "/hospitals does not satisfy minItems"),
        (sent(hospitals="H02,H05"), "/hospitals does not satisfy type"),
        (sent(year=2025), "/year does not satisfy type"),
    ],
)
def test_what_no_terminal_of_ours_sends_is_not(answers: dict[str, Any], detail: str) -> None:
    assert finding(answers) == detail
    assert not any(secret in detail for secret in (PIN, "274196", COMPANY[:-1]))


def test_what_was_not_answered_is_not_judged() -> None:
    package = made()
    package["data"]["required"] = []
    assert check(Package(SERVICE, package, ""), {}) is None
