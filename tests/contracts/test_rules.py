from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules import (
    COMPARED,
    MANY,
    TAKES,
    TODAY,
    UNKNOWN,
    Compare,
    Condition,
    Fact,
    FactKind,
    Group,
    Literal,
    Not,
    Offset,
    Op,
    Outcome,
    Rule,
    RuleBook,
    Verdict,
    parsed,
)

AGE = Fact("person.age", FactKind.NUMBER)
ADDRESS = Fact("person.address", FactKind.TEXT)
START, END = Fact("answers.start", FactKind.DATE), Fact("answers.end", FactKind.DATE)
MONTH = Fact("answers.month", FactKind.MONTH)
PAID = Fact("records.r.paid", FactKind.MONEY)
NEEDS = Fact("answers.needs", FactKind.LIST)
FOUND = Fact("records.r.found", FactKind.FLAG)
WORDS = {"zh": "好", "en": "Well"}
OFFICER = Rule(UNKNOWN, Outcome.OFFICER, WORDS, workdays=3, call="66007070")
GRANT = Rule("granted", Outcome.GRANTED, WORDS)

VALUES: Mapping[Fact, st.SearchStrategy[Any]] = {
    AGE: st.integers(0, 120),
    ADDRESS: st.sampled_from(["北京市西城区甲街 1 号", "北京市东城区乙街 2 号", "河北省丙市"]),
    START: st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
    MONTH: st.sampled_from(["2025-12", "2026-01", "2026-02"]),
    PAID: st.integers(0, 99999).map(lambda cents: f"{cents // 100}.{cents % 100:02}"),
    NEEDS: st.lists(st.sampled_from(["bath", "meal", "walk"]), unique=True),
    FOUND: st.booleans(),
}


@st.composite
def comparisons(draw: st.DrawFn) -> Compare:
    fact = draw(st.sampled_from(list(VALUES)))
    op = draw(st.sampled_from([op for op in Op if fact.kind in TAKES[op]]))
    one = VALUES[fact] if fact is not NEEDS else st.sampled_from(["bath", "meal"])
    kind = FactKind.TEXT if fact is NEEDS else fact.kind
    if op in MANY:
        values = draw(st.lists(one, min_size=1, max_size=3))
        return Compare(fact, op, Literal(frozenset(parsed(kind, value) for value in values)))
    return Compare(fact, op, Literal(parsed(kind, draw(one))))


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    comparisons(),
    lambda inner: inner.map(Not) | st.builds(Group, st.booleans(), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=8,
)
FACTS = st.fixed_dictionaries({fact.name: values for fact, values in VALUES.items()})
OUTCOMES = st.sampled_from(list(Outcome))


@st.composite
def books(draw: st.DrawFn) -> RuleBook:
    whens = draw(st.lists(CONDITIONS, max_size=4))
    rules = [Rule(f"r{n}", draw(OUTCOMES), WORDS, when) for n, when in enumerate(whens)]
    return RuleBook((), (*rules, Rule("rest", draw(OUTCOMES), WORDS)), OFFICER)


def plainly(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """The same condition in two-valued logic, for facts that are all known."""
    match condition:
        case Compare(fact, op, Literal(value)):
            return COMPARED[op](parsed(fact.kind, facts[fact.name]), value)
        case Group(every, parts):
            return (all if every else any)([plainly(part, facts) for part in parts])
        case Not(part):
            return not plainly(part, facts)
    raise AssertionError(condition)


@given(CONDITIONS, FACTS)
def test_with_everything_known_a_condition_is_plain_logic(condition: Condition, facts: Mapping[str, Any]) -> None:
    assert condition.holds(facts) is plainly(condition, facts)


@given(CONDITIONS, FACTS, st.sets(st.sampled_from([fact.name for fact in VALUES])))
def test_what_holds_with_less_known_holds_with_more(
    condition: Condition, facts: dict[str, Any], gone: set[str]
) -> None:
    fewer = {name: value for name, value in facts.items() if name not in gone}
    found = condition.holds(fewer)
    assert found is None or found is condition.holds(facts)


@given(books(), FACTS, st.sets(st.sampled_from([fact.name for fact in VALUES])))
def test_whoever_is_granted_with_facts_missing_would_be_granted_with_them(
    book: RuleBook, facts: dict[str, Any], gone: set[str]
) -> None:
    verdict = book.decide({name: value for name, value in facts.items() if name not in gone})
    if verdict.rule is not OFFICER:
        assert verdict == book.decide(facts)
    else:
        assert verdict.missing
        assert set(verdict.missing) <= gone


@given(books(), FACTS)
def test_the_first_rule_that_holds_decides(book: RuleBook, facts: dict[str, Any]) -> None:
    first = next(rule for rule in book.rules if rule.when is None or plainly(rule.when, facts))
    assert book.decide(facts) == Verdict(first)


@given(books(), FACTS)
def test_a_decision_is_the_same_for_the_same_facts(book: RuleBook, facts: dict[str, Any]) -> None:
    assert book.decide(facts) == book.decide(dict(reversed(facts.items())))


@given(
    CONDITIONS, st.dictionaries(st.sampled_from([fact.name for fact in VALUES]), st.text() | st.floats() | st.none())
)
def test_nonsense_in_the_place_of_facts_is_not_known_and_no_crash(condition: Condition, facts: dict[str, Any]) -> None:
    granting = RuleBook((), (Rule("r", Outcome.GRANTED, WORDS, condition), OFFICER), OFFICER)
    assert condition.holds(facts) in (True, False, None)
    assert granting.decide(facts).rule in (*granting.rules, OFFICER)


@pytest.mark.parametrize(
    ("compare", "facts", "holds"),
    [
        (Compare(AGE, Op.AT_LEAST, Literal(80)), {"person.age": 80}, True),
        (Compare(AGE, Op.AT_LEAST, Literal(80)), {"person.age": 79}, False),
        (Compare(AGE, Op.ABOVE, Literal(80)), {"person.age": 80}, False),
        (Compare(AGE, Op.AT_MOST, Literal(80)), {"person.age": 80}, True),
        (Compare(AGE, Op.BELOW, Literal(80)), {"person.age": 79}, True),
        (Compare(AGE, Op.IS, Literal(1)), {"person.age": True}, None),
        (Compare(AGE, Op.IS, Literal(80)), {"person.age": "80"}, None),
        (Compare(PAID, Op.ABOVE, Literal(Decimal("9.00"))), {"records.r.paid": "10.00"}, True),
        (Compare(PAID, Op.ABOVE, Literal(Decimal("9.00"))), {"records.r.paid": "10"}, None),
        (Compare(START, Op.BELOW, END), {"answers.start": "2026-01-31", "answers.end": "2026-02-01"}, True),
        (Compare(START, Op.BELOW, END), {"answers.start": "2026-01-31"}, None),
        (Compare(START, Op.BELOW, END), {"answers.start": "2026-02-31", "answers.end": "2026-03-01"}, None),
        (Compare(START, Op.AT_LEAST, Offset("-1m")), {"answers.start": "2026-02-28", TODAY: "2026-03-31"}, True),
        (Compare(START, Op.ABOVE, Offset("-1m")), {"answers.start": "2026-02-28", TODAY: "2026-03-31"}, False),
        (Compare(START, Op.ABOVE, Offset("-1m")), {"answers.start": "2026-02-28"}, None),
        (Compare(START, Op.ABOVE, Offset("-9999y")), {"answers.start": "2026-02-28", TODAY: "2026-03-31"}, None),
        (Compare(MONTH, Op.IS, Offset("-1m")), {"answers.month": "2026-02", TODAY: "2026-03-31"}, True),
        (Compare(ADDRESS, Op.BEGINS_WITH, Literal("北京市西城区")), {"person.address": "北京市西城区甲街"}, True),
        (Compare(ADDRESS, Op.BEGINS_WITH, Literal("北京市西城区")), {"person.address": "北京市东城区乙街"}, False),
        (Compare(NEEDS, Op.HAS, Literal("bath")), {"answers.needs": ["meal", "bath"]}, True),
        (Compare(NEEDS, Op.HAS_ANY, Literal(frozenset({"walk", "bath"}))), {"answers.needs": ["meal"]}, False),
        (Compare(NEEDS, Op.HAS, Literal("bath")), {"answers.needs": "bath"}, None),
        (Compare(AGE, Op.IN, Literal(frozenset({60, 80}))), {"person.age": 60}, True),
    ],
)
def test_what_each_comparison_means(compare: Compare, facts: dict[str, Any], holds: bool | None) -> None:
    assert compare.holds(facts) is holds


def test_a_known_part_decides_beside_one_that_is_not_known() -> None:
    yes, unknown = Compare(AGE, Op.ABOVE, Literal(60)), Compare(FOUND, Op.IS, Literal(value=True))
    facts = {"person.age": 70}
    assert Group(every=False, parts=(unknown, yes)).holds(facts) is True
    assert Group(every=True, parts=(unknown, Not(yes))).holds(facts) is False
    assert Group(every=True, parts=(unknown, yes)).holds(facts) is None
    assert Not(unknown).holds(facts) is None


def test_an_officer_is_told_which_facts_were_missing() -> None:
    rule = Rule("old", Outcome.GRANTED, WORDS, Group(every=True, parts=(Compare(AGE, Op.ABOVE, Literal(60)), *COMMON)))
    verdict = RuleBook((), (rule, GRANT), OFFICER).decide({"person.age": 70})
    assert verdict == Verdict(OFFICER, ("answers.start", "answers.end"))


COMMON = (Compare(START, Op.BELOW, END),)
