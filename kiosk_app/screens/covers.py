"""What covers a page without losing it: the idle warning, help, a suspension."""

from __future__ import annotations

from kiosk_app.screens import paper
from kiosk_app.screens.chrome import PRESS, Words
from kiosk_app.visit.flow import WARNING_SECONDS
from kiosk_app.visit.remark import Remarking
from kiosk_app.visit.state import (
    Aloud,
    Cover,
    Help,
    IdleWarning,
    PaperTask,
    PowerLow,
    Suspended,
    TechnicianCalled,
    Ways,
)
from kiosk_app.visit.talk import Chatting
from kiosk_app.visit.technical import CALLED_SECONDS, LONGER_SECONDS
from kiosk_app.words import has
from ui.view import Node, Role, Slot


def _text(
    node_id: str, role: Role, text: str, value: str = "", style: str = "", icon: str = "", progress: int = -1
) -> Node:
    return Node(node_id, role, text, value=value, style=style, icon=icon, slot=Slot.COVER, progress=progress)


def _button(node_id: str, text: str, icon: str, style: str, *, enabled: bool = True) -> Node:
    return Node(node_id, Role.BUTTON, text, icon=icon, style=style, slot=Slot.COVER, actions=PRESS, enabled=enabled)


Shown = tuple[str, tuple[Node, ...], str, tuple[str, ...]]
"""The cover's name, its nodes, where the focus goes and what is said."""


def cover(over: Cover, t: Words, *, helped: bool = False, chat: str = "", feedback: bool = False) -> Shown:
    """Return what covers the page.

    `helped`: somebody works the machine for the resident; instead of other ways to use it, it can be handed back.
    `chat`: where the key stands that leads to staff who answer in writing: first, later, or "" for nowhere.
    `feedback`: it can be said what could not be done.
    """
    match over:
        case IdleWarning(remaining):
            nodes: tuple[Node, ...] = (
                _text("cover.title", Role.HEADING, t("idle.title")),
                _text("cover.lead", Role.TEXT, t("idle.lead")),
                _text(
                    "cover.count",
                    Role.PROGRESS,
                    t("idle.seconds"),
                    value=str(remaining),
                    progress=min(100, round(100 * remaining / WARNING_SECONDS)),
                ),
                _text("cover.hidden", Role.TEXT, t("idle.hidden"), style="note"),
                _button("cover.continue", t("idle.continue"), "check", "primary"),
                _button("cover.end", t("idle.end"), "exit", "secondary"),
                _text("cover.how", Role.NOTICE, t("idle.how"), style="info", icon="voice"),
            )
            return "idle", nodes, "cover.continue", (t("idle.title"), t("idle.lead"), t("idle.how"))
        case TechnicianCalled(_, remaining, longer):
            title, lead, hidden = t("called.title"), t("called.lead"), t("idle.hidden")
            nodes = (
                _text("cover.title", Role.HEADING, title),
                _text("cover.lead", Role.TEXT, lead),
                _text(
                    "cover.count",
                    Role.PROGRESS,
                    t("idle.seconds"),
                    value=str(remaining),
                    progress=min(100, round(100 * remaining / (LONGER_SECONDS if longer else CALLED_SECONDS))),
                ),
                _text("cover.hidden", Role.TEXT, hidden, style="note"),
                _button("called.longer", t("called.longer"), "clock", "primary", enabled=not longer),
                _button("called.end", t("idle.end"), "exit", "secondary"),
            )
            focus = "called.end" if longer else "called.longer"
            return "idle", nodes, focus, (title, lead, hidden)
        case Help(called):
            return _help(t, called=called, helped=helped, chat=chat, feedback=feedback)
        case PaperTask():
            return paper.cover(over, t)
        case Aloud():
            title, lead, ears = t("aloud.title"), t("aloud.lead"), t("aloud.ears")
            nodes = (
                _text("cover.title", Role.HEADING, title),
                _text("cover.lead", Role.TEXT, lead),
                _text("cover.ears", Role.NOTICE, ears, style="info", icon="headphones"),
                _button("cover.aloud", t("aloud.yes"), "voice", "secondary"),
                _button("cover.close", t("aloud.no"), "next", "primary"),
            )
            return "aloud", nodes, "cover.close", (title, lead, ears)
        case PowerLow():
            title, lead, kept = t("power.title"), t("power.lead"), t("power.kept")
            nodes = (
                _text("cover.title", Role.HEADING, title),
                _text("cover.lead", Role.TEXT, lead),
                _text("cover.kept", Role.NOTICE, kept, style="info", icon="lock"),
                _button("cover.continue", t("power.go_on"), "next", "primary"),
                _button("cover.end", t("idle.end"), "exit", "secondary"),
            )
            return "power", nodes, "cover.continue", (title, lead, kept)
        case Ways() | Chatting() | Remarking():
            raise ValueError("it is a page of its own")
        case Suspended(why):
            key = f"suspended.{why}" if has(f"suspended.{why}") else "suspended.device"
            nodes = (
                _text("cover.title", Role.HEADING, t("suspended.title")),
                _text("cover.lead", Role.TEXT, t("suspended.lead")),
                _text("cover.picture", Role.PICTURE, "", "print" if why == "paper" else "refresh"),
                _text("cover.why", Role.NOTICE, t(key), style="info", icon="clock"),
            )
            return "suspended", nodes, "dock.help", (t("suspended.title"), t(key), t("suspended.lead"))


def _help(t: Words, *, called: bool, helped: bool, chat: str, feedback: bool) -> Shown:
    """People who help: by phone, in writing, and those of the place; and whoever hears what could not be done."""
    write = _button("cover.chat", t("help.chat"), "edit", "secondary")
    nodes = (
        _text("cover.title", Role.HEADING, t("help.title")),
        _text("cover.lead", Role.TEXT, t("help.lead")),
        _text("cover.keys", Role.TEXT, t.keys("help.keys"), style="note"),
        _text("cover.phone", Role.NOTICE, t("help.phone"), style="info", icon="phone"),
        _text("cover.urgent", Role.NOTICE, t("help.urgent"), style="warn", icon="warn"),
        *((write,) if chat == "first" else ()),
        _button("cover.call", t("help.called" if called else "help.call"), "help", "secondary", enabled=not called),
        *((write,) if chat == "later" else ()),
        *((_button("cover.feedback", t("help.feedback"), "voice", "secondary"),) if feedback else ()),
        _button("ways.hand_back", t("ways.hand_back"), "user", "secondary")
        if helped
        else _button("cover.ways", t("help.ways"), "touch", "secondary"),
        _button("cover.close", t("help.close"), "next", "primary"),
    )
    spoken = (t("help.called"),) if called else (t("help.lead"), t("help.phone"), t.keys("help.keys"))
    focus = "cover.close" if called else "cover.chat" if chat == "first" else "cover.call"
    return "help", nodes, focus, spoken
