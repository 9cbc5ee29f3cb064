"""Memory after a spoken, printed visit: proportional set size of the terminal and its speech process."""

from __future__ import annotations

import time

from bench.guest import Guest
from bench.programs import family, pss_mb
from bench.rows import Goal, Row, row
from bench.start import TOUCH, Subject, first_page
from bench.visit import spoken_and_printed
from bench.x11 import Screen
from kiosk_app.lab.world import World

GROUP = "memory"
GOAL = Goal(most=145, ratio_most=1 / 3)
SETTLE_S = 2.0


def measure(world: World, screen: Screen, display: str, peer: Subject | None) -> list[Row]:
    """Weigh the terminal, then the peer on its second page."""
    with Guest(world.state.root, world.folder / "terminal.log", display) as guest:
        fresh = [pss_mb([pid]) for pid in family(guest.process.pid)]
        spoken_and_printed(world, guest)
        time.sleep(SETTLE_S)
        parts = [pss_mb([pid]) for pid in family(guest.process.pid)]
    other = weigh_peer(screen, peer) if peer is not None else None
    name = peer.name if peer is not None else ""
    detail = f"terminal {parts[0]:.0f}, speech {sum(parts[1:]):.0f}; before the visit {sum(fresh):.0f}"
    return [
        row(
            GROUP, "terminal and speech after a spoken, printed visit, PSS", "MB", sum(parts), name, other, GOAL, detail
        )
    ]


def weigh_peer(screen: Screen, peer: Subject) -> float:
    """Show both pages and weigh every process of it."""
    with first_page(screen, peer) as process:
        screen.click(*TOUCH)
        time.sleep(SETTLE_S)
        return pss_mb(family(process.pid))
