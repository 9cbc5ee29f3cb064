"""Somebody helps: they work the machine beside the resident and read nothing private, until it is handed back.

Values are covered where pages are built. What is typed meanwhile arrives with the cover in it, one sign for each
character that stands there; here it is put back.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.events import Edited, Event, Held, Pressed
from kiosk_app.visit.state import Form, Identify, Rating, Search, State, Supplement

COVER = "●"
"""Stands for one character of a covered value."""
LOOKING = frozenset({"reveal"})


def covered(value: str) -> str:
    """Return so many cover signs as there are characters."""
    return COVER * len(value)


def refused(event: Event) -> bool:
    """True for what would show a value in full: 看一下 is for the resident alone."""
    return isinstance(event, Held) or (isinstance(event, Pressed) and event.node in LOOKING)


def uncovered(state: State, event: Event) -> Event:
    """Give an edit of a covered value its characters back; any other event is returned as it is."""
    if not isinstance(event, Edited) or COVER not in event.text:
        return event
    return replace(event, text=restored(_held(state, event.node), event.text))


def restored(old: str, text: str) -> str:
    """Put the characters of `old` back where the cover signs of `text` stand.

    Signs at the front are the first characters, signs at the end the last ones, what stands between was typed. Fewer
    signs than characters and nothing typed: the end was deleted.
    """
    front = len(text) - len(text.lstrip(COVER))
    if front == len(text):
        return old[:front]
    back = len(text) - len(text.rstrip(COVER))
    typed = text[front : len(text) - back].replace(COVER, "")
    return old[:front] + typed + (old[len(old) - back :] if back else "")


def _held(state: State, node: str) -> str:
    """What the edited field holds."""
    head, _, name = node.partition(".")
    if node == "chat.text":
        return state.visit.talk.draft
    if head == "remark":
        return {"words": state.visit.remark.words, "phone": state.visit.remark.phone}.get(name, "")
    match state.place:
        case Form() | Supplement() if head == "form":
            return state.visit.answers.get(name, "")
        case Search(words) if node == "search.words":
            return words
        case Rating() as place if node == "rating.words":
            return place.words
        case Identify() as place if head == "identify":
            return {"phone": place.phone, "code": place.code, "pin": place.pin}.get(name, "")
        case _:
            return ""
