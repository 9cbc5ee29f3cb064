"""The paper of the receipt printer, put right by whoever stands there: guided by pictures, without a login.

Most steps are followed by the printer's own sensors; a button stands for what no sensor sees. The task ends by itself
when the printer is ready. What the resident typed waits beneath the cover, and a receipt that surely was not printed
comes out then, once; one of which nobody knows is asked about, never printed again by itself.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CallHost, Effect, Log, Say, StartTimer
from kiosk_app.visit.ending import print_receipt
from kiosk_app.visit.events import DeviceChanged, Event, KeyPressed, TimerFired
from kiosk_app.visit.hours import bell
from kiosk_app.visit.state import (
    Attract,
    DeviceFact,
    Outcome,
    PaperTask,
    PrintState,
    Receipt,
    State,
    Timer,
    Verdict,
    World,
)
from kiosk_app.visit.table import Result, press

PRINTER = "receipt_printer"
UNCOVERED = "uncovered"
"""Cause of a receipt that was not printed because a character of a name has no glyph: no new paper helps."""
QUIET_SECONDS = 60.0
QUIET_MINUTES = 10
"""So long may a task take without anybody touching the screen: hands are at the printer."""
STEPS: dict[str, tuple[str, ...]] = {
    "low": ("open", "core", "roll", "close"),
    "no_paper": ("open", "core", "roll", "close"),
    "jammed": ("open", "jam", "roll", "close"),
    "cover_open": ("roll", "close"),
}
"""The pictures of each trouble, in order."""


def trouble_of(world: World) -> str:
    """What a hand can put right at the printer now: low, no_paper, jammed, cover_open; "" when nothing."""
    printer = world.device(PRINTER)
    if printer.state in {"no_device", "offline", "starting"}:
        return ""
    if printer.detail.get("paper") == "jammed":
        return "jammed"
    if printer.detail.get("cover") == "open":
        return "cover_open"
    return {"out": "no_paper", "low": "low"}.get(printer.detail.get("paper", ""), "")


def _ready(world: World, trouble: str) -> bool:
    """True when the task is done: the printer prints, and the roll that was low has been changed."""
    left = trouble_of(world)
    return world.can_print and (left == "" or (left == "low" and trouble != "low"))


@press(Attract, Outcome, Receipt, node="actions.paper")
def begin(state: State, argument: str, desk: Desk) -> Result:
    """Cover the page and show the first picture. An open cover is where the first picture leads to."""
    trouble = trouble_of(state.world)
    if not trouble:
        return state, ()
    task = PaperTask(trouble, opened=trouble == "cover_open")
    called: tuple[Effect, ...] = () if isinstance(state.place, Attract) else (CallHost("paper"),)
    return replace(state, cover=task, page=state.page + 1), (*called, StartTimer(Timer.IDLE, QUIET_SECONDS))


@press(node="cover.step")
def forward(state: State, argument: str, desk: Desk) -> Result:
    """This picture is done; after the last one the printer has the word."""
    task = state.cover
    if not isinstance(task, PaperTask):
        return state, ()
    if task.step + 1 < len(STEPS[task.trouble]):
        return _show(state, replace(task, step=task.step + 1, note=""))
    if _ready(state.world, task.trouble):
        return _done(state)
    return _show(state, _sent_back(task, state.world))


@press(node="cover.before")
def before(state: State, argument: str, desk: Desk) -> Result:
    """One picture back."""
    task = state.cover
    if not isinstance(task, PaperTask) or not task.step:
        return state, ()
    return _show(state, replace(task, step=task.step - 1, note=""))


@press(node="cover.leave")
def leave(state: State, argument: str, desk: Desk) -> Result:
    """Not now: the page is as it was."""
    if not isinstance(state.cover, PaperTask):
        return state, ()
    return replace(state, cover=None, page=state.page + 1), ()


@press(node="cover.host")
def host(state: State, argument: str, desk: Desk) -> Result:
    """Somebody of the place is asked to come."""
    return state, bell(desk, "paper")


def watch(state: State, task: PaperTask, event: Event) -> Result | None:
    """Answer what concerns the task while it covers the page; None leaves the event to the page's own table."""
    match event:
        case DeviceChanged(kind, now, detail) if kind == PRINTER:
            devices = {**state.world.devices, kind: DeviceFact(now, detail)}
            known = replace(state, world=replace(state.world, devices=devices))
            moved, effects = _followed(known, task)
            return moved, (Log("device_changed", {"kind": kind, "state": now}), *effects)
        case TimerFired(name) if name == Timer.IDLE and task.waited < QUIET_MINUTES:
            waiting = replace(state, cover=replace(task, waited=task.waited + 1))
            return waiting, (StartTimer(Timer.IDLE, QUIET_SECONDS),)
        case KeyPressed("back"):
            back = replace(task, step=task.step - 1, note="") if task.step else None
            return _show(state, back) if back else (replace(state, cover=None, page=state.page + 1), ())
        case _:
            return None


def _followed(state: State, task: PaperTask) -> Result:
    """Move on with what the sensors say."""
    printer = state.world.device(PRINTER)
    steps = STEPS[task.trouble]
    if _ready(state.world, task.trouble):
        return _done(state)
    if printer.detail.get("cover") == "open":
        step = max(task.step, 1) if steps[0] == "open" else task.step
        return _show(state, replace(task, step=step, opened=True, note=""))
    if task.opened and printer.detail.get("cover") == "closed":
        return _show(state, _sent_back(replace(task, opened=False), state.world))
    return state, ()


def _sent_back(task: PaperTask, world: World) -> PaperTask:
    """The picture that answers what the printer still misses."""
    steps = STEPS[task.trouble]
    printer = world.device(PRINTER)
    if printer.state in {"offline", "no_device", "starting"}:
        return replace(task, note="silent")
    paper = printer.detail.get("paper", "")
    if printer.detail.get("cover") == "open":
        note, wanted = "open", "close"
    elif paper == "jammed":
        note, wanted = "jammed", "jam"
    elif paper in {"out", "low"}:
        note, wanted = paper, "roll"
    else:
        note, wanted = "fault", "close"
    return replace(task, note=note, step=steps.index(wanted) if wanted in steps else 0)


def _show(state: State, task: PaperTask) -> Result:
    """The task as it is now; a new picture or a new word is a new page to the ear."""
    if task == state.cover:
        return state, ()
    again = replace(task, waited=0)
    return replace(state, cover=again, page=state.page + 1), (StartTimer(Timer.IDLE, QUIET_SECONDS),)


def _done(state: State) -> Result:
    """The printer is ready: uncover, and print what surely never came out."""
    shown = replace(state, cover=None, page=state.page + 1)
    case = state.visit.case
    waiting = (
        isinstance(state.place, Outcome | Receipt)
        and case is not None
        and case.print in {PrintState.NONE, PrintState.NOT_PRINTED}
        and case.print_cause != UNCOVERED
        and case.verdict not in {Verdict.REFUSED, Verdict.DELETED}
    )
    said = Say("say.paper_ready")
    if not waiting:
        return shown, (said,)
    printing, effects = print_receipt(replace(shown, place=Outcome()))
    return printing, (said, *effects)
