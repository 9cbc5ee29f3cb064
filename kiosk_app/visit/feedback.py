"""悉心听, 办不成事: what could not be done is said from every page. The page of the visit waits beneath."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_app.visit import chat
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import KeepFeedback, Log, Print
from kiosk_app.visit.events import (
    Edited,
    Event,
    FeedbackArrived,
    FeedbackFailed,
    FeedbackSaved,
    KeyPressed,
    Pressed,
    PrintEnded,
    Rejected,
)
from kiosk_app.visit.remark import PHONE_DIGITS, Remark, Remarking, Slip, Step
from kiosk_app.visit.state import Help, State
from kiosk_app.visit.table import Result, on, press

MOST_SLIPS = 3
BEFORE = {Step.WORDS: Step.WHAT, Step.REACH: Step.WORDS}
"""Where the key back leads; elsewhere it leads to the page beneath."""


def offered(state: State) -> bool:
    """True where something can be said: wherever staff can be written to."""
    return chat.offered(state)


def over(state: State) -> State:
    """The page lies over the visit whenever nothing lies over it."""
    return replace(state, cover=Remarking()) if state.cover is None and state.visit.remark.shown else state


@press(node="cover.feedback")
def open_page(state: State, argument: str, desk: Desk) -> Result:
    """From help, which every page has. What was begun goes on."""
    if not isinstance(state.cover, Help) or not offered(state):
        return state, ()
    shown = replace(state.visit.remark, shown=True)
    talk = replace(state.visit.talk, shown=False)
    opened = replace(state, cover=Remarking(), page=state.page + 1, aloud=False)
    return opened.with_visit(remark=shown, talk=talk), ()


def watch(state: State, event: Event, desk: Desk) -> Result | None:
    """Answer what concerns the page; None leaves the event to everybody else."""
    match event:
        case Edited(node, text):
            # What is being saved is no longer changed.
            remark = state.visit.remark
            return (state if remark.id or remark.step is Step.SAVING else _with(state, remark.typed(node, text))), ()
        case KeyPressed("back"):
            return _back(state)
        case Pressed(node):
            return _pressed(state, node, desk)
        case _:
            return None


def hear(state: State, event: Event) -> Result | None:
    """Take what became of it or of its paper, whatever page shows; None for what is not about it."""
    remark = state.visit.remark
    match event:
        case Rejected(item, code) if remark.id and item == remark.id:
            return _with(state, replace(remark, refused=code or "refused")), ()
        case PrintEnded(job, outcome, cause) if remark.id and job.rpartition(".")[0] == remark.id:
            slip = Slip.PRINTED if outcome == "printed" else Slip.FAILED
            logs = (Log("print_finished", {"job": job, "outcome": outcome, "cause": cause or "none"}),)
            return _with(state, replace(remark, slip=slip)), logs
        case _:
            return None


def body_of(state: State) -> dict[str, Any]:
    """What is handed in, and all of it: no person, no case, no proof, and the service only if that is allowed."""
    remark = state.visit.remark
    said = {"lang": state.prefs.lang, "what": remark.what, "words": remark.words.strip(), "phone": remark.phone}
    if remark.tell and state.visit.service:
        said |= {"service": state.visit.service, "screen": type(state.place).__name__.lower()}
    return {name: value for name, value in said.items() if value}


def _pressed(state: State, node: str, desk: Desk) -> Result | None:
    remark = state.visit.remark
    head, _, name = node.partition(".")
    match node:
        case "actions.back":
            return _back(state)
        case "actions.next" if remark.step is Step.WHAT and (remark.what or not desk.catalogue.happened()):
            return _turn(state, replace(remark, step=Step.WORDS)), ()
        case "actions.next" if remark.step is Step.WORDS and remark.says:
            return _turn(state, replace(remark, step=Step.REACH)), ()
        case "actions.send" if remark.step is Step.REACH and remark.says:
            return _hand_in(state)
        case "remark.tell" if remark.step is Step.WHAT:
            return _with(state, replace(remark, tell=not remark.tell)), ()
        case "remark.print" if remark.step is Step.KEPT:
            return _print(state)
        case "remark.words" | "remark.phone":
            return state, ()
        case _ if head == "happened" and remark.step is Step.WHAT:
            known = {one.id for one in desk.catalogue.happened()}
            return _with(state, replace(remark, what=name if name in known else remark.what)), ()
        case _ if node.startswith(("dock.", "cover.", "ways.", "sign.")):
            return None
        case _:
            return state, (Log("unexpected_event", {"state": "Remarking", "event": "Pressed"}),)


def _back(state: State) -> Result:
    """One page back; from the first and the last to the page that waited, exactly as it was."""
    remark = state.visit.remark
    before = BEFORE.get(remark.step)
    if before is not None:
        return _turn(state, replace(remark, step=before, notice="")), ()
    # A number that was seen is done with; the next thing is said anew.
    left = Remark(paper=remark.paper) if remark.step is Step.KEPT else replace(remark, shown=False)
    return replace(_turn(state, left), cover=None, aloud=False), ()


def _hand_in(state: State) -> Result:
    remark = state.visit.remark
    if remark.phone and (len(remark.phone) != PHONE_DIGITS or not remark.phone.startswith("1")):
        return _with(state, replace(remark, notice="phone_short")), ()
    saving = _turn(state, replace(remark, step=Step.SAVING, notice=""))
    return saving, (KeepFeedback(body_of(state)),)


def _print(state: State) -> Result:
    remark = state.visit.remark
    if remark.slip is Slip.PRINTING or not state.world.can_print or remark.copies >= MOST_SLIPS:
        return state, ()
    printing = replace(remark, slip=Slip.PRINTING, copies=remark.copies + 1, paper=True)
    return _with(state, printing), (Print(f"{remark.id}.{remark.copies}", None, remark.copies),)


@on(event=FeedbackSaved)
def saved(state: State, event: FeedbackSaved, desk: Desk) -> Result:
    """It is on the disk: now the number may be shown. Words and phone are kept no longer than that."""
    remark = state.visit.remark
    if remark.step is not Step.SAVING:
        return state, ()
    context = remark.tell and bool(state.visit.service)
    kept = replace(remark, step=Step.KEPT, id=event.id, number=event.number, words="")
    return _news(state, kept), (Log("feedback_kept", {"reachable": bool(remark.phone), "context": context}),)


@on(event=FeedbackFailed)
def failed(state: State, event: FeedbackFailed, desk: Desk) -> Result:
    """Nothing was kept and nothing is promised; what was written is still here."""
    remark = state.visit.remark
    if remark.step is not Step.SAVING:
        return state, ()
    return _news(state, replace(remark, step=Step.REACH, notice=f"save_{event.why}")), ()


@on(event=FeedbackArrived)
def arrived(state: State, event: FeedbackArrived, desk: Desk) -> Result:
    """The platform has it."""
    remark = state.visit.remark
    if not remark.id or remark.id != event.id:
        return state, ()
    return _with(state, replace(remark, arrived=True)), ()


def _with(state: State, remark: Remark) -> State:
    return state.with_visit(remark=remark)


def _turn(state: State, remark: Remark) -> State:
    """Another page of it: introduced anew."""
    return replace(_with(state, remark), page=state.page + 1)


def _news(state: State, remark: Remark) -> State:
    """Another page of it where it shows; whoever has gone on is not disturbed."""
    return _turn(state, remark) if remark.shown else _with(state, remark)


__all__ = ["body_of", "hear", "offered", "open_page", "over", "watch"]
