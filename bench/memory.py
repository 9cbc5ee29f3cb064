"""Memory after a spoken, printed visit: what all that `kiosk run` runs weighs: keeper, terminal, speech."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bench.guest import Guest
from bench.programs import alone_mb, family, pss_mb
from bench.rows import Goal, Row, row
from bench.start import TOUCH, Subject, first_page
from bench.visit import spoken_and_printed
from bench.x11 import Screen
from kiosk_app.lab.world import World

GROUP = "memory"
GOAL = Goal(most=145, ratio_most=1 / 3)
SETTLE_S = 2.0


def measure(world: World, screen: Screen, display: str, peer: Subject | None, floor: Subject) -> list[Row]:
    """Weigh the terminal, then the peer on its second page, then a window with one word."""
    with Guest(world.state.root, world.folder / "terminal.log", display, kept=True) as guest:
        spoken_and_printed(world, guest)
        time.sleep(SETTLE_S)
        pids = family(guest.process.pid)
        parts = [weight([pid]) for pid in pids]
        mine, shared = weight(pids), pss_mb(pids)
    theirs, their_shared = weigh(screen, peer) if peer is not None else (None, None)
    least, _ = weigh(screen, floor)
    name = peer.name if peer is not None else ""
    what = "keeper, terminal and speech after a spoken, printed visit"
    keeper, terminal, *speech = parts
    detail = f"keeper {keeper:.0f}, terminal {terminal:.0f}, speech {sum(speech):.0f}, some of it shared by them"
    return [
        row(GROUP, what, "MB", mine, name, theirs, GOAL, detail),
        row(GROUP, "the same, PSS with whatever else ran here", "MB", shared, name, their_shared),
        row(GROUP, "the same, over the floor", "MB", mine, floor.name, least),
    ]


def weight(pids: Sequence[int]) -> float:
    """Return what they weigh alone; where the kernel will not say, their PSS."""
    return alone_mb(pids) or pss_mb(pids)


def weigh(screen: Screen, subject: Subject) -> tuple[float, float]:
    """Show its first page, touch it once, and weigh every process of it: alone, and PSS."""
    with first_page(screen, subject) as process:
        screen.click(*TOUCH)
        time.sleep(SETTLE_S)
        pids = family(process.pid)
        return weight(pids), pss_mb(pids)
