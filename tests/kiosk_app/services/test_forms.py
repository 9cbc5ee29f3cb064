from __future__ import annotations

from typing import Any

import pytest

from kiosk_app.services import Control, FieldSpec, FormError, compile_form, options, problems, visible_fields
from kiosk_app.services.kinds import REGISTRY, NoKindError, kind_of
from tests.kiosk_app.services.data import GOOD, LIVE, PHONE, TODAY, form, package, reference
from ui.view import Panel

CONTROLS = {
    "SB01": {"periodFrom": "month", "periodTo": "month", "purpose": "select", "copies": "int"},
    "YL01": {"phone": "phone", "addr": "address", "bank": "bankAccount"},
    "GA02": {"addr": "address", "moveIn": "date", "landlord": "name", "landlordPhone": "phone", "phone": "phone"},
    "SH01": {"accountNo": "digits", "amount": "money"},
    "YB05": {"year": "year", "payeeIdNo": "id"},
    "GA09": {"plate": "plate", "accept": "bool"},
    "XF01": {"content": "longText", "phone": "phone", "slot": "slot"},
    "YY01": {"hall": "hallRef", "item": "itemRef", "date": "date", "slot": "slot", "phone": "phone"},
    "SB02": {"phone": "phone"},
    "SB03": {"periodFrom": "month", "periodTo": "month", "purpose": "select"},
    "SB04": {"reason": "select", "pickup": "select", "phone": "phone"},
    "JY01": {"lastEmployer": "text", "endDate": "date", "reason": "select", "phone": "phone", "addr": "address"},
    "JY02": {"phone": "phone", "bank": "bankAccount"},
    "JY03": {"jobType": "select", "addr": "address", "bank": "bankAccount", "phone": "phone"},
    "JY04": {"purpose": "select"},
    "YB01": {"periodFrom": "month", "periodTo": "month"},
    "YB04": {"personType": "select", "guardian": "name", "phone": "phone", "addr": "address"},
    "GJ01": {"periodFrom": "month", "periodTo": "month", "purpose": "select"},
    "GJ02": {"rentMonth": "money", "bank": "bankAccount", "phone": "phone"},
    "GJ03": {"phone": "phone", "bank": "bankAccount"},
    "YL02": {"careStatus": "select", "addr": "address", "bank": "bankAccount", "phone": "phone"},
    "YL03": {"reason": "select", "pickup": "select", "phone": "phone", "addr": "address"},
    "YL04": {"item": "select", "addr": "address", "date": "date", "slot": "slot", "phone": "phone"},
    "CJ02": {"phone": "phone", "bank": "bankAccount"},
    "CJ03": {"deviceType": "select", "phone": "phone", "addr": "address"},
    "JZ02": {"hardship": "select", "desc": "longText", "phone": "phone", "bank": "bankAccount"},
    "MZ01": {
        "matter": "select", "partnerName": "name", "partnerIdNo": "id",
        "date": "date", "slot": "slot", "phone": "phone",
    },
    "MZ02": {"purpose": "select"},
    "GA01": {"addr": "address", "proofType": "select", "phone": "phone"},
    "GA06": {"periodFrom": "date", "periodTo": "date"},
    "GA07": {"purpose": "select", "residence": "select", "phone": "phone"},
    "SW01": {"periodFrom": "month", "periodTo": "month", "copies": "int"},
    "BD01": {"purpose": "select"},
    "WJ03": {"purpose": "select"},
    "JX01": {"childName": "name", "childIdNo": "id", "date": "date", "slot": "slot", "phone": "phone"},
    "FL02": {"matter": "select", "date": "date", "slot": "slot", "phone": "phone"},
    "SC03": {"uscc": "uscc", "reason": "select", "phone": "phone", "sign": "signature"},
    "ZF01": {"desc": "longText", "form": "select", "mail": "address", "phone": "phone"},
}  # fmt: skip
PANELS = {panel.value for panel in Panel if panel}


@pytest.mark.parametrize("service", LIVE)
def test_every_field_gets_its_kind_of_control(service: str) -> None:
    assert {spec.scope: spec.control.value for spec in form(service).fields} == CONTROLS[service]


@pytest.mark.parametrize("service", LIVE)
def test_every_field_has_a_panel_a_finger_can_use(service: str) -> None:
    assert all(spec.panel in PANELS for spec in form(service).fields)


@pytest.mark.parametrize("service", LIVE)
def test_every_select_has_words_for_each_option(service: str) -> None:
    for spec in form(service).fields:
        for lang in ("zh", "en"):
            found = options(spec, GOOD[service], lang)
            assert all(option.text and not option.text.startswith("option.") for option in found)
            assert found or spec.panel != "select"


@pytest.mark.parametrize(
    ("prop", "ui", "control"),
    [
        ({"type": "string", "maxLength": 20}, {}, Control.TEXT),
        ({"type": "string", "maxLength": 200}, {}, Control.LONG_TEXT),
        ({"type": "string", "format": "long-text"}, {}, Control.LONG_TEXT),
        ({"type": "string", "pattern": "^[0-9]{6}$"}, {}, Control.DIGITS),
        ({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}, {}, Control.TEXT),
        ({"type": "string", "format": "phone", "pattern": "^1[0-9]{10}$"}, {}, Control.PHONE),
        ({"type": "string", "format": "id-number"}, {}, Control.ID),
        ({"type": "string", "format": "date"}, {}, Control.DATE),
        ({"type": "string", "format": "month"}, {}, Control.MONTH),
        ({"type": "string", "enum": ["a", "b"]}, {}, Control.SELECT),
        ({"type": "string", "enum": ["a"], "format": "slot"}, {}, Control.SLOT),
        ({"type": "string", "format": "address", "maxLength": 80}, {}, Control.ADDRESS),
        ({"type": "string", "format": "bank-account", "pattern": "^[0-9]{16,19}$"}, {}, Control.BANK_ACCOUNT),
        ({"type": "string", "format": "hall-ref"}, {}, Control.HALL_REF),
        ({"type": "string", "format": "item-ref"}, {}, Control.ITEM_REF),
        ({"type": "integer"}, {}, Control.INT),
        ({"type": "string", "format": "money"}, {}, Control.MONEY),
        ({"type": "string", "format": "person-name", "maxLength": 20}, {}, Control.NAME),
        ({"type": "boolean"}, {}, Control.BOOL),
        ({"type": "array", "items": {"type": "object"}}, {}, Control.GROUP),
        ({"type": "string"}, {"control": "digits"}, Control.DIGITS),
    ],
)
def test_the_best_tester_wins(prop: dict[str, Any], ui: dict[str, Any], control: Control) -> None:
    assert kind_of(prop, ui).control is control


def test_every_kind_of_control_is_in_the_registry() -> None:
    assert {kind.control for kind in REGISTRY} == set(Control)


@pytest.mark.parametrize(("prop", "ui"), [({"type": "object"}, {}), ({"type": "string"}, {"control": "magic"})])
def test_what_no_tester_wants_is_refused(prop: dict[str, Any], ui: dict[str, Any]) -> None:
    with pytest.raises(NoKindError):
        kind_of(prop, ui)


def test_every_kind_has_a_panel_that_the_screen_knows() -> None:
    assert {kind.panel for kind in REGISTRY if kind.control is not Control.GROUP} <= PANELS


def asking(prop: dict[str, Any]) -> FieldSpec:
    """The copies of SB01, asked for as another kind of property."""
    changed = package("SB01")
    changed["data"]["properties"]["copies"] = {"x-privacy": "plain", **prop}
    control = next(c for c in changed["ui"]["pages"][1]["groups"][0]["controls"] if c["scope"].endswith("/copies"))
    control.pop("panel", None)
    found = compile_form(changed, reference()).field("copies")
    assert found is not None
    return found


def test_a_number_carries_its_bounds_to_the_panel() -> None:
    spec = asking({"type": "integer", "minimum": 0, "maximum": 400})
    assert (spec.panel, spec.lowest, spec.highest) == ("number", "0", "400")


def test_an_amount_carries_its_bounds_to_the_panel() -> None:
    spec = asking({"type": "string", "format": "money", "x-amount": {"from": "0.01", "to": "5000.00"}})
    assert (spec.panel, spec.lowest, spec.highest) == ("money", "0.01", "5000.00")


def test_a_number_without_bounds_has_none() -> None:
    spec = asking({"type": "integer"})
    assert (spec.lowest, spec.highest) == ("", "")


def test_a_small_integer_is_chosen_not_typed() -> None:
    copies = form("SB01").field("copies")
    assert copies is not None
    assert copies.panel == "select"
    assert [option.value for option in options(copies, {}, "zh")] == ["1", "2", "3"]


def test_a_boolean_is_chosen_between_yes_and_no() -> None:
    broken = package("SB01")
    broken["data"]["properties"]["copies"] = {"type": "boolean", "x-privacy": "plain"}
    spec = compile_form(broken, reference()).field("copies")
    assert spec is not None
    assert [(option.value, option.text) for option in options(spec, {}, "en")] == [("true", "Yes"), ("false", "No")]


def test_the_time_for_a_call_is_asked_only_when_a_phone_is_given() -> None:
    without = [spec.scope for spec in visible_fields(form("XF01"), {"phone": " "})]
    with_phone = [spec.scope for spec in visible_fields(form("XF01"), {"phone": PHONE})]
    assert (without, with_phone) == (["content", "phone"], ["content", "phone", "slot"])


@pytest.mark.parametrize(
    ("service", "answered", "asked"),
    [
        ("YB04", {"personType": "child"}, "guardian"),
        ("YB04", {"personType": "elder"}, ""),
        ("ZF01", {"form": "mail"}, "mail"),
        ("ZF01", {"form": "window"}, ""),
    ],
)
def test_what_follows_from_an_answer_is_asked_and_must_be_answered(
    service: str, answered: dict[str, str], asked: str
) -> None:
    given = {**GOOD[service], **answered}
    without = {scope: value for scope, value in given.items() if scope not in {"guardian", "mail"}}
    assert [p.scope for p in problems(form(service), without, TODAY)] == ([asked] if asked else [])


def rule(effect: str, schema: dict[str, Any]) -> list[str]:
    changed = package("SB01")
    control = changed["ui"]["pages"][1]["groups"][0]["controls"][1]
    control["rule"] = {"effect": effect, "condition": {"scope": "#/properties/purpose", "schema": schema}}
    compiled = compile_form(changed, reference(), TODAY)
    shown = {value: visible_fields(compiled, {"purpose": value}) for value in ("loan", "visa", "")}
    return [value for value, fields in shown.items() if any(spec.scope == "copies" for spec in fields)]


def test_show_by_one_value() -> None:
    assert rule("SHOW", {"const": "loan"}) == ["loan"]


def test_show_by_several_values() -> None:
    assert rule("SHOW", {"enum": ["loan", "visa"]}) == ["loan", "visa"]


def test_hide_by_one_value() -> None:
    assert rule("HIDE", {"const": "loan"}) == ["visa", ""]


def test_hide_when_answered() -> None:
    assert rule("HIDE", {"minLength": 1}) == [""]


def test_a_rule_sees_no_answer_of_a_hidden_field() -> None:
    changed = package("XF01")
    page = changed["ui"]["pages"][1]["groups"][0]["controls"]
    page[0]["rule"] = {"effect": "HIDE", "condition": {"scope": "#/properties/content", "schema": {"const": "秘密"}}}
    compiled = compile_form(changed, reference())
    shown = visible_fields(compiled, {"content": "秘密", "phone": PHONE})
    assert [spec.scope for spec in shown] == ["content"]


def test_matters_depend_on_the_hall() -> None:
    item = form("YY01").field("item")
    assert item is not None
    district, street = ({o.value for o in options(item, {"hall": hall}, "zh")} for hall in ("H01", "H02"))
    assert street < district
    assert options(item, {}, "zh") == ()


def test_the_address_panel_gets_district_street_and_road() -> None:
    addr = form("YL01").field("addr")
    assert addr is not None
    found = {option.value: option for option in options(addr, {}, "zh")}
    road = next(option for option in found.values() if option.text == "新风街")
    street = found[road.parent]
    assert (street.text, found[street.parent].text) == ("德胜街道", "西城区")


def test_without_reference_data_there_is_nothing_to_choose() -> None:
    hall = compile_form(package("YY01")).field("hall")
    assert hall is not None
    assert options(hall, {}, "zh") == ()


def test_pages_keep_their_order_and_know_their_fields() -> None:
    compiled = form("GA02")
    assert [page.id for page in compiled.pages] == ["home", "people"]
    page = compiled.page_of("landlord")
    assert page is not None
    assert page.id == "people"
    assert compiled.page_of("ghost") is None


def test_words_come_in_the_language_asked_for_and_chinese_is_the_fallback() -> None:
    compiled = form("YL01")
    assert compiled.text("field.phone.label", "en") == "Your mobile number"
    assert compiled.text("field.phone.label", "fr") == "您的手机号"
    assert (compiled.text("", "zh"), compiled.text("no.such.key", "zh")) == ("", "no.such.key")


@pytest.mark.parametrize("part", ["service", "data", "ui", "strings"])
def test_a_package_without_a_part_describes_no_form(part: str) -> None:
    broken = package("YL01")
    del broken[part]
    with pytest.raises(FormError):
        compile_form(broken, reference())


def test_compiling_needs_no_jsonschema_until_something_is_checked() -> None:
    assert form("YL01").validate({}) == (("phone", "required"), ("addr", "required"), ("bank", "required"))
