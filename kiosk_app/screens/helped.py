"""What somebody who helps may see: every private value covered, the way it lies unchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kiosk_app.visit import helper
from ui.view import Node, Panel, Privacy, Role

HIDDEN = helper.COVER * 4
WORDS_ARE_THE_VALUE = frozenset({Role.TEXT, Role.NOTICE, Role.STATUS, Role.HEADING})
"""Roles that have no label: where such a node is private, its words are."""
CHOOSING = frozenset({Panel.DATE, Panel.MONTH, Panel.SELECT, Panel.ADDRESS, Panel.REGION})
"""Panels that choose part by part and need to see the parts chosen so far."""
_MASKED = re.compile(r"\d*[*＊]{2,}\d*[Xx]?")
"""A number that is masked for everybody; a helper does not get its ends either."""


def covered(nodes: Sequence[Node], told: str = "") -> tuple[Node, ...]:
    """Return the same nodes without anything private in them; ids, order and actions stay.

    `told` is the field that the helper is just filling in with what they were told: where it is put together from
    choices, these stay to be seen until the page is left.
    """
    return tuple(node if node.id == told and node.panel in CHOOSING else _covered(node) for node in nodes)


def _covered(node: Node) -> Node:
    bare = replace(
        node,
        text=_MASKED.sub(HIDDEN, node.text),
        value=_MASKED.sub(HIDDEN, node.value),
        note=_MASKED.sub(HIDDEN, node.note),
        source=_MASKED.sub(HIDDEN, node.source),
        ink="",
    )
    if node.id in helper.LOOKING:
        return replace(bare, enabled=False, checked=False if node.checked is not None else None)
    if node.privacy is not Privacy.PRIVATE:
        return bare
    # A field keeps the number of its characters, so that whoever types sees that a key was taken.
    value = helper.covered(node.value) if node.role is Role.FIELD else HIDDEN if node.value else ""
    words = HIDDEN if node.role in WORDS_ARE_THE_VALUE and not node.value else bare.text
    return replace(bare, text=words, value=value, spoken="")
