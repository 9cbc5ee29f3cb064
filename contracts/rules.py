"""Decisions by rules that are data: facts, conditions over them, and the first rule that holds. Pure.

`contracts.rule_reader` makes a `RuleBook` of a package's decision.json. A fact that is not known makes its condition
neither true nor false; where that leaves open whether a rule holds, an officer decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import Any, Final

from contracts.offsets import relative

Facts = Mapping[str, object]
"""Name -> value as JSON has it. What is not known is not there."""
TODAY = "today"
UNKNOWN = "unknown-fact"
"""The rule that an officer is told when a fact was missing."""
MONEY = re.compile(r"[0-9]{1,12}\.[0-9]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class FactKind(StrEnum):
    """What a fact is: `money` yuan with two decimals, `date` YYYY-MM-DD, `month` YYYY-MM, `list` a set of words."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MONTH = "month"
    FLAG = "flag"
    LIST = "list"


class Op(StrEnum):
    """How a fact is compared."""

    IS = "is"
    IN = "in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    BEGINS_WITH = "begins_with"
    HAS = "has"
    HAS_ANY = "has_any"


class Outcome(StrEnum):
    """What becomes of an application."""

    GRANTED = "granted"
    REFUSED = "refused"
    OFFICER = "officer"


ORDERED = frozenset({FactKind.NUMBER, FactKind.MONEY, FactKind.DATE, FactKind.MONTH})
DATED = frozenset({FactKind.DATE, FactKind.MONTH})
COMPARED: Final[Mapping[Op, Callable[[Any, Any], bool]]] = {
    Op.IS: lambda fact, value: bool(fact == value),
    Op.IN: lambda fact, values: fact in values,
    Op.AT_LEAST: ge,
    Op.AT_MOST: le,
    Op.ABOVE: gt,
    Op.BELOW: lt,
    Op.BEGINS_WITH: lambda fact, value: bool(fact.startswith(value)),
    Op.HAS: lambda fact, value: value in fact,
    Op.HAS_ANY: lambda fact, values: not fact.isdisjoint(values),
}
TAKES: Final[Mapping[Op, frozenset[FactKind]]] = {
    Op.IS: frozenset(FactKind) - {FactKind.LIST},
    Op.IN: frozenset(FactKind) - {FactKind.LIST, FactKind.FLAG},
    **dict.fromkeys((Op.AT_LEAST, Op.AT_MOST, Op.ABOVE, Op.BELOW), ORDERED),
    Op.BEGINS_WITH: frozenset({FactKind.TEXT}),
    Op.HAS: frozenset({FactKind.LIST}),
    Op.HAS_ANY: frozenset({FactKind.LIST}),
}
"""Which kinds of fact each comparison is for."""
MANY = frozenset({Op.IN, Op.HAS_ANY})
"""Comparisons with a set of values."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by its name."""

    name: str
    kind: FactKind

    def known(self, facts: Facts) -> Any:
        """Return the value, ready to be compared; None when it is not known, or not of its kind."""
        return parsed(self.kind, facts.get(self.name))


@dataclass(frozen=True, slots=True)
class Offset:
    """A day relative to today, or the month that it lies in."""

    text: str

    def known(self, facts: Facts) -> date | None:
        """Return the day; None without a today, or out of the calendar."""
        today = parsed(FactKind.DATE, facts.get(TODAY))
        try:
            return None if today is None else relative(today, self.text)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that the rule itself brings, ready to be compared."""

    value: Any

    def known(self, facts: Facts) -> Any:
        """Return the value."""
        del facts
        return self.value


@dataclass(frozen=True, slots=True)
class Compare:
    """A fact compared with a value."""

    fact: Fact
    op: Op
    value: Literal | Offset | Fact

    def holds(self, facts: Facts) -> bool | None:
        """Return whether it holds; None when that is not known."""
        fact, value = self.fact.known(facts), self.value.known(facts)
        if fact is None or value is None:
            return None
        if self.fact.kind is FactKind.MONTH and isinstance(self.value, Offset):
            value = value.replace(day=1)
        return COMPARED[self.op](fact, value)

    def facts(self) -> Iterator[Fact]:
        """Every fact that it looks at."""
        yield self.fact
        match self.value:
            case Fact():
                yield self.value
            case Offset():
                yield Fact(TODAY, FactKind.DATE)


@dataclass(frozen=True, slots=True)
class Group:
    """`all` holds when every part holds, `any` when one does; what is decided by known parts is known."""

    every: bool
    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool | None:
        """Return whether it holds; None when that is not known."""
        found = [part.holds(facts) for part in self.parts]
        decisive = not self.every
        if decisive in found:
            return decisive
        return None if None in found else self.every

    def facts(self) -> Iterator[Fact]:
        """Every fact that it looks at."""
        for part in self.parts:
            yield from part.facts()


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: Condition

    def holds(self, facts: Facts) -> bool | None:
        """Return whether it holds; None when that is not known."""
        found = self.part.holds(facts)
        return None if found is None else not found

    def facts(self) -> Iterator[Fact]:
        """Every fact that it looks at."""
        yield from self.part.facts()


Condition = Compare | Group | Not


@dataclass(frozen=True, slots=True)
class Within:
    """How long something is open: calendar or working days from the day of the decision."""

    days: int
    working: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `words` say why in Chinese and English.

    Who was refused reads `where` to go, what to `bring`, `within` which time (None: any) and whom to `call`. An officer
    has `workdays` to decide.
    """

    id: str
    outcome: Outcome
    words: Mapping[str, str]
    when: Condition | None = None
    where: Mapping[str, str] | None = None
    bring: Mapping[str, str] | None = None
    within: Within | None = None
    call: str | None = None
    workdays: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rule that decided, and the facts whose lack made it an officer's matter."""

    rule: Rule
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of a service in their order; the last one has no condition. `unknown` hands over to an officer."""

    records: tuple[str, ...]
    rules: tuple[Rule, ...]
    unknown: Rule
    facts: tuple[Fact, ...] = field(default=())
    """Everything that a rule looks at, each once."""

    def decide(self, facts: Facts) -> Verdict:
        """Return what the first rule that holds says; an officer's verdict where it is not known which one that is."""
        for rule in self.rules:
            holds = rule.when is None or rule.when.holds(facts)
            if holds:
                return Verdict(rule)
            if holds is None and rule.when is not None:
                looked_at = dict.fromkeys(rule.when.facts())
                return Verdict(self.unknown, tuple(fact.name for fact in looked_at if fact.known(facts) is None))
        return Verdict(self.unknown)


def parsed(kind: FactKind, value: object) -> Any:
    """Return a JSON value as it is compared; None when it is not of that kind. Lists become sets."""
    match kind:
        case FactKind.NUMBER:
            return value if isinstance(value, int) and not isinstance(value, bool) else None
        case FactKind.FLAG:
            return value if isinstance(value, bool) else None
        case FactKind.LIST:
            fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
            return frozenset(value) if isinstance(value, list) and fits else None
    if not isinstance(value, str):
        return None
    try:
        match kind:
            case FactKind.MONEY:
                return Decimal(value) if MONEY.fullmatch(value) else None
            case FactKind.DATE:
                return date.fromisoformat(value) if DAY.fullmatch(value) else None
            case FactKind.MONTH:
                return date.fromisoformat(f"{value}-01") if MONTH.fullmatch(value) else None
    except ValueError:
        return None
    return value
