"""The table of everything that reads what somebody else wrote."""

from __future__ import annotations

from tests.fuzz.documents import ADDRESSES, ANSWERS, INSIDE, TEXTS
from tests.fuzz.sticks import STICKS
from tests.fuzz.target import Target
from tests.fuzz.wires import BIOMETRIC, CARDS, CODES, JACK, PRINTER, SOCIAL

TARGETS: tuple[Target, ...] = (
    *CARDS,
    *CODES,
    *PRINTER,
    *SOCIAL,
    *BIOMETRIC,
    *JACK,
    *INSIDE,
    *ADDRESSES,
    *ANSWERS,
    *TEXTS,
    *STICKS,
)
