"""A slow network: after three seconds there is a way on, and nothing that was saved is asked for again."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.lab.samples import KNOWN, ONLINE, desk
from kiosk_app.screens import view
from kiosk_app.visit.effects import StartTimer
from kiosk_app.visit.events import Accepted, CasesFound, Pressed, Saved, TimerFired
from kiosk_app.visit.flow import PATIENCE_SECONDS, find_cases, open_form
from kiosk_app.visit.state import Form, Outcome, Progress, State, Submitting, Timer, Verdict
from kiosk_app.visit.step import step

SLOW = TimerFired(Timer.SLOW)


def saved() -> State:
    """A case is committed and its answer is waited for."""
    state = replace(ONLINE, place=Submitting(), visit=replace(KNOWN, case=None))
    return step(state, Saved("0198-1", "W-1"), desk())[0]


def test_patience_is_three_seconds_wherever_the_network_is_waited_for() -> None:
    assert PATIENCE_SECONDS == 3.0
    waits = (
        step(replace(ONLINE, place=Submitting(), visit=replace(KNOWN, case=None)), Saved("0198-1", "W-1"), desk())[1],
        find_cases(replace(ONLINE, visit=KNOWN)),
        open_form(replace(ONLINE, visit=replace(KNOWN, sources={})), desk())[1],
    )
    for effects in waits:
        assert StartTimer(Timer.SLOW, PATIENCE_SECONDS) in effects


def test_a_saved_case_need_not_be_waited_for() -> None:
    assert "actions.leave" not in [n.id for n in view(saved(), desk()).nodes]
    state, effects = step(saved(), SLOW, desk())
    assert effects == ()
    page = view(state, desk())
    assert "actions.leave" in [n.id for n in page.nodes]
    assert page.focus == "actions.leave"
    state, _ = step(state, Pressed("actions.leave"), desk())
    assert isinstance(state.place, Outcome)
    assert state.visit.case is not None
    assert state.visit.case.verdict is Verdict.CONFIRMING


def test_nobody_leaves_before_it_is_offered_or_before_it_is_saved() -> None:
    assert step(saved(), Pressed("actions.leave"), desk())[0].place == Submitting(saved=True)
    unsaved = replace(ONLINE, place=Submitting(), visit=KNOWN)
    assert step(unsaved, SLOW, desk())[0].place == Submitting()


def test_an_answer_that_comes_while_the_way_is_offered_counts() -> None:
    state, _ = step(saved(), SLOW, desk())
    state, _ = step(state, Accepted("0198-1", {"number": "XC-1"}), desk())
    assert state.visit.case is not None
    assert state.visit.case.verdict is Verdict.ACCEPTED


def test_the_form_goes_on_without_what_the_platform_holds() -> None:
    waiting, _ = open_form(replace(ONLINE, visit=replace(KNOWN, sources={})), desk())
    assert isinstance(waiting.place, Form)
    assert waiting.place.waiting
    after, _ = step(waiting, SLOW, desk())
    assert not isinstance(after.place, Form) or not after.place.waiting
    assert step(after, SLOW, desk())[0].place == after.place


def test_late_cases_are_still_shown() -> None:
    state, _ = step(replace(ONLINE, place=Progress(waiting=True), visit=KNOWN), SLOW, desk())
    assert state.place == Progress(waiting=False, missing=True)
    state, _ = step(state, CasesFound(KNOWN.person.id_number, ()), desk())
    assert state.place == Progress(waiting=False)
