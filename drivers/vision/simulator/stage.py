"""A portrait before a camera: the picture that a camera at 1280x720 (or smaller) would give, frame by frame, from a
seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.engine import Engine
from drivers.vision.faces.geometry import Box
from drivers.vision.simulator.mesh import Head, Points, Pose

Picture = NDArray[np.uint8]

FACE = 0.17
"""Width of a face as dlib frames it, in widths of the frame: 220 of 1280 pixels, somebody at arm's length."""
AROUND = (1.25, 1.25, 1.7)
"""How much of a portrait is shown beside, over and under the middle of the face, in widths of the face."""
NOISE = 2.0
"""Standard deviation of the sensor's noise, of 255."""


class Scene(StrEnum):
    """Where and how somebody stands there."""

    NORMAL = "normal"
    DARK = "dark"
    BACKLIGHT = "backlight"
    TWO_FACES = "two_faces"
    MASK = "mask"
    BLACK = "black"
    FROZEN = "frozen"
    NOBODY = "nobody"


class NoFaceError(ValueError):
    """The portrait shows no face."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands: shift in frame widths and heights, and size."""

    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A portrait cut, scaled and measured for one size of frame."""

    picture: Picture
    head: Head
    face: Box
    card: Picture
    """The face as a card shows it: (126, 102, 3) BGR."""


def figure(engine: Engine, portrait: Picture, frame_width: int) -> Figure:
    """Prepare a portrait.

    Raises:
        NoFaceError: there is no face in it.
    """
    box = face_of(engine, portrait)
    side = FACE * frame_width
    beside, over, under = AROUND
    x, y = box.centre
    room = int(2 * box.width)
    padded = cv2.copyMakeBorder(portrait, room, room, room, room, cv2.BORDER_REPLICATE)
    x0, x1 = (int(x + room + sign * beside * box.width) for sign in (-1, 1))
    y0, y1 = int(y + room - over * box.width), int(y + room + under * box.width)
    part = padded[y0:y1, x0:x1]
    factor = side / box.width
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    picture = np.asarray(cv2.resize(part, None, fx=factor, fy=factor, interpolation=how), np.uint8)
    inside = Box(
        (box.left + room - x0) * factor, (box.top + room - y0) * factor, box.width * factor, box.height * factor
    )
    head = Head(engine.landmarks.points(picture, inside), (picture.shape[1], picture.shape[0]))
    return Figure(picture, head, inside, card_of(portrait, box))


def card_of(portrait: Picture, face: Box) -> Picture:
    """The portrait as it would stand on a card: head and shoulders, 102 by 126 pixels, JPEG quality 75."""
    x, y = face.centre
    high = face.width * 2.1
    wide = high * 102 / 126
    room = int(high)
    padded = cv2.copyMakeBorder(portrait, room, room, room, room, cv2.BORDER_REPLICATE)
    left, top = x + room - wide / 2, y + room - high * 0.55
    part = padded[int(top) : int(top + high), int(left) : int(left + wide)]
    small = cv2.resize(part, (102, 126), interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 75])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def face_of(engine: Engine, portrait: Picture) -> Box:
    """The largest face, looked for at the size at which a detector sees it."""
    for wide in (300, 600, 1200):
        factor = wide / portrait.shape[1]
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        scaled = np.asarray(cv2.resize(portrait, None, fx=factor, fy=factor, interpolation=how), np.uint8)
        found = engine.detector.detect_whole(scaled)
        if found:
            return found[0].scaled(1 / factor)
    raise NoFaceError("no face in the portrait")


class Room:
    """What is behind somebody: soft shapes, and the camera's noise. The same for the same seed."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        self.size = size
        width, height = size
        rng = np.random.default_rng(seed)
        coarse = rng.integers(90, 190, (7, 12, 3)).astype(np.uint8)
        wall = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in range(12):
            x, y = rng.integers(0, width), rng.integers(0, height)
            w, h = rng.integers(width // 30, width // 6), rng.integers(height // 20, height // 3)
            colour = tuple(int(c) for c in rng.integers(60, 200, 3))
            cv2.rectangle(wall, (int(x), int(y)), (int(x + w), int(y + h)), colour, -1)
        self.wall: Picture = np.asarray(cv2.GaussianBlur(wall, (0, 0), width / 400), np.uint8)
        self._noise = [rng.normal(0, NOISE, (height, width, 1)).astype(np.float32) for _ in range(3)]

    def noisy(self, frame: Picture, number: int, gain: float = 1.0) -> Picture:
        """The frame with the sensor's noise of its number."""
        grain = self._noise[number % 3]
        height, width = grain.shape[:2]
        grain = np.roll(grain, ((number * 37) % height, (number * 101) % width), (0, 1))
        return np.asarray(np.clip(frame + grain * gain, 0, 255), np.uint8)


def place_on(wall: Picture, picture: Picture, place: Place) -> Picture:
    """Put a figure on the wall with soft edges, its face in the middle of the frame unless the place says otherwise."""
    height, width = wall.shape[:2]
    if place.scale != 1.0:
        picture = np.asarray(cv2.resize(picture, None, fx=place.scale, fy=place.scale), np.uint8)
    high, wide = picture.shape[:2]
    left = int(width / 2 - wide / 2 + place.dx * width)
    # The face is not in the middle of its picture: there is more below than above.
    top = int(height * 0.45 - high * AROUND[1] / (AROUND[1] + AROUND[2]) + place.dy * height)
    out = wall.copy()
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + wide), min(height, top + high)
    if x1 <= x0 or y1 <= y0:
        return out
    soft = _soft(wide, high)[y0 - top : y1 - top, x0 - left : x1 - left]
    part = picture[y0 - top : y1 - top, x0 - left : x1 - left]
    behind = out[y0:y1, x0:x1]
    out[y0:y1, x0:x1] = behind + (part.astype(np.float32) - behind) * soft
    return out


_SOFT: dict[tuple[int, int], NDArray[np.float32]] = {}


def _soft(wide: int, high: int) -> NDArray[np.float32]:
    if (wide, high) not in _SOFT:
        edge = max(4, wide // 12)
        across = np.minimum(np.arange(wide) + 1, np.arange(wide)[::-1] + 1) / edge
        down = (np.arange(high) + 1) / edge
        _SOFT[(wide, high)] = np.minimum(1, np.minimum(across[None, :], down[:, None])).astype(np.float32)[..., None]
    return _SOFT[(wide, high)]


def with_mask(picture: Picture, points: Points, seed: int) -> Picture:
    """A surgical mask over nose and mouth."""
    colour = random.Random(seed).choice([(215, 190, 140), (235, 235, 235), (40, 38, 38), (190, 200, 120)])
    out = picture.copy()
    edge = np.vstack([points[2:15], points[28:29]]).astype(np.int32)
    cv2.fillPoly(out, [edge], colour, cv2.LINE_AA)
    for share in (0.3, 0.5, 0.7):
        one, other = points[2] * (1 - share) + points[6] * share, points[14] * (1 - share) + points[10] * share
        fold = tuple(int(c * 0.88) for c in colour)
        cv2.line(out, one.astype(int).tolist(), other.astype(int).tolist(), fold, 2, cv2.LINE_AA)
    return out


def posed(someone: Figure, pose: Pose) -> Picture:
    """The figure in a pose."""
    return someone.head.warp(someone.picture, pose)
