"""What answers a hand at once: the character that was typed, or to people who stand by only how many; the switch that
was thrown, by its name and what it is now.
"""

from __future__ import annotations

from kiosk_app.visit.helper import COVER
from kiosk_app.voice import slots
from kiosk_app.voice.privacy import Hearers, may_hear
from kiosk_app.voice.speakable import speakable
from kiosk_app.voice.utterance import Priority, Utterance, clips
from kiosk_app.voice.words import join, phrase
from ui.view import Node, Panel, Privacy, Role, ScreenView, Slot

_WORDS = frozenset({Panel.PINYIN, Panel.NONE})
_CHOSEN = frozenset({Panel.SELECT, Panel.ADDRESS, Panel.REGION, Panel.SIGNATURE})
_SWITCHES = frozenset({Role.TOGGLE, Role.CHOICE})
LONGEST_NAME = 24
"""A longer name (a text to agree to) was read when it was reached; after the press its state is news enough."""


def echo(before: ScreenView, after: ScreenView, hearers: Hearers) -> Utterance | None:
    """Return the answer to what a hand has just done on the same page, or None."""
    if before.page != after.page or before.cover != after.cover or before.look.lang != after.look.lang:
        return None
    return typed(before, after, hearers) or switched(before, after)


def switched(before: ScreenView, after: ScreenView) -> Utterance | None:
    """Return which switches are other than they were: on first, then what went off for it."""
    lang = after.look.lang
    found: list[tuple[Node, str]] = []
    for node in after.nodes:
        old = before.node(node.id)
        if node.role in _SWITCHES and old is not None and old.checked != node.checked and node.checked is not None:
            on, off = ("on", "off") if node.role is Role.TOGGLE else ("checked", "")
            found.append((node, on if node.checked else off))
    # A switch of the page and its twin in the dock are one.
    if any(node.slot is not Slot.DOCK for node, _ in found):
        found = [(node, word) for node, word in found if node.slot is not Slot.DOCK]
    found.sort(key=lambda pair: not pair[0].checked)
    said = [
        clip
        for node, word in found
        if word
        for clip in clips(join((node.text if len(node.text) <= LONGEST_NAME else "", phrase(word, lang)), lang), lang)
    ]
    if not said:
        return None
    return Utterance(tuple(said), lang, Privacy.PUBLIC, Priority.FOCUS, found[0][0].id)


def typed(before: ScreenView, after: ScreenView, hearers: Hearers) -> Utterance | None:
    """Return what has just happened to the field that is being filled in, or None."""
    for node in after.nodes:
        old = before.node(node.id)
        if node.role is Role.FIELD and node.current and old is not None and old.value != node.value:
            return _change(old, node, after.look.lang, hearers)
    return None


def _change(old: Node, node: Node, lang: str, hearers: Hearers) -> Utterance:
    heard = may_hear(hearers, node, node.privacy)
    known = heard and COVER not in node.value
    masked = _masked(old, node, lang)
    said = _plain(old, node, lang) if known else masked
    private = node.privacy is Privacy.PRIVATE and known and said != masked
    privacy = Privacy.PRIVATE if private else Privacy.PUBLIC
    return Utterance(clips(said, lang, masked if private else ""), lang, privacy, Priority.FOCUS, node.id)


def _masked(old: Node, node: Node, lang: str) -> str:
    """How many there are now, and nothing of what they are."""
    if not node.value:
        return phrase("cleared", lang)
    if node.panel in _CHOSEN:
        return phrase("filled", lang)
    key = "erased" if len(node.value) < len(old.value) else "typed"
    return phrase(key, lang, n=_count(node, lang))


def _count(node: Node, lang: str) -> str:
    n = len(node.value)
    one, many = ("letter", "letters") if node.panel in _WORDS else ("digit", "digits")
    return slots.count(n, phrase(one if n == 1 else many, lang), lang)


def _plain(old: Node, node: Node, lang: str) -> str:
    grown = node.value.startswith(old.value) and len(node.value) > len(old.value)
    added = node.value[len(old.value) :] if grown else ""
    if len(added) == 1 and node.panel not in _CHOSEN:
        return _name(added, lang)
    if len(node.value) < len(old.value):
        return _masked(old, node, lang)
    if added and node.panel in _WORDS:
        return added
    return node.spoken or speakable(node.value, lang)


def _name(character: str, lang: str) -> str:
    """A character as it is called."""
    if character.isascii() and character.isalnum():
        return slots.digits(character, lang)
    if character.isspace():
        return phrase("space", lang)
    return character if character.isalnum() else phrase("sign", lang)
