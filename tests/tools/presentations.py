"""Synthetic presentations to a face check: who stands there, what they are asked, what they do, and how it ends.

`python -m tests.tools.presentations [EACH]` plays EACH presentations of every species and logs the tables of
docs/faces.md. No camera and no clock: frames are made for the moments that are handed in.
"""

from __future__ import annotations

import itertools
import logging
import math
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from drivers.vision.faces.check import FaceCheck
from drivers.vision.faces.engine import Engine, load_engine
from drivers.vision.messages import Challenge, Decision, FaceChecked, FaceSettings, Progress
from drivers.vision.simulator.show import INSTEAD, Act, Attack, Show
from drivers.vision.simulator.stage import Figure, Room, Scene, figure
from tests.tools.faces import FOLDER

SIZE = (640, 360)
FPS = 10
REACTION_S = 0.6
"""Between a prompt and the beginning of the action."""
LONGEST_S = 45.0
FACING = ("biden-1", "collins-1", "obama-1", "obama-3", "sample3a-1", "sample5d-1", "sample6a-1", "sample6d-1")
"""The portraits that look about ahead (`signals.Shape.yaw` within 0.35), eyes open, mouth hardly open: as somebody at a
terminal does when asked. Portraits turned further can hardly be turned any more by a warp.
"""
PAIRS = tuple(itertools.permutations(Challenge, 2))

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Course:
    """How one presentation went."""

    result: FaceChecked | None
    seconds: float
    told: tuple[Progress, ...]


class Cast:
    """The portraits that are there, ready to play, and the rooms they play in."""

    def __init__(self, engine: Engine, size: tuple[int, int] = SIZE) -> None:
        self.engine = engine
        self.size = size
        self.names = tuple(name for name in FACING if (FOLDER / f"{name}.png").is_file())
        self._figures: dict[str, Figure] = {}

    def figure(self, number: int) -> Figure:
        """The portrait of a number; numbers go round."""
        name = self.names[number % len(self.names)]
        if name not in self._figures:
            portrait = np.asarray(cv2.imread(str(FOLDER / f"{name}.png")), np.uint8)
            self._figures[name] = figure(self.engine, portrait, self.size[0])
        return self._figures[name]

    def other(self, number: int) -> Figure:
        """Another person than that of the number."""
        person = self.names[number % len(self.names)].split("-")[0]
        away = next(n for n in range(number + 5, number + 50) if not self.names[n % len(self.names)].startswith(person))
        return self.figure(away)

    def card(self, number: int) -> bytes:
        """The photo on the card of the same portrait: `PHOTO_BYTES` of RGB."""
        return self.figure(number).card[:, :, ::-1].tobytes()


def asked(number: int) -> tuple[Challenge, ...]:
    """The two challenges of a presentation."""
    return random.Random(number).choice(PAIRS)


def present(
    cast: Cast,
    number: int,
    *,
    attack: Attack | None = None,
    scene: Scene = Scene.NORMAL,
    challenges: tuple[Challenge, ...] | None = None,
    settings: FaceSettings | None = None,
    card: bytes | None = None,
    each: Callable[[FaceCheck], None] | None = None,
) -> Course:
    """Play one presentation to a fresh check; whoever lives does what they are asked (or, out of order, something
    else).
    """
    check = FaceCheck(
        cast.engine,
        card or cast.card(number),
        asked(number) if challenges is None else challenges,
        settings or FaceSettings(),
    )
    room = Room(cast.size, number)
    show = Show(cast.figure(number), room, number, scene=scene, attack=attack, other=cast.other(number))
    acts: list[Act] = []
    told: list[Progress] = []
    swapped, frame_number = False, 0
    while check.result is None and frame_number < LONGEST_S * FPS:
        at = frame_number / FPS
        frame_number += 1
        news = check.feed(show.frame(at, acts, swapped), at)
        told += news
        for progress in news:
            swapped = swapped or (progress.done and attack is Attack.SWAP)
            if progress.doing is not None and not progress.done and attack in LIVING:
                acts.append(Act(_does(progress.doing, attack), at + REACTION_S))
        if each is not None:
            each(check)
    result = check.result
    check.wipe()
    return Course(result, frame_number / FPS, tuple(told))


LIVING = (None, Attack.SWAP, Attack.WRONG_ORDER)


def _does(action: Challenge, attack: Attack | None) -> Challenge:
    if attack is not Attack.WRONG_ORDER:
        return action
    return INSTEAD[action]


def table(cast: Cast, each: int) -> list[str]:
    """Lines of markdown: each species with its count, how many passed, the bound, and why the others did not."""
    lines = [
        "| presentation | n | accepted | rate | 95 % bound | ended with |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for species in (None, *Attack):
        ends: Counter[str] = Counter()
        for number in range(each):
            result = present(cast, number, attack=species).result
            ends[f"{result.decision.value} {result.reason.value}".strip() if result else "nothing"] += 1
        accepted = ends[Decision.ACCEPT.value]
        name = "bona fide (BPCER = 1 - accepted)" if species is None else f"{species.value} (APCER = accepted)"
        wrong = each - accepted if species is None else accepted
        why = ", ".join(f"{end} {count}" for end, count in ends.most_common())
        lines.append(
            f"| {name} | {each} | {accepted} | {wrong / each:.1%} wrong | <= {upper(wrong, each):.1%} | {why} |"
        )
    return lines


def upper(errors: int, tries: int) -> float:
    """The one-sided 95 % upper bound of an error rate: the rule of three for none, Wilson's otherwise."""
    if errors == 0:
        return min(1.0, 3.0 / tries)
    z, share = 1.645, errors / tries
    middle = share + z * z / (2 * tries)
    spread = z * math.sqrt((share * (1 - share) + z * z / (4 * tries)) / tries)
    return min(1.0, (middle + spread) / (1 + z * z / tries))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    log.info("%s", "\n".join(table(Cast(load_engine(FaceSettings())), int(sys.argv[1]) if len(sys.argv) > 1 else 22)))
