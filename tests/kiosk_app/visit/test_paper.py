"""The paper task: led by pictures, followed by sensors, ended by the printer, and the receipt comes out once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.lab.samples import ELDER, KNOWN, ONLINE, RECEIPT, desk
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import CallHost, Print, Say, StartTimer
from kiosk_app.visit.ending import MOST_COPIES
from kiosk_app.visit.events import CardRead, DeviceChanged, Event, KeyPressed, Pressed, PrintEnded, TimerFired
from kiosk_app.visit.paper import QUIET_MINUTES, STEPS, trouble_of
from kiosk_app.visit.state import (
    Attract,
    Case,
    IdleWarning,
    Outcome,
    PaperTask,
    Place,
    PrintState,
    Receipt,
    Verdict,
)

DESK = desk()


def told(paper: str = "full", cover: str = "closed", state: str = "") -> DeviceChanged:
    """What the printer says."""
    well = paper in {"full", "low"} and cover == "closed"
    said = state or ("online" if well else "hardware_error" if paper == "jammed" else "user_action")
    return DeviceChanged("receipt_printer", said, {"paper": paper, "cover": cover})


def after(state: State, *events: Event) -> tuple[State, list[object]]:
    """Step through events; returns the last state and every effect on the way."""
    effects: list[object] = []
    for event in events:
        state, some = step(state, event, DESK)
        effects += some
    return state, effects


def at(place: Place, outcome: PrintState, cause: str = "no_paper", copies: int = 0) -> State:
    case = Case("s1", "L1", Verdict.ACCEPTED, RECEIPT, print=outcome, print_cause=cause, copies=copies)
    return replace(ONLINE, place=place, visit=replace(KNOWN, case=case, started=True))


def prints(effects: list[object]) -> list[Print]:
    return [effect for effect in effects if isinstance(effect, Print)]


WAITING = at(Receipt(), PrintState.NOT_PRINTED)


@pytest.mark.parametrize(
    ("paper", "cover", "state", "trouble"),
    [
        ("full", "closed", "online", ""),
        ("low", "closed", "online", "low"),
        ("out", "closed", "user_action", "no_paper"),
        ("jammed", "closed", "hardware_error", "jammed"),
        ("full", "open", "user_action", "cover_open"),
        ("out", "open", "user_action", "cover_open"),
        ("unknown", "unknown", "offline", ""),
        ("full", "closed", "hardware_error", ""),
    ],
)
def test_the_task_is_offered_when_a_hand_would_help(paper: str, cover: str, state: str, trouble: str) -> None:
    for start in (ONLINE, WAITING):
        known, _ = after(start, told(paper, cover, state))
        assert trouble_of(known.world) == trouble
        assert (view(known, DESK).node("actions.paper") is not None) is bool(trouble)


def test_nobody_logs_in_and_whoever_is_there_may_begin() -> None:
    state, effects = after(ONLINE, told("out"), Pressed("actions.paper"))
    assert state.cover == PaperTask("no_paper")
    assert isinstance(state.place, Attract)
    assert not any(isinstance(effect, CallHost) for effect in effects)


def test_sensors_turn_the_pictures_and_end_the_task() -> None:
    state, _ = after(WAITING, told("out"), Pressed("actions.paper"))
    assert state.cover == PaperTask("no_paper")
    state, _ = after(state, told("out", "open"))
    assert state.cover == PaperTask("no_paper", 1, opened=True)
    state, effects = after(state, Pressed("cover.step"), Pressed("cover.step"), told("full", "open"), told("full"))
    assert state.cover is None
    assert isinstance(state.place, Outcome)
    assert prints(effects) == [Print("s1.0", None, 0)]
    assert Say("say.paper_ready") in effects


def test_buttons_alone_lead_through_it_when_there_is_no_cover_sensor() -> None:
    state, _ = after(WAITING, told("out", "unknown"), Pressed("actions.paper"))
    names = []
    for _ in STEPS["no_paper"]:
        assert isinstance(state.cover, PaperTask)
        names.append(STEPS["no_paper"][state.cover.step])
        state, _ = after(state, Pressed("cover.step"))
    assert names == ["open", "core", "roll", "close"]
    assert state.cover == PaperTask("no_paper", 2, note="out")
    state, effects = after(state, told("full", "unknown", "online"))
    assert state.cover is None
    assert len(prints(effects)) == 1


def test_the_receipt_is_printed_once_however_often_the_printer_says_that_it_is_ready() -> None:
    state, effects = after(WAITING, told("out"), Pressed("actions.paper"), told("out", "open"), told(), told(), told())
    assert len(prints(effects)) == 1
    state, more = after(state, PrintEnded("s1.0", "printed"), told("low"), told())
    assert prints(more) == []
    assert state.visit.case is not None
    assert state.visit.case.print is PrintState.PRINTED


def test_a_receipt_of_which_nobody_knows_is_asked_about_and_never_printed_by_itself() -> None:
    unknown = at(Receipt(), PrintState.UNKNOWN, "jammed")
    state, effects = after(unknown, told("jammed"), Pressed("actions.paper"), told("jammed", "open"), told())
    assert state.cover is None
    assert prints(effects) == []
    assert isinstance(state.place, Receipt)
    page = view(state, DESK)
    assert page.node("print.yes") is not None
    assert page.node("print.no") is not None
    _, effects = after(state, Pressed("print.no"))
    assert prints(effects) == [Print("s1.1", None, 1)]


def test_a_name_that_cannot_be_drawn_is_not_tried_again_by_new_paper() -> None:
    state = at(Receipt(), PrintState.NOT_PRINTED, "uncovered")
    _, effects = after(state, told("out"), Pressed("actions.paper"), told())
    assert prints(effects) == []


def test_what_was_refused_is_not_printed_by_new_paper() -> None:
    state = at(Outcome(), PrintState.NONE)
    assert state.visit.case is not None
    refused = state.with_visit(case=replace(state.visit.case, verdict=Verdict.REFUSED))
    _, effects = after(refused, told("out"), Pressed("actions.paper"), told())
    assert prints(effects) == []


def test_a_receipt_that_could_not_be_begun_comes_out_after_the_paper() -> None:
    _, effects = after(at(Outcome(), PrintState.NONE), told("out"), Pressed("actions.paper"), told())
    assert len(prints(effects)) == 1


@pytest.mark.parametrize(
    ("said", "note", "shown"),
    [
        (told("out"), "out", "roll"),
        (told("jammed"), "jammed", "jam"),
        (told("full", state="hardware_error"), "fault", "close"),
    ],
)
def test_a_cover_closed_too_early_says_what_is_missing(said: DeviceChanged, note: str, shown: str) -> None:
    state, _ = after(WAITING, told("jammed"), Pressed("actions.paper"), told("jammed", "open"), said)
    assert isinstance(state.cover, PaperTask)
    assert state.cover.note == note
    assert STEPS["jammed"][state.cover.step] == shown


@pytest.mark.parametrize(("cover", "state", "note"), [("open", "", "open"), ("unknown", "offline", "silent")])
def test_the_last_button_says_what_the_printer_still_misses(cover: str, state: str, note: str) -> None:
    start, _ = after(WAITING, told("out"), Pressed("actions.paper"), told("out", cover, state))
    assert isinstance(start.cover, PaperTask)
    last = replace(start, cover=replace(start.cover, step=3))
    pressed, _ = after(last, Pressed("cover.step"))
    assert isinstance(pressed.cover, PaperTask)
    assert pressed.cover.note == note


def test_a_low_roll_ends_with_a_full_one_and_not_before() -> None:
    state, _ = after(ONLINE, told("low"), Pressed("actions.paper"), told("low", "open"), told("low"))
    assert isinstance(state.cover, PaperTask)
    assert state.cover.note == "low"
    state, _ = after(state, told("full"))
    assert state.cover is None


def test_backwards_and_away_by_touch_and_by_key() -> None:
    begun, _ = after(WAITING, told("out"), Pressed("actions.paper"), Pressed("cover.step"))
    for one_back in (Pressed("cover.before"), KeyPressed("back")):
        state, _ = after(begun, one_back)
        assert state.cover == PaperTask("no_paper")
        for away in (Pressed("cover.leave"), KeyPressed("back")):
            left, effects = after(state, away)
            assert left.cover is None
            assert isinstance(left.place, Receipt)
            assert prints(effects) == []


def test_help_and_the_look_work_above_it() -> None:
    begun, _ = after(WAITING, told("out"), Pressed("actions.paper"))
    larger, _ = after(begun, Pressed("dock.size"))
    assert larger.cover == begun.cover
    assert larger.prefs.size > begun.prefs.size
    called, effects = after(begun, Pressed("cover.host"))
    assert called.cover == begun.cover
    assert CallHost("paper") in effects


def test_the_page_beneath_answers_nothing_and_loses_nothing() -> None:
    begun, _ = after(WAITING, told("out"), Pressed("actions.paper"))
    for node in ("print.without", "actions.rate", "actions.back", "actions.end"):
        state, _ = after(begun, Pressed(node))
        assert state == replace(begun, page=state.page)
    assert begun.visit == WAITING.visit


def test_hands_at_the_printer_are_not_taken_for_absence_but_an_end_comes() -> None:
    state, effects = after(WAITING, told("out"), Pressed("actions.paper"))
    assert any(isinstance(effect, StartTimer) for effect in effects)
    for _ in range(QUIET_MINUTES):
        state, effects = after(state, TimerFired("idle"))
        assert isinstance(state.cover, PaperTask)
        assert any(isinstance(effect, StartTimer) for effect in effects)
    state, _ = after(state, TimerFired("idle"))
    assert isinstance(state.cover, IdleWarning)
    left, _ = after(ONLINE, told("out"), Pressed("actions.paper"), *[TimerFired("idle")] * (QUIET_MINUTES + 1))
    assert left.cover is None
    assert isinstance(left.place, Attract)


def test_nothing_to_mend_begins_nothing() -> None:
    assert after(WAITING, told(), Pressed("actions.paper"))[0].cover is None


def test_a_card_beneath_the_task_is_not_lost() -> None:
    state, _ = after(ONLINE, told("out"), Pressed("actions.paper"), CardRead(ELDER))
    assert isinstance(state.cover, PaperTask)
    assert state.visit.person == ELDER


def test_three_copies_then_people() -> None:
    state = at(Outcome(), PrintState.PRINTED, "")
    for copy in range(1, MOST_COPIES + 1):
        state, effects = after(state, Pressed("print.again"))
        assert prints(effects) == [Print(f"s1.{copy}", None, copy)]
        state, _ = after(state, PrintEnded(f"s1.{copy}", "printed"))
    page = view(state, DESK)
    assert page.node("print.again") is None
    assert page.node("host.paper") is not None
    state, effects = after(state, Pressed("print.again"))
    assert prints(effects) == []
    assert CallHost("paper") in effects


def test_the_name_that_cannot_be_drawn_is_told_kindly_with_other_ways() -> None:
    case = replace(KNOWN, case=Case("s1", "L1", Verdict.ACCEPTED, RECEIPT, print=PrintState.PRINTING))
    printing = replace(ONLINE, place=Outcome(), visit=replace(case, started=True))
    state, _ = after(printing, PrintEnded("s1.0", "not_printed", "uncovered"))
    for lang in ("zh", "en"):
        page = view(replace(state, prefs=replace(state.prefs, lang=lang)), DESK)
        assert str(RECEIPT["number"]) in page.lead
        assert page.node("receipt.code") is not None
        assert page.node("receipt.window") is not None
        assert page.node("print.try") is None
        assert page.node("host.paper") is None
