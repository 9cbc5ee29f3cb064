"""What happens before the camera at a moment: somebody living, or somebody cheating. Frames are a function of time
and seed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from drivers.vision.messages import Challenge
from drivers.vision.simulator.actor import ACTION_S, Manner, doing, resting
from drivers.vision.simulator.mesh import Pose
from drivers.vision.simulator.stage import Figure, Picture, Place, Room, Scene, place_on, posed, with_mask


class Attack(StrEnum):
    """The ways of cheating that are played. All are simulated."""

    PHOTO = "photo"  # a print, held up
    MOVED_PHOTO = "moved_photo"  # a print, shifted, turned and tilted in turn
    FLAT_VIDEO = "flat_video"  # a tablet that plays every action in a loop
    SWAP = "swap"  # another one takes over after the first action
    WRONG_ORDER = "wrong_order"  # alive, but does something else than was asked


@dataclass(frozen=True, slots=True)
class Act:
    """One action from a moment on, in seconds."""

    action: Challenge
    at: float

    @property
    def end(self) -> float:
        """When it is over."""
        return self.at + ACTION_S[self.action]


INSTEAD = {
    Challenge.TURN_LEFT: Challenge.OPEN_MOUTH,
    Challenge.TURN_RIGHT: Challenge.TURN_LEFT,
    Challenge.OPEN_MOUTH: Challenge.TURN_RIGHT,
    Challenge.BLINK_TWICE: Challenge.TURN_LEFT,
}
"""What somebody out of order does; never blinking, which is nobody's fault and only runs out."""
LOOP = (Challenge.TURN_LEFT, Challenge.OPEN_MOUTH, Challenge.BLINK_TWICE, Challenge.TURN_RIGHT)
LOOP_GAP_S = 0.9
VIDEO_S = sum(ACTION_S[action] + LOOP_GAP_S for action in LOOP)
"""The video on the tablet repeats after so many seconds."""
WAVE_S = 1.6
WAVES_S = 6 * WAVE_S
"""The moved print repeats after so many seconds."""


class Show:
    """One presentation."""

    def __init__(
        self,
        someone: Figure,
        room: Room,
        seed: int,
        *,
        scene: Scene = Scene.NORMAL,
        attack: Attack | None = None,
        other: Figure | None = None,
        place: Place | None = None,
    ) -> None:
        self._someone = someone
        self._other = other
        self._room = room
        self._scene = scene
        self._attack = attack
        self._place = place or Place()
        self._manner = Manner.drawn(random.Random(seed))
        self._seed = seed
        self._masked = with_mask(someone.picture, someone.head.rest[:68], seed) if scene is Scene.MASK else None

    def frame(self, at: float, acts: Sequence[Act] = (), swapped: bool = False) -> Picture:
        """The camera's picture at a second. `swapped`: the other one stands there already."""
        number = int(at * 1000)
        match self._scene:
            case Scene.BLACK:
                return np.zeros_like(self._room.wall)
            case Scene.NOBODY:
                return self._room.noisy(self._room.wall, number)
            case Scene.FROZEN:
                at, number = 0.0, 0
        match self._attack:
            case Attack.PHOTO:
                clean = self._flat(self._print(), self._hand(at, 1.0))
            case Attack.MOVED_PHOTO:
                clean = self._flat(self._print(), self._hand(at, 1.0) @ self._waved(at))
            case Attack.FLAT_VIDEO:
                clean = self._flat(self._tablet(at), self._hand(at, 1.0) @ _tilted(0.10))
            case _:
                clean = self._living(at, acts, swapped)
        return self._lit(clean, number)

    def _living(self, at: float, acts: Sequence[Act], swapped: bool) -> Picture:
        pose = self._pose(at, acts)
        who = self._other if swapped and self._other is not None else self._someone
        picture = who.head.warp(self._masked, pose) if self._masked is not None else posed(who, pose)
        place = self._place
        wall = self._room.wall
        if self._scene is Scene.TWO_FACES and self._other is not None:
            beside = posed(self._other, resting(self._manner, at + 1.0))
            wall = place_on(wall, beside, Place(place.dx + 0.24, place.dy, place.scale * 0.95))
            place = Place(place.dx - 0.16, place.dy, place.scale)
        return place_on(wall, picture, place)

    def _pose(self, at: float, acts: Sequence[Act]) -> Pose:
        base = resting(self._manner, at)
        for act in acts:
            if act.at <= at < act.end:
                return doing(self._manner, act.action, at - act.at, base)
        return base

    def _lit(self, clean: Picture, number: int) -> Picture:
        match self._scene:
            case Scene.DARK:
                return self._room.noisy(np.asarray(clean * 0.10, np.uint8), number, 1.6)
            case Scene.BACKLIGHT:
                return self._room.noisy(self._against_light(clean), number)
            case _:
                return self._room.noisy(clean, number)

    def _against_light(self, clean: Picture) -> Picture:
        height, width = clean.shape[:2]
        head = np.zeros((height, width), np.float32)
        face = self._someone.face.width * self._place.scale
        middle = (int(width / 2 + self._place.dx * width), int(height * (0.45 + self._place.dy)))
        cv2.ellipse(head, middle, (int(face * 0.72), int(face * 0.95)), 0, 0, 360, 1.0, -1)
        head = np.asarray(cv2.GaussianBlur(head, (0, 0), face / 14), np.float32)[..., None]
        return np.asarray(clean * 0.26 * head + np.minimum(255, clean * 0.25 + 205) * (1 - head), np.uint8)

    def _print(self) -> Picture:
        """A glossy print: paler, a little soft, with a white edge."""
        soft = cv2.GaussianBlur(self._someone.picture, (0, 0), 0.6)
        pale = np.asarray(np.clip(soft * 0.85 + 28, 0, 255), np.uint8)
        edge = max(3, pale.shape[1] // 40)
        return np.asarray(
            cv2.copyMakeBorder(pale, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(235,) * 3), np.uint8
        )

    def _tablet(self, at: float) -> Picture:
        """The person's own moving picture on a screen: lines of pixels, a bluish cast, a black bezel."""
        acts: list[Act] = []
        start = 0.8
        begun = (self._seed * 1.7) % VIDEO_S
        for action in LOOP:
            acts.append(Act(action, start))
            start += ACTION_S[action] + LOOP_GAP_S
        shown = posed(self._someone, self._pose((at + begun) % VIDEO_S, acts)).astype(np.float32)
        lines = 1 + 0.06 * np.sin(np.arange(shown.shape[0]) * 2.1)[:, None, None]
        columns = 1 + 0.05 * np.sin(np.arange(shown.shape[1]) * 1.9)[None, :, None]
        screen = np.asarray(np.clip(shown * lines * columns * np.array([1.05, 1.0, 0.95]), 0, 255), np.uint8)
        edge = max(6, screen.shape[1] // 14)
        return np.asarray(
            cv2.copyMakeBorder(screen, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(12,) * 3), np.uint8
        )

    def _hand(self, at: float, amount: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """The tremor of a hand: shift in widths of the picture, a little roll."""
        a, b, c, *_ = self._manner.phases
        shift = 0.008 * amount
        x = shift * (math.sin(2.1 * at + a) + 0.5 * math.sin(7.3 * at + b))
        y = shift * (math.sin(1.7 * at + b) + 0.5 * math.sin(6.1 * at + c))
        return _rolled(math.radians(0.8 * amount) * math.sin(1.3 * at + c)) @ _shifted(x, y)

    def _waved(self, at: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """A print that is shifted, rolled, tilted to both sides and up and down, one after the other."""
        step, share = divmod((at + self._seed) / WAVE_S, 1.0)
        amount = math.sin(math.pi * share) ** 2
        match int(step) % 6:
            case 0:
                return _shifted(0.16 * amount, 0.02 * amount)
            case 1:
                return _tilted(0.55 * amount)
            case 2:
                return _rolled(math.radians(16 * amount))
            case 3:
                return _tilted(-0.55 * amount)
            case 4:
                return _tilted(0.5 * amount, upright=True)
            case _:
                return _shifted(-0.16 * amount, -0.03 * amount)

    def _flat(self, thing: Picture, how: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Picture:
        """A flat thing before the wall, seen through a homography about its middle (units: its width)."""
        wall = self._room.wall
        height, width = wall.shape[:2]
        high, wide = thing.shape[:2]
        from_thing = np.array([[1 / wide, 0, -0.5], [0, 1 / wide, -high / wide / 2], [0, 0, 1]])
        scale = wide * self._place.scale
        to_wall = np.array(
            [
                [scale, 0, width * (0.5 + self._place.dx)],
                [0, scale, height * (0.52 + self._place.dy)],
                [0, 0, 1.0],
            ]
        )
        whole = to_wall @ how @ from_thing
        shown = cv2.warpPerspective(thing, whole, (width, height), flags=cv2.INTER_LINEAR)
        mask = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), whole, (width, height))
        return np.asarray(np.where(mask[..., None] > 127, shown, wall), np.uint8)


def _shifted(x: float, y: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def _rolled(angle: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


def _tilted(amount: float, *, upright: bool = False) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A plane turned by `amount` (about radians) on its upright axis, or nodding."""
    short = math.cos(amount)
    depth = math.sin(amount) * 0.55
    if upright:
        return np.array([[1, 0, 0], [0, short, 0], [0, depth, 1.0]])
    return np.array([[short, 0, 0], [0, 1, 0], [depth, 0, 1.0]])
