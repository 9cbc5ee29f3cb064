"""Who is on duty: one terminal process, and sometimes the fresh one that stands ready to relieve it. Pure decisions.

After a visit that held anything personal the process asks to be relieved. The fresh one draws its first page over the
old one's; then the old one leaves, if nobody has come to it meanwhile, and only when it has ended the fresh one takes
the store and the devices. What the old one knew ends with its memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

LONGEST_PAUSE_S = 30.0

DRAWN, WANTS, STAYS, RETURNS = "drawn", "wants", "stays", "returns"
"""What a process says: its first page is on the glass; it asks to be relieved; it was told to leave and cannot; it
gives the machine back to whose it is, and nobody follows it.
"""
LEAVE, ALONE = "leave", "alone"
"""What it is told: end now, if nobody is here; the one before has ended, take over."""


@dataclass(frozen=True, slots=True)
class Roster:
    """`duty` and `relief` are process ids. `failures` counts ends in a row that nobody asked for; `code` is what to end
    with.
    """

    duty: int | None = None
    relief: int | None = None
    duty_drawn: bool = False
    relief_drawn: bool = False
    leaving: bool = False
    stopping: bool = False
    returning: bool = False
    code: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """A process was started."""

    pid: int
    relief: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A process said a word."""

    pid: int
    word: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A process is gone; a negative `code` is the signal that ended it."""

    pid: int
    code: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody wants the whole terminal to end."""


@dataclass(frozen=True, slots=True)
class Start:
    """Start a process after some seconds."""

    relief: bool
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Tell:
    """Say a word to a process. After `LEAVE` it gets a few seconds, then it is killed: its store survives that."""

    pid: int
    word: str


@dataclass(frozen=True, slots=True)
class Kill:
    """End a process that holds nothing yet."""

    pid: int


@dataclass(frozen=True, slots=True)
class Quit:
    """End with this exit code."""

    code: int


Event = Started | Said | Ended | Stop
Order = Start | Tell | Kill | Quit


def decide(roster: Roster, event: Event) -> tuple[Roster, tuple[Order, ...]]:
    """Return who is on duty after an event, and what is to be done about it."""
    match event:
        case Started(pid, relief=True):
            return replace(roster, relief=pid, relief_drawn=False), ()
        case Started(pid):
            return replace(roster, duty=pid, duty_drawn=False, leaving=False), ()
        case Stop():
            both = tuple(pid for pid in (roster.relief, roster.duty) if pid is not None)
            return replace(roster, stopping=True), tuple(map(Kill, both)) or (Quit(0),)
        case Said(pid, word):
            return _said(roster, pid, word)
        case Ended(pid, code) if pid == roster.relief:
            roster = replace(roster, relief=None, relief_drawn=False)
            return roster, (Quit(roster.code),) if roster.stopping and roster.duty is None else ()
        case Ended(pid, code) if pid == roster.duty:
            return _duty_ended(roster, code)
        case _:
            return roster, ()


def _said(roster: Roster, pid: int, word: str) -> tuple[Roster, tuple[Order, ...]]:
    if roster.stopping or roster.returning:
        return roster, ()
    if pid == roster.duty:
        match word:
            case "drawn":
                return replace(roster, duty_drawn=True, failures=0), ()
            case "wants" if roster.relief is None and not roster.leaving:
                return roster, (Start(relief=True),)
            case "returns":
                waiting = () if roster.relief is None else (Kill(roster.relief),)
                return replace(roster, returning=True), waiting
            case "stays" if roster.leaving:
                ready = () if roster.relief is None else (Kill(roster.relief),)
                return replace(roster, leaving=False), ready
    if pid == roster.relief and word == DRAWN and roster.duty is not None:
        return replace(roster, relief_drawn=True, leaving=True), (Tell(roster.duty, LEAVE),)
    return roster, ()


def _duty_ended(roster: Roster, code: int) -> tuple[Roster, tuple[Order, ...]]:
    gone = replace(roster, duty=None, duty_drawn=False)
    if roster.stopping:
        return gone, () if roster.relief is not None else (Quit(0),)
    if roster.returning and code >= 0:
        # Whoever stood ready was sent away when it was said.
        return replace(gone, stopping=True, code=code), () if roster.relief is not None else (Quit(code),)
    if roster.relief is not None:
        # Whether it left or fell: the one that stands ready takes over.
        fresh = Roster(duty=roster.relief, duty_drawn=roster.relief_drawn)
        return fresh, (Tell(roster.relief, ALONE),)
    if roster.leaving:
        return Roster(), (Start(relief=False),)
    if code == 0 or (code > 0 and not roster.duty_drawn):
        # It was closed, or it could not begin and has said why.
        return gone, (Quit(code),)
    pause = 0.0 if roster.failures == 0 else min(LONGEST_PAUSE_S, 2.0 ** (roster.failures - 1))
    return Roster(failures=roster.failures + 1), (Start(relief=False, after_s=pause),)
