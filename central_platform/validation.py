"""Answers against a package's data schema. A finding names the field and the rule, never the value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from central_platform.catalogue import Package
from contracts import handwriting, uscc
from contracts.conditions import asked, rules_of, scope_of, texts


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing wrong with a set of answers. `field` is a JSON pointer; `detail` names the rule."""

    field: str
    detail: str


def check(package: Package, answers: Mapping[str, Any]) -> Finding | None:
    """Return what is wrong with `answers`, or None: by the data schema, then by what a schema cannot say."""
    data, ui = package.content["data"], package.content["ui"]
    error = best_match(Draft202012Validator(data).iter_errors(dict(answers)))
    if error is not None:
        return _finding(error)
    return next(chain(_asked(ui, answers), _beyond(data, answers)), None)


def _asked(ui: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Finding]:
    """Answers to what was not to be asked, and none to what had to be: the terminal goes by the same rules."""
    known: dict[str, tuple[str, ...]] = {}
    for page in ui["pages"]:
        for group in page["groups"]:
            yield from _judged(group["controls"], (page, group), answers, known, "")


def _judged(
    controls: Iterable[Mapping[str, Any]],
    above: tuple[Mapping[str, Any], ...],
    answers: Mapping[str, Any],
    known: dict[str, tuple[str, ...]],
    where: str,
) -> Iterator[Finding]:
    """The questions of one group of a page, or of one entry of a repeated group, whose path is `where`."""
    for control in controls:
        name = scope_of(control["scope"])
        if not asked(rules_of(*above, control), known):
            if name in answers:
                yield _broken(f"{where}/{name}", "rule")
            continue
        if control.get("required") and name not in answers:
            yield _broken(f"{where}/{name}", "required")
        value = answers.get(name)
        known[name] = texts(value)
        if "controls" in control and isinstance(value, list):
            beside = {scope_of(one["scope"]) for one in control["controls"]}
            outside = {scope: answered for scope, answered in known.items() if scope not in beside}
            for at, entry in enumerate(value):
                yield from _judged(control["controls"], (), entry, dict(outside), f"{where}/{name}/{at}")


def _beyond(data: Mapping[str, Any], answers: Mapping[str, Any], where: str = "") -> Iterator[Finding]:
    """Check characters, fields that repeat another one, signatures, and the same in the entries of groups."""
    for name, prop in data.get("properties", {}).items():
        value = answers.get(name)
        if value is None:
            continue
        if prop.get("format") == "uscc" and not uscc.is_valid(str(value)):
            yield _broken(f"{where}/{name}", "uscc")
        if "x-equals" in prop and value != answers.get(prop["x-equals"]):
            yield _broken(f"{where}/{name}", "x-equals")
        if prop.get("format") == "signature" and not _is_signed(name, answers):
            yield _broken(f"{where}/{name}", "signature")
        items = prop.get("items", {})
        if items.get("type") == "object":
            for at, entry in enumerate(value):
                yield from _beyond(items, entry, f"{where}/{name}/{at}")


def _is_signed(name: str, answers: Mapping[str, Any]) -> bool:
    """True for a signature, drawn or confirmed, that was given for all the other answers as they stand here."""
    try:
        signed = handwriting.decode(str(answers[name]))
    except handwriting.HandwritingError:
        return False
    if signed.way is handwriting.Way.DRAWN and not handwriting.is_written(signed.strokes):
        return False
    return handwriting.signs(signed, {other: value for other, value in answers.items() if other != name})


def _broken(field: str, rule: str) -> Finding:
    return Finding(field, f"{field} does not satisfy {rule}")


def _finding(error: ValidationError) -> Finding:
    path = [str(part) for part in error.absolute_path]
    rule = str(error.validator)
    if isinstance(error.instance, Mapping) and isinstance(error.schema, Mapping):
        if rule == "required" and isinstance(error.validator_value, list):
            path += [str(name) for name in error.validator_value if name not in error.instance][:1]
        elif rule == "additionalProperties":
            known = error.schema.get("properties", {})
            path += sorted(str(name) for name in error.instance if name not in known)[:1]
    field = "/" + "/".join(part.replace("~", "~0").replace("/", "~1")[:80] for part in path)
    return _broken(field, rule)
