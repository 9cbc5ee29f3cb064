"""Asking serial ports what hangs on them: alone on the port, harmless questions only, and an end to it.

A port that somebody holds is left alone. One port has `PORT_S` seconds, whatever is at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from drivers.biometric.identify import QUESTIONS as BIOMETRIC
from drivers.card_reader.identify import QUESTIONS as CARD
from drivers.code_reader.identify import QUESTIONS as CODE
from drivers.identify import Match, Question
from drivers.presence.identify import QUESTIONS as PRESENCE
from drivers.receipt_printer.identify import QUESTIONS as PRINTER
from drivers.relays.identify import QUESTIONS as RELAYS
from drivers.transport import OpenCause, OpenFailed, SerialTransport, Transport, TransportError
from provisioning.ports import Clock

QUESTIONS: tuple[Question, ...] = (*PRESENCE, *PRINTER, *CARD, *BIOMETRIC, *CODE, *RELAYS)
"""In this order: first who talks by itself, then printers, as what they are not asked would wait in them as text."""
PORT_S = 12.0
WRITE_S = 0.5
SLICE_S = 0.05
MOST_HEARD = 4096
TOGETHER = 8
"""So many ports at once."""


class Outcome(StrEnum):
    """What became of a port."""

    FOUND = "found"
    SILENT = "silent"
    TALKS = "talks"
    IN_USE = "in_use"
    OWNED = "owned"
    DENIED = "denied"
    GONE = "gone"
    LATE = "late"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """One port and what became of it. TALKS: bytes came, and nobody knows them."""

    path: str
    outcome: Outcome
    match: Match | None = None


Open = Callable[[str, int], Transport]


def open_alone(path: str, baud: int) -> Transport:
    """Return a transport that keeps everybody else out."""
    return SerialTransport(path, baud, alone=True)


def probe(
    path: str,
    clock: Clock,
    questions: Iterable[Question] = QUESTIONS,
    opener: Open = open_alone,
    seconds: float = PORT_S,
) -> Asked:
    """Ask one port until something answers."""
    end, talked = clock.monotonic() + seconds, False
    for question in questions:
        left = end - clock.monotonic()
        if left <= 0:
            return Asked(path, Outcome.LATE)
        line = opener(path, question.baud)
        try:
            line.open()
            heard, match = _ask(line, question, clock, min(left, question.seconds))
        except OpenFailed as failure:
            return Asked(path, _refusal(failure.cause))
        except TransportError:
            return Asked(path, Outcome.GONE)
        finally:
            line.close()
        if match is not None:
            return Asked(path, Outcome.FOUND, match)
        talked = talked or bool(heard)
    return Asked(path, Outcome.TALKS if talked else Outcome.SILENT)


def probe_all(paths: Iterable[str], clock: Clock, opener: Open = open_alone) -> tuple[Asked, ...]:
    """Ask several ports, some of them at once."""
    with ThreadPoolExecutor(TOGETHER, "probe") as workers:
        return tuple(workers.map(lambda path: probe(path, clock, opener=opener), paths))


def _ask(line: Transport, question: Question, clock: Clock, seconds: float) -> tuple[bytes, Match | None]:
    line.drain_input()
    if question.ask:
        line.write(question.ask, WRITE_S)
    end, heard = clock.monotonic() + seconds, b""
    while clock.monotonic() < end and len(heard) < MOST_HEARD:
        heard += line.read(MOST_HEARD, SLICE_S)
        if heard and (match := question.find(heard)) is not None:
            return heard, match
    return heard, None


def _refusal(cause: OpenCause) -> Outcome:
    match cause:
        case OpenCause.IN_USE:
            return Outcome.IN_USE
        case OpenCause.DENIED:
            return Outcome.DENIED
        case _:
            return Outcome.GONE
