"""Words that somebody typed, made harmless: nothing that turns, hides or controls what others then see."""

from __future__ import annotations

import unicodedata

MOST_CHAT = 500
"""Characters of one message to staff."""
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Unicode's categories of what no reader sees: controls, direction and joining marks, private use, halves, nothing."""
BREAKS = frozenset("\t\n\r\v\f\x85\u2028\u2029")


def plain(text: str) -> str:
    """Return the text without control characters and marks of direction; a line's end becomes a space."""
    spaced = "".join(" " if char in BREAKS else char for char in text)
    return "".join(char for char in spaced if unicodedata.category(char) not in HIDDEN)


def is_plain(text: str) -> bool:
    """True when `plain` would change nothing."""
    return plain(text) == text
