"""Several choices of one question: offered, ticked in an order that is kept, sent as an array."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk_app.services import (
    FieldSpec,
    compile_form,
    facts_of,
    masked,
    normalise,
    options,
    problems,
    shown,
    spoken,
    visible_fields,
)
from kiosk_app.services.model import Control
from kiosk_app.services.validation import validate_package
from kiosk_app.services.values import clean
from tests.kiosk_app.services.data import TODAY, package, reference
from tests.kiosk_app.services.kinds import GOOD, HOSPITALS, form, made


def hospitals() -> FieldSpec:
    found = form().field("hospitals")
    assert found is not None
    return found


def wrong(value: str) -> list[str]:
    return [p.key for p in problems(form(), {**GOOD, "hospitals": value}, TODAY) if p.scope == "hospitals"]


def listed(values: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """The package with another list in the place of the hospitals."""
    changed = made()
    prop = {**changed["data"]["properties"]["hospitals"], **extra, "items": {"type": "string", **values}}
    changed["data"]["properties"]["hospitals"] = {key: value for key, value in prop.items() if value is not None}
    return changed


def test_an_array_is_a_select_that_takes_several() -> None:
    spec = hospitals()
    assert (spec.control, spec.panel, spec.min_items, spec.max_items) == (Control.LIST, "select", 2, 3)


def test_choices_come_from_the_words_of_the_package() -> None:
    assert [o.value for o in options(hospitals(), {}, "zh")] == list(HOSPITALS)
    assert options(hospitals(), {}, "en")[1].text == "Xuanwu Hospital"


def test_choices_of_the_reference_data_come_before_the_package_s_own() -> None:
    book = {**reference(), "hospitals": [{"id": "R01", "name": {"zh": "某医院", "en": "A hospital"}}]}
    spec = compile_form(made(), book, TODAY).field("hospitals")
    assert spec is not None
    assert [(c.value, c.text.zh) for c in spec.choices] == [("R01", "某医院")]


def test_choices_of_an_enum_have_words() -> None:
    changed = listed({"enum": ["bath", "meal"]}, **{"x-source": None})
    reasons = validate_package(changed, reference())
    assert [r for r in reasons if "option.hospitals.bath is missing" in r]
    for lang in ("zh", "en"):
        changed["strings"][lang] |= {"option.hospitals.bath": "助浴 bath", "option.hospitals.meal": "助餐 meal"}
    assert validate_package(changed, reference()) == []
    spec = compile_form(changed, reference(), TODAY).field("hospitals")
    assert spec is not None
    assert [c.value for c in spec.choices] == ["bath", "meal"]


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("H02,H05", []),
        ("H05,H02,H01", []),
        ("H02", ["choose-more"]),
        ("H01,H02,H03,H04", ["choose-fewer"]),
        ("H02,H99", ["invalid"]),
        ("H02 H05", ["invalid"]),
        ("", ["required"]),
        (",,", ["required"]),
        ("H02，H05", ["invalid"]),
    ],
)
def test_so_many_as_are_asked_for(value: str, key: list[str]) -> None:
    assert wrong(value) == key


def test_what_is_missing_or_too_many_is_counted() -> None:
    texts = {
        value: problems(form(), {**GOOD, "hospitals": value}, TODAY)[0].text for value in ("H02", "H01,H02,H03,H04")
    }
    assert texts == {"H02": "医院还要再选 1 项。", "H01,H02,H03,H04": "医院多选了 1 项，请取消。"}


def test_the_order_of_ticking_is_kept_and_nothing_is_sent_twice() -> None:
    sent = normalise(form(), {**GOOD, "hospitals": "H05, H02,H05,"})
    assert sent["hospitals"] == ["H05", "H02"]
    assert clean(hospitals(), "H05, H02,H05,") == "H05,H02"


def test_the_data_schema_sees_an_array() -> None:
    assert form().validate(normalise(form(), GOOD)) == ()


def test_all_names_are_shown_and_spoken() -> None:
    names = "首都医科大学宣武医院、北京儿童医院"
    assert shown(hospitals(), "H02,H05") == spoken(hospitals(), "H02,H05") == masked(hospitals(), "H02,H05") == names
    assert shown(hospitals(), "H02,H05", "en") == "Xuanwu Hospital, Children's Hospital"


def test_a_normalised_list_is_a_fact_of_the_receipt() -> None:
    facts = dict(facts_of(normalise(form(), GOOD), form(), "zh"))
    assert facts["选定点医院"] == "首都医科大学宣武医院、北京儿童医院"


@pytest.mark.parametrize(
    ("effect", "held", "shows"),
    [
        ("SHOW", "H02,H05", True),
        ("SHOW", "H01,H03", False),
        ("HIDE", "H05,H01", True),
        ("HIDE", "H02,H01", False),
        ("SHOW", "", False),
    ],
)
def test_a_rule_holds_when_one_of_the_ticked_fits(effect: str, held: str, shows: bool) -> None:
    changed = made()
    control = changed["ui"]["pages"][0]["groups"][0]["controls"][3]
    condition = {"scope": "#/properties/hospitals", "schema": {"enum": ["H02", "H09"]}}
    control["rule"] = {"effect": effect, "condition": condition}
    found = visible_fields(compile_form(changed, reference(), TODAY), {"hospitals": held})
    assert any(spec.scope == "company" for spec in found) is shows


def test_a_rule_on_words_with_a_comma_still_sees_them_whole() -> None:
    changed = package("XF01")
    control = changed["ui"]["pages"][1]["groups"][0]["controls"][0]
    control["rule"] = {
        "effect": "SHOW",
        "condition": {"scope": "#/properties/content", "schema": {"const": "灯坏了,请修"}},
    }
    compiled = compile_form(changed, reference(), TODAY)
    assert any(spec.scope == "phone" for spec in visible_fields(compiled, {"content": "灯坏了,请修"}))
    assert not any(spec.scope == "phone" for spec in visible_fields(compiled, {"content": "灯坏了"}))


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"maxItems": None}, "maxItems"),
        ({"uniqueItems": None}, "uniqueItems"),
        ({"uniqueItems": False}, "uniqueItems"),
        ({"minItems": 4}, "fewest choices above its most"),
        ({"maxItems": 0}, "maxItems"),
        ({"x-source": "Hospitals!"}, "x-source"),
        ({"x-source": None}, "nothing to choose from"),
    ],
)
def test_a_list_that_cannot_be_ticked_is_refused(extra: dict[str, Any], reason: str) -> None:
    assert any(reason in said for said in validate_package(listed({}, **extra), reference()))


def test_a_value_with_the_separator_in_it_is_refused() -> None:
    assert any("items/enum" in said for said in validate_package(listed({"enum": ["a,b"]}), reference()))
