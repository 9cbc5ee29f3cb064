"""decision.json: every fault is told when the package is read, with its place; never when a case comes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.package_files import read_files
from contracts.rule_reader import RulesError, read_again, read_rules, rule_faults
from contracts.rules import Outcome, RuleBook

Alter = Callable[[dict[str, Any]], object]
WORDS = {"zh": "好", "en": "Well"}
PLAIN = {"type": "string"}
CONTENT: dict[str, Any] = {
    "service": {"instant": True},
    "data": {
        "required": ["periodFrom", "periodTo", "purpose", "start", "sum", "ready", "needs", "secret"],
        "properties": {
            "periodFrom": {**PLAIN, "format": "month"},
            "periodTo": {**PLAIN, "format": "month"},
            "purpose": {**PLAIN, "enum": ["loan", "visa"]},
            "start": {**PLAIN, "format": "date"},
            "sum": {**PLAIN, "format": "money"},
            "ready": {"type": "boolean"},
            "needs": {"type": "array", "items": {"type": "string", "enum": ["bath", "meal"]}},
            "secret": {**PLAIN, "format": "pin"},
            "note": PLAIN,
        },
    },
}
CERTIFICATE = {"records": "social_insurance"}
DECISION: dict[str, Any] = {
    "records": ["social_insurance"],
    "rules": [
        {
            "id": "nothing-held",
            "when": {
                "any": [
                    {"fact": "records.social_insurance.found", "is": False},
                    {"fact": "records.social_insurance.months", "at_most": 0},
                ]
            },
            "outcome": "refused",
            "words": WORDS,
            "where": WORDS,
            "bring": WORDS,
            "within": {"workdays": 10},
            "call": "66007070",
        },
        {
            "id": "young",
            "when": {
                "all": [
                    {"fact": "person.age", "below": 16},
                    {"not": {"fact": "person.address", "begins_with": "北京市"}},
                    {"fact": "answers.purpose", "in": ["loan", "visa"]},
                    {"fact": "answers.needs", "has_any": ["bath"]},
                    {"fact": "answers.start", "at_least": "-3m"},
                    {"fact": "answers.start", "above": {"fact": "person.birth"}},
                    {"fact": "records.social_insurance.paid_total", "above": "100.00"},
                ]
            },
            "outcome": "officer",
            "words": WORDS,
            "workdays": 5,
            "call": "12345",
        },
        {"id": "held", "outcome": "granted", "words": WORDS},
    ],
    "unknown": {"words": WORDS, "workdays": 3, "call": "66007070"},
}


def read(decision: Any, certificate: Any = CERTIFICATE, content: Any = CONTENT) -> RuleBook:
    book = read_rules({"decision": decision, "certificate": certificate}, content)
    assert book is not None
    return book


def rule(number: int, **members: Any) -> Alter:
    return lambda decision: decision["rules"][number].update(members)


def less(number: int, member: str) -> Alter:
    return lambda decision: decision["rules"][number].pop(member)


def when(condition: Any) -> Alter:
    return rule(0, when=condition)


def compare(fact: str, **other: Any) -> Alter:
    return when({"fact": fact, **other})


FAULTS: list[tuple[Alter, str, str]] = [
    (lambda d: d.pop("unknown"), "required", "decision/unknown"),
    (lambda d: d.update(colour="red"), "additionalProperties", "decision/colour"),
    (lambda d: d.update(records="social_insurance"), "type", "decision/records"),
    (lambda d: d.update(records=["dog_licences"]), "record-unknown", "decision/records/0"),
    (lambda d: d.update(records=[["social_insurance"]]), "record-unknown", "decision/records/0"),
    (lambda d: d["records"].append("social_insurance"), "record-unknown", "decision/records/1"),
    (lambda d: d.update(records=[]), "record-missing", "decision/records"),
    (lambda d: d.update(records=["social_insurance", "border_crossings"]), "record-asks", "decision/records/1"),
    (lambda d: d.update(rules=[]), "type", "decision/rules"),
    (lambda d: d.update(rules={}), "type", "decision/rules"),
    (lambda d: d["rules"].pop(), "rule-last", "decision/rules/1"),
    (less(1, "when"), "rule-last", "decision/rules/1"),
    (lambda d: d["rules"].append("granted"), "outcome", "decision/rules/3/outcome"),
    (rule(1, id="held"), "rule-twice", "decision/rules/2/id"),
    (rule(1, id="unknown-fact"), "rule-twice", "decision/rules/1/id"),
    (rule(1, id="Young"), "rule-id", "decision/rules/1/id"),
    (rule(0, outcome="maybe"), "outcome", "decision/rules/0/outcome"),
    (rule(0, outcome=["granted"]), "outcome", "decision/rules/0/outcome"),
    (less(0, "where"), "required", "decision/rules/0/where"),
    (less(0, "bring"), "required", "decision/rules/0/bring"),
    (less(0, "within"), "required", "decision/rules/0/within"),
    (less(0, "call"), "required", "decision/rules/0/call"),
    (less(0, "words"), "required", "decision/rules/0/words"),
    (less(1, "workdays"), "required", "decision/rules/1/workdays"),
    (rule(2, call="12345"), "additionalProperties", "decision/rules/2/call"),
    (rule(0, words={"zh": "不行"}), "required", "decision/rules/0/words/en"),
    (rule(0, words={"zh": "  ", "en": "No"}), "words", "decision/rules/0/words/zh"),
    (rule(0, words={"zh": "很" * 121, "en": "No"}), "words", "decision/rules/0/words/zh"),
    (rule(0, where={"zh": "窗\n口", "en": "Window"}), "words", "decision/rules/0/where/zh"),
    (rule(0, bring="ID card"), "type", "decision/rules/0/bring"),
    (rule(0, within=10), "within", "decision/rules/0/within"),
    (rule(0, within={"weeks": 2}), "within", "decision/rules/0/within"),
    (rule(0, within={"days": 0}), "days", "decision/rules/0/within/days"),
    (rule(1, workdays=True), "days", "decision/rules/1/workdays"),
    (rule(0, call=66007070), "call", "decision/rules/0/call"),
    (rule(0, call="6600 7070"), "call", "decision/rules/0/call"),
    (when("always"), "condition", "decision/rules/0/when"),
    (when({}), "condition", "decision/rules/0/when"),
    (when({"all": [], "any": []}), "condition", "decision/rules/0/when"),
    (when({"all": []}), "type", "decision/rules/0/when/all"),
    (when({"not": {"none": []}}), "condition", "decision/rules/0/when/not"),
    (compare("person.age"), "comparison", "decision/rules/0/when"),
    (compare("person.age", above=1, below=9), "comparison", "decision/rules/0/when"),
    (compare("person.age", near=1), "comparison", "decision/rules/0/when"),
    (compare("person.age", begins_with="8"), "comparison", "decision/rules/0/when/begins_with"),
    (compare("answers.ready", above=False), "comparison", "decision/rules/0/when/above"),
    (compare("answers.needs", **{"is": ["bath"]}), "comparison", "decision/rules/0/when/is"),
    (compare("person.shoe_size", above=1), "fact", "decision/rules/0/when/fact"),
    (compare("answers.note", **{"is": "x"}), "fact", "decision/rules/0/when/fact"),
    (compare("answers.secret", **{"is": "123456"}), "fact", "decision/rules/0/when/fact"),
    (compare("records.pension.found", **{"is": True}), "fact", "decision/rules/0/when/fact"),
    (when({"fact": ["person.age"], "above": 1}), "fact", "decision/rules/0/when/fact"),
    (compare("person.age", above="80"), "value", "decision/rules/0/when/above"),
    (compare("person.age", above=80.5), "value", "decision/rules/0/when/above"),
    (compare("person.age", **{"in": []}), "value", "decision/rules/0/when/in"),
    (compare("person.age", **{"in": [1, "2"]}), "value", "decision/rules/0/when/in/1"),
    (compare("answers.sum", above="100"), "value", "decision/rules/0/when/above"),
    (compare("answers.start", above="2026-02-30"), "value", "decision/rules/0/when/above"),
    (compare("answers.start", above="-3 months"), "value", "decision/rules/0/when/above"),
    (compare("answers.start", above={"fact": "person.age"}), "value", "decision/rules/0/when/above"),
    (compare("answers.start", above={"fact": "person.shoe_size"}), "value", "decision/rules/0/when/above"),
    (compare("answers.purpose", **{"is": "party"}), "value", "decision/rules/0/when/is"),
    (compare("answers.needs", has="dance"), "value", "decision/rules/0/when/has"),
    (compare("answers.ready", **{"is": "true"}), "value", "decision/rules/0/when/is"),
]


def test_a_decision_without_fault_is_read_whole() -> None:
    book = read(DECISION)
    assert [(rule.id, rule.outcome) for rule in book.rules] == [
        ("nothing-held", Outcome.REFUSED),
        ("young", Outcome.OFFICER),
        ("held", Outcome.GRANTED),
    ]
    assert {fact.name for fact in book.facts} == {
        "today",
        "person.age",
        "person.address",
        "person.birth",
        "answers.purpose",
        "answers.needs",
        "answers.start",
        "records.social_insurance.found",
        "records.social_insurance.months",
        "records.social_insurance.paid_total",
    }


@pytest.mark.parametrize(
    ("alter", "code", "where"), FAULTS, ids=[f"{code}-{n}" for n, (_, code, _) in enumerate(FAULTS)]
)
def test_a_fault_is_told_with_its_place(alter: Alter, code: str, where: str) -> None:
    decision = copy.deepcopy(DECISION)
    alter(decision)
    with pytest.raises(RulesError) as refused:
        read(decision)
    found = {("/".join(map(str, fault.path)), fault.code) for fault in refused.value.faults}
    assert (where, code) in found
    assert all(fault.wrong and fault.expected and fault.mend for fault in refused.value.faults)


def test_every_fault_of_a_file_is_told_at_once() -> None:
    decision = copy.deepcopy(DECISION)
    for alter in (rule(0, call="x"), rule(1, workdays=0), rule(2, id="")):
        alter(decision)
    assert [fault.code for fault in rule_faults({"decision": decision}, CONTENT)] == ["call", "days", "rule-id"]


def test_an_instant_service_without_rules_and_another_with_some_are_faults() -> None:
    officers = {**CONTENT, "service": {"instant": False}}
    assert [fault.code for fault in rule_faults({}, CONTENT)] == ["decision-missing"]
    assert [fault.code for fault in rule_faults({"decision": DECISION}, officers)] == ["not-instant"]
    assert read_rules({}, officers) is None


def test_rules_can_be_read_again_without_their_package() -> None:
    book = read(DECISION)
    again = read_again(json.loads(json.dumps(DECISION)), {fact.name: fact.kind.value for fact in book.facts})
    assert again == book


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "rules",
                        "records",
                        "unknown",
                        "id",
                        "when",
                        "fact",
                        "all",
                        "not",
                        "is",
                        "in",
                        "outcome",
                        "words",
                        "within",
                        "zh",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_whatever_the_file_holds_it_is_rules_or_a_fault(value: Any) -> None:
    assert rule_faults({"decision": value}, CONTENT)
    decision = {**copy.deepcopy(DECISION), "records": ["social_insurance"]}
    decision["rules"][0]["when"] = value
    assert isinstance(rule_faults({"decision": decision}, CONTENT), list)


def test_a_fault_of_the_rules_is_shown_in_their_file() -> None:
    decision = copy.deepcopy(DECISION)
    rule(1, workdays=0)(decision)
    text = json.dumps(decision, ensure_ascii=False, indent=2)
    files = read_files(lambda name: text if name == "decision.json" else "{}")
    (found,) = files.locate(rule_faults({"decision": decision}, CONTENT))
    assert found.file == "decision.json"
    assert text.splitlines()[found.place.line - 1].strip() == '"workdays": 0,'
