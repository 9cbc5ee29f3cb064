"""What somebody who helps may see: every private value covered, the way it lies unchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kiosk_app.visit import helper
from ui.view import Node, Privacy, Role

HIDDEN = helper.COVER * 4
WORDS_ARE_THE_VALUE = frozenset({Role.TEXT, Role.NOTICE, Role.STATUS, Role.HEADING})
"""Roles that have no label: where such a node is private, its words are."""
_MASKED = re.compile(r"\d*[*＊]{2,}\d*[Xx]?")
"""A number that is masked for everybody; a helper does not get its ends either."""


def covered(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the same nodes without anything private in them; ids, order and actions stay."""
    return tuple(_covered(node) for node in nodes)


def _covered(node: Node) -> Node:
    bare = replace(
        node,
        text=_MASKED.sub(HIDDEN, node.text),
        value=_MASKED.sub(HIDDEN, node.value),
        note=_MASKED.sub(HIDDEN, node.note),
        source=_MASKED.sub(HIDDEN, node.source),
    )
    if node.id in helper.LOOKING:
        return replace(bare, enabled=False, checked=False if node.checked is not None else None)
    if node.privacy is not Privacy.PRIVATE:
        return bare
    # A field keeps the number of its characters, so that whoever types sees that a key was taken.
    value = helper.covered(node.value) if node.role is Role.FIELD else HIDDEN if node.value else ""
    words = HIDDEN if node.role in WORDS_ARE_THE_VALUE and not node.value else bare.text
    return replace(bare, text=words, value=value, spoken="")
