"""A technician tests the machine: one trial after the other with what a person sees and hears, then all of it."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit import everywhere, jack
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CancelTimer, DrawTrial, Effect, PrintTrial, RunSelfTest, Say, StartTimer
from kiosk_app.visit.events import (
    CardFailed,
    CardRead,
    CodeFailed,
    CodeRead,
    Edited,
    HeadphonesChanged,
    KeyPressed,
    PrintEnded,
    SelfTested,
    TimerFired,
    TrialDrawn,
)
from kiosk_app.visit.guided import (
    KEYS,
    Chose,
    Did,
    Guided,
    Late,
    Printed,
    Read,
    Running,
    Signal,
    Skip,
    Trial,
    Typed,
    Unread,
    answer,
    begin,
    deadline,
    offered,
)
from kiosk_app.visit.state import SelfTest, State, Technical, Timer
from kiosk_app.visit.table import Result, default, on, press
from kiosk_app.visit.workbench import Tool, register

JOB = "self-test"
"""Head of the print jobs of test slips."""


def open_page(state: State, desk: Desk) -> Result:
    """From technician mode alone."""
    if state.technician is None:
        return state, ()
    kinds = [kind for kind, fact in state.world.devices.items() if fact.state != "no_device"]
    return state.at(SelfTest(Guided(offered(kinds)))), ()


def page_of(state: State) -> SelfTest:
    """The place, as handlers registered here know it."""
    assert isinstance(state.place, SelfTest)
    return state.place


@press(SelfTest, node="trial")
def choose(state: State, argument: str, desk: Desk) -> Result:
    """Begin one of the tests."""
    place = page_of(state)
    busy = place.testing or place.guided.running is not None
    if busy or argument not in {test.value for test in place.guided.tests}:
        return state, ()
    return state, (DrawTrial(argument),)


@on(SelfTest, event=TrialDrawn)
def drawn(state: State, event: TrialDrawn, desk: Desk) -> Result:
    """Its numbers are drawn: it begins."""
    place = page_of(state)
    if place.testing or place.guided.running is not None:
        return state, ()
    running = begin(Trial(event.test), event.draws)
    effects: tuple[Effect, ...] = (StartTimer(Timer.TRIAL, deadline(running.test)),)
    match running.test:
        case Trial.LOUDSPEAKER:
            effects += (_spoken(running),)
        case Trial.RECEIPT:
            effects += (PrintTrial(f"{JOB}.{state.page}-{running.answer}", running.answer),)
    return state.at(replace(place, guided=replace(place.guided, running=running), told=None)), effects


@press(SelfTest, node="choice")
def chosen(state: State, argument: str, desk: Desk) -> Result:
    """What was heard or seen."""
    return _hear(state, Chose(argument))


@press(SelfTest, node="target")
def touched(state: State, argument: str, desk: Desk) -> Result:
    """One of the targets."""
    return _hear(state, Did(argument))


@press(SelfTest, node="actions.once_more")
def once_more(state: State, argument: str, desk: Desk) -> Result:
    """Say the number again."""
    running = page_of(state).guided.running
    return state, ((_spoken(running),) if running is not None and running.test in _SPOKEN else ())


@press(SelfTest, node="actions.skip")
def skip(state: State, argument: str, desk: Desk) -> Result:
    """Leave this one out."""
    return _hear(state, Skip())


@press(SelfTest, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """Out of a trial without a row; from the list to the menu."""
    place = page_of(state)
    if place.guided.running is not None:
        quiet = replace(place, guided=replace(place.guided, running=None))
        return state.at(quiet), (CancelTimer(Timer.TRIAL),)
    if place.told is not None:
        return state.at(replace(place, told=None)), ()
    return state.at(Technical()), ()


@press(SelfTest, node="actions.whole")
def whole(state: State, argument: str, desk: Desk) -> Result:
    """Test everything, sign it and send it."""
    place = page_of(state)
    if state.technician is None or place.testing or place.guided.running is not None:
        return state, ()
    return state.at(replace(place, testing=True)), (RunSelfTest(state.technician.id, place.guided),)


@on(SelfTest, event=SelfTested)
def tested(state: State, event: SelfTested, desk: Desk) -> Result:
    """The report is here."""
    place = page_of(state)
    return (state.at(replace(place, testing=False, told=event.found)) if place.testing else state), ()


@on(SelfTest, event=CardRead)
@on(SelfTest, event=CodeRead)
def read(state: State, event: CardRead | CodeRead, desk: Desk) -> Result:
    """A card or a code was read; whose it is nobody looks at."""
    return _at_reader(state, Trial.CARD if isinstance(event, CardRead) else Trial.CODE, Read())


@on(SelfTest, event=CardFailed)
@on(SelfTest, event=CodeFailed)
def unread(state: State, event: CardFailed | CodeFailed, desk: Desk) -> Result:
    """Something could not be read."""
    return _at_reader(state, Trial.CARD if isinstance(event, CardFailed) else Trial.CODE, Unread())


@on(SelfTest, event=HeadphonesChanged)
def plug(state: State, event: HeadphonesChanged, desk: Desk) -> Result:
    """The plug is a fact for everybody, and a step of the test."""
    known, effects = jack.headphones(state, event, desk)
    running = page_of(known).guided.running if isinstance(known.place, SelfTest) else None
    after, more = _hear(known, Did("in" if event.plugged else "out"))
    spoken = running is not None and running.test is Trial.HEADPHONES and event.plugged
    return after, (*effects, *more, *((_spoken(running),) if spoken and running is not None else ()))


@on(SelfTest, event=KeyPressed)
def key(state: State, event: KeyPressed, desk: Desk) -> Result:
    """While the keypad is tested its keys are only counted."""
    running = page_of(state).guided.running
    if running is not None and running.test is Trial.KEYPAD and event.name in KEYS and state.cover is None:
        return _hear(state, Did(event.name))
    return everywhere.key(state, event, desk)


@on(SelfTest, event=Edited)
def typed(state: State, event: Edited, desk: Desk) -> Result:
    """The number of the slip."""
    digits = "".join(sign for sign in event.text if sign.isdigit())[:4]
    return _hear(state, Typed(digits)) if event.node == "trial.number" else (state, ())


@on(SelfTest, event=PrintEnded)
def printed(state: State, event: PrintEnded, desk: Desk) -> Result:
    """What became of the slip."""
    running = page_of(state).guided.running
    job = event.job.startswith(f"{JOB}.") and running is not None and event.job.endswith(f"-{running.answer}")
    ours = job and running is not None and running.test is Trial.RECEIPT
    return _hear(state, Printed(event.outcome == "printed")) if ours else (state, ())


@on(SelfTest, event=TimerFired)
def late(state: State, event: TimerFired, desk: Desk) -> Result:
    """The time of a test is over; every other timer is as everywhere."""
    return _hear(state, Late()) if event.name == Timer.TRIAL else everywhere.timer(state, event, desk)


def _at_reader(state: State, test: Trial, signal: Signal) -> Result:
    running = page_of(state).guided.running
    return _hear(state, signal) if running is not None and running.test is test else (state, ())


def _hear(state: State, signal: Signal) -> Result:
    place = page_of(state)
    running = place.guided.running
    if running is None:
        return state, ()
    found = answer(running, signal)
    if not isinstance(found, Running):
        return state.at(replace(place, guided=place.guided.ended(found))), (CancelTimer(Timer.TRIAL),)
    going = replace(place, guided=replace(place.guided, running=found))
    # The next step of a test is introduced; a digit or one target more is not.
    moved = found.wrong != running.wrong or (found.done != running.done and found.test in _STEPS)
    return (state.at(going) if moved else replace(state, place=going)), ()


_SPOKEN = frozenset({Trial.LOUDSPEAKER, Trial.HEADPHONES})
_STEPS = frozenset({Trial.HEADPHONES, Trial.RECEIPT})


def _spoken(running: Running) -> Say:
    return Say("tech.trial.number", {"number": running.answer})


register(Tool("selftest", "check", open_page))
default("no test of a person is going on here", TrialDrawn, SelfTested)
