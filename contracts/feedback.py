"""The number of what a resident says of something that could not be done: it tells nothing of who said it."""

from __future__ import annotations

import re

from contracts.ids import RandomBytes

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters without 0, O, 1 and I: read on a screen, typed or said by anyone."""
HALF = 5
NUMBER = re.compile(rf"XT-[{ALPHABET}]{{{HALF}}}-[{ALPHABET}]{{{HALF}}}")


def feedback_number(random_bytes: RandomBytes) -> str:
    """Return a number such as XT-7K3M9-QXW2T: 50 random bits."""
    value = int.from_bytes(random_bytes(7), "big")
    text = ""
    for _ in range(2 * HALF):
        value, digit = divmod(value, len(ALPHABET))
        text += ALPHABET[digit]
    return f"XT-{text[:HALF]}-{text[HALF:]}"
