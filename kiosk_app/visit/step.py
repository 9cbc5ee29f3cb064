"""One step of the statechart: `step(state, event, desk) -> (state, effects)`. Pure; within 4 ms."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit import (
    answering,
    around,
    certificate,
    chat,
    ending,
    enrolling,
    everywhere,
    face,
    feedback,
    filling,
    following,
    helper,
    hours,
    identify,
    jack,
    locked,
    materials,
    other_time,
    paper,
    paying,
    selftest,
    signs,
    starting,
    technical,
    typed,
    ways,
)
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CancelTimer, StartTimer
from kiosk_app.visit.enrolment import Enrolling, Stage
from kiosk_app.visit.events import (
    CardRead,
    CodeRead,
    Edited,
    Event,
    HeadphonesChanged,
    Held,
    KeyPressed,
    Pressed,
    Stirred,
    TimerFired,
)
from kiosk_app.visit.guided import Guided, Running, Trial
from kiosk_app.visit.remark import NO_REMARK, Remarking
from kiosk_app.visit.slow import slow
from kiosk_app.visit.state import (
    Aloud,
    Attract,
    CardShown,
    ClosingSoon,
    Farewell,
    Guide,
    Help,
    Home,
    Identify,
    IdleWarning,
    Listing,
    LockComing,
    OutOfService,
    PaperTask,
    PowerLow,
    SelfTest,
    State,
    Suspended,
    TechnicianCalled,
    Timer,
    Way,
    Ways,
    WithGuardian,
)
from kiosk_app.visit.table import DEFAULTS, EVENT_TABLE, Result, find_press, stay
from kiosk_app.visit.talk import NO_TALK, Chatting

STAGES = (
    starting, identify, typed, filling, following, answering, materials, paying, ending, other_time, certificate, paper,
    jack, ways, chat, feedback, signs, around, technical, selftest, locked, hours, enrolling, everywhere,
)  # fmt: skip
COVERING = Help | Suspended | PaperTask | Ways | Aloud | PowerLow | ClosingSoon | LockComing | TechnicianCalled
"""Covers beneath which nothing can be pressed."""
ACTIVITY = (Pressed, Edited, Held, KeyPressed, Stirred, CardRead, CodeRead, HeadphonesChanged)


def step(state: State, event: Event, desk: Desk) -> Result:
    """Answer one event.

    Somebody stirring takes the idle warning away and does nothing else, so that a hand reaching for "I am still
    here" never presses what lies beneath. A page under a cover answers only the cover.
    """
    if isinstance(event, ACTIVITY) and isinstance(state.cover, IdleWarning):
        if isinstance(event, Pressed) and event.node == "cover.end":
            over, effects = _handle(state, event, desk)
            over, papers = materials.settle(state, over)
            return over, (*effects, *papers)
        if isinstance(event, HeadphonesChanged):
            # The plug is a fact, whatever covers the page: private words follow it.
            state, waiting = jack.headphones(state, event, desk)
        else:
            waiting = ()
        awake, papers = materials.settle(state, _over(replace(state, cover=None, page=state.page + 1)))
        return awake, (*waiting, *papers, CancelTimer(Timer.TICK), StartTimer(Timer.IDLE, chat.quiet_seconds(state)))
    after, effects = _handle(state, event, desk)
    after, effects = hours.settle(state, around.settle(_over(after)), effects, desk)
    after, closed = locked.settle(technical.settle(after))
    after, more = face.settle(state, after)
    after, papers = materials.settle(state, after)
    effects = (*effects, *closed, *more, *papers)
    if isinstance(event, ACTIVITY) or after.page != state.page:
        untouched = isinstance(after.place, Attract) and after.prefs == after.world.waiting and after.cover is None
        silent = after.visit.talk == NO_TALK and after.visit.remark == NO_REMARK
        if (untouched and silent) or isinstance(after.place, Farewell | OutOfService):
            return after, effects
        if isinstance(after.place, Enrolling):
            return after, (*effects, StartTimer(Timer.IDLE, enrolling.QUIET_S))
        if not isinstance(after.cover, IdleWarning | TechnicianCalled):
            effects = (*effects, StartTimer(Timer.IDLE, chat.quiet_seconds(after)))
    return after, effects


def _over(state: State) -> State:
    """What is written to staff, or said to the district, lies over the visit whenever nothing else does."""
    return feedback.over(chat.over(state))


def _handle(state: State, event: Event, desk: Desk) -> Result:
    place = type(state.place)
    if isinstance(event, TimerFired) and event.name == Timer.JACK:
        return jack.settled(state)
    if isinstance(event, TimerFired) and event.name == Timer.CHAT:
        return chat.tick(state)
    if isinstance(event, TimerFired) and event.name == Timer.LOCK:
        return locked.tick(state)
    if isinstance(event, TimerFired) and event.name == Timer.CALLED:
        return technical.tick(state)
    if (known := technical.hear(state, event, desk)) is not None:
        return known
    if isinstance(event, TimerFired) and event.name == Timer.PAY:
        return paying.tick(state, desk)
    if paying.is_late(state, event):
        return stay(state, event, desk)
    if isinstance(event, TimerFired) and event.name == Timer.SLOW:
        return slow(state, desk)
    if isinstance(event, CardRead) and isinstance(state.place, Attract) and state.world.card_left:
        # Whose it is must not come up before somebody else: it counts again once it was lifted.
        return state, ()
    heard = feedback.hear(state, event)
    if heard is not None:
        return heard
    if state.visit.helped:
        if helper.refused(event):
            return state, ()
        event = helper.uncovered(state, event)
    if isinstance(state.cover, PaperTask):
        watched = paper.watch(state, state.cover, event)
        if watched is not None:
            return watched
    if isinstance(state.cover, Chatting):
        watched = chat.watch(state, event, desk)
        if watched is not None:
            return watched
    if isinstance(state.cover, Remarking):
        watched = feedback.watch(state, event, desk)
        if watched is not None:
            return watched
    if isinstance(event, Pressed):
        covered = isinstance(state.cover, COVERING)
        if covered and not event.node.startswith(("cover.", "called.", "dock.", "ways.")):
            return stay(state, event, desk)
        found = find_press(place, event.node)
        if found is None:
            return stay(state, event, desk)
        return found[0](state, found[1], desk)
    handler = EVENT_TABLE.get((place, type(event)))
    if handler is not None:
        return handler(state, event, desk)
    return stay(state, event, desk)


def handled(place: type[object], event: type[object]) -> bool:
    """True when the table answers this pair, by a handler or by a declared default."""
    return event is Pressed or (place, event) in EVENT_TABLE or event in DEFAULTS


def listening(state: State) -> frozenset[str]:
    """The devices that should be listening now: `card_reader`, `code_reader`, `social_card_reader`, `camera_code`.

    The camera looks for codes only on the page that the resident chose for it. Nothing is taken while somebody writes
    to staff or to the district: a card laid down then would move the page beneath.
    """
    if isinstance(state.cover, Chatting | Remarking):
        return frozenset()
    if isinstance(state.cover, Help) and state.technician is None:
        return frozenset({"card_reader"}) | _asked_for(state)
    return _asked_for(state)


def _asked_for(state: State) -> frozenset[str]:
    match state.place:
        case Attract() | Home() | Listing() | Guide() | Identify(way=Way.OPEN, busy="", guardian=False):
            return frozenset({"card_reader", "code_reader", "social_card_reader"})
        case Identify(way=Way.OPEN, busy="", guardian=True) | Identify(way=Way.WITNESS):
            return frozenset({"card_reader"})
        case WithGuardian() | CardShown() | OutOfService():
            return frozenset({"card_reader"})
        case Enrolling(stage=Stage.SCAN) if state.cover is None:
            return frozenset({"code_reader", "camera_code"})
        case Identify(way=Way.CODE) if state.cover is None:
            return frozenset({"camera_code"})
        case SelfTest(guided=Guided(running=Running(test=Trial.CARD))):
            return frozenset({"card_reader"})
        case SelfTest(guided=Guided(running=Running(test=Trial.CODE))):
            return frozenset({"code_reader"})
        case _:
            return frozenset()
