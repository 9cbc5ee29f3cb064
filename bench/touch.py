"""From a touch to the changed frame, seen from outside: XTest press, rows of the heading read every 2 ms."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.guest import Guest
from bench.programs import StalledError
from bench.rows import Goal, Row, percentile, row
from bench.start import TOUCH, Subject, first_page
from bench.x11 import Screen
from kiosk_app.lab.world import World

GROUP = "touch"
GOAL = Goal(most=50)
POLL_S = 0.002
REST_S = 0.5
"""Between touches; the terminal ignores a second strike of the same place within 0.4 s."""
PATIENCE_S = 5.0
HEADING = range(180, 300, 24)
WALK = (
    "start.touch",
    "dock.voice",
    "service.YL01",
    "actions.back",
    "progress",
    "actions.back",
    "dock.contrast",
    "dock.contrast",
    "dock.lang",
    "dock.lang",
    "service.XF01",
    "actions.back",
    "dock.voice",
    "actions.back",
)
SILENT = frozenset({"dock.voice"})
"""Touches that change no heading: pressed, not counted."""


def one_touch(screen: Screen, x: int, y: int) -> float:
    """Touch there and return the ms until the heading had changed.

    Raises:
        StalledError: it did not.
    """
    before = screen.rows(HEADING)
    began = time.monotonic()
    screen.click(x, y)
    while screen.rows(HEADING) == before:
        if time.monotonic() - began > PATIENCE_S:
            raise StalledError(f"nothing changed after a touch at {x}, {y}")
        time.sleep(POLL_S)
    return (time.monotonic() - began) * 1000


def ours(world: World, screen: Screen, display: str, touches: int) -> list[tuple[float, str]]:
    """Walk through pages by touch, spoken to, with every driver at work; returns ms and what was touched."""
    found: list[tuple[float, str]] = []
    with Guest(world.state.root, world.folder / "terminal.log", display) as guest:
        guest.wait("online", lambda page: page["online"])
        while len(found) < touches:
            for node in WALK:
                time.sleep(REST_S)
                place = guest.ask(where=node)
                if not place:
                    raise StalledError(f"{node} is not on the page {guest.page()['page']}")
                if node in SILENT:
                    screen.click(place["x"], place["y"])
                else:
                    found.append((one_touch(screen, place["x"], place["y"]), node))
            guest.wait("the attract page", lambda page: page["screen"] == "attract")
    return found


def of_peer(screen: Screen, peer: Subject, touches: int) -> list[float]:
    """Turn the peer's two pages."""
    found: list[float] = []
    with first_page(screen, peer):
        for _ in range(touches):
            time.sleep(REST_S)
            found.append(one_touch(screen, *TOUCH))
    return found


def measure(world: World, screen: Screen, display: str, peer: Subject | None, touches: int) -> list[Row]:
    """Measure both."""
    walked = ours(world, screen, display, touches)
    mine = [ms for ms, _ in walked]
    slowest = ", ".join(f"{node} {ms:.0f}" for ms, node in sorted(walked, reverse=True)[:5])
    theirs = of_peer(screen, peer, touches) if peer is not None else []
    rows = []
    shares: tuple[tuple[str, Callable[[list[float]], float], Goal | None], ...] = (
        ("p95", lambda v: percentile(v, 0.95), GOAL),
        ("median", lambda v: percentile(v, 0.5), None),
    )
    for word, of, goal in shares:
        name = f"touch to changed frame, all drivers running and speaking, {word}"
        value = of(theirs) if theirs else None
        detail = f"{len(mine)} touches, resolution 2 ms; slowest: {slowest}" if goal else ""
        rows.append(row(GROUP, name, "ms", of(mine), peer.name if peer else "", value, goal, detail))
    return rows
