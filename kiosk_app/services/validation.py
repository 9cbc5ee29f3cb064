"""May this package be activated? Every reason against it, in words for technicians and service owners."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
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
    properties = package["data"]["properties"]
    asked = [scope_of(control["scope"]) for control in _controls(package)]
    for name in sorted(set(asked)):
        if asked.count(name) > 1:
            yield f"ui: {name} is asked {asked.count(name)} times"
    for name in properties:
        if name not in asked:
            yield f"ui: nothing asks for {name}"
    for name in package["data"]["required"]:
        if name not in properties:
            yield f"data: {name} is required but does not exist"
    page_ids = [page["id"] for page in package["ui"]["pages"]]
    if len(set(page_ids)) != len(page_ids):
        yield "ui: two pages have the same id"


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
    for control in _controls(package):
        name = scope_of(control["scope"])
        keys |= {control[part] for part in ("label", "short", "hint", "why", "ask")}
        keys |= {f"field.{name}.error.required", f"field.{name}.error.invalid"}
        prop = package["data"]["properties"].get(name, {})
        values = prop.get("enum") or prop.get("items", {}).get("enum", ())
        keys |= {f"option.{name}.{value}" for value in values}
    return keys


def _rules(package: Mapping[str, Any], form: Form) -> Iterator[str]:
    earlier: dict[str, FieldSpec] = {}
    for spec in form.fields:
        for rule in spec.rules:
            yield from _rule(spec, rule, earlier)
        if spec.rules and spec.scope in package["data"]["required"]:
            yield f"data: {spec.scope} can be hidden and must not be required there; say required in the UI schema"
        if spec.depends and spec.depends not in earlier:
            yield f"ui: {spec.scope} depends on {spec.depends}, which is not asked before it"
        if spec.not_before and spec.not_before not in earlier:
            yield f"data: {spec.scope} looks at {spec.not_before}, which is not asked before it"
        if spec.equals and spec.equals not in earlier:
            yield f"data: {spec.scope} repeats {spec.equals}, which is not asked before it"
        earlier[spec.scope] = spec


def _rule(spec: FieldSpec, rule: Rule, earlier: Mapping[str, FieldSpec]) -> Iterator[str]:
    """What is wrong with one rule of a field, its group or its page."""
    other = earlier.get(rule.scope)
    if other is None:
        yield f"ui: the rule of {spec.scope} looks at {rule.scope}, which is not asked before it"
        return
    if other.control is Control.PIN:
        yield f"ui: the rule of {spec.scope} looks at {rule.scope}, a PIN: what is asked would tell of it"
    offered = {choice.value for choice in other.choices}
    for value in rule.values:
        if offered and other.control in OFFERED and value not in offered:
            yield f"ui: the rule of {spec.scope} waits for {value!r}, which {rule.scope} does not offer"


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
    for spec in form.fields:
        if spec.panel == "select" and not spec.choices and not _has_source(package, spec):
            yield f"ui: {spec.scope} has nothing to choose from"


def _has_source(package: Mapping[str, Any], spec: FieldSpec) -> bool:
    listed = "x-source" in package["data"]["properties"][spec.scope]
    return listed or any("source" in c for c in _controls(package) if scope_of(c["scope"]) == spec.scope)


def _patterns(package: Mapping[str, Any]) -> Iterator[str]:
    for name, prop in package["data"]["properties"].items():
        try:
            re.compile(prop.get("pattern", ""))
        except re.error:
            yield f"data: the pattern of {name} is no regular expression"
        if prop.get("minLength", 0) > prop.get("maxLength", prop.get("minLength", 0)):
            yield f"data: {name} is shorter than it is long"
        if prop.get("minimum", 0) > prop.get("maximum", prop.get("minimum", 0)):
            yield f"data: {name} has its least above its most"
        if prop.get("minItems", 0) > prop.get("maxItems", 0):
            yield f"data: {name} has its fewest choices above its most"
        span = prop.get("x-amount")
        if span is not None and Decimal(span["from"]) > Decimal(span["to"]):
            yield f"data: {name} has its least amount above its most"


def _kinds(form: Form) -> Iterator[str]:
    """What single kinds of field must have or must not have."""
    for spec in form.fields:
        match spec.control:
            case Control.DATE | Control.YEAR if not spec.earliest:
                yield f"data: {spec.scope} is a {spec.control} without a range"
            case Control.YEAR if len(spec.choices) > MOST_YEARS:
                yield f"data: {spec.scope} offers {len(spec.choices)} years; at most {MOST_YEARS} can be looked through"
            case Control.PIN if spec.default:
                yield f"data: {spec.scope} is a PIN and has none beforehand"
        other = form.field(spec.equals) if spec.equals else None
        if other is not None and (spec.control is not Control.PIN or other.control is not Control.PIN):
            yield f"data: {spec.scope} repeats {other.scope}, but only a PIN repeats a PIN"


def _effort(package: Mapping[str, Any], form: Form) -> Iterator[str]:
    most = MOST_INPUTS_PRINT if package["service"]["kind"] == "PRINT" else MOST_INPUTS
    needed = manual_inputs(form)
    if needed > most:
        yield f"ui: {needed} things to enter; at most {most} may be asked"


def _controls(package: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [control for page in package["ui"]["pages"] for group in page["groups"] for control in group["controls"]]


def _short(message: str) -> str:
    return message if len(message) <= 160 else message[:157] + "..."
