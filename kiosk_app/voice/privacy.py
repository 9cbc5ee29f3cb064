"""Who may hear what. By node id and by the node's own word; what is not known is private."""

from __future__ import annotations

from dataclasses import dataclass

from ui.view import Node, Privacy, Role, ScreenView

OWN_PREFIXES = ("page.", "pager.", "panel.", "dock.", "actions.", "key.")
"""Ids of the page's furniture, which holds nothing of a resident's: headings, arrows, panel keys and their labels."""

TYPED = "key.word."
"""Keys of a panel that offer what was typed, as characters."""

LONGEST_KEY = 8
"""A label of a panel key is a digit or a word such as Delete; anything longer is a candidate or a value."""


UNLABELLED = frozenset({Role.TEXT, Role.NOTICE, Role.STATUS, Role.HEADING})
"""Roles whose words are no label: where such a node is private and has no value, they are what is kept quiet."""

HEADPHONES_ONLY = "secret"
"""Style of a field whose characters nobody is told, not even by choice: a PIN is for headphones only."""


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who hears us now: the resident alone, or whoever stands by; `chosen` means the resident asked for all of it."""

    headphones: bool = False
    chosen: bool = False

    @property
    def alone(self) -> bool:
        """True when private words may be spoken."""
        return self.headphones or self.chosen


def privacy_of(view: ScreenView, node_id: str, name: str = "") -> Privacy:
    """Say whether the value of a node is the resident's own.

    A node of the page decides by its own word. Ids that no node has are public only when they belong to the page's
    furniture; the rest is private, also ids that nobody thought of.
    """
    node = view.node(node_id)
    if node is not None:
        return node.privacy
    if node_id.startswith(TYPED):
        # Candidates of an input method show what was typed: they are as private as the field they go into.
        field = next((n for n in view.nodes if n.role is Role.FIELD and n.current), None)
        return field.privacy if field is not None else Privacy.PRIVATE
    if node_id.startswith(OWN_PREFIXES) and (not node_id.startswith("key.") or len(name) <= LONGEST_KEY):
        return Privacy.PUBLIC
    return Privacy.PRIVATE


def holds_value(node: Node | None, value: str) -> bool:
    """True when there is something to keep quiet about."""
    if node is None:
        return bool(value)
    own_words = node.privacy is Privacy.PRIVATE and node.role in UNLABELLED and bool(node.text)
    return bool(value or node.value or node.spoken or own_words)


def may_hear(hearers: Hearers, node: Node | None, privacy: Privacy) -> bool:
    """True when this node's own words may be spoken to whoever hears us now."""
    if privacy is Privacy.PUBLIC or hearers.headphones:
        return True
    return hearers.chosen and (node is None or node.style != HEADPHONES_ONLY)
