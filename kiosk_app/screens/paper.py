"""The pictures of the paper task, what leads to it, and the page of a name that no printer here can draw."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_app.screens.chrome import PRESS, Words, button, card, notice
from kiosk_app.visit.paper import STEPS, UNCOVERED, trouble_of
from kiosk_app.visit.state import Case, PaperTask, State
from ui.view import Node, Role, Slot


@dataclass(frozen=True, slots=True)
class _Picture:
    """The words of one step: what to do, how, and what the drawing shows."""

    title: str
    how: str
    shows: str


_PICTURES = {
    "open": _Picture("paper.open", "paper.open_how", "paper.open_shows"),
    "core": _Picture("paper.core", "paper.core_how", "paper.core_shows"),
    "jam": _Picture("paper.jam", "paper.jam_how", "paper.jam_shows"),
    "roll": _Picture("paper.roll", "paper.roll_how", "paper.roll_shows"),
    "close": _Picture("paper.close", "paper.close_how", "paper.close_shows"),
}
_NOTES = {
    "open": "paper.still_open",
    "out": "paper.still_out",
    "low": "paper.still_low",
    "jammed": "paper.still_jammed",
    "silent": "paper.still_silent",
    "fault": "paper.still_fault",
}
_OFFERS = {
    "low": "paper.offer_change",
    "no_paper": "paper.offer_change",
    "jammed": "paper.offer_clear",
    "cover_open": "paper.offer_close",
}


def offer(state: State, t: Words) -> tuple[Node, ...]:
    """The button that leads to the task, when the printer says that a hand would help."""
    trouble = trouble_of(state.world)
    if not trouble:
        return ()
    return (button("actions.paper", t(_OFFERS[trouble]), icon="print", hint=t("paper.offer_hint")),)


def offer_row(state: State, t: Words) -> tuple[Node, ...]:
    """The same as a row of the body, for a page whose action row is full."""
    trouble = trouble_of(state.world)
    if not trouble:
        return ()
    return (card("actions.paper", t(_OFFERS[trouble]), t("paper.offer_note"), icon="print", group="extra"),)


def cover(task: PaperTask, t: Words) -> tuple[str, tuple[Node, ...], str, tuple[str, ...]]:
    """Return the cover's name, its nodes, where the focus goes and what is said."""
    steps = STEPS[task.trouble]
    name = steps[task.step]
    words = _PICTURES[name]
    last = task.step + 1 == len(steps)
    count = t("paper.count", n=task.step + 1, of=len(steps))
    title, how, shows = t(words.title), t(words.how), t(words.shows)
    note = t(_NOTES[task.note]) if task.note else t("paper.safe")
    nodes = (
        Node("cover.title", Role.HEADING, title, slot=Slot.COVER),
        Node("cover.count", Role.TEXT, count, slot=Slot.COVER, style="note"),
        Node("cover.lead", Role.TEXT, how, slot=Slot.COVER),
        Node("cover.picture", Role.PICTURE, shows, value=f"paper:{name}", slot=Slot.COVER),
        Node(
            "cover.note",
            Role.NOTICE,
            note,
            style="warn" if task.note else "info",
            icon="warn" if task.note else "lock",
            slot=Slot.COVER,
        ),
        _key("cover.step", t("paper.last" if last else "paper.next"), "check", "primary"),
        *((_key("cover.before", t("paper.before"), "back", "secondary"),) if task.step else ()),
        _key("cover.leave", t("paper.leave"), "exit", "secondary"),
    )
    said = (*((note,) if task.note else ()), title, count, how, shows)
    return "paper", nodes, "cover.step", said


def _key(node_id: str, text: str, icon: str, style: str) -> Node:
    return Node(node_id, Role.BUTTON, text, icon=icon, style=style, slot=Slot.COVER, actions=PRESS)


def undrawable(case: Case, t: Words) -> tuple[str, str, tuple[Node, ...]] | None:
    """Title, lead and the notice of a receipt whose name cannot be drawn; None when that was not the cause."""
    if case.print_cause != UNCOVERED:
        return None
    state = t("receipt.state_accepted" if case.receipt else "receipt.state_saved")
    window = notice("receipt.window", t("paper.undrawable_window"), "info", icon="pin")
    return t("paper.undrawable"), t("paper.undrawable_lead", state=state, number=case.number), (window,)
