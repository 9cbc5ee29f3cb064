"""Cold start: from starting the program to the attract page on the glass, and to its first touch answered.

All programs are watched the same way, from outside: four rows of pixels of the X screen, read every 5 ms, each chosen
in a warm start as the one of its band with the most colours (it cuts through words). The page is drawn when the rows
are those of the warm start; the touch is answered when the row of the heading has become another.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.programs import StalledError, drop_page_cache, end, start
from bench.rows import Goal, Row, row
from bench.x11 import Screen, same

GROUP = "start"
GOAL = Goal(most=1.2, ratio_most=0.5)
POLL_S = 0.005
STEADY_S = 0.3
PATIENCE_S = 40.0
COLOURS = 5
"""A row with fewer colours holds no words: letters have soft edges."""
BANDS = (range(176, 300, 4), range(420, 700, 8), range(900, 1300, 8), range(1700, 1860, 8))
"""Where on the page to look, in px: heading, facts, cards, dock. The clock is in none of them."""
TOUCH = (200, 980)
DRAWN = 0.97
"""Share of equal pixels from which rows count as the same page: an edge may be drawn a shade differently."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A program that shows a page; a click at `TOUCH` shows another."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    bands: Sequence[range] = BANDS


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Seconds since the program was started."""

    drawn: float
    answered: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the first page looks like: rows at these heights in px, the heading's first, and their pixels."""

    heights: Sequence[int]
    pixels: bytes


def colours(screen: Screen, y: int) -> int:
    """Return how many colours a row of the screen has."""
    return len(set(memoryview(screen.rows([y])).cast("I")))


def _until(what: str, ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> float:
    """Look every 5 ms; return the time at which it was so."""
    began = time.monotonic()
    while not ready():
        if process.poll() is not None:
            raise StalledError(f"{what}: the program ended with {process.returncode}")
        if time.monotonic() - began > PATIENCE_S:
            raise StalledError(f"{what}: not within {PATIENCE_S:g} s")
        time.sleep(POLL_S)
    return time.monotonic()


@contextlib.contextmanager
def first_page(screen: Screen, subject: Subject) -> Iterator[subprocess.Popen[bytes]]:
    """Run it; yields when its first page has words and has not changed for a while.

    Raises:
        StalledError: there is no such page.
    """
    process = start(subject.command, subject.env, subject.log)
    try:
        last, since = b"", time.monotonic()
        looked = [y for band in subject.bands for y in band[::4]]

        def steady() -> bool:
            nonlocal last, since
            rows = screen.rows(looked)
            if rows != last:
                last, since = rows, time.monotonic()
            if time.monotonic() - since < STEADY_S:
                return False
            since = time.monotonic()
            return all(max(colours(screen, y) for y in band[::4]) >= COLOURS for band in subject.bands)

        _until(f"{subject.name}: the first page", steady, process)
        yield process
    finally:
        end(process)


def reference(screen: Screen, subject: Subject) -> Drawn:
    """Start it once and return what its first page looks like.

    Raises:
        StalledError: there is no such page.
    """
    with first_page(screen, subject):
        heights = [max(band, key=lambda y: colours(screen, y)) for band in subject.bands]
        return Drawn(heights, screen.rows(heights))


def one_start(screen: Screen, subject: Subject, page: Drawn) -> ColdStart:
    """Start it, touch as soon as the page is there, and end it.

    Raises:
        StalledError: the page or the answer did not come.
    """
    heading = page.pixels[: screen.width * 4]
    began = time.monotonic()
    process = start(subject.command, subject.env, subject.log)
    try:
        drawn = _until(f"{subject.name}: drawn", lambda: same(screen.rows(page.heights), page.pixels) >= DRAWN, process)
        screen.click(*TOUCH)
        answered = _until(
            f"{subject.name}: answered", lambda: same(screen.rows(page.heights[:1]), heading) < DRAWN, process
        )
        return ColdStart(drawn - began, answered - began)
    finally:
        end(process)


def cold_starts(screen: Screen, subjects: Sequence[Subject], runs: int) -> tuple[dict[str, list[ColdStart]], bool]:
    """Start each in turn, `runs` times, with the page cache dropped before each start.

    Returns the starts by name, and whether the cache could be dropped.
    """
    pages = {s.name: reference(screen, s) for s in subjects}
    found: dict[str, list[ColdStart]] = {s.name: [] for s in subjects}
    cold = True
    for _ in range(runs):
        for subject in subjects:
            cold = drop_page_cache() and cold
            found[subject.name].append(one_start(screen, subject, pages[subject.name]))
    return found, cold


def median(starts: Sequence[ColdStart]) -> ColdStart:
    """Return the median of each figure."""
    return ColdStart(statistics.median(s.drawn for s in starts), statistics.median(s.answered for s in starts))


def measure(screen: Screen, ours: Subject, peer: Subject | None, floor: Subject, runs: int) -> list[Row]:
    """Start all in turns; rows for the touch answered, the page drawn, and the floor."""
    subjects = [s for s in (ours, peer, floor) if s is not None]
    found, cold = cold_starts(screen, subjects, runs)
    mine, least = median(found[ours.name]), median(found[floor.name])
    theirs = median(found[peer.name]) if peer is not None else None
    name = peer.name if peer is not None else ""
    how = f"median of {runs}, page cache " + ("dropped" if cold else "not dropped: root only")
    every = ", ".join(f"{s.answered:.2f}" for s in found[ours.name])
    answered = row(
        GROUP,
        "attract page drawn and its first touch answered",
        "s",
        mine.answered,
        name,
        theirs.answered if theirs else None,
        GOAL,
        f"{how}; each {every}",
    )
    drawn = row(GROUP, "attract page drawn", "s", mine.drawn, name, theirs.drawn if theirs else None, detail=how)
    floor_row = row(GROUP, "the same, over the floor", "s", mine.answered, floor.name, least.answered, detail=how)
    return [answered, drawn, floor_row]
