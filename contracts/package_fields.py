"""What is wrong with single fields of a package: their bounds, their choices, what their kind must have. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.conditions import POINTER
from contracts.faults import Fault, quoted
from contracts.json_places import Path
from contracts.offsets import relative

MOST_YEARS = 100
MOST_LISTED_INTEGERS = 10
MOST_ENTRIES = 8
ONCE = frozenset({"pin", "group", "signature"})
"""Kinds that make no sense in every entry of a group."""
ANY_DAY = date(2026, 1, 5)
SECRETS = {"pin": "a PIN", "signature": "a signature"}
"""Kinds whose value nothing may look at, and that nobody has beforehand."""
REFERENCE_LISTS = frozenset({"halls", "windowItems", "streets", "regions", "hospitals"})
CHOSEN = {"hall-ref": "hallRef", "item-ref": "itemRef", "slot": "slot", "year": "year"}
"""Formats whose answers are chosen from a list, and the control that offers it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The form, or the entries of one of its groups: `data` holds the properties, `path` leads to it, `called` stands
    before their names in words (`members.`).
    """

    path: Path
    data: Mapping[str, Any]
    called: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A control, the part that it asks for, and the rules above it, each with its path."""

    path: Path
    control: Mapping[str, Any]
    part: Part
    rules: tuple[tuple[Path, Mapping[str, Any]], ...]

    @property
    def name(self) -> str:
        """The name of its property."""
        return scope_of(self.control)

    @property
    def words(self) -> str:
        """Its place in the strings: `members.name`."""
        return self.part.called + self.name

    @property
    def prop(self) -> Mapping[str, Any]:
        """Its property; empty when there is none."""
        found: Mapping[str, Any] = self.part.data["properties"].get(self.name, {})
        return found

    @property
    def place(self) -> Path:
        """The path to its property."""
        return (*self.part.path, "properties", self.name)

    @property
    def required(self) -> bool:
        """True when it must be answered where it is asked."""
        return self.name in self.part.data["required"] or bool(self.control.get("required"))


def parts(package: Mapping[str, Any]) -> list[Part]:
    """Return the form, then the entries of each of its groups."""
    data = package["data"]
    groups = ((name, prop["items"]) for name, prop in data["properties"].items() if control_of(prop) == "group")
    return [
        Part(("data",), data),
        *(Part(("data", "properties", name, "items"), items, f"{name}.") for name, items in groups),
    ]


def questions(package: Mapping[str, Any]) -> list[Question]:
    """Return every question in the order in which they are asked; behind a group those of one entry."""
    form, *groups = parts(package)
    found: list[Question] = []
    for p, page in enumerate(package["ui"]["pages"]):
        for g, group in enumerate(page["groups"]):
            place = ("ui", "pages", p, "groups", g)
            above = _ruled((place[:3], page), (place, group))
            for c, control in enumerate(group["controls"]):
                path = (*place, "controls", c)
                found.append(Question(path, control, form, (*above, *_ruled((path, control)))))
                within = next((part for part in groups if part.called == f"{scope_of(control)}."), None)
                for n, one in enumerate(control.get("controls", ()) if within is not None else ()):
                    assert within is not None
                    inner = (*path, "controls", n)
                    found.append(Question(inner, one, within, _ruled((inner, one))))
    return found


def _ruled(*ruled: tuple[Path, Mapping[str, Any]]) -> tuple[tuple[Path, Mapping[str, Any]], ...]:
    return tuple(((*path, "rule"), thing["rule"]) for path, thing in ruled if thing.get("rule") is not None)


def choices(package: Mapping[str, Any]) -> Iterator[Fault]:
    """Every field that is chosen offers something."""
    for asked in questions(package):
        prop, control = asked.prop, asked.control
        if not prop:
            continue
        kind = control.get("control") or control_of(prop)
        own = {"select", "bool", "list", *CHOSEN.values()}
        panel = control.get("panel") or ("select" if kind in own else "")
        if panel == "select" and not _offers(prop, control, kind, package["strings"]["zh"]):
            yield Fault(
                asked.path,
                "no-choices",
                f"{asked.words} has nothing to choose from",
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
    for part in parts(package):
        for name, prop in part.data["properties"].items():
            path, words = (*part.path, "properties", name), part.called + name
            try:
                re.compile(prop.get("pattern", ""))
            except re.error as error:
                yield Fault(
                    (*path, "pattern"),
                    "pattern",
                    f"the pattern of {words} is no regular expression",
                    "a regular expression that Python and ECMA-262 both read",
                    f"correct it: {error.msg}",
                )
            yield from _bounds(words, prop, path)
            yield from _kind(words, prop, path, part.data["properties"])
            if part.called:
                yield from _of_an_entry(words, prop, path)


def groups(package: Mapping[str, Any]) -> Iterator[Fault]:
    """A repeated group says what an entry is called, has not too many, and asks something of each."""
    asked = questions(package)
    for group in asked:
        name, prop = group.words, group.prop
        if control_of(prop) != "group" or group.part.called:
            if "controls" in group.control or "entry" in group.control:
                yield Fault(
                    group.path,
                    "no-group",
                    f"{name} is no repeated group",
                    "entry and controls only where the property is an array of objects",
                    "take entry and controls out, or make the property an array of objects",
                )
            continue
        if prop["maxItems"] > MOST_ENTRIES:
            yield Fault(
                (*group.place, "maxItems"),
                "bounds",
                f"{name} has {prop['maxItems']} entries; at most {MOST_ENTRIES} can be looked over",
                f"maxItems up to {MOST_ENTRIES}",
                "lower it",
            )
        if "entry" not in group.control:
            yield Fault(
                group.path,
                "entry",
                f"{name} does not say in entry what one entry is called",
                "entry, a key of strings",
                f'add "entry": "field.{name}.entry"',
            )
        within = [one for one in asked if one.part.called == f"{name}."]
        if not any(one.required and not one.rules for one in within):
            yield Fault(
                (*group.place, "items"),
                "entry-empty",
                f"{name} has entries in which nothing must be answered",
                "one required question without a rule in every entry",
                "make one of its questions required",
            )


def _of_an_entry(words: str, prop: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    kind = control_of(prop)
    if kind in ONCE:
        yield Fault(
            path,
            "once",
            f"{words} is a {kind}, which is asked once and not of each entry",
            "another kind of field",
            "ask it of the form",
            name=True,
        )
    if "x-default" in prop:
        yield Fault(
            (*path, "x-default"),
            "default",
            f"{words} has a default, but an entry of a group begins empty",
            "no x-default",
            "take it out",
        )


def _bounds(name: str, prop: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    for low, high, said in (
        ("minLength", "maxLength", f"{name} is shorter than it is long"),
        ("minimum", "maximum", f"{name} has its least above its most"),
        ("minItems", "maxItems", f"{name} has its fewest above its most"),
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
    if kind in SECRETS and "x-default" in prop:
        yield Fault(
            (*path, "x-default"),
            "default",
            f"{name} is {SECRETS[kind]}, and there is none beforehand",
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
    if prop.get("items", {}).get("type") == "object":
        return "group"
    if kind in {"boolean", "array", "integer"}:
        return {"boolean": "bool", "array": "list", "integer": "int"}[kind]
    return CHOSEN.get(given) or given or ("select" if "enum" in prop else "text")


def _day(offset: str) -> date | None:
    try:
        return relative(ANY_DAY, offset)
    except ValueError:
        return None
