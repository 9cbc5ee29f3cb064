"""Every type of field that the service catalogue speaks of is asked for by a kind, or by kinds put together."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kiosk_app.services import Control, Form
from kiosk_app.services.kinds import REGISTRY
from tests.kiosk_app.services import households
from tests.kiosk_app.services.data import PACKAGES, form
from tests.kiosk_app.services.kinds import form as kinds
from tests.kiosk_app.services.kinds import signed_form

FORMS: Mapping[str, Form] = {
    **{
        service: form(service)
        for service in ("GA02", "GA06", "GA09", "JY01", "SB01", "SH01", "XF01", "YY01", "YL01", "YB05", "MZ01")
    },
    "kinds": kinds(),
    "signed": signed_form(),
}
TYPES: Mapping[str, tuple[str, tuple[str, ...], tuple[Control, ...]]] = {
    "address": ("YL01", ("addr",), (Control.ADDRESS,)),
    "bankAccount": ("YL01", ("bank",), (Control.BANK_ACCOUNT,)),
    "bool": ("GA09", ("accept",), (Control.BOOL,)),
    "date": ("GA02", ("moveIn",), (Control.DATE,)),
    "dateRange": ("GA06", ("periodFrom", "periodTo"), (Control.DATE, Control.DATE)),
    "hallRef": ("YY01", ("hall",), (Control.HALL_REF,)),
    "id": ("MZ01", ("partnerIdNo",), (Control.ID,)),
    "int": ("SB01", ("copies",), (Control.INT,)),
    "itemRef": ("YY01", ("item",), (Control.ITEM_REF,)),
    "list": ("kinds", ("hospitals",), (Control.LIST,)),
    "longText": ("XF01", ("content",), (Control.LONG_TEXT,)),
    "money": ("SH01", ("amount",), (Control.MONEY,)),
    "monthRange": ("SB01", ("periodFrom", "periodTo"), (Control.MONTH, Control.MONTH)),
    "pin": ("kinds", ("pin", "again"), (Control.PIN, Control.PIN)),
    "plate": ("kinds", ("plate",), (Control.PLATE,)),
    "region": ("kinds", ("city",), (Control.REGION,)),
    "select": ("SB01", ("purpose",), (Control.SELECT,)),
    "signature": ("signed", ("sign",), (Control.SIGNATURE,)),
    "slot": ("YY01", ("slot",), (Control.SLOT,)),
    "tel": ("YL01", ("phone",), (Control.PHONE,)),
    "text": ("JY01", ("lastEmployer",), (Control.TEXT,)),
    "textOrVoice": ("XF01", ("content",), (Control.LONG_TEXT,)),
    "uscc": ("kinds", ("company",), (Control.USCC,)),
    "year": ("YB05", ("year",), (Control.YEAR,)),
}
README = (PACKAGES / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_asked_for_by_these_kinds(name: str) -> None:
    service, scopes, controls = TYPES[name]
    found = [FORMS[service].field(scope) for scope in scopes]
    assert [spec.control for spec in found if spec is not None] == list(controls)


def test_the_second_of_a_range_is_not_before_the_first() -> None:
    for name in ("dateRange", "monthRange"):
        service, (first, second), _ = TYPES[name]
        later = FORMS[service].field(second)
        assert later is not None
        assert later.not_before == first


def test_a_group_asks_questions_of_each_entry() -> None:
    members = households.form().field("members")
    assert members is not None
    assert (members.control, len(members.entries) > 1) == (Control.GROUP, True)


@pytest.mark.parametrize("name", [*TYPES, "group"])
def test_the_readme_says_which(name: str) -> None:
    assert f"`{name}`" in README


def test_there_is_no_kind_that_no_type_needs_but_digits_and_names() -> None:
    needed = {control for _, _, controls in TYPES.values() for control in controls} | {Control.GROUP}
    assert {kind.control for kind in REGISTRY} - needed == {Control.DIGITS, Control.NAME}
