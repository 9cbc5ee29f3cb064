"""The 18-character unified social credit code of an organisation (GB 32100)."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capital letters without I, O, S, V and Z; the place of a character is its value."""
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
LENGTH = 18


def check_character(first17: str) -> str:
    """Return the 18th character for 17 characters.

    Raises:
        ValueError: they are not 17, or one is not of the alphabet.
    """
    total = sum(w * ALPHABET.index(c) for w, c in zip(WEIGHTS, first17, strict=True))
    return ALPHABET[-total % len(ALPHABET)]


def is_valid(code: str) -> bool:
    """True when length, alphabet and check character agree. Whether there is such an organisation is never judged."""
    return len(code) == LENGTH and all(c in ALPHABET for c in code) and check_character(code[: LENGTH - 1]) == code[-1]
