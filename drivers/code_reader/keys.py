"""What a keyboard-wedge scanner types, pure: bytes of `struct input_event` to codes, on the layout of a US keyboard.

Codes of keys are those of linux/input-event-codes.h. A scanner types without pausing and ends with Enter or Tab; what
comes slower was typed by a hand and is no code. Only ASCII can be typed: what a scanner makes of anything else (keys
with Alt, keys that no US keyboard has) is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.code_reader.codec import LONGEST, Line, Refusal, Refused
from drivers.transport.input_node import EV_KEY, EV_SYN, EVENT, SYN_DROPPED

UP, DOWN, REPEAT = 0, 1, 2

TAB, ENTER, KEYPAD_ENTER = 15, 28, 96
SHIFTS = frozenset({42, 54})
CAPS_LOCK = 58
MODIFIERS = frozenset({29, 97, 56, 100, 125, 126})
"""Ctrl, Alt and Windows keys, left and right: held while a scanner types something beyond ASCII."""

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
    (55, "*", "*"),
    (71, "789-456+1230.", "789-456+1230."),
    (98, "/", "/"),
)
PLAIN: dict[int, str] = {first + n: char for first, plain, _ in _ROWS for n, char in enumerate(plain)}
SHIFTED: dict[int, str] = {first + n: char for first, _, shifted in _ROWS for n, char in enumerate(shifted)}

GAP_S = 0.08
"""Scanners leave 1 to 20 ms between keys, hands more than 100."""
TORN_S = 1.0
"""What comes within this time after a pause belongs to what was before it."""


@dataclass(frozen=True, slots=True)
class Suffix:
    """Which keys end a code; without any, the pause after it does."""

    keys: frozenset[int]


ENTER_OR_TAB = Suffix(frozenset({ENTER, KEYPAD_ENTER, TAB}))
SUFFIXES: Mapping[str, Suffix] = {
    "any": ENTER_OR_TAB,
    "enter": Suffix(frozenset({ENTER, KEYPAD_ENTER})),
    "tab": Suffix(frozenset({TAB})),
    "none": Suffix(frozenset()),
}


class KeyParser:
    """Cuts a stream of input events into codes. Keeps at most 1 KB of a code and less than one event."""

    def __init__(self, suffix: Suffix = ENTER_OR_TAB, gap: float = GAP_S) -> None:
        self._suffix = suffix
        self._gap = gap
        self._bytes = bytearray()
        self._shifts: set[int] = set()
        self._modifiers: set[int] = set()
        self._caps = False
        self._typed: list[str] = []
        self._wrong: Refusal | None = None
        self._last = float("-inf")

    @property
    def inside(self) -> bool:
        """True while a code has begun and not ended."""
        return bool(self._typed) or self._wrong is not None

    def reset(self) -> None:
        """Forget a code that has not ended, and keys that are held."""
        self._bytes.clear()
        self._shifts.clear()
        self._modifiers.clear()
        self._forget()

    def feed(self, data: bytes) -> list[Line | Refused]:
        """Take bytes in and return the codes that they complete, in order."""
        codes: list[Line | Refused] = []
        self._bytes += data
        whole = len(self._bytes) - len(self._bytes) % EVENT.size
        for seconds, micros, kind, code, value in EVENT.iter_unpack(bytes(self._bytes[:whole])):
            if kind == EV_KEY:
                self._key(code, value, seconds + micros / 1e6, codes)
            elif kind == EV_SYN and code == SYN_DROPPED:
                # The kernel lost events: whatever was being typed has holes, and held keys are not known.
                self._shifts.clear()
                self._modifiers.clear()
                self._wrong = Refusal.DAMAGED
        del self._bytes[:whole]
        return codes

    def paused(self, at: float) -> list[Line | Refused]:
        """Say that nothing was typed until `at` (clock of the events): a code without a suffix has then ended."""
        codes: list[Line | Refused] = []
        if at - self._last > self._gap:
            self._pause(codes, at - self._last)
        return codes

    def _key(self, code: int, value: int, at: float, codes: list[Line | Refused]) -> None:
        for held, keys in ((self._shifts, SHIFTS), (self._modifiers, MODIFIERS)):
            if code in keys:
                (held.discard if value == UP else held.add)(code)
                return
        if value != DOWN:
            return
        if self.inside and not 0 <= at - self._last <= self._gap:
            self._pause(codes, at - self._last)
        self._last = at
        if code == CAPS_LOCK:
            self._caps = not self._caps
        elif code in self._suffix.keys:
            self._end(codes)
        else:
            self._type(code)

    def _type(self, code: int) -> None:
        char = (SHIFTED if self._shifts else PLAIN).get(code)
        if char is None or self._modifiers:
            self._wrong = self._wrong or Refusal.NOT_ASCII
        elif len(self._typed) >= LONGEST:
            self._wrong = self._wrong or Refusal.TOO_LONG
        else:
            self._typed.append(char.swapcase() if self._caps and char.isalpha() else char)

    def _pause(self, codes: list[Line | Refused], seconds: float) -> None:
        if not self._suffix.keys:
            self._end(codes)
            return
        # Somebody's hand, or a scan that was torn: the rest of one must not pass for a code of its own.
        self._forget()
        if 0 <= seconds <= TORN_S:
            self._wrong = Refusal.DAMAGED

    def _end(self, codes: list[Line | Refused]) -> None:
        if self._wrong is not None:
            codes.append(Refused(self._wrong))
        elif self._typed:
            codes.append(Line("".join(self._typed)))
        self._forget()

    def _forget(self) -> None:
        self._typed = []
        self._wrong = None
        self._last = float("-inf")
