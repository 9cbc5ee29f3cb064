"""A unified social credit code: as typed, as sent, as shown and spoken, and what may be wrong with one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.services import FieldSpec, masked, normalise, problems, shown, spoken
from kiosk_app.services.model import Control
from tests.kiosk_app.services.data import TODAY
from tests.kiosk_app.services.kinds import COMPANY, GOOD, form


def company() -> FieldSpec:
    found = form().field("company")
    assert found is not None
    return found


def wrong(value: str) -> list[str]:
    return [p.key for p in problems(form(), {**GOOD, "company": value}, TODAY) if p.scope == "company"]


def test_it_has_a_panel_of_its_own() -> None:
    assert (company().control, company().panel, company().limit) == (Control.USCC, "uscc", 18)


@pytest.mark.parametrize(
    "typed", [COMPANY, COMPANY.lower(), "91 110000 8021 0043 3b", "９１１１００００８０２１００４３３Ｂ"]
)
def test_lower_case_spaces_and_full_width_are_forgiven(typed: str) -> None:
    assert wrong(typed) == []
    assert normalise(form(), {**GOOD, "company": typed})["company"] == COMPANY


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (COMPANY[:-1], ["digits-missing"]),
        (COMPANY + "0", ["digits-too-many"]),
        (COMPANY[:-1] + "C", ["id-check"]),
        ("9" * 18, ["id-check"]),
        (COMPANY[:-1] + "O", ["code-letters"]),
        (COMPANY[:-1] + "\u200fB", ["code-letters"]),
        (COMPANY[:-1] + "\x00B", ["code-letters"]),
        ("京" * 18, ["code-letters"]),
        ("", ["required"]),
    ],
)
def test_what_is_wrong_is_said(typed: str, key: list[str]) -> None:
    assert wrong(typed) == key


def test_it_is_shown_and_spoken_in_groups() -> None:
    assert shown(company(), COMPANY.lower()) == "91 110000 8021 0043 3B"
    assert spoken(company(), COMPANY) == "九幺，幺幺零零零零，八零二幺，零零四三，三B"
    assert spoken(company(), COMPANY, "en").startswith("nine one, one one zero zero zero zero, eight zero two one")
    assert spoken(company(), "9111MA01") == "九幺，幺幺M A零幺", "letters side by side are kept apart"


def test_one_that_is_personal_is_masked_at_both_ends() -> None:
    assert masked(company(), COMPANY) == shown(company(), COMPANY)
    assert masked(replace(company(), privacy="personal"), COMPANY) == "91**************3B"
