"""From a key going down and up to what was wanted: short, held, or held to press. Pure, time handed in.

A key acts once, when it goes down. Two kinds wait: a key that means something else when it is kept down, and, with
hold to press, a key that changes something. No key repeats.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.keymap import CAREFUL, TYPE, Keymap

LONG_S = 1.0
"""Seconds after which a press is a long one (requirements C.5: long-press help = where am I)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key asks for; `key` is the key that was struck, for the double-strike filter."""

    key: str
    meaning: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    key: str
    short: str
    late: str
    at: float


class KeyPresses:
    """At most one key waits to be let go; another one that goes down takes its place and the first does nothing."""

    def __init__(self) -> None:
        self._waiting: _Waiting | None = None

    @property
    def due(self) -> float | None:
        """When to `look` again, seconds."""
        return self._waiting.at if self._waiting is not None else None

    def down(self, key: str, meaning: str, keymap: Keymap, now: float, hold_s: float = 0.0) -> Wish | None:
        """Take a key that goes down at `now` and means `meaning`; returns what it asks for at once."""
        held = keymap.held.get(meaning, "")
        careful = hold_s > 0 and (meaning in CAREFUL or meaning.startswith(TYPE))
        self._waiting = None
        if held:
            self._waiting = _Waiting(key, meaning, held, now + max(LONG_S, hold_s if careful else 0.0))
        elif careful:
            self._waiting = _Waiting(key, "", meaning, now + hold_s)
        else:
            return Wish(key, meaning)
        return None

    def up(self, key: str, now: float) -> Wish | None:
        """Take a key that is let go; returns what it asks for, None when that was done or was let go too early."""
        waiting = self._waiting
        if waiting is None or waiting.key != key:
            return None
        self._waiting = None
        meaning = waiting.late if now >= waiting.at else waiting.short
        return Wish(key, meaning) if meaning else None

    def look(self, now: float) -> Wish | None:
        """Return what a key that has been down long enough asks for."""
        waiting = self._waiting
        if waiting is None or now < waiting.at:
            return None
        self._waiting = None
        return Wish(waiting.key, waiting.late)

    def forget(self) -> None:
        """No key is down: another map, another visit."""
        self._waiting = None


class Scan:
    """One switch: the first press sets the focus going, the next one acts where it stands. Rests after a while."""

    MOST = 90
    """So many items without a press, and it stops: nobody is there."""

    def __init__(self) -> None:
        self._next: float | None = None
        self._left = 0

    @property
    def due(self) -> float | None:
        """When to `look` again, seconds."""
        return self._next

    def press(self, now: float, scan_s: float) -> bool:
        """Take the switch; returns whether it acts (else the scan has begun with the item that has the focus)."""
        acts = self._next is not None
        self._next, self._left = now + scan_s, self.MOST
        return acts

    def look(self, now: float, scan_s: float) -> bool:
        """Tell whether the focus moves on now."""
        if self._next is None or now < self._next:
            return False
        self._left -= 1
        self._next = now + scan_s if self._left > 0 else None
        return True

    def stop(self) -> None:
        """Stand still."""
        self._next = None
