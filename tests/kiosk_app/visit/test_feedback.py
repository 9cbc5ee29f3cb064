"""What could not be done is said from every page; the visit beneath loses nothing, and nothing of it is handed in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.plain import MOST_CHAT, is_plain
from kiosk_app.lab.samples import DONE, KNOWN, ONLINE, pages
from kiosk_app.receipts import paper_of
from kiosk_app.relief import personal
from kiosk_app.screens import view
from kiosk_app.visit import State, listening
from kiosk_app.visit.effects import KeepFeedback, Log, Print, StartTimer, Wipe
from kiosk_app.visit.enrolment import Enrolling
from kiosk_app.visit.events import (
    Edited,
    Event,
    FeedbackArrived,
    FeedbackFailed,
    FeedbackSaved,
    Halted,
    HeadphonesChanged,
    KeyPressed,
    Pressed,
    PrintEnded,
    Rejected,
    Resume,
    Stirred,
    Suspend,
    TimerFired,
)
from kiosk_app.visit.feedback import MOST_SLIPS, body_of
from kiosk_app.visit.remark import NO_REMARK, Remarking, Slip, Step
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Form,
    Home,
    IdleWarning,
    Outcome,
    OutOfService,
    TechnicianCode,
    Timer,
    Visit,
)
from tests.kiosk_app.visit.walks import DESK, only, walk
from ui.view import Privacy

FORM = replace(ONLINE, place=Form("bank"), visit=replace(KNOWN, case=DONE))
OPEN = (Pressed("dock.help"), Pressed("cover.feedback"))
SAID = "跑了三趟"
PHONE = "13900139000"
CHOSEN = (*OPEN, Pressed("happened.papers"), Pressed("actions.next"))
WRITTEN = (*CHOSEN, Edited("remark.words", SAID), Pressed("actions.next"))
SAVED = FeedbackSaved("r1", "XT-7K3M9-QXW2T")
KEPT = (*WRITTEN, Pressed("actions.send"), SAVED)


def node(state: State, name: str) -> Any:
    return view(state, DESK).node(name)


def words(state: State) -> str:
    return " ".join(f"{n.text} {n.value} {n.note}" for n in view(state, DESK).nodes)


def kept(*events: Event, state: State = FORM) -> Any:
    _, effects = walk(state, *events)
    (effect,) = only(effects, KeepFeedback)
    return effect


# There and back


@pytest.mark.parametrize("name", [n for n, s in pages().items() if s.cover is None])
def test_from_every_page_help_leads_there_and_back_to_exactly_that_page(name: str) -> None:
    state = pages()[name]
    here, _ = walk(state, Pressed("dock.help"))
    technicians = state.technician is not None or isinstance(state.place, Enrolling | TechnicianCode)
    if isinstance(state.place, Farewell | OutOfService) or state.visit.helped or technicians:
        assert node(here, "cover.feedback") is None
        return
    there, effects = walk(here, Pressed("cover.feedback"))
    assert isinstance(there.cover, Remarking)
    assert not only(effects, KeepFeedback)
    back, _ = walk(there, Pressed("actions.back"))
    assert back.cover is None
    assert (back.place, back.prefs, back.world) == (here.place, state.prefs, state.world)
    assert replace(back.visit, remark=NO_REMARK) == state.visit


def test_what_lies_beneath_is_not_touched_by_keys_cards_or_fields() -> None:
    there, _ = walk(FORM, *OPEN)
    after, _ = walk(there, Edited("form.bank", "1"), Pressed("consent"), Pressed("actions.end"), Pressed("grade.1"))
    assert (after.place, after.visit) == (FORM.place, there.visit)
    assert listening(there) == frozenset()


@pytest.mark.parametrize(
    "between",
    [
        (Pressed("dock.help"), Pressed("cover.close")),
        (Pressed("dock.help"), Pressed("cover.ways"), Pressed("ways.contrast"), Pressed("cover.close")),
        (Suspend("paper"), Resume()),
        (TimerFired(Timer.IDLE), Stirred()),
        (TimerFired(Timer.IDLE), Pressed("cover.continue")),
        (Pressed("dock.lang"), Pressed("dock.elder"), Pressed("dock.size")),
        (KeyPressed("help"), KeyPressed("back")),
        (HeadphonesChanged(True), HeadphonesChanged(False)),
        (KeyPressed("back"), Pressed("actions.next")),
        (KeyPressed("back"), KeyPressed("back"), *OPEN, Pressed("actions.next")),
        (*OPEN[:1], Pressed("cover.chat"), Pressed("actions.back"), *OPEN),
    ],
)
def test_whatever_comes_between_nothing_that_was_said_is_lost(between: tuple[Event, ...]) -> None:
    there, _ = walk(FORM, *CHOSEN, Edited("remark.words", SAID))
    after, _ = walk(there, *between)
    assert isinstance(after.cover, Remarking)
    assert after.visit.remark == there.visit.remark
    assert (after.place, after.visit.answers) == (FORM.place, FORM.visit.answers)


# What is handed in


def test_without_a_phone_nothing_travels_that_tells_who_it_was() -> None:
    effect = kept(*WRITTEN, Pressed("actions.send"))
    assert effect.body == {"lang": "zh", "what": "papers", "words": SAID, "service": "YL01", "screen": "form"}
    assert SAID not in repr(effect)


def test_what_it_was_about_can_be_taken_out() -> None:
    effect = kept(
        *OPEN, Pressed("remark.tell"), Pressed("happened.slow"), *[Pressed("actions.next")] * 2, Pressed("actions.send")
    )
    assert effect.body == {"lang": "zh", "what": "slow"}


def test_a_page_without_a_service_tells_nothing_of_where_it_was() -> None:
    start = replace(ONLINE, place=Home(), visit=Visit(started=True))
    effect = kept(*WRITTEN, Pressed("actions.send"), state=start)
    assert set(effect.body) == {"lang", "what", "words"}


def test_a_phone_goes_along_only_whole() -> None:
    short, effects = walk(FORM, *WRITTEN, Edited("remark.phone", "139001"), Pressed("actions.send"))
    assert not only(effects, KeepFeedback)
    assert node(short, "remark.notice").style == "warn"
    effect = kept(*WRITTEN, Edited("remark.phone", PHONE), Pressed("actions.send"))
    assert effect.body["phone"] == PHONE
    assert PHONE not in repr(effect)


def test_nothing_is_handed_in_that_says_nothing() -> None:
    there, effects = walk(FORM, *OPEN, Pressed("actions.next"), Pressed("actions.send"))
    assert there.visit.remark.step is Step.WHAT
    assert not only(effects, KeepFeedback)
    assert not node(there, "actions.next").enabled


def test_a_choice_that_is_not_on_the_list_is_none() -> None:
    there, _ = walk(FORM, *OPEN, Pressed("happened.110102194203155128"))
    assert there.visit.remark.what == ""


@given(st.text(max_size=60), st.integers(1, 400))
def test_any_words_are_made_plain_and_cut(text: str, times: int) -> None:
    there, _ = walk(FORM, *CHOSEN, Edited("remark.words", text * times))
    held = there.visit.remark.words
    assert len(held) <= MOST_CHAT
    assert is_plain(held)


def test_ten_thousand_characters_with_controls_are_handed_in_short_and_plain() -> None:
    effect = kept(
        *CHOSEN, Edited("remark.words", "坏\x00\u202e" * 10_000), Pressed("actions.next"), Pressed("actions.send")
    )
    assert effect.body["words"] == "坏" * MOST_CHAT


def test_pressing_twice_hands_in_once() -> None:
    _, effects = walk(FORM, *WRITTEN, Pressed("actions.send"), Pressed("actions.send"), Pressed("actions.send"))
    assert len(only(effects, KeepFeedback)) == 1


# What became of it


def test_the_number_shows_only_after_it_is_on_the_disk_with_what_is_promised() -> None:
    saving, _ = walk(FORM, *WRITTEN, Pressed("actions.send"))
    assert node(saving, "remark.number") is None
    after, effects = walk(saving, SAVED)
    assert node(after, "remark.number").value == SAVED.number
    assert "1 个工作日" in words(after)
    assert "66007070" in words(after)
    assert view(after, DESK).lead == "已经存在这台机器里，会自动送出去。"
    assert only(effects, Log)[-1] == Log("feedback_kept", {"reachable": False, "context": True})
    assert after.visit.remark.words == ""
    there, _ = walk(after, FeedbackArrived("r1"))
    assert view(there, DESK).lead == "已经送到。"


def test_a_full_disk_promises_nothing_and_keeps_what_was_written() -> None:
    after, _ = walk(FORM, *WRITTEN, Edited("remark.phone", PHONE), Pressed("actions.send"), FeedbackFailed("full"))
    remark = after.visit.remark
    assert (remark.step, remark.words, remark.phone, remark.number) == (Step.REACH, SAID, PHONE, "")
    assert "存满了" in node(after, "remark.notice").text
    again, effects = walk(after, Pressed("actions.send"), SAVED)
    assert only(effects, KeepFeedback)
    assert node(again, "remark.number") is not None


def test_what_the_platform_refuses_is_told_with_who_helps_and_without_a_number() -> None:
    after, _ = walk(FORM, *KEPT, Rejected("r1", "data-invalid"))
    page = view(after, DESK)
    assert "66007070" in page.lead
    assert page.node("remark.number") is None
    assert after.visit.case == FORM.visit.case


@pytest.mark.parametrize(
    "event", [Rejected("another", "x"), FeedbackArrived("another"), PrintEnded("another.0", "printed")]
)
def test_news_of_something_else_changes_nothing(event: Event) -> None:
    before, _ = walk(FORM, *KEPT)
    after, _ = walk(before, event)
    assert after.visit.remark == before.visit.remark


def test_an_answer_to_a_visit_that_is_over_is_told_nobody() -> None:
    over, _ = walk(
        FORM, *WRITTEN, Pressed("actions.send"), Pressed("dock.help"), TimerFired(Timer.IDLE), Pressed("cover.end")
    )
    assert over.visit.remark == NO_REMARK
    after, _ = walk(over, SAVED, FeedbackArrived("r1"), FeedbackFailed("full"))
    assert after.visit.remark == NO_REMARK


def test_leaving_while_it_is_saved_loses_neither_the_number_nor_the_page() -> None:
    before, _ = walk(FORM, *WRITTEN, Pressed("actions.send"), Pressed("actions.back"))
    away, _ = walk(before, SAVED)
    assert (away.cover, away.page) == (None, before.page)
    again, _ = walk(away, *OPEN)
    assert node(again, "remark.number").value == SAVED.number
    left, _ = walk(again, Pressed("actions.back"), *OPEN)
    assert left.visit.remark.step is Step.WHAT


# Paper


def test_the_slip_says_number_and_promise_and_nothing_of_what_was_said_or_by_whom() -> None:
    printing, effects = walk(FORM, *KEPT, Pressed("remark.print"))
    (job,) = only(effects, Print)
    assert job == Print("r1.0", None, 0)
    model = paper_of("r1.0", printing, DESK)
    assert model is not None
    said = repr(model) + " ".join(model.lines)
    assert SAVED.number in said
    assert "1 个工作日" in said
    assert not any(secret in said for secret in (SAID, "赵", DONE.number, DONE.submission))
    ended, _ = walk(printing, PrintEnded("r1.0", "printed"))
    assert ended.visit.remark.slip is Slip.PRINTED
    assert ended.visit.case == FORM.visit.case


def test_it_is_printed_some_times_and_no_more() -> None:
    state, _ = walk(FORM, *KEPT)
    for n in range(MOST_SLIPS):
        state, effects = walk(state, Pressed("remark.print"), Pressed("remark.print"))
        assert [e.job for e in only(effects, Print)] == [f"r1.{n}"]  # type: ignore[attr-defined]
        state, _ = walk(state, PrintEnded(f"r1.{n}", "printed"))
    assert node(state, "remark.print") is None


def test_a_slip_that_did_not_come_out_is_said() -> None:
    after, _ = walk(FORM, *KEPT, Pressed("remark.print"), PrintEnded("r1.0", "not_printed", "no_paper"))
    assert "记下来" in node(after, "remark.slip").text


def test_whoever_printed_the_number_is_reminded_to_take_it() -> None:
    start = replace(ONLINE, place=Home(), visit=Visit(started=True))
    ended, _ = walk(start, *KEPT, Pressed("remark.print"), Pressed("actions.back"), Pressed("actions.end"))
    assert isinstance(ended.place, Farewell)
    assert ended.place.reminders == ("receipt",)


# Nothing stays


@pytest.mark.parametrize("end", [(Pressed("actions.back"), Pressed("actions.end")), (Halted("store"),)])
def test_nothing_of_it_outlives_the_visit(end: tuple[Event, ...]) -> None:
    start = replace(ONLINE, place=Home(), visit=Visit(started=True))
    before, _ = walk(start, *CHOSEN, Edited("remark.words", SAID), KeyPressed("back"))
    assert personal(before)
    after, effects = walk(before, *end)
    assert after.visit.remark == NO_REMARK
    assert only(effects, Wipe)


def test_at_the_waiting_page_it_is_warned_and_then_wiped() -> None:
    there, effects = walk(ONLINE, *CHOSEN, Edited("remark.words", SAID))
    assert [e.name for e in only(effects, StartTimer)][-1] == Timer.IDLE  # type: ignore[attr-defined]
    warned, _ = walk(there, TimerFired(Timer.IDLE))
    assert isinstance(warned.cover, IdleWarning)
    gone, _ = walk(warned, Pressed("cover.end"))
    assert gone.visit.remark == NO_REMARK
    left, _ = walk(ONLINE, *CHOSEN, Edited("remark.words", SAID), KeyPressed("back"), KeyPressed("back"))
    assert isinstance(left.place, Attract)
    assert walk(left, TimerFired(Timer.IDLE))[0].visit == Visit()


def test_what_is_written_is_private_on_the_page_and_covered_for_a_helper() -> None:
    there, _ = walk(FORM, *CHOSEN, Edited("remark.words", SAID))
    assert node(there, "remark.words").privacy is Privacy.PRIVATE
    helped, _ = walk(there, Pressed("dock.help"), Pressed("cover.ways"), Pressed("ways.helper"), Pressed("cover.close"))
    assert SAID not in words(helped)
    typed, _ = walk(helped, Edited("remark.words", "●" * len(SAID) + "啊"))
    assert typed.visit.remark.words == SAID + "啊"


def test_the_body_is_made_of_what_was_said_and_of_nothing_else() -> None:
    state = replace(FORM, place=Outcome(), visit=replace(FORM.visit, remark=replace(NO_REMARK, what="slow")))
    assert set(body_of(state)) == {"lang", "what", "service", "screen"}
