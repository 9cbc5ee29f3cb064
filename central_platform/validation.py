"""Answers against a package's data schema. A finding names the field and the rule, never the value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from central_platform.catalogue import Package
from contracts import uscc
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
            for control in group["controls"]:
                name = scope_of(control["scope"])
                if not asked(rules_of(page, group, control), known):
                    if name in answers:
                        yield Finding(f"/{name}", f"/{name} does not satisfy rule")
                    continue
                if control.get("required") and name not in answers:
                    yield Finding(f"/{name}", f"/{name} does not satisfy required")
                known[name] = texts(answers.get(name))


def _beyond(data: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Finding]:
    """Check characters, and fields that repeat another one."""
    for name, prop in data.get("properties", {}).items():
        value = answers.get(name)
        if value is None:
            continue
        if prop.get("format") == "uscc" and not uscc.is_valid(str(value)):
            yield Finding(f"/{name}", f"/{name} does not satisfy uscc")
        if "x-equals" in prop and value != answers.get(prop["x-equals"]):
            yield Finding(f"/{name}", f"/{name} does not satisfy x-equals")


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
    return Finding(field, f"{field} does not satisfy {rule}")
