"""Every fault of a package by mutating a good one: the right file, the right line, and the same on both sides."""

from __future__ import annotations

import ast
import inspect
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from central_platform.catalogue import Catalogue, PackageError
from contracts import package_faults, package_fields
from contracts.package_files import FILES, Located
from kiosk_app.services.validation import validate_files
from tests.kiosk_app.services.data import LIVE, PACKAGES
from tests.kiosk_app.services.test_group_faults import CODES as OF_GROUPS
from tests.kiosk_app.services.test_signature_faults import CODES as OF_SIGNATURES

Alter = Callable[[Any], object]
SERVICE, DATA, UI, RECEIPT, ZH, EN = FILES.values()


@dataclass(frozen=True)
class Case:
    """One mutation of a package, the fault it must be told as, and text of the line that must be shown."""

    package: str
    file: str
    alter: Alter
    code: str
    line: str = ""
    also: str = ""


def control(ui: Any, name: str) -> Any:
    """The control that asks for a property."""
    controls = (c for page in ui["pages"] for group in page["groups"] for c in group["controls"])
    return next(c for c in controls if c["scope"] == f"#/properties/{name}")


def drop(ui: Any, name: str) -> None:
    for page in ui["pages"]:
        for group in page["groups"]:
            group["controls"] = [c for c in group["controls"] if c["scope"] != f"#/properties/{name}"]


def twice(ui: Any, name: str) -> None:
    ui["pages"][0]["groups"][0]["controls"].append(dict(control(ui, name)))


def prop(name: str, **members: Any) -> Alter:
    return lambda data: data["properties"][name].update(members)


def less(name: str, member: str) -> Alter:
    return lambda data: data["properties"][name].pop(member)


def ask(name: str, **members: Any) -> Alter:
    return lambda ui: control(ui, name).update(members)


def put(*path: str | int, to: Any) -> Alter:
    def alter(value: Any) -> None:
        for part in path[:-1]:
            value = value[part]
        value[path[-1]] = to

    return alter


def rule(**condition: Any) -> Alter:
    return lambda ui: control(ui, "slot")["rule"]["condition"].update(condition)


def pin(data: Any, **members: Any) -> None:
    data["properties"]["landlordPhone"] = {"type": "string", "format": "pin", "x-privacy": "personal", **members}


def many_pages(service: Any) -> None:
    paper = {**service["materials"][1], "scan": {"pages": 8}}
    service["materials"] += [{**paper, "code": code} for code in ("A", "B")]


def licensed(service: Any) -> None:
    service["materials"][0]["scan"] = {"pages": 1, "licence": "lease_filing"}


def no_defaults(data: Any) -> None:
    for found in data["properties"].values():
        found.pop("x-default", None)


MONEY = {"type": "string", "format": "money", "x-privacy": "plain", "x-amount": {"from": "9.00", "to": "8.99"}}
YEAR = {"type": "string", "format": "year", "x-privacy": "plain", "x-range": {"from": "-120y", "to": "+0y"}}
LIST = {"type": "array", "items": {"type": "string"}, "maxItems": 2, "uniqueItems": True, "x-privacy": "plain"}
CASES = [
    # What the schema says.
    Case("GA02", SERVICE, put("colour", to="red"), "additionalProperties", '"colour"'),
    Case("GA02", SERVICE, lambda s: s.pop("names"), "required", "{"),
    Case("GA02", SERVICE, put("names", "en", to=""), "minLength", '"en": ""'),
    Case("GA02", SERVICE, put("summary", "zh", to="很" * 121), "maxLength", '"zh": "很'),
    Case("GA02", SERVICE, put("id", to="GA2"), "pattern", '"id": "GA2"'),
    Case("GA02", SERVICE, put("level", to="L9"), "enum", '"level": "L9"'),
    Case("GA02", SERVICE, put("version", to="1"), "type", '"version": "1"'),
    Case("GA02", SERVICE, put("version", to=0), "minimum", '"version": 0'),
    Case("GA02", SERVICE, put("eligibility", "min_age", to=200), "maximum", '"min_age": 200'),
    Case("GA02", SERVICE, put("materials", to=[]), "minItems", '"materials": []'),
    Case("GA02", SERVICE, put("themes", to=["T01", "T01"]), "uniqueItems", '"themes"'),
    Case("GA02", SERVICE, lambda s: s["steps"].extend(s["steps"] * 2), "maxItems", '"steps"'),
    Case("GA02", SERVICE, put("prefill", "Phone", to=["platform.phone"]), "propertyNames", '"Phone"'),
    Case("GA02", DATA, put("additionalProperties", to=True), "const", '"additionalProperties": true'),
    Case("GA02", DATA, put("properties", to={}), "minProperties", '"properties": {}'),
    Case("GA02", DATA, less("phone", "x-privacy"), "required", '"phone": {'),
    Case("GA02", DATA, prop("phone", format="telephone"), "enum", '"format": "telephone"'),
    Case("GA02", DATA, prop("moveIn", **{"x-range": {"from": "-5y", "to": "tomorrow"}}), "pattern", '"to": "tomorrow"'),
    Case("GA02", UI, ask("phone", scope="#/person/phone"), "pattern", '"#/person/phone"'),
    Case("XF01", UI, rule(schema={"type": "string"}), "oneOf", '"schema"'),
    Case("GA02", UI, put("pages", to=[]), "minItems", '"pages": []'),
    Case("GA02", EN, put("phone", to="Phone"), "propertyNames", '"phone"'),
    Case("GA02", RECEIPT, put("result", to="lottery"), "enum", '"result": "lottery"'),
    Case("YL02", SERVICE, put("materials", 1, "scan", "pages", to=9), "maximum", '"pages": 9'),
    Case("YL02", SERVICE, put("materials", 1, "scan", "licence", to=True), "type", '"licence": true'),
    Case("YL02", SERVICE, put("materials", 1, "scan", "colour", to=True), "additionalProperties", '"colour"'),
    # What a schema cannot say.
    Case("YL02", SERVICE, lambda s: s["materials"].append(s["materials"][1]), "material-twice", '"code": "MED"'),
    Case("SB01", SERVICE, put("materials", 0, "scan", to={"pages": 1, "follow": 5}), "scan-instant", '"follow": 5'),
    Case("GA09", SERVICE, put("materials", 0, "scan", to={"pages": 1}), "scan-paid", '"scan": {'),
    Case("YL02", SERVICE, put("materials", 1, "scan", "licence", to="car"), "licence-unknown", '"licence": "car"'),
    Case("XF01", SERVICE, licensed, "licence-level", '"licence": "lease_filing"'),
    Case("YL02", SERVICE, many_pages, "scan-pages", '"materials": ['),
    Case("GA02", SERVICE, put("id", to="GA09"), "id", '"id": "GA09"'),
    Case("GA02", SERVICE, put("live", to=False), "live", '"live": false'),
    Case("GA02", SERVICE, put("limit", "days", to=None), "limit", '"days": null'),
    Case("SB01", SERVICE, put("limit", "days", to=3), "limit", '"days": 3'),
    Case("GA02", SERVICE, put("theme", to="T99"), "theme", '"themes"'),
    Case("GA02", SERVICE, lambda s: s["search"]["pinyin"].pop(), "search", '"pinyin"'),
    Case("GA02", SERVICE, put("prefill", "shoeSize", to=["platform.shoe"]), "prefill-unknown", '"shoeSize"'),
    Case("GA02", UI, partial(drop, name="landlord"), "not-asked", '"landlord": {', also=DATA),
    Case("GA02", UI, partial(twice, name="phone"), "asked-twice", '"#/properties/phone"'),
    Case("GA02", UI, ask("phone", scope="#/properties/ghost"), "scope", '"#/properties/ghost"'),
    Case("GA02", DATA, lambda d: d["required"].append("ghost"), "required-unknown", '"ghost"'),
    Case("GA02", UI, put("pages", 1, "id", to="home"), "page-twice", '"id": "home"'),
    Case("GA02", EN, lambda words: words.pop("field.phone.label"), "one-language", '"field.phone.label"', also=ZH),
    Case("GA02", UI, ask("phone", hint="field.ghost.hint"), "words-missing", '"field.ghost.hint"'),
    Case("SB01", DATA, lambda d: d["properties"]["purpose"]["enum"].append("party"), "words-missing", '"party"'),
    Case("YY01", UI, ask("item", depends="slot"), "order", '"depends": "slot"'),
    Case("XF01", UI, rule(scope="#/properties/ghost"), "order", '"#/properties/ghost"'),
    Case("SB01", DATA, prop("periodTo", **{"x-not-before": "ghost"}), "order", '"x-not-before": "ghost"'),
    Case("XF01", DATA, lambda d: d["required"].append("slot"), "hidden-required", '"slot"'),
    Case("JY03", UI, lambda ui: add_rule(ui, "jobType", "bank", "circus"), "rule-value", '"schema"'),
    Case("GA02", RECEIPT, put("fields", to=["ghost"]), "receipt-field", '"ghost"'),
    Case("GA02", RECEIPT, put("result", to="booking"), "result", '"result": "booking"'),
    Case("YY01", DATA, lambda d: d["required"].remove("slot"), "booking", '"required"'),
    Case("YY01", UI, lambda ui: control(ui, "hall").pop("source"), "no-choices", "{"),
    Case("SB01", DATA, put("properties", "purpose", to=LIST), "no-choices", "{", also=UI),
    Case("GA02", DATA, prop("phone", pattern="["), "pattern", '"pattern": "["'),
    Case("GA02", DATA, prop("landlord", minLength=30), "bounds", '"minLength": 30'),
    Case("SB01", DATA, prop("copies", minimum=9), "bounds", '"minimum": 9'),
    Case("SB01", DATA, put("properties", "copies", to=MONEY), "bounds", '"from": "9.00"'),
    Case("SB01", DATA, put("properties", "copies", to={**LIST, "minItems": 3}), "bounds", '"minItems": 3'),
    Case("GA02", DATA, prop("moveIn", **{"x-range": {"from": "+1d", "to": "-1d"}}), "bounds", '"x-range"'),
    Case("SB01", DATA, put("properties", "copies", to=YEAR), "bounds", '"x-range"'),
    Case("SB01", DATA, prop("purpose", **{"x-default": "party"}), "default", '"x-default": "party"'),
    Case("GA02", DATA, partial(pin, **{"x-default": "123456"}), "default", '"x-default": "123456"'),
    Case("GA02", DATA, partial(pin, **{"x-equals": "landlord"}), "repeats", '"x-equals": "landlord"'),
    Case("GA02", DATA, less("moveIn", "x-range"), "range", '"moveIn": {'),
    Case("GA02", DATA, prop("phone", minLength=11.0), "number", '"minLength": 11.0'),
    Case("GA02", RECEIPT, put("title", "zh", to="\ud83d"), "text", '"zh": "\\ud83d"'),
    Case(
        "SB01", DATA, lambda d: [p.pop("x-default", 0) for p in d["properties"].values()], "effort", '"pages"', also=UI
    ),
]


def add_rule(ui: Any, seen: str, shown: str, value: str) -> None:
    condition = {"scope": f"#/properties/{seen}", "schema": {"const": value}}
    control(ui, shown)["rule"] = {"effect": "SHOW", "condition": condition}


def copied(package: str, folder: Path) -> Path:
    place = folder / package
    shutil.copytree(PACKAGES / package, place, ignore=shutil.ignore_patterns("voice", "certificate.json"))
    return place


def found_in(place: Path) -> list[Located]:
    def read(name: str) -> str | None:
        file = place / name
        return file.read_text("utf-8") if file.exists() else None

    return validate_files(read, place.name)


@pytest.mark.parametrize("case", CASES, ids=[f"{c.package}-{c.code}-{n}" for n, c in enumerate(CASES)])
def test_a_fault_is_told_with_file_line_and_cure_and_the_platform_refuses_it(case: Case, tmp_path: Path) -> None:
    place = copied(case.package, tmp_path)
    path = place / case.file
    value = json.loads(path.read_text("utf-8"))
    case.alter(value)
    ascii_only = case.code == "text"
    path.write_text(json.dumps(value, ensure_ascii=ascii_only, indent=2), "utf-8")
    found = [fault for fault in found_in(place) if fault.fault.code == case.code]
    assert found, found_in(place)
    file = case.also or case.file
    lines = (place / file).read_text("utf-8").splitlines()
    shown = [fault for fault in found if fault.file == file and case.line in lines[fault.place.line - 1]]
    assert shown, [(fault.where, fault.fault) for fault in found]
    assert all(fault.fault.wrong and fault.fault.expected and fault.fault.mend for fault in found)
    with pytest.raises(PackageError) as refused:
        Catalogue.load(tmp_path)
    said = [line.partition("; expected: ")[0] for line in refused.value.faults]
    assert said == [f"{place / fault.where}: {fault.fault.wrong}" for fault in found_in(place)]


def test_a_pin_is_never_filled_in_beforehand(tmp_path: Path) -> None:
    place = copied("GA02", tmp_path)
    for name, alter in ((DATA, pin), (SERVICE, put("prefill", "landlordPhone", to=["platform.phone"]))):
        value = json.loads((place / name).read_text("utf-8"))
        alter(value)
        (place / name).write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
    assert "prefill-secret" in {fault.fault.code for fault in found_in(place)}


def codes_in(module: ModuleType) -> set[str]:
    """The codes of every fault that a module makes."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    made = [call.args[1] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Fault"]
    return {code.value for code in made if isinstance(code, ast.Constant)}


def test_the_table_holds_every_fault_that_is_not_the_schema_s() -> None:
    codes = codes_in(package_faults) | codes_in(package_fields)
    assert len(codes) > 25
    assert codes == {case.code for case in CASES if case.code in codes} | {"prefill-secret"} | OF_GROUPS | OF_SIGNATURES


@pytest.mark.parametrize("name", FILES.values())
def test_a_file_that_is_missing_is_named(name: str, tmp_path: Path) -> None:
    place = copied("GA02", tmp_path)
    (place / name).unlink()
    assert [(fault.where, fault.fault.code) for fault in found_in(place)] == [(f"{name}:1:1", "file-missing")]
    with pytest.raises(PackageError, match="the file is missing"):
        Catalogue.load(tmp_path)


@pytest.mark.parametrize(
    ("data", "where", "code"),
    [
        (b'{\n "result": "none",\n}', "receipt.json:3:1", "syntax"),
        (b'{"result": NaN}', "receipt.json:1:12", "syntax"),
        (b'{"result": "none",\n "result": "booking"}', "receipt.json:2:2", "name-twice"),
        ('{"回执": 1}'.encode("gb18030"), "receipt.json:1:1", "encoding"),
        (b"", "receipt.json:1:1", "syntax"),
    ],
)
def test_a_file_that_is_no_json_is_shown_where_it_breaks(data: bytes, where: str, code: str, tmp_path: Path) -> None:
    place = copied("GA02", tmp_path)
    (place / RECEIPT).write_bytes(data)
    assert [(fault.where, fault.fault.code) for fault in found_in(place)] == [(where, code)]
    with pytest.raises(PackageError) as refused:
        Catalogue.load(tmp_path)
    assert str(refused.value).startswith(f"{place / where}: ")


@pytest.mark.parametrize("package", LIVE)
def test_a_package_that_ships_has_no_fault(package: str) -> None:
    assert found_in(PACKAGES / package) == []
