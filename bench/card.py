"""Reading a card: from the first byte of the read command to the parsed card, against the time the wire needs."""

from __future__ import annotations

import random
import statistics
import tempfile
import threading
from pathlib import Path

from bench.programs import StalledError
from bench.rows import Goal, Row, row
from drivers.card_reader import Card, ReadCard, SamCardReader
from drivers.card_reader.codec import READ
from drivers.device import Completion, Report
from drivers.transport import parse_uri
from kiosk_app.clock import SystemClock
from kiosk_app.lab.people import draw
from kiosk_app.lab.processes import JsonLines, Process, wait_until

GROUP = "card"
GOAL = Goal(ratio_least=1.0, ratio_most=1.2)
BAUD = 115200
BITS = 10
REPLY = 1295
"""Bytes of the reply to a read: preamble 5, length 2, status 3, block lengths 4, text 256, photo 1024, checksum 1."""
WIRE_S = (len(READ) + REPLY) * BITS / BAUD
PATIENCE_S = 20.0


class _Reads:
    """Hears the reader."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.done = threading.Semaphore(0)

    def hear(self, report: Report) -> None:
        """Driver's thread."""
        if isinstance(report, Completion):
            if isinstance(report.result, Card) and report.result.timing is not None:
                self.seconds.append(report.result.timing.seconds)
            self.done.release()


def measure(reads: int) -> list[Row]:
    """Read a card again and again from a simulator that is paced to the baud rate.

    Raises:
        StalledError: a read did not end.
    """
    with tempfile.TemporaryDirectory(prefix="doorstep-") as folder:
        ms = [s * 1000 for s in _read(Path(folder), reads)]
    detail = f"{len(ms)} reads, slowest {max(ms):.1f} ms; {len(READ)} + {REPLY} bytes of {BITS} bits"
    peer = f"wire time at {BAUD} baud"
    return [
        row(
            GROUP, "read command to parsed card, median", "ms", statistics.median(ms), peer, WIRE_S * 1000, GOAL, detail
        )
    ]


def _read(folder: Path, reads: int) -> list[float]:
    clock = SystemClock()
    link, control = folder / "pad", JsonLines(folder / "pad.sock")
    arguments = ["--pty-link", str(link), "--control", str(folder / "pad.sock")]
    simulator = Process("drivers.card_reader.simulator", arguments, folder / "pad.log")
    heard = _Reads()
    reader = None
    try:
        wait_until(link.exists, PATIENCE_S, "the card reader")
        control.connect(simulator)
        reader = SamCardReader("bench", parse_uri(f"serial:{link}?baud={BAUD}"), clock=clock)
        reader.start(heard.hear)
        person = draw(random.Random(1), clock.now().date())
        for number in range(reads):
            control.ask(present=person.card())
            reader.submit(ReadCard(f"read-{number}", PATIENCE_S, fresh=False))
            if not heard.done.acquire(timeout=PATIENCE_S):
                raise StalledError("the card was not read")
            control.ask(remove=True)
    finally:
        if reader is not None:
            reader.stop()
        control.close()
        simulator.end()
    if len(heard.seconds) < reads:
        raise StalledError(f"{reads - len(heard.seconds)} of {reads} reads failed")
    return heard.seconds
