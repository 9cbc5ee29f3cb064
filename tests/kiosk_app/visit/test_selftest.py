"""A technician walks through the self-test: what is pressed, heard and read, and that nobody else comes here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app.lab.samples import ADULT, EQUIPPED, desk
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import DrawTrial, PrintTrial, RunSelfTest, Say
from kiosk_app.visit.events import (
    CardFailed,
    CardRead,
    CodeRead,
    Edited,
    Event,
    HeadphonesChanged,
    KeyPressed,
    Pressed,
    PrintEnded,
    SelfTested,
    TimerFired,
    TrialDrawn,
)
from kiosk_app.visit.guided import Findings, Outcome, Trial
from kiosk_app.visit.selftest import open_page
from kiosk_app.visit.state import SelfTest, Technical, Technician
from kiosk_app.visit.step import listening
from tests.kiosk_app.visit.walks import only, walk
from ui.view import Action

DESK = desk()
DRAWS = (3, 1, 4, 1, 5)
WHO = Technician("T-0007")
KINDS = ("speech", "headphones", "keypad", "card_reader", "code_reader", "receipt_printer")


@pytest.fixture
def here() -> State:
    facts = {kind: replace(next(iter(EQUIPPED.world.devices.values())), state="online") for kind in KINDS}
    state, _ = open_page(replace(EQUIPPED, technician=WHO, world=replace(EQUIPPED.world, devices=facts)), DESK)
    assert isinstance(state.place, SelfTest)
    return state


def place(state: State) -> SelfTest:
    assert isinstance(state.place, SelfTest)
    return state.place


def outcome(state: State, test: Trial) -> tuple[Outcome, str] | None:
    row = place(state).guided.row(test)
    return None if row is None else (row.outcome, row.reason)


def begun(state: State, test: Trial) -> tuple[State, tuple[Any, ...]]:
    asked, effects = walk(state, Pressed(f"trial.{test.value}"))
    assert only(effects, DrawTrial) == [DrawTrial(test.value)]
    return walk(asked, TrialDrawn(test.value, DRAWS))


def answer_of(state: State) -> str:
    running = place(state).guided.running
    assert running is not None
    return running.answer


def test_nobody_but_a_technician_comes_here() -> None:
    assert open_page(EQUIPPED, DESK) == (EQUIPPED, ())


def test_a_site_is_offered_what_it_has(here: State) -> None:
    assert place(here).guided.tests == tuple(Trial)


def test_the_number_is_spoken_and_told_back(here: State) -> None:
    state, effects = begun(here, Trial.LOUDSPEAKER)
    assert only(effects, Say) == [Say("tech.trial.number", {"number": answer_of(state)})]
    shown = repr([node for node in view(state, DESK).nodes if not node.id.startswith("choice.")])
    assert f"number={answer_of(state)}" not in shown
    state, _ = walk(state, Pressed(f"choice.{answer_of(state)}"))
    assert outcome(state, Trial.LOUDSPEAKER) == (Outcome.PASS, "")


def test_the_headphones_are_heard_in_private_and_pulled_again(here: State) -> None:
    state, _ = begun(here, Trial.HEADPHONES)
    state, effects = walk(state, HeadphonesChanged(True))
    assert only(effects, Say)
    state, _ = walk(state, Pressed(f"choice.{answer_of(state)}"), HeadphonesChanged(False))
    assert outcome(state, Trial.HEADPHONES) == (Outcome.PASS, "")


def test_the_slip_is_printed_and_its_number_typed(here: State) -> None:
    state, effects = begun(here, Trial.RECEIPT)
    (job,) = only(effects, PrintTrial)
    state, _ = walk(state, PrintEnded("s1.0", "printed"))
    assert view(state, DESK).node("trial.number") is None
    state, _ = walk(state, PrintEnded(job.job, "printed"), Edited("trial.number", job.number))
    assert outcome(state, Trial.RECEIPT) == (Outcome.PASS, "")
    state, effects = begun(state, Trial.RECEIPT)
    state, _ = walk(state, PrintEnded(only(effects, PrintTrial)[0].job, "not_printed", "no_paper"))
    assert outcome(state, Trial.RECEIPT) == (Outcome.FAIL, "not_printed")


def test_readers_listen_only_for_their_own_test_and_nothing_is_kept_of_a_card(here: State) -> None:
    assert listening(here) == frozenset()
    card, _ = begun(here, Trial.CARD)
    assert listening(card) == {"card_reader"}
    card, _ = walk(card, CodeRead("x"), CardFailed("moved"), CardRead(ADULT))
    assert outcome(card, Trial.CARD) == (Outcome.PASS, "")
    assert ADULT.name not in repr(card)
    assert card.visit.person is None
    code, _ = begun(here, Trial.CODE)
    assert listening(code) == {"code_reader"}
    code, _ = walk(code, CodeRead("anything"))
    assert outcome(code, Trial.CODE) == (Outcome.PASS, "")


def test_keys_are_counted_while_the_keypad_is_tested_and_mean_the_same_afterwards(here: State) -> None:
    state, _ = begun(here, Trial.KEYPAD)
    state, _ = walk(state, KeyPressed("help"))
    assert state.cover is None
    state, _ = walk(state, KeyPressed("back"))
    assert outcome(state, Trial.KEYPAD) == (Outcome.PASS, "")
    state, _ = walk(state, KeyPressed("help"))
    assert state.cover is not None


def test_what_takes_too_long_has_failed_and_what_is_left_out_says_so(here: State) -> None:
    state, _ = begun(here, Trial.SCREEN)
    state, _ = walk(state, TimerFired("trial"))
    assert outcome(state, Trial.SCREEN) == (Outcome.FAIL, "late")
    state, _ = begun(state, Trial.TOUCH)
    state, _ = walk(state, Pressed("target.centre"), Pressed("actions.skip"))
    assert outcome(state, Trial.TOUCH) == (Outcome.SKIPPED, "skipped")


def test_all_of_it_is_tested_in_the_technicians_name_and_the_report_is_shown(here: State) -> None:
    state, effects = walk(here, Pressed("actions.whole"))
    assert only(effects, RunSelfTest) == [RunSelfTest("T-0007", place(here).guided)]
    assert only(walk(state, Pressed("actions.whole"))[1], RunSelfTest) == []
    address = "https://platform.example/readiness?t=XC-0042"
    state, _ = walk(state, SelfTested(Findings(True, "r1", address, 2, 0, queued=True)))
    code = view(state, DESK).node("trial.code")
    assert code is not None
    assert code.value == address
    state, _ = walk(state, Pressed("actions.back"))
    assert (place(state).told, place(state).testing) == (None, False)


def test_it_is_a_tool_of_the_menu_and_leads_back_there(here: State) -> None:
    menu, _ = walk(here, Pressed("actions.back"))
    assert menu.place == Technical()
    again, _ = walk(menu, Pressed("tool.selftest"))
    assert again.place == here.place


def test_whoever_walks_off_is_asked_and_then_it_ends(here: State) -> None:
    state, _ = walk(here, TimerFired("idle"))
    for _ in range(31):
        state, _ = walk(state, TimerFired("tick"))
    assert not isinstance(state.place, SelfTest)


events = st.one_of(
    st.integers(0, 40),
    st.sampled_from(
        [
            *(TrialDrawn(test.value, DRAWS) for test in Trial),
            SelfTested(Findings(False, "r1", "", 1, 2, queued=False)),
            CardRead(ADULT),
            CodeRead("x"),
            HeadphonesChanged(True),
            HeadphonesChanged(False),
            KeyPressed("help"),
            KeyPressed("back"),
            Edited("trial.number", "1234"),
            PrintEnded("self-test.1-3141", "printed"),
            TimerFired("trial"),
            TimerFired("idle"),
        ]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(events, max_size=30))
def test_everything_that_can_be_pressed_is_answered(here: State, plan: list[Event | int]) -> None:
    state = here
    for item in plan:
        active = [node for node in view(state, DESK).nodes if Action.PRESS in node.actions and node.enabled]
        for node in active:
            _, effects = step(state, Pressed(node.id), DESK)
            covered = state.cover is not None and not node.id.startswith(("cover.", "dock."))
            assert covered or not any(getattr(e, "event", "") == "unexpected_event" for e in effects), node.id
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        state, _ = step(state, event, DESK)
