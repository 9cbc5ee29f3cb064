"""Members of a household in a visit: added one question at a time, looked over, corrected, removed, read at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk_app.lab.samples import ELDER, ONLINE
from kiosk_app.receipts import receipt_of
from kiosk_app.screens import view
from kiosk_app.visit import State
from kiosk_app.visit.effects import Log, Submit
from kiosk_app.visit.events import Edited, Event, Held, Pressed
from kiosk_app.visit.helper import COVER
from kiosk_app.visit.state import Case, Form, Guide, Review, Verdict, Visit
from kiosk_app.voice.narrator import Narrator
from kiosk_app.voice.orders import SpeakNow
from tests.kiosk_app.services.households import SENT, SERVICE, TWO, content
from tests.kiosk_app.services.made_up import desk
from tests.kiosk_app.visit import walks
from ui.view import Node, Privacy, Role, ScreenView

DESK = desk(content())
NEXT, BACK, ADD = Pressed("actions.next"), Pressed("actions.back"), Pressed("entry.add")
FIRST = {"alone": "false"}


def at(current: str, answers: dict[str, str], lang: str = "zh") -> State:
    visit = Visit(service=SERVICE, started=True, answers=answers)
    return replace(ONLINE, prefs=replace(ONLINE.prefs, lang=lang), place=Form(current), visit=visit)


def walk(state: State, *events: Event) -> State:
    return walks.walk(state, *events, at=DESK)[0]


def page(state: State) -> ScreenView:
    return view(state, DESK)


def node(state: State, node_id: str) -> Node:
    found = page(state).node(node_id)
    assert found is not None, node_id
    return found


def ids(state: State) -> list[str]:
    return [n.id for n in page(state).nodes if n.id.startswith(("form.", "entry."))]


def place(state: State) -> str:
    assert isinstance(state.place, Form)
    return state.place.current


def filled_in(state: State, number: int, name: str = "李静") -> State:
    """One member, from the list back to the list."""
    state = walk(state, ADD, Edited(f"form.members.{number}.name", name), NEXT)
    state = walk(state, Edited(f"form.members.{number}.relation", "spouse"), NEXT)
    return walk(state, NEXT)


def test_a_member_is_asked_question_by_question_and_leads_back_to_the_list() -> None:
    state = walk(at("alone", {}), Edited("form.alone", "false"), NEXT)
    assert place(state) == "members"
    assert ids(state) == ["form.members", "entry.add"]
    seen = []
    state = walk(state, ADD)
    for value in ("王小明", "child", "第一小学", ""):
        seen.append(place(state))
        state = walk(state, *((Edited(f"form.{place(state)}", value),) if value else ()), NEXT)
    assert seen == ["members.1.name", "members.1.relation", "members.1.school", "members.1.income"]
    assert place(state) == "members"
    assert ids(state) == ["form.members.1", "form.members", "entry.add"]


def test_what_follows_from_another_answer_of_the_same_member_is_not_asked_of_others() -> None:
    state = walk(at("members", FIRST), ADD, Edited("form.members.1.name", "李静"), NEXT)
    state = walk(state, Edited("form.members.1.relation", "spouse"), NEXT)
    assert place(state) == "members.1.income"


def test_from_the_list_the_way_leads_on_when_there_are_enough() -> None:
    state = filled_in(at("members", FIRST), 1)
    assert walk(state, NEXT).place == Form("count")


def test_too_few_members_are_told_and_the_focus_stands_where_one_is_added() -> None:
    state = walk(at("members", FIRST), NEXT)
    assert place(state) == "members"
    assert page(state).focus == "entry.add"
    assert page(state).intro == ("还没填家庭成员，请填一下。",)
    assert node(state, "question.problem").text == "还没填家庭成员，请填一下。"


def test_no_more_members_can_be_added_than_there_may_be() -> None:
    state = at("members", FIRST)
    for number in (1, 2, 3):
        state = filled_in(state, number)
    assert not node(state, "entry.add").enabled
    assert node(state, "form.members").text == "已加 3 个，加满了。"
    assert walk(state, ADD) == state


@pytest.mark.parametrize("text", ["3", "99999999", "", "\u202e3"])
def test_nobody_types_how_many_there_are(text: str) -> None:
    state, effects = walks.walk(at("members", TWO), Edited("form.members", text), at=DESK)
    assert state.visit.answers == TWO
    assert [e.event for e in effects if isinstance(e, Log)] == ["unexpected_event"]


def test_an_entry_that_is_not_there_takes_no_answer() -> None:
    state = walk(at("members", TWO), Edited("form.members.3.name", "赵安"), Pressed("form.members.3"))
    assert (state.visit.answers, place(state)) == (TWO, "members")


def test_a_wrong_answer_in_an_entry_is_told_and_the_focus_stays_there() -> None:
    state, effects = walks.walk(
        at("members.2.income", TWO), Edited("form.members.2.income", "x" * 10_000), NEXT, at=DESK
    )
    assert place(state) == "members.2.income"
    assert page(state).focus == "form.members.2.income"
    assert node(state, "form.members.2.income").invalid
    refused = [e.fields["field"] for e in effects if isinstance(e, Log) and e.event == "input_refused"]
    assert refused == ["members.2.income"]


def test_a_member_is_looked_at_and_one_answer_corrected() -> None:
    state = walk(at("members", TWO), Pressed("form.members.2"))
    shown = {n.id: n.value for n in page(state).nodes if n.id.startswith("form.")}
    assert shown == {
        "form.members.2.name": "李*",
        "form.members.2.relation": "配偶",
        "form.members.2.income": "3,200.50 元",
    }
    state = walk(state, Pressed("form.members.2.name"), Edited("form.members.2.name", "李静静"), NEXT)
    assert place(state) == "members"
    assert state.visit.answers["members.2.name"] == "李静静"


def test_another_relation_asks_what_follows_from_it() -> None:
    state = walk(at("members.2.relation", TWO), Edited("form.members.2.relation", "child"), NEXT)
    assert place(state) == "members.2.school"
    state = walk(at("members.1.relation", TWO), Edited("form.members.1.relation", "spouse"), NEXT)
    assert "members.1.school" not in state.visit.answers


def test_a_member_is_removed_only_after_a_second_word() -> None:
    asked = walk(at("members", TWO), Pressed("form.members.1"), Pressed("entry.remove"))
    assert asked.visit.answers == TWO
    assert page(asked).focus == "entry.keep"
    kept = walk(asked, Pressed("entry.keep"))
    assert (place(kept), kept.visit.answers) == ("members.1", TWO)
    gone = walk(asked, Pressed("entry.drop"))
    assert place(gone) == "members"
    assert [(k, v) for k, v in gone.visit.answers.items() if k.startswith("members")] == [
        ("members.1.name", "李静"),
        ("members.1.relation", "spouse"),
        ("members.1.income", "3200.50"),
        ("members", "1"),
    ]


def test_nothing_is_removed_without_being_asked() -> None:
    state = at("members.1", TWO)
    assert walk(state, Pressed("entry.drop")).visit.answers == TWO


def test_whoever_goes_back_from_an_empty_member_did_not_want_it() -> None:
    state = walk(at("members", TWO), ADD, BACK)
    assert (place(state), state.visit.answers) == ("members", TWO)


def test_back_in_a_member_leads_to_the_question_before_then_to_the_list_then_out() -> None:
    state = at("members.1.relation", TWO)
    seen = []
    for _ in range(4):
        state = walk(state, BACK)
        seen.append(state.place)
    assert seen == [Form("members.1.name"), Form("members"), Form("alone"), Guide()]


def test_a_member_left_half_way_is_finished_before_the_review() -> None:
    half = walk(at("members", TWO), ADD, Edited("form.members.3.name", "赵安"), Pressed("form.members"))
    assert node(half, "form.members.3").value == "赵*"
    half = walk(half, NEXT)
    assert place(half) == "members.3.relation"


def test_other_answers_drop_the_whole_household() -> None:
    state = walk(at("alone", TWO), Edited("form.alone", "true"), NEXT)
    assert state.visit.answers == {"alone": "true", "count": "3"}
    assert isinstance(state.place, Review)


def test_the_question_says_of_whom_it_is_asked() -> None:
    zh, en = (at("members.2.name", TWO, lang) for lang in ("zh", "en"))
    assert node(zh, "form.members.2.name").text == "第 2 位家人，姓名"
    assert node(en, "form.members.2.name").text == "Family member 2, Name"
    assert page(zh).intro == ("第 2 位家人", "您的姓名是什么？", "照实填就行")
    assert node(zh, "question.count").text == "第 2 位家人，第 1 项，共 3 项"
    assert "form.alone" not in ids(zh), "only what belongs to the same member stands beside it"


def reviewing(lang: str = "zh") -> State:
    state = at("count", TWO, lang)
    return replace(state, place=Review(), visit=replace(state.visit, person=ELDER, consent=True))


def test_the_review_reads_each_member() -> None:
    rows = {n.id: (n.text, n.value) for n in page(reviewing()).nodes if n.id.startswith("review.members")}
    assert rows == {
        "review.members": ("家庭成员", "加了 2 个"),
        "review.members.1.name": ("第 1 位家人，姓名", "王*明"),
        "review.members.1.relation": ("第 1 位家人，关系", "子女"),
        "review.members.1.school": ("第 1 位家人，学校", "第一小学"),
        "review.members.1.income": ("第 1 位家人，月收入", "850.50 元"),
        "review.members.2.name": ("第 2 位家人，姓名", "李*"),
        "review.members.2.relation": ("第 2 位家人，关系", "配偶"),
        "review.members.2.income": ("第 2 位家人，月收入", "3,200.50 元"),
    }


def test_the_review_leads_to_the_answer_of_a_member_and_back() -> None:
    state = walk(reviewing(), Pressed("review.members.1.name"))
    assert place(state) == "members.1.name"
    state = walk(state, NEXT)
    assert place(state) == "members"
    assert isinstance(walk(state, NEXT).place, Review)


def test_what_is_submitted_holds_each_member_as_an_object() -> None:
    _, effects = walks.walk(reviewing(), Pressed("actions.submit"), at=DESK)
    assert [e.body["answers"] for e in effects if isinstance(e, Submit)] == [SENT]


def test_an_incomplete_member_is_never_submitted() -> None:
    state = reviewing()
    state = replace(state, visit=replace(state.visit, answers={**TWO, "members.2.name": ""}))
    after, effects = walks.walk(state, Pressed("actions.submit"), at=DESK)
    assert place(after) == "members.2.name"
    assert not [e for e in effects if isinstance(e, Submit)]


def test_names_of_members_are_private_and_shown_while_held() -> None:
    held = walk(reviewing(), Held("reveal", down=True))
    assert node(held, "review.members.1.name").value == "王小明"
    assert node(held, "review.members.1.name").privacy is Privacy.PRIVATE
    line = node(at("members", TWO), "form.members.1")
    assert (line.value, line.privacy, line.role) == ("王*明，子女", Privacy.PRIVATE, Role.FACT)


def test_no_name_is_said_to_whoever_stands_by() -> None:
    narrator = Narrator()
    said: list[Any] = narrator.page(None, page(at("members", TWO)))
    narrator.hush()
    said += narrator.page(page(at("members", TWO)), page(reviewing()))
    words = " ".join(one.utterance.text for one in said if isinstance(one, SpeakNow))
    assert words
    assert not any(name in words for name in ("王小明", "李静", "王*明"))


def test_a_helper_sees_no_member() -> None:
    state = at("members", TWO)
    state = replace(state, visit=replace(state.visit, helped=True))
    assert set(node(state, "form.members.1").value) == {COVER}


def test_the_receipt_says_how_many_and_not_who() -> None:
    state = reviewing()
    case = Case(submission="0" * 32, provisional="XC-0042-0001", verdict=Verdict.SAVED)
    model = receipt_of(replace(state, visit=replace(state.visit, case=case)), DESK)
    assert model is not None
    assert [line for line in model.lines if "家庭成员" in line] == ["家庭成员：加了 2 个"]
    assert not any("小学" in line or "王" in line for line in model.lines)
