"""What a synthetic person does over time: poses by seed, with micro-motion and blinks of their own."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

from drivers.vision.messages import Challenge
from drivers.vision.simulator.mesh import Pose

ACTION_S = {
    Challenge.TURN_LEFT: 1.8,
    Challenge.TURN_RIGHT: 1.8,
    Challenge.OPEN_MOUTH: 1.6,
    Challenge.BLINK_TWICE: 1.8,
}
"""Seconds from rest to rest."""
LOOP_S = 4.0
"""The resting motion repeats after so many seconds."""
BLINK_S = 0.30


@dataclass(frozen=True, slots=True)
class Manner:
    """One person's way: how far they turn and open, how much they sway. Drawn from a seed."""

    turn: float  # degrees
    mouth: float
    sway: float  # widths of the face
    phases: tuple[float, ...]
    blinks: tuple[float, ...]  # seconds within the loop

    @classmethod
    def drawn(cls, rng: random.Random) -> Manner:
        """One of many people."""
        return cls(
            rng.uniform(22, 30),
            rng.uniform(0.75, 1.0),
            rng.uniform(0.006, 0.02),
            tuple(rng.uniform(0, 2 * math.pi) for _ in range(6)),
            (rng.uniform(0.8, 3.2),),
        )


def resting(manner: Manner, at: float) -> Pose:
    """Standing there and looking: whole periods fit into the loop."""
    turn = 2 * math.pi * at / LOOP_S
    a, b, c, d, e, f = manner.phases
    sway = manner.sway
    lids = max((_bump((at % LOOP_S - blink) / BLINK_S) for blink in manner.blinks), default=0.0)
    return Pose(
        yaw=1.6 * math.sin(turn + a) + 0.7 * math.sin(2 * turn + b),
        pitch=1.0 * math.sin(turn + c),
        roll=0.8 * math.sin(turn + d),
        dx=sway * math.sin(turn + e),
        dy=sway * 0.7 * math.sin(2 * turn + f),
        lids=lids,
    )


def doing(manner: Manner, action: Challenge, since: float, base: Pose) -> Pose:
    """The pose `since` seconds into an action, on top of a resting one."""
    share = min(1.0, max(0.0, since / ACTION_S[action]))
    hold = _hold(share)
    match action:
        case Challenge.TURN_LEFT:
            return replace(base, yaw=base.yaw + manner.turn * hold)
        case Challenge.TURN_RIGHT:
            return replace(base, yaw=base.yaw - manner.turn * hold)
        case Challenge.OPEN_MOUTH:
            return replace(base, mouth=manner.mouth * hold)
        case Challenge.BLINK_TWICE:
            seconds = since
            return replace(base, lids=max(_bump((seconds - 0.3) / 0.4), _bump((seconds - 1.05) / 0.4)))


def _hold(share: float) -> float:
    """Up within a third, held, down within a third; smooth."""
    if share < 1 / 3:
        return 0.5 - 0.5 * math.cos(math.pi * share * 3)
    if share > 2 / 3:
        return 0.5 - 0.5 * math.cos(math.pi * (1 - share) * 3)
    return 1.0


def _bump(share: float) -> float:
    """0 outside 0..1, shut in the middle half."""
    if not 0 < share < 1:
        return 0.0
    return min(1.0, 4 * share, 4 * (1 - share))
