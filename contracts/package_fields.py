"""What is wrong with single fields of a package: their bounds, their choices, what their kind must have. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.faults import Fault, quoted
from contracts.json_places import Path
from contracts.offsets import relative

MOST_YEARS = 100
MOST_LISTED_INTEGERS = 10
ANY_DAY = date(2026, 1, 5)
POINTER = "#/properties/"
REFERENCE_LISTS = frozenset({"halls", "windowItems", "streets", "regions", "hospitals"})
CHOSEN = {"hall-ref": "hallRef", "item-ref": "itemRef", "slot": "slot", "year": "year"}
"""Formats whose answers are chosen from a list, and the control that offers it."""


def choices(package: Mapping[str, Any]) -> Iterator[Fault]:
    """Every field that is chosen offers something."""
    properties = package["data"]["properties"]
    for path, control in controls(package):
        name = scope_of(control)
        prop = properties.get(name)
        if prop is None:
            continue
        kind = control.get("control") or control_of(prop)
        own = {"select", "bool", "list", *CHOSEN.values()}
        panel = control.get("panel") or ("select" if kind in own else "")
        if panel == "select" and not _offers(prop, control, kind, package["strings"]["zh"]):
            yield Fault(
                path,
                "no-choices",
                f"{name} has nothing to choose from",
                "an enum, bounds that are less than ten apart, a source, or words option.SOURCE.ID",
                "add one of them, or another panel",
            )


def _offers(prop: Mapping[str, Any], control: Mapping[str, Any], kind: str, words: Mapping[str, str]) -> bool:
    if kind in {"bool", "region", "plate", "year"} or values_of(prop):
        return True
    source = control.get("source") or prop.get("x-source")
    if source is not None:
        return source in REFERENCE_LISTS or any(key.startswith(f"option.{source}.") for key in words)
    low, high = prop.get("minimum"), prop.get("maximum")
    return kind == "int" and low is not None and high is not None and high - low < MOST_LISTED_INTEGERS


def fields(package: Mapping[str, Any]) -> Iterator[Fault]:
    """Patterns, bounds and defaults make sense, and every kind has what it needs."""
    for name, prop in package["data"]["properties"].items():
        path = ("data", "properties", name)
        try:
            re.compile(prop.get("pattern", ""))
        except re.error as error:
            yield Fault(
                (*path, "pattern"),
                "pattern",
                f"the pattern of {name} is no regular expression",
                "a regular expression that Python and ECMA-262 both read",
                f"correct it: {error.msg}",
            )
        yield from _bounds(name, prop, path)
        yield from _kind(name, prop, path, package["data"]["properties"])


def _bounds(name: str, prop: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    for low, high, said in (
        ("minLength", "maxLength", f"{name} is shorter than it is long"),
        ("minimum", "maximum", f"{name} has its least above its most"),
        ("minItems", "maxItems", f"{name} has its fewest choices above its most"),
    ):
        least = prop.get(low, 0)
        if low in prop and least > prop.get(high, 0 if low == "minItems" else least):
            yield Fault((*path, low), "bounds", said, f"{low} up to {high}", f"lower {low}, or raise {high}")
    span = prop.get("x-amount")
    if span is not None and Decimal(span["from"]) > Decimal(span["to"]):
        yield Fault(
            (*path, "x-amount", "from"),
            "bounds",
            f"{name} has its least amount above its most",
            f"at most {span['to']}",
            "exchange the two",
        )
    default, offered = prop.get("x-default"), values_of(prop)
    if offered and default is not None and default not in offered:
        yield Fault(
            (*path, "x-default"),
            "default",
            f"{quoted(default)} is none of the choices of {name}",
            f"one of {', '.join(offered)}",
            "correct the value",
        )


def _kind(name: str, prop: Mapping[str, Any], path: Path, properties: Mapping[str, Any]) -> Iterator[Fault]:
    """What single kinds of field must have or must not have."""
    kind, span = control_of(prop), prop.get("x-range")
    if kind in {"date", "year"} and span is None:
        yield Fault(
            path,
            "range",
            f"{name} is a {kind} without a range",
            'x-range, such as {"from": "-5y", "to": "+0d"}',
            "add one: the panel needs a first and a last day",
            name=True,
        )
    if span is not None:
        first, last = _day(span["from"]), _day(span["to"])
        if first is None or last is None or first > last:
            yield Fault(
                (*path, "x-range"),
                "bounds",
                f"the range of {name} from {span['from']} to {span['to']} holds no day",
                "a first day that is not after the last, within the calendar",
                "correct the offsets",
            )
        elif kind == "year" and last.year - first.year >= MOST_YEARS:
            yield Fault(
                (*path, "x-range"),
                "bounds",
                f"{name} offers {last.year - first.year + 1} years; at most {MOST_YEARS} can be looked through",
                f"at most {MOST_YEARS} years",
                "narrow the range",
            )
    if kind == "pin" and "x-default" in prop:
        yield Fault(
            (*path, "x-default"),
            "default",
            f"{name} is a PIN and has none beforehand",
            "no x-default",
            "take it out",
        )
    other = properties.get(prop.get("x-equals", ""))
    if other is not None and {kind, control_of(other)} != {"pin"}:
        yield Fault(
            (*path, "x-equals"),
            "repeats",
            f"{name} repeats {prop['x-equals']}, but only a PIN repeats a PIN",
            "two fields of format pin",
            "take x-equals out",
        )


def controls(package: Mapping[str, Any]) -> list[tuple[Path, Mapping[str, Any]]]:
    """Return every question with the path to it, in the order in which they are asked."""
    return [
        (("ui", "pages", p, "groups", g, "controls", c), control)
        for p, page in enumerate(package["ui"]["pages"])
        for g, group in enumerate(page["groups"])
        for c, control in enumerate(group["controls"])
    ]


def scope_of(part: Mapping[str, Any]) -> str:
    """Return the name of the property that a control or a condition is about."""
    return str(part["scope"]).removeprefix(POINTER)


def values_of(prop: Mapping[str, Any]) -> Sequence[str]:
    """Return the choices that a property brings itself."""
    found: Sequence[str] = prop.get("enum") or prop.get("items", {}).get("enum", ())
    return found


def control_of(prop: Mapping[str, Any]) -> str:
    """The kind of field that follows from a property, as far as it matters here."""
    kind, given = str(prop.get("type")), str(prop.get("format", ""))
    if kind in {"boolean", "array", "integer"}:
        return {"boolean": "bool", "array": "list", "integer": "int"}[kind]
    return CHOSEN.get(given) or given or ("select" if "enum" in prop else "text")


def _day(offset: str) -> date | None:
    try:
        return relative(ANY_DAY, offset)
    except ValueError:
        return None
