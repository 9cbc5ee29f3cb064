"""Repeated groups: what is asked of each entry, what is sent, what is refused by terminal and platform."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_platform.catalogue import Package
from central_platform.validation import check
from contracts.conditions import texts
from kiosk_app.services import (
    Control,
    compile_form,
    facts_of,
    masked,
    normalise,
    problems,
    shown,
    visible_fields,
)
from kiosk_app.services.entries import added, removed
from kiosk_app.services.model import Answers
from kiosk_app.services.validation import validate_package
from tests.kiosk_app.services.data import TODAY, reference
from tests.kiosk_app.services.households import SENT, SERVICE, TWO, content, form
from tests.kiosk_app.services.made_up import control, when

PUBLISHED = Package(SERVICE, content(), "")
GROUP = form().field("members")
assert GROUP is not None


def asked(answers: Answers) -> list[str]:
    return [spec.scope for spec in visible_fields(form(), answers)]


def wrong(answers: Answers, lang: str = "zh") -> dict[str, str]:
    return {found.scope: found.text for found in problems(form(), answers, TODAY, lang)}


def refused(answers: dict[str, Any]) -> str:
    found = check(PUBLISHED, answers)
    return "" if found is None else found.detail


def test_the_package_is_whole() -> None:
    assert validate_package(content(), reference()) == []


def test_the_questions_of_each_entry_follow_the_group() -> None:
    assert asked(TWO) == list(TWO)


def test_a_group_is_no_list() -> None:
    spec = form().field("members")
    assert spec is not None
    assert (spec.control, spec.min_items, spec.max_items, len(spec.entries)) == (Control.GROUP, 1, 3, 3)


def test_a_question_in_an_entry_looks_at_its_own_entry() -> None:
    assert "members.1.school" in asked(TWO)
    assert "members.2.school" not in asked(TWO)


def test_a_group_that_is_not_asked_takes_its_entries_along() -> None:
    alone = {**TWO, "alone": "true"}
    assert asked(alone) == ["alone", "count"]
    assert normalise(form(), alone) == {"alone": True, "count": 3}


def test_entries_are_sent_as_objects() -> None:
    assert normalise(form(), TWO) == SENT
    assert refused(SENT) == ""


def test_right_answers_are_right() -> None:
    assert wrong(TWO) == {}


@pytest.mark.parametrize(
    ("answers", "scopes"),
    [
        ({"members": ""}, ["members"]),
        ({"members": "3"}, ["members.3.name", "members.3.relation"]),
        ({"members.2.name": ""}, ["members.2.name"]),
        ({"members.1.school": ""}, ["members.1.school"]),
        ({"members.2.relation": "child"}, ["members.2.school"]),
        ({"members.2.income": "99999.01"}, ["members.2.income"]),
        ({"members.1.relation": "uncle"}, ["members.1.relation"]),
    ],
)
def test_what_is_missing_in_an_entry_is_found_there(answers: dict[str, str], scopes: list[str]) -> None:
    assert list(wrong({**TWO, **answers})) == scopes


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_too_few_entries_are_told_with_how_many_are_missing(lang: str) -> None:
    changed = content()
    changed["data"]["properties"]["members"]["minItems"] = 3
    found = problems(compile_form(changed, reference(), TODAY), TWO, TODAY, lang)
    assert [one.text for one in found] == [
        {"zh": "家庭成员还要再加 1 个。", "en": "Please add 1 more: household."}[lang]
    ]


@pytest.mark.parametrize(
    "number", ["0", "-1", "4", "99999999999", "2.0", "二", "٢", " ", "1" * 10_000, "\u202e2", "1,2"]
)
def test_a_number_of_entries_that_nobody_can_reach_is_none(number: str) -> None:
    assert normalise(form(), {**TWO, "members": number}) == {"alone": False, "count": 3}


@pytest.mark.parametrize("bad", ["\u200f", "\x00\x07", "9" * 10_000, "- -", "\u202e王", "王" * 10_000])
@pytest.mark.parametrize("name", ["name", "relation", "school", "income"])
def test_bad_input_in_an_entry_is_refused_in_its_place(name: str, bad: str) -> None:
    answers = {**TWO, f"members.1.{name}": bad}
    assert list(wrong(answers)) == [f"members.1.{name}"]
    assert bad not in str(wrong(answers))


def _entries(n: int, **more: Any) -> dict[str, Any]:
    return {**SENT, "members": [{"name": "王小明", "relation": "other", **more} for _ in range(n)]}


@pytest.mark.parametrize(
    ("answers", "detail"),
    [
        (_entries(3), ""),
        (_entries(4), "/members does not satisfy maxItems"),
        ({**SENT, "members": []}, "/members does not satisfy minItems"),
        ({"alone": False, "count": 3}, "/members does not satisfy required"),
        ({**SENT, "alone": True}, "/members does not satisfy rule"),
        ({**SENT, "members": [{"name": "王小明"}]}, "/members/0/relation does not satisfy required"),
        ({**SENT, "members": [{}]}, "/members/0/name does not satisfy required"),
        ({**SENT, "members": ["王小明"]}, "/members/0 does not satisfy type"),
        ({**SENT, "members": {"name": "王小明"}}, "/members does not satisfy type"),
        (_entries(1, secret="x"), "/members/0/secret does not satisfy additionalProperties"),
        (_entries(1, school="第一小学"), "/members/0/school does not satisfy rule"),
        (_entries(2, relation="child"), "/members/0/school does not satisfy required"),
        (_entries(1, income="1e9"), "/members/0/income does not satisfy pattern"),
    ],
)
def test_the_platform_looks_into_each_entry(answers: dict[str, Any], detail: str) -> None:
    assert refused(answers) == detail


def test_codes_in_entries_are_checked_too() -> None:
    changed = content()
    changed["data"]["properties"]["members"]["items"]["properties"]["school"] = {
        "type": "string",
        "format": "uscc",
        "pattern": "^[0-9A-Z]{18}$",
        "x-privacy": "plain",
    }
    found = check(Package(SERVICE, changed, ""), _entries(1, relation="child", school="91110000802100433C"))
    assert found is not None
    assert found.detail == "/members/0/school does not satisfy uscc"


ANY = st.fixed_dictionaries(
    {},
    optional={
        scope: st.sampled_from(values)
        for scope, values in {
            "alone": ["true", "false", ""],
            "members": ["", "1", "2", "3", "4"],
            "count": ["3", ""],
            **{f"members.{n}.name": ["王小明", "", "王"] for n in (1, 2, 3)},
            **{f"members.{n}.relation": ["child", "spouse", ""] for n in (1, 2, 3)},
            **{f"members.{n}.school": ["第一小学", ""] for n in (1, 2, 3)},
        }.items()
    },
)


@given(answers=ANY)
@settings(max_examples=300, deadline=None)
def test_whatever_the_terminal_finds_right_the_platform_takes(answers: dict[str, str]) -> None:
    sent = normalise(form(), answers)
    assert (wrong(answers) == {}) is (refused(dict(sent)) == "")


def test_an_entry_comes_at_the_end_and_no_more_than_there_may_be() -> None:
    answers: dict[str, str] = {}
    for expected in ("1", "2", "3", "3"):
        answers = added(GROUP, answers)
        assert answers["members"] == expected


@pytest.mark.parametrize(
    ("number", "names"),
    [(1, ["李静", "赵安"]), (2, ["王小明", "赵安"]), (3, ["王小明", "李静"]), (0, None), (4, None)],
)
def test_what_is_behind_a_removed_entry_moves_up(number: int, names: list[str] | None) -> None:
    three = {**TWO, "members": "3", "members.3.name": "赵安", "members.3.relation": "other"}
    after = removed(GROUP, number, three)
    if names is None:
        assert after == three
        return
    assert after["members"] == "2"
    assert [after[f"members.{n}.name"] for n in (1, 2)] == names
    assert not [scope for scope in after if scope.startswith("members.3")]
    assert (after["alone"], after["count"]) == ("false", "3")


def test_the_last_entry_leaves_nothing_behind() -> None:
    one = removed(GROUP, 1, removed(GROUP, 1, TWO))
    assert one == {"alone": "false", "count": "3"}


@pytest.mark.parametrize(("lang", "said"), [("zh", "加了 2 个"), ("en", "2 added")])
def test_a_group_is_shown_by_how_many_there_are(lang: str, said: str) -> None:
    assert shown(GROUP, "2", lang) == masked(GROUP, "2", lang) == said
    assert ("家庭成员" if lang == "zh" else "Household", said) in facts_of(SENT, form(), lang)


@pytest.mark.parametrize("value", [[{}], [], {}, {"a": 1}, None, "", True, 0, ["a", None]])
def test_any_json_has_a_form_that_rules_can_compare(value: object) -> None:
    assert isinstance(texts(value), tuple)


def members(p: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = p["data"]["properties"]["members"]
    return found


def asking(p: dict[str, Any], at: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = p["ui"]["pages"][0]["groups"][0]["controls"][at]
    return found


def drop(p: dict[str, Any], key: str) -> None:
    for strings in p["strings"].values():
        del strings[key]


BREAKS: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("nothing asks for members.income", lambda p: asking(p)["controls"].pop()),
    ("members.name is asked 2 times", lambda p: asking(p)["controls"].append(control("name", "members.name"))),
    ("members.ghost is required but does not exist", lambda p: members(p)["items"]["required"].append("ghost")),
    ("does not say in entry what one entry is called", lambda p: asking(p).pop("entry")),
    ("field.members.entry is missing", lambda p: drop(p, "field.members.entry")),
    ("field.members.name.ask is missing", lambda p: drop(p, "field.members.name.ask")),
    ("option.members.relation.child is missing", lambda p: drop(p, "option.members.relation.child")),
    ("in which nothing must be answered", lambda p: members(p)["items"].update(required=[])),
    ("at most 8 can be looked over", lambda p: members(p).update(maxItems=9)),
    ("fewest above its most", lambda p: members(p).update(minItems=4)),
    ("members.pin is a pin", lambda p: inner(p, "pin", {"type": "string", "format": "pin", "x-privacy": "personal"})),
    ("members.members is a group", lambda p: inner(p, "members", copy.deepcopy(members(p)))),
    ("has a default", lambda p: members(p)["items"]["properties"]["relation"].update({"x-default": "child"})),
    ("members.school can be hidden", lambda p: members(p)["items"]["required"].append("school")),
    ("members.school has a rule that looks at ghost", lambda p: asking(p)["controls"][2].update(rule=when("ghost"))),
    ("waits for 'uncle'", lambda p: asking(p)["controls"][2].update(rule=when("relation", "uncle"))),
    ("compares members, a group of which only", lambda p: asking(p, 2).update(rule=when("members", "2"))),
    ("properties/members", lambda p: members(p).update(uniqueItems=True)),
    ("properties/members", lambda p: members(p).pop("maxItems")),
    ("properties/members", lambda p: members(p)["items"].update(additionalProperties=True)),
]  # fmt: skip


def inner(p: dict[str, Any], name: str, prop: dict[str, Any]) -> None:
    """One question more of each entry."""
    members(p)["items"]["properties"][name] = prop
    more = control(name, f"members.{name}")
    if "items" in prop:
        more |= {"entry": "field.members.entry", "controls": copy.deepcopy(asking(p)["controls"])}
    asking(p)["controls"].append(more)


@pytest.mark.parametrize(("reason", "damage"), BREAKS, ids=[reason for reason, _ in BREAKS])
def test_a_broken_group_is_refused_with_a_reason(reason: str, damage: Callable[[dict[str, Any]], object]) -> None:
    broken = content()
    damage(broken)
    found = validate_package(broken, reference())
    assert any(reason in line for line in found), found
