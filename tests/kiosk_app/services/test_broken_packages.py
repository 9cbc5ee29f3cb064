from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk_app.services.validation import validate_package
from tests.kiosk_app.services.data import package, reference

Break = Callable[[dict[str, Any]], None]


def control(p: dict[str, Any], scope: str) -> dict[str, Any]:
    for page in p["ui"]["pages"]:
        for group in page["groups"]:
            for found in group["controls"]:
                if found["scope"] == f"#/properties/{scope}":
                    return found
    raise AssertionError(scope)


def drop_control(p: dict[str, Any], scope: str) -> None:
    for page in p["ui"]["pages"]:
        for group in page["groups"]:
            group["controls"] = [c for c in group["controls"] if c["scope"] != f"#/properties/{scope}"]


def many_questions(p: dict[str, Any]) -> None:
    first = control(p, "phone")
    for n in range(5):
        name = f"phone{n}"
        p["data"]["properties"][name] = dict(p["data"]["properties"]["phone"])
        p["data"]["required"].append(name)
        p["ui"]["pages"][0]["groups"][0]["controls"].append({**first, "scope": f"#/properties/{name}"})
        for lang in ("zh", "en"):
            p["strings"][lang][f"field.{name}.error.required"] = "x"
            p["strings"][lang][f"field.{name}.error.invalid"] = "x"


def amount(least: str, most: str) -> dict[str, Any]:
    """A property that is an amount of money."""
    return {"type": "string", "format": "money", "x-privacy": "plain", "x-amount": {"from": least, "to": most}}


BREAKS: list[tuple[str, str, Break]] = [
    ("GA02", "unexpected", lambda p: p["service"].update(colour="red")),
    ("GA02", "names", lambda p: p["service"].pop("names")),
    ("GA02", "names/en", lambda p: p["service"]["names"].update(en="")),
    ("GA02", "summary/zh", lambda p: p["service"]["summary"].update(zh="很" * 121)),
    ("GA02", "service/id", lambda p: p["service"].update(id="GA2")),
    ("GA02", "service/level", lambda p: p["service"].update(level="L9")),
    ("GA02", "service/offline", lambda p: p["service"].update(offline="maybe")),
    ("GA02", "service/kind", lambda p: p["service"].update(kind="SELL")),
    ("GA02", "limit/basis", lambda p: p["service"]["limit"].update(basis="x")),
    ("GA02", "search/zh", lambda p: p["service"]["search"].update(zh=["一个", "两个"])),
    ("GA02", "every alias", lambda p: p["service"]["search"]["pinyin"].pop()),
    ("GA02", "service/materials", lambda p: p["service"].update(materials=[])),
    ("GA02", "service/tint", lambda p: p["service"].update(tint="#ff0000")),
    ("GA02", "service/live", lambda p: p["service"].update(live=False)),
    ("GA02", "prefill/phone", lambda p: p["service"]["prefill"].update(phone=["web.phone"])),
    ("GA02", "shoeSize is no field", lambda p: p["service"]["prefill"].update(shoeSize=["platform.shoe"])),
    ("GA02", "additionalProperties", lambda p: p["data"].update(additionalProperties=True)),
    ("GA02", "properties/phone", lambda p: p["data"]["properties"]["phone"].update({"$ref": "http://x"})),
    ("GA02", "properties/phone", lambda p: p["data"]["properties"]["phone"].pop("x-privacy")),
    ("GA02", "properties/phone/type", lambda p: p["data"]["properties"]["phone"].update(type="object")),
    ("GA02", "properties/phone/format", lambda p: p["data"]["properties"]["phone"].update(format="telephone")),
    ("GA02", "regular expression", lambda p: p["data"]["properties"]["phone"].update(pattern="[")),
    ("GA02", "shorter", lambda p: p["data"]["properties"]["landlord"].update(minLength=30)),
    ("SB01", "least above its most", lambda p: p["data"]["properties"]["copies"].update(minimum=9)),
    ("SB01", "least amount above", lambda p: p["data"]["properties"].update(copies=amount("9.00", "8.99"))),
    ("SB01", "x-amount/to", lambda p: p["data"]["properties"].update(copies=amount("0.01", "5000"))),
    ("GA02", "x-range/to", lambda p: p["data"]["properties"]["moveIn"]["x-range"].update(to="tomorrow")),
    ("GA02", "without a range", lambda p: p["data"]["properties"]["moveIn"].pop("x-range")),
    ("GA02", "does not exist", lambda p: p["data"]["required"].append("ghost")),
    ("GA02", "nothing asks for landlord", lambda p: drop_control(p, "landlord")),
    ("GA02", "asked 2 times", lambda p: p["ui"]["pages"][0]["groups"][0]["controls"].append(control(p, "phone"))),
    ("GA02", "ghost", lambda p: control(p, "phone").update(scope="#/properties/ghost")),
    ("GA02", "scope", lambda p: control(p, "phone").update(scope="#/person/phone")),
    ("GA02", "panel", lambda p: control(p, "phone").update(panel="keyboard")),
    ("GA02", "control", lambda p: control(p, "phone").update(control="magic")),
    ("YY01", "source", lambda p: control(p, "hall").update(source="shops")),
    ("YY01", "nothing to choose from", lambda p: control(p, "hall").pop("source")),
    ("YY01", "depends on slot", lambda p: control(p, "item").update(depends="slot")),
    ("XF01", "not asked before", lambda p: control(p, "slot")["rule"]["condition"].update(scope="#/properties/ghost")),
    ("XF01", "effect", lambda p: control(p, "slot")["rule"].update(effect="BLINK")),
    ("XF01", "schema", lambda p: control(p, "slot")["rule"]["condition"].update(schema={"type": "string"})),
    ("XF01", "must not be required", lambda p: p["data"]["required"].append("slot")),
    ("SB01", "looks at ghost", lambda p: p["data"]["properties"]["periodTo"].update({"x-not-before": "ghost"})),
    ("GA02", "same id", lambda p: p["ui"]["pages"][1].update(id="home")),
    ("GA02", "title", lambda p: p["ui"]["pages"][0].update(title="您好")),
    ("GA02", "pages", lambda p: p["ui"].update(pages=[])),
    ("GA02", "person", lambda p: p["ui"].update(person=["photo"])),
    ("GA02", "only there in one language", lambda p: p["strings"]["en"].pop("field.phone.label")),
    ("GA02", "is missing", lambda p: [p["strings"][lang].pop("field.phone.hint") for lang in ("zh", "en")]),
    ("GA02", "error.invalid is missing", lambda p: [s.pop("field.addr.error.invalid") for s in p["strings"].values()]),
    ("SB01", "option.purpose.loan is missing", lambda p: [s.pop("option.purpose.loan") for s in p["strings"].values()]),
    ("GA02", "strings/zh", lambda p: p["strings"]["zh"].update({"field.phone.label": ""})),
    ("GA02", "strings", lambda p: p["strings"].pop("en")),
    ("GA02", "strings", lambda p: p["strings"].update(fr={})),
    ("GA02", "ghost is no field", lambda p: p["receipt"].update(fields=["ghost"])),
    ("GA02", "receipt/result", lambda p: p["receipt"].update(result="lottery")),
    ("GA02", "receipt", lambda p: p.pop("receipt")),
    ("GA02", "10 things to enter", many_questions),
    ("GA02", "code", lambda p: p.update(code="import os")),
]


@pytest.mark.parametrize(
    ("service", "reason", "damage"), BREAKS, ids=[f"{s}-{r}-{n}" for n, (s, r, _) in enumerate(BREAKS)]
)
def test_a_broken_package_is_refused_with_a_reason(service: str, reason: str, damage: Break) -> None:
    broken = package(service)
    damage(broken)
    found = validate_package(broken, reference())
    assert found
    assert any(reason in line for line in found) or reason == "unexpected", found


@pytest.mark.parametrize("nonsense", [{}, {"service": None}, {"service": []}, {"service": {"search": 3}}])
def test_nonsense_is_refused_and_never_crashes(nonsense: dict[str, Any]) -> None:
    assert validate_package(nonsense)


def test_reasons_are_short_enough_to_read() -> None:
    broken = package("GA02")
    broken["service"]["summary"]["zh"] = "很" * 5000
    assert all(len(line) < 220 for line in validate_package(broken))
