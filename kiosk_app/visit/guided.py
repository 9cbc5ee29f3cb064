"""Tests that a person takes part in, pure: what is asked, what counts as an answer, how each one ends.

Nobody can pass one blindly: what was spoken, shown or printed is drawn anew each time and has to be told back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Trial(StrEnum):
    """The tests, in the order in which they are offered."""

    LOUDSPEAKER = "loudspeaker"
    HEADPHONES = "headphones"
    SCREEN = "screen"
    TOUCH = "touch"
    KEYPAD = "keypad"
    CARD = "card"
    CODE = "code"
    RECEIPT = "receipt"


class Outcome(StrEnum):
    """How a test ended."""

    PASS = "pass"  # noqa: S105 - a word
    FAIL = "fail"
    SKIPPED = "skipped"


NEEDS: Mapping[Trial, str] = {
    Trial.LOUDSPEAKER: "speech",
    Trial.HEADPHONES: "headphones",
    Trial.KEYPAD: "keypad",
    Trial.CARD: "card_reader",
    Trial.CODE: "code_reader",
    Trial.RECEIPT: "receipt_printer",
}
"""The kind of device that a test is about; the others are about the screen, which is always there."""
DEADLINE_S: Mapping[Trial, float] = {Trial.HEADPHONES: 90.0, Trial.RECEIPT: 90.0, Trial.TOUCH: 60.0}
USUAL_S = 45.0
TRIES = 2
"""One slip of a person is no fault of a machine."""
TARGETS = ("centre", "top-left", "top-right", "bottom-left", "bottom-right")
KEYS = ("help", "back")
"""Keys that every keypad has and that mean the same on every page; those that move and choose are used all along."""
PICTURES = ("house", "phone", "bell", "star", "lamp", "card")
"""Drawings that a page can show large."""
NUMBERS = tuple("23456789")
CHOICES = 3
NOTHING_HEARD, SPOTS = "none", "spots"
"""Answers besides the choices: nothing was heard; the picture has spots or a colour is missing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One test that has ended. `reason` is a word of `kiosk_app.health.guided.REASONS`, empty when it passed."""

    test: Trial
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """The test under way. `answer` was drawn, `choices` stand on the page, `done` are the steps that were seen."""

    test: Trial
    answer: str = ""
    choices: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    typed: str = ""
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Guided:
    """All of it: the tests that this site has, those that ended (the newest row of each counts), the one under way."""

    tests: tuple[Trial, ...] = ()
    rows: tuple[Row, ...] = ()
    running: Running | None = None

    def row(self, test: Trial) -> Row | None:
        """Return how a test ended last."""
        return next((row for row in self.rows if row.test is test), None)

    def ended(self, row: Row) -> Guided:
        """The same with one more row, and nothing under way."""
        rest = tuple(known for known in self.rows if known.test is not row.test)
        return replace(self, rows=(*rest, row), running=None)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a whole self-test came to. `failed` and `doubtful` count its rows; `address` is the public one that proves
    the `report`, `queued` whether it is on its way to the platform.
    """

    ready: bool
    report: str
    address: str
    doubtful: int
    failed: int
    queued: bool


@dataclass(frozen=True, slots=True)
class Chose:
    """One of the choices was pressed, or one of the answers besides them."""

    what: str


@dataclass(frozen=True, slots=True)
class Typed:
    """So much of the number is typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Did:
    """Something was done with the machine: a target touched, a key pressed, a plug put in (`in`) or pulled (`out`)."""

    what: str


@dataclass(frozen=True, slots=True)
class Read:
    """A reader read something; `text` of a code."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A reader was given something that it could not read."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The slip came out, or not."""

    well: bool


@dataclass(frozen=True, slots=True)
class Skip:
    """A person leaves it out."""


@dataclass(frozen=True, slots=True)
class Late:
    """The time for it is over."""


Signal = Chose | Typed | Did | Read | Unread | Printed | Skip | Late


def offered(kinds: Iterable[str]) -> tuple[Trial, ...]:
    """Return the tests of a site that has devices of these kinds."""
    have = frozenset(kinds)
    return tuple(test for test in Trial if NEEDS.get(test, "") in have | {""})


def begin(test: Trial, draws: tuple[int, ...]) -> Running:
    """Return a test at its start; `draws` are at least four random numbers from 0 up."""
    match test:
        case Trial.LOUDSPEAKER | Trial.HEADPHONES:
            choices = _pick(NUMBERS, draws)
            return Running(test, choices[draws[-1] % CHOICES], choices)
        case Trial.SCREEN:
            choices = _pick(PICTURES, draws)
            return Running(test, choices[draws[-1] % CHOICES], choices)
        case Trial.RECEIPT:
            return Running(test, "".join(str(draw % 10) for draw in draws[:4]))
        case Trial.TOUCH:
            return Running(test, choices=TARGETS)
        case Trial.KEYPAD:
            return Running(test, choices=KEYS)
        case Trial.CARD | Trial.CODE:
            return Running(test)


def answer(running: Running, signal: Signal) -> Running | Row:
    """Take in what happened: the test goes on, or has ended. What it does not wait for changes nothing."""
    test = running.test
    match signal:
        case Skip():
            return Row(test, Outcome.SKIPPED, "skipped")
        case Late():
            return Row(test, Outcome.FAIL, "late")
    match test, signal:
        case ((Trial.LOUDSPEAKER | Trial.SCREEN), Chose(what)):
            return _told(running, what)
        case Trial.HEADPHONES, Did("in") if "in" not in running.done:
            return replace(running, done=("in",))
        case Trial.HEADPHONES, Chose(what) if running.done == ("in",):
            told = _told(running, what)
            return replace(running, done=("in", "heard")) if _passed(told) else told
        case Trial.HEADPHONES, Did("out") if "heard" in running.done:
            return Row(test, Outcome.PASS)
        case Trial.HEADPHONES, Did("out"):
            return replace(running, done=())
        case ((Trial.TOUCH | Trial.KEYPAD), Did(what)) if what in running.choices:
            done = (*running.done, *((what,) if what not in running.done else ()))
            return Row(test, Outcome.PASS) if set(done) == set(running.choices) else replace(running, done=done)
        case ((Trial.CARD | Trial.CODE), Read()):
            return Row(test, Outcome.PASS)
        case ((Trial.CARD | Trial.CODE), Unread()):
            return _wrong(running, "unread")
        case Trial.RECEIPT, Printed(well):
            return replace(running, done=("printed",)) if well else Row(test, Outcome.FAIL, "not_printed")
        case Trial.RECEIPT, Typed(text) if "printed" in running.done:
            typed = replace(running, typed=text)
            if len(text) < len(running.answer):
                return typed
            return Row(test, Outcome.PASS) if text == running.answer else _wrong(typed, "other_number")
        case _:
            return running


def deadline(test: Trial) -> float:
    """Return how many seconds a person has for it."""
    return DEADLINE_S.get(test, USUAL_S)


def _told(running: Running, what: str) -> Running | Row:
    if what == running.answer:
        return Row(running.test, Outcome.PASS)
    if what == NOTHING_HEARD and running.test is not Trial.SCREEN:
        return Row(running.test, Outcome.FAIL, "not_heard")
    if what == SPOTS and running.test is Trial.SCREEN:
        return Row(running.test, Outcome.FAIL, "spots")
    if what not in running.choices:
        return running
    return _wrong(running, "other_picture" if running.test is Trial.SCREEN else "other_heard")


def _passed(found: Running | Row) -> bool:
    return isinstance(found, Row) and found.outcome is Outcome.PASS


def _wrong(running: Running, reason: str) -> Running | Row:
    wrong = running.wrong + 1
    return Row(running.test, Outcome.FAIL, reason) if wrong >= TRIES else replace(running, wrong=wrong, typed="")


def _pick(among: tuple[str, ...], draws: tuple[int, ...]) -> tuple[str, ...]:
    left, chosen = list(among), []
    for draw in draws[:CHOICES]:
        chosen.append(left.pop(draw % len(left)))
    return tuple(chosen)
