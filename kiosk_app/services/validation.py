"""May this package be activated? Every reason against it, in words for technicians and service owners."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from contracts.conditions import Rule, scope_of
from kiosk_app.services.forms import FormError, compile_form
from kiosk_app.services.model import Control, FieldSpec, Form

MOST_INPUTS = 6
MOST_INPUTS_PRINT = 3
MOST_SCHEMA_ERRORS = 20
MOST_YEARS = 100
LANGUAGES = ("zh", "en")
ANY_DAY = date(2026, 1, 5)
MOST_ENTRIES = 8
ONCE = {Control.PIN, Control.GROUP}
"""Kinds that make no sense in every entry of a group."""
OFFERED = {Control.SELECT, Control.LIST, Control.BOOL}
"""Kinds whose values are known from the package alone, and do not change with the day."""


def validate_package(package: Mapping[str, Any], reference: Mapping[str, Any] | None = None) -> list[str]:
    """Return why a package must not be activated; empty when it may.

    First the shape (contracts/service.schema.json), then what a schema cannot say: every property is asked exactly
    once, every word exists in both languages, rules look back, and nobody is asked for more than six things.
    """
    shape = list(_shape(package))
    if shape:
        return shape
    try:
        form = compile_form(package, reference, ANY_DAY)
    except FormError as error:
        return [str(error)]
    return [
        *_scopes(package),
        *_strings(package),
        *_rules(package, form),
        *_references(package, form),
        *_patterns(package),
        *_kinds(form),
        *_effort(package, form),
    ]


def validate_service(service: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with one service.json or listed guide; empty when nothing is."""
    return [*_errors({"$ref": "#/$defs/service", "$defs": schema()["$defs"]}, service), *_search(service)]


@cache
def schema() -> dict[str, Any]:
    """Return contracts/service.schema.json. The loader is imported here because a starting terminal never needs it."""
    from importlib.resources import files

    loaded: dict[str, Any] = json.loads(files("contracts").joinpath("service.schema.json").read_text("utf-8"))
    return loaded


def manual_inputs(form: Form, prefilled: frozenset[str] = frozenset()) -> int:
    """Return how many things somebody of whom nothing is held must enter: required fields without a default."""
    return sum(f.required and not f.default and f.scope not in prefilled for f in form.fields)


def _errors(against: Mapping[str, Any], value: object) -> Iterator[str]:
    from jsonschema import Draft202012Validator

    for at, error in enumerate(Draft202012Validator(against).iter_errors(value)):
        if at == MOST_SCHEMA_ERRORS:
            return
        where = "/".join(str(part) for part in error.absolute_path) or "package"
        yield f"{where}: {_short(error.message)}"


def _shape(package: Mapping[str, Any]) -> Iterator[str]:
    yield from _errors(schema(), package)
    service = package.get("service") if isinstance(package, Mapping) else None
    if isinstance(service, Mapping):
        yield from _search(service)
        if service.get("live") is False:
            yield "service/live: a package is live; a guide belongs into the listed services"


def _search(service: Mapping[str, Any]) -> Iterator[str]:
    search = service.get("search")
    if not isinstance(search, Mapping):
        return
    lengths = {len(search.get(name) or ()) for name in ("pinyin", "initials")}
    if lengths != {len(search.get("zh") or ()) + 2}:
        yield "service/search: pinyin and initials must belong to full name, short name and every alias"


def _scopes(package: Mapping[str, Any]) -> Iterator[str]:
    for part in _parts(package):
        asked = [scope_of(control["scope"]) for control in part.controls]
        for name in sorted(set(asked)):
            if asked.count(name) > 1:
                yield f"ui: {part.path}{name} is asked {asked.count(name)} times"
        for name in part.properties:
            if name not in asked:
                yield f"ui: nothing asks for {part.path}{name}"
        for name in part.required:
            if name not in part.properties:
                yield f"data: {part.path}{name} is required but does not exist"
    page_ids = [page["id"] for page in package["ui"]["pages"]]
    if len(set(page_ids)) != len(page_ids):
        yield "ui: two pages have the same id"


@dataclass(frozen=True, slots=True)
class _Part:
    """The form as a whole, or the entries of one of its groups: what is asked and what becomes of it."""

    controls: Sequence[Mapping[str, Any]]
    properties: Mapping[str, Any]
    required: Sequence[str]
    path: str = ""


def _parts(package: Mapping[str, Any]) -> list[_Part]:
    """The form first, then its groups. A group has `controls` in the UI schema and objects in the data schema."""
    data, ui = package["data"], package["ui"]
    controls = [control for page in ui["pages"] for group in page["groups"] for control in group["controls"]]
    found = [_Part(controls, data["properties"], data["required"])]
    for control in controls:
        name = scope_of(control["scope"])
        items = data["properties"].get(name, {}).get("items", {})
        if items.get("type") == "object":
            found.append(_Part(control.get("controls", ()), items["properties"], items["required"], f"{name}."))
    return found


def _strings(package: Mapping[str, Any]) -> Iterator[str]:
    zh, en = (package["strings"][lang] for lang in LANGUAGES)
    for key in sorted(set(zh) ^ set(en)):
        yield f"strings: {key} is only there in one language"
    for key in sorted(_keys(package) - (set(zh) & set(en))):
        yield f"strings: {key} is missing"


def _keys(package: Mapping[str, Any]) -> set[str]:
    keys: set[str] = set()
    for page in package["ui"]["pages"]:
        keys |= {part[name] for part in (page, *page["groups"]) for name in ("title", "lead") if name in part}
    for part in _parts(package):
        for control in part.controls:
            name = scope_of(control["scope"])
            path = part.path + name
            keys |= {control[word] for word in ("label", "short", "hint", "why", "ask", "entry") if word in control}
            keys |= {f"field.{path}.error.required", f"field.{path}.error.invalid"}
            prop = part.properties.get(name, {})
            values = prop.get("enum") or prop.get("items", {}).get("enum", ())
            keys |= {f"option.{path}.{value}" for value in values}
    return keys


def _rules(package: Mapping[str, Any], form: Form) -> Iterator[str]:
    required = {f"{part.path}{name}" for part in _parts(package) for name in part.required}
    earlier: dict[str, FieldSpec] = {}
    for spec in _first_entries(form):
        for rule in spec.rules:
            yield from _rule(spec, rule, earlier)
        if spec.rules and spec.words in required:
            yield f"data: {spec.words} can be hidden and must not be required there; say required in the UI schema"
        if spec.depends and spec.depends not in earlier:
            yield f"ui: {spec.words} depends on {spec.depends}, which is not asked before it"
        if spec.not_before and spec.not_before not in earlier:
            yield f"data: {spec.words} looks at {spec.not_before}, which is not asked before it"
        if spec.equals and spec.equals not in earlier:
            yield f"data: {spec.words} repeats {spec.equals}, which is not asked before it"
        earlier[spec.scope] = spec


def _first_entries(form: Form) -> Iterator[FieldSpec]:
    """Every field, and of each group the questions of its first entry: the others are the same."""
    for spec in form.fields:
        yield spec
        yield from spec.entries[0] if spec.entries else ()


def _rule(spec: FieldSpec, rule: Rule, earlier: Mapping[str, FieldSpec]) -> Iterator[str]:
    """What is wrong with one rule of a field, its group or its page."""
    other = earlier.get(rule.scope)
    if other is None:
        yield f"ui: the rule of {spec.words} looks at {rule.scope}, which is not asked before it"
        return
    if other.control is Control.GROUP and rule.values:
        yield f"ui: the rule of {spec.words} compares {rule.scope}, of which only minLength can be asked"
    if other.control is Control.PIN:
        yield f"ui: the rule of {spec.words} looks at {rule.scope}, a PIN: what is asked would tell of it"
    offered = {choice.value for choice in other.choices}
    for value in rule.values:
        if offered and other.control in OFFERED and value not in offered:
            yield f"ui: the rule of {spec.words} waits for {value!r}, which {rule.scope} does not offer"


def _references(package: Mapping[str, Any], form: Form) -> Iterator[str]:
    scopes = {spec.scope for spec in form.fields}
    secret = {spec.scope for spec in form.fields if spec.control is Control.PIN}
    for name in package["service"]["prefill"]:
        if name not in scopes:
            yield f"service/prefill: {name} is no field"
        if name in secret:
            yield f"service/prefill: {name} is a PIN, which nobody knows beforehand"
    for name in package["receipt"]["fields"]:
        if name not in scopes:
            yield f"receipt: {name} is no field"
    sourced = {f"{part.path}{name}" for part in _parts(package) for name in _sourced(part)}
    for spec in _first_entries(form):
        if spec.panel == "select" and not spec.choices and spec.words not in sourced:
            yield f"ui: {spec.words} has nothing to choose from"


def _sourced(part: _Part) -> Iterator[str]:
    """The questions whose choices come from a list of the reference data."""
    yield from (name for name, prop in part.properties.items() if "x-source" in prop)
    yield from (scope_of(control["scope"]) for control in part.controls if "source" in control)


def _patterns(package: Mapping[str, Any]) -> Iterator[str]:
    every = {f"{part.path}{name}": prop for part in _parts(package) for name, prop in part.properties.items()}
    for name, prop in every.items():
        try:
            re.compile(prop.get("pattern", ""))
        except re.error:
            yield f"data: the pattern of {name} is no regular expression"
        if prop.get("minLength", 0) > prop.get("maxLength", prop.get("minLength", 0)):
            yield f"data: {name} is shorter than it is long"
        if prop.get("minimum", 0) > prop.get("maximum", prop.get("minimum", 0)):
            yield f"data: {name} has its least above its most"
        if prop.get("minItems", 0) > prop.get("maxItems", 0):
            yield f"data: {name} has its fewest above its most"
        span = prop.get("x-amount")
        if span is not None and Decimal(span["from"]) > Decimal(span["to"]):
            yield f"data: {name} has its least amount above its most"


def _kinds(form: Form) -> Iterator[str]:
    """What single kinds of field must have or must not have."""
    for spec in _first_entries(form):
        match spec.control:
            case Control.DATE | Control.YEAR if not spec.earliest:
                yield f"data: {spec.words} is a {spec.control} without a range"
            case Control.YEAR if len(spec.choices) > MOST_YEARS:
                yield f"data: {spec.words} offers {len(spec.choices)} years; at most {MOST_YEARS} can be looked through"
            case Control.PIN if spec.default:
                yield f"data: {spec.words} is a PIN and has none beforehand"
            case Control.GROUP:
                yield from _group(spec)
        if spec.number and spec.control in ONCE:
            yield f"data: {spec.words} is a {spec.control}, which is asked once and not of each entry"
        if spec.number and spec.default:
            yield f"data: {spec.words} has a default, but an entry of a group begins empty"
        other = form.field(spec.equals) if spec.equals else None
        if other is not None and (spec.control is not Control.PIN or other.control is not Control.PIN):
            yield f"data: {spec.words} repeats {other.scope}, but only a PIN repeats a PIN"


def _group(spec: FieldSpec) -> Iterator[str]:
    if len(spec.entries) > MOST_ENTRIES:
        yield f"data: {spec.words} has {len(spec.entries)} entries; at most {MOST_ENTRIES} can be looked over"
    if not spec.entry:
        yield f"ui: {spec.words} does not say in entry what one entry is called"
    if not any(one.required and not one.rules for one in spec.entries[0]):
        yield f"data: {spec.words} has entries in which nothing must be answered"


def _effort(package: Mapping[str, Any], form: Form) -> Iterator[str]:
    most = MOST_INPUTS_PRINT if package["service"]["kind"] == "PRINT" else MOST_INPUTS
    needed = manual_inputs(form)
    if needed > most:
        yield f"ui: {needed} things to enter; at most {most} may be asked"


def _short(message: str) -> str:
    return message if len(message) <= 160 else message[:157] + "..."
