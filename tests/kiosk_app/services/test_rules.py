"""What is asked only when an earlier answer says so: pages, groups, questions. Terminal and platform agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_platform.catalogue import Package
from central_platform.validation import check
from kiosk_app.lab.samples import ONLINE
from kiosk_app.services import Form, compile_form, normalise, problems, visible_fields
from kiosk_app.services.validation import validate_package
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import Submit
from kiosk_app.visit.events import Edited, Event, Pressed
from kiosk_app.visit.state import Form as Asking
from kiosk_app.visit.state import Review, Visit
from tests.kiosk_app.services.data import TODAY, reference
from tests.kiosk_app.services.made_up import SERVICE, control, desk, made, page, when

PLAIN = {"x-privacy": "plain"}
TEXT = {"type": "string", "maxLength": 20, **PLAIN}
PROPERTIES: dict[str, dict[str, Any]] = {
    "home": {"type": "string", "enum": ["own", "rent", "other"], **PLAIN},
    "landlord": TEXT,
    "lease": {"type": "boolean", **PLAIN},
    "number": TEXT,
    "pets": {
        "type": "array",
        "items": {"type": "string", "enum": ["cat", "dog", "bird"]},
        "maxItems": 3,
        "uniqueItems": True,
        **PLAIN,
    },
    "leash": {"type": "integer", "minimum": 1, "maximum": 400, **PLAIN},
    "wall": TEXT,
}
NAMES = {
    "home": ("住处", "home"),
    "landlord": ("房东", "landlord"),
    "lease": ("合同", "lease"),
    "number": ("编号", "number"),
    "pets": ("宠物", "pets"),
    "leash": ("绳长", "leash"),
    "wall": ("外墙", "wall"),
}
OPTIONS = {
    "home.own": ("自有", "own"),
    "home.rent": ("租房", "rented"),
    "home.other": ("别的", "something else"),
    "pets.cat": ("猫", "cat"),
    "pets.dog": ("狗", "dog"),
    "pets.bird": ("鸟", "bird"),
}
RENTED = {"home": "rent", "landlord": "王测试", "lease": "true", "number": "甲一"}


def content() -> dict[str, Any]:
    """A page only for tenants, in it a group only with a lease; a question after one of several; one that is hidden."""
    rented = page("rented", control("landlord", required=True), control("lease"), rule=when("home", "rent"))
    rented["groups"].append(
        {"id": "lease", "controls": [control("number", required=True)], "rule": when("lease", "true")}
    )
    pages = [
        page("first", control("home")),
        rented,
        page("pets", control("pets"), control("leash", rule=when("pets", "dog", "cat"))),
        page("last", control("wall", rule=when("landlord", effect="HIDE"))),
    ]
    return made(PROPERTIES, pages, NAMES, ["home"], OPTIONS)


FORM: Form = compile_form(content(), reference(), TODAY)
DESK = desk(content())
PUBLISHED = Package(SERVICE, content(), "")


def asked(**answers: str) -> list[str]:
    return [spec.scope for spec in visible_fields(FORM, answers)]


def refused(answers: dict[str, Any]) -> str:
    found = check(PUBLISHED, answers)
    return "" if found is None else found.detail


def test_the_package_is_whole() -> None:
    assert validate_package(content(), reference()) == []


@pytest.mark.parametrize(
    ("answers", "scopes"),
    [
        ({}, ["home", "pets", "wall"]),
        ({"home": "own"}, ["home", "pets", "wall"]),
        ({"home": "rent"}, ["home", "landlord", "lease", "pets", "wall"]),
        (RENTED, ["home", "landlord", "lease", "number", "pets"]),
        ({**RENTED, "lease": "false"}, ["home", "landlord", "lease", "pets"]),
        ({**RENTED, "home": "own"}, ["home", "pets", "wall"]),
        ({"home": "own", "pets": "bird"}, ["home", "pets", "wall"]),
        ({"home": "own", "pets": "bird,cat"}, ["home", "pets", "leash", "wall"]),
    ],
)
def test_a_question_is_asked_when_its_page_and_its_group_let_it(answers: dict[str, str], scopes: list[str]) -> None:
    assert asked(**answers) == scopes


def test_an_answer_that_comes_to_nothing_is_none() -> None:
    assert asked(home="rent", landlord=" \u3000 ") == ["home", "landlord", "lease", "pets", "wall"]


def test_a_page_that_is_asked_wants_its_answers() -> None:
    assert [found.scope for found in problems(FORM, {"home": "rent", "lease": "true"}, TODAY)] == ["landlord", "number"]
    assert problems(FORM, {"home": "own"}, TODAY) == ()


def test_what_is_not_asked_is_not_sent() -> None:
    assert normalise(FORM, {**RENTED, "home": "own", "pets": "cat", "leash": "120"}) == {
        "home": "own",
        "pets": ["cat"],
        "leash": 120,
    }


@pytest.mark.parametrize(
    ("answers", "detail"),
    [
        ({"home": "own"}, ""),
        (normalise(FORM, RENTED), ""),
        ({"home": "own", "landlord": "王测试"}, "/landlord does not satisfy rule"),
        ({"home": "rent"}, "/landlord does not satisfy required"),
        ({"home": "rent", "landlord": "王测试", "lease": True}, "/number does not satisfy required"),
        ({"home": "rent", "landlord": "王测试", "lease": False, "number": "甲"}, "/number does not satisfy rule"),
        ({"home": "own", "pets": ["bird"], "leash": 3}, "/leash does not satisfy rule"),
        ({"home": "rent", "landlord": "王测试", "wall": "砖"}, "/wall does not satisfy rule"),
    ],
)
def test_the_platform_asks_by_the_same_rules(answers: dict[str, Any], detail: str) -> None:
    assert refused(answers) == detail


ANY = st.fixed_dictionaries(
    {},
    optional={
        "home": st.sampled_from(["own", "rent", "other", "", " "]),
        "landlord": st.sampled_from(["王测试", "", "  "]),
        "lease": st.sampled_from(["true", "false", ""]),
        "number": st.sampled_from(["甲一", ""]),
        "pets": st.sampled_from(["", "cat", "bird", "bird,dog", "cat,dog,bird"]),
        "leash": st.sampled_from(["", "007", "400"]),
        "wall": st.sampled_from(["砖", ""]),
    },
)


@given(answers=ANY)
@settings(max_examples=300, deadline=None)
def test_whatever_the_terminal_finds_right_the_platform_takes(answers: dict[str, str]) -> None:
    sent = normalise(FORM, answers)
    assert (problems(FORM, answers, TODAY) == ()) is (refused(dict(sent)) == "")


def walk(state: State, *events: Event) -> tuple[State, list[Any]]:
    done: list[Any] = []
    for event in events:
        state, effects = step(state, event, DESK)
        done += effects
    return state, done


NEXT = Pressed("actions.next")


def answering(scope: str, answers: dict[str, str]) -> State:
    return replace(ONLINE, place=Asking(scope), visit=Visit(service=SERVICE, started=True, answers=answers))


def test_another_answer_drops_what_was_asked_because_of_the_first() -> None:
    state, _ = walk(answering("home", RENTED), Edited("form.home", "own"))
    assert state.visit.answers["landlord"] == "王测试", "not before the resident goes on"
    state, _ = walk(state, NEXT)
    assert state.visit.answers == {"home": "own"}


def test_what_was_dropped_is_asked_anew() -> None:
    state, _ = walk(answering("home", RENTED), Edited("form.home", "own"), NEXT, Pressed("form.home"))
    state, _ = walk(state, Edited("form.home", "rent"), NEXT)
    assert state.place == Asking("landlord")


def test_going_back_to_the_first_answer_without_leaving_the_question_drops_nothing() -> None:
    state, _ = walk(answering("home", RENTED), Edited("form.home", "own"), Edited("form.home", "rent"), NEXT)
    assert state.visit.answers == RENTED


def test_what_nobody_typed_waits_for_its_question() -> None:
    state = answering("home", RENTED)
    state = replace(state, visit=replace(state.visit, prefilled=frozenset({"landlord"})))
    state, _ = walk(state, Edited("form.home", "own"), NEXT)
    assert state.visit.answers == {"home": "own", "landlord": "王测试"}
    state, effects = walk(
        replace(state, place=Review(), visit=replace(state.visit, consent=True)), Pressed("actions.submit")
    )
    assert [effect.body["answers"] for effect in effects if isinstance(effect, Submit)] == [{"home": "own"}]


def test_a_whole_page_is_passed_over() -> None:
    state, _ = walk(answering("home", {}), Edited("form.home", "own"), NEXT)
    assert state.place == Asking("pets")
    state, _ = walk(answering("home", {}), Edited("form.home", "rent"), NEXT)
    assert state.place == Asking("landlord")


def broken(at: int, **rule: Any) -> list[str]:
    changed = content()
    changed["ui"]["pages"][at]["rule"] = when(**rule) if "scope" in rule else rule
    return validate_package(changed, reference())


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (lambda: broken(1, scope="wall"), "landlord has a rule that looks at wall, which is not asked before it"),
        (lambda: broken(0, scope="home"), "home has a rule that looks at home, which is not asked before it"),
        (lambda: broken(0, scope="home"), "home can be hidden and must not be required there"),
        (lambda: broken(1, effect="BLINK"), "ui/pages/1/rule"),
    ],
)
def test_a_broken_rule_of_a_page_is_named(fault: Any, found: str) -> None:
    assert any(found in line for line in fault())


def test_a_rule_that_never_holds_is_named() -> None:
    changed = content()
    changed["ui"]["pages"][1]["rule"] = when("home", "castle")
    found = "the rule of landlord waits for 'castle', which home does not offer"
    assert any(line.endswith(found) for line in validate_package(changed))


def test_a_rule_may_not_look_at_a_pin() -> None:
    changed = content()
    changed["data"]["properties"]["home"] = {"type": "string", "format": "pin", "x-privacy": "personal"}
    changed["ui"]["pages"][1]["rule"] = when("home", "274195")
    found = "the rule of landlord looks at home, a PIN: what is asked would tell of it"
    assert any(line.endswith(found) for line in validate_package(changed))
