"""The rules that ship: what they say to facts, and that no change of any of them would go unnoticed here."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from central_platform.catalogue import Package, read_package
from central_platform.settings import PACKAGES
from contracts.rule_reader import RulesError, read_rules
from contracts.rules import Facts, Outcome

CERTIFIED = {
    "BD01": ("real_estate", None),
    "GA06": ("border_crossings", "crossings"),
    "GJ01": ("housing_fund", "months"),
    "JY04": ("personnel_file", None),
    "MZ02": ("marriage", None),
    "SB01": ("social_insurance", "months"),
    "SB03": ("pension", "months"),
    "SW01": ("income_tax", "months"),
    "WJ03": ("vaccination", "doses"),
    "YB01": ("medical_insurance", "months"),
}
"""The services that issue certificates: the record behind each, and the list that must not be empty."""
SIMPLE = {
    "FL02": "place-free",
    "JX01": "place-free",
    "MZ01": "place-free",
    "SB02": "seen-in-person",
    "YY01": "place-free",
}
INSTANT = sorted({**CERTIFIED, **SIMPLE})
Expected = list[tuple[Facts, str, Outcome]]


def loaded(name: str) -> Package:
    return read_package(PACKAGES / name)


def expected(name: str) -> Expected:
    """What the rules of a service must say: facts, rule and outcome."""
    if name in SIMPLE:
        return [({}, SIMPLE[name], Outcome.GRANTED)]
    kind, rows = CERTIFIED[name]
    found = f"records.{kind}.found"
    said: Expected = [({found: False}, "nothing-held", Outcome.REFUSED), ({}, "unknown-fact", Outcome.OFFICER)]
    if rows is None:
        return [*said, ({found: True}, "held", Outcome.GRANTED)]
    count = f"records.{kind}.{rows}"
    return [
        *said,
        ({found: True, count: 0}, "nothing-held", Outcome.REFUSED),
        ({found: True, count: 1}, "held", Outcome.GRANTED),
        ({found: True, count: 60}, "held", Outcome.GRANTED),
        ({found: True}, "unknown-fact", Outcome.OFFICER),
    ]


def test_every_instant_service_that_ships_is_decided_by_rules_and_no_other() -> None:
    packages = {path.parent.name: loaded(path.parent.name) for path in PACKAGES.glob("*/service.json")}
    assert sorted(name for name, package in packages.items() if package.rules is not None) == INSTANT
    assert sorted(name for name, package in packages.items() if package.instant) == INSTANT


@pytest.mark.parametrize("name", INSTANT)
def test_the_rules_say_what_they_must(name: str) -> None:
    rules = loaded(name).rules
    assert rules is not None
    for facts, rule, outcome in expected(name):
        verdict = rules.book.decide(facts)
        assert (verdict.rule.id, verdict.rule.outcome) == (rule, outcome), facts


@pytest.mark.parametrize("name", INSTANT)
def test_words_are_for_residents(name: str) -> None:
    rules = loaded(name).rules
    assert rules is not None
    for rule in (*rules.book.rules, rules.book.unknown):
        for words in filter(None, (rule.words, rule.where, rule.bring)):
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in words["en"])
            assert "不符合条件" not in words["zh"]


def mutants(decision: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The decision with one thing changed, for everything that may be changed."""
    for at, rule in enumerate(decision["rules"]):
        if len(decision["rules"]) > 1:
            without = copy.deepcopy(decision)
            del without["rules"][at]
            yield f"without {rule['id']}", without
        for outcome in Outcome:
            if outcome.value != rule["outcome"]:
                other = copy.deepcopy(decision)
                other["rules"][at] = turned(rule, outcome)
                yield f"{rule['id']} {outcome}", other
        for what, condition in conditions(rule["when"]) if "when" in rule else ():
            other = copy.deepcopy(decision)
            other["rules"][at]["when"] = condition
            yield f"{rule['id']} {what}", other


def turned(rule: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """A rule with another outcome and what belongs to that."""
    kept = {name: rule[name] for name in ("id", "when", "words") if name in rule}
    match outcome:
        case Outcome.REFUSED:
            extra = {"where": rule["words"], "bring": rule["words"], "within": None, "call": "12345"}
        case Outcome.OFFICER:
            extra = {"workdays": 1, "call": "12345"}
        case Outcome.GRANTED:
            extra = {}
    return {**kept, "outcome": outcome.value, **extra}


def conditions(condition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The condition with one thing changed."""
    yield "turned round", {"not": condition}
    ((name, value),) = [(name, value) for name, value in condition.items() if name != "fact"]
    if name in {"all", "any"}:
        yield f"{name} the other way", {"any" if name == "all" else "all": value}
        for at, part in enumerate(value):
            yield f"{name} without {at}", {name: [*value[:at], *value[at + 1 :]]}
            for what, changed in conditions(part):
                yield f"{at}: {what}", {name: [*value[:at], changed, *value[at + 1 :]]}
    elif name == "is":
        yield "is the opposite", {**condition, "is": not value}
    else:
        yield "one more", {**condition, name: value + 1}
        yield "one less", {**condition, name: value - 1}
        others = {"at_least", "at_most", "above", "below", "is"} - {name}
        for other in sorted(others):
            # A count is never below zero, so at most none is none: the same in other words.
            if (name, other, value) != ("at_most", "is", 0):
                yield f"{other} for {name}", {"fact": condition["fact"], other: value}


@pytest.mark.parametrize("name", INSTANT)
def test_no_change_of_a_rule_goes_unnoticed(name: str) -> None:
    package = loaded(name)
    decision = json.loads((PACKAGES / name / "decision.json").read_text("utf-8"))
    tried = 0
    for what, mutant in mutants(decision):
        tried += 1
        try:
            book = read_rules({"decision": mutant}, package.content)
        except RulesError:
            continue
        assert book is not None
        said = [book.decide(facts).rule for facts, _, _ in expected(name)]
        wanted = [(rule, outcome) for _, rule, outcome in expected(name)]
        assert [(rule.id, rule.outcome) for rule in said] != wanted, what
    assert tried >= (2 if name in SIMPLE else 8)
