"""Locked from afar: closed when nobody is here; when it is urgent, whoever is here is told once and has two minutes.

Nothing that is being handed in or paid is cut off: the end waits for it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CancelTimer, Effect, Log, StartTimer
from kiosk_app.visit.events import LockChanged, NoticeChanged
from kiosk_app.visit.flow import finish
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    IdleWarning,
    Lock,
    LockComing,
    OutOfService,
    Paying,
    State,
    Submitting,
    Technical,
    TechnicianCode,
    Timer,
)
from kiosk_app.visit.table import Result, on

WHY = "locked"
CLOSING_S = 120.0
AGAIN_S = 20.0
"""How long the end waits for what is being handed in or paid."""


@on(event=LockChanged)
def lock_changed(state: State, event: LockChanged, desk: Desk) -> Result:
    """The platform locks or unlocks; what follows from it is settled with every step."""
    known = replace(state, world=replace(state.world, lock=event.lock, warned=False))
    if event.lock is not Lock.NONE:
        return known, ()
    told: tuple[Effect, ...] = ()
    if known.place == OutOfService(WHY):
        known, told = known.at(Attract()), (Log("back_in_service", {}),)
    if isinstance(known.cover, LockComing):
        known = replace(known, cover=None, page=known.page + 1)
    return known, (CancelTimer(Timer.LOCK), *told)


@on(event=NoticeChanged)
def notice_changed(state: State, event: NoticeChanged, desk: Desk) -> Result:
    """The first page shows it; whoever waits there hears it."""
    changed = replace(state, world=replace(state.world, notice=event.notice))
    waiting = isinstance(state.place, Attract) and state.cover is None
    return (replace(changed, page=state.page + 1) if waiting else changed), ()


def settle(after: State) -> tuple[State, tuple[Effect, ...]]:
    """What a lock makes of a state."""
    if after.world.lock is Lock.NONE:
        return after, ()
    talks = after.visit.talk.shown or after.visit.remark.shown
    match after.place:
        case OutOfService() | Farewell() | TechnicianCode() | Technical():
            return after, ()
        case Attract() if after.cover is None and not talks:
            return replace(after, world=replace(after.world, warned=False)).at(OutOfService(WHY)), (
                CancelTimer(Timer.LOCK),
                CancelTimer(Timer.IDLE),
                Log("out_of_service", {"why": WHY}),
            )
    if after.world.lock is not Lock.URGENT or after.world.warned:
        return after, ()
    if not (after.cover is None or isinstance(after.cover, IdleWarning)):
        return after, ()
    world = replace(after.world, warned=True)
    told = replace(after, world=world, cover=LockComing(), page=after.page + 1, aloud=False)
    return told, (CancelTimer(Timer.TICK), StartTimer(Timer.LOCK, CLOSING_S))


def tick(state: State) -> Result:
    """The two minutes are over."""
    if state.world.lock is not Lock.URGENT or isinstance(
        state.place, OutOfService | Farewell | TechnicianCode | Technical
    ):
        return state, ()
    if isinstance(state.place, Submitting | Paying):
        return state, (StartTimer(Timer.LOCK, AGAIN_S),)
    return finish(replace(state, cover=None), "locked")
