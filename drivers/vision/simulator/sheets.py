"""Sheets of paper on a table as a document camera sees them, drawn from a seed, with faults of a known size."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Points = NDArray[np.float32]

PAGE = (1050, 1485)
"""A4 at 127 dots per inch, in pixels."""
WORDS = (
    "lease", "tenant", "landlord", "address", "period", "rent", "deposit", "signed", "Beijing", "Xicheng", "household",
    "register", "sheet", "number", "issued", "between", "agree", "following", "2026", "12", "1,850.00", "month", "room",
)  # fmt: skip


class Table(StrEnum):
    """What the sheet lies on."""

    DARK = "dark"
    WOOD = "wood"
    CLOTH = "cloth"
    GREY = "grey"
    LIGHT = "light"  # nearly as bright as the paper


@dataclass(frozen=True, slots=True)
class Scene:
    """One sheet and its light. Lengths are of the frame's height, angles degrees.

    `dx`, `dy`: where the middle lies, from that of the frame; `size`: the sheet's longer side; `turn`: clockwise;
    `tilt`: perspective, 0 = seen from straight above. `blur`: sigma in pixels of a frame 1200 high; `glare`: radius of
    a reflection; `light`: 1 = normal; `noise`: sigma of 255; `shadow`: how much of the light a hand takes, over about
    half of the sheet; `thumb`: a finger lies on the edge. `blank`: nothing is written. `second`: another sheet beside.
    """

    page: int = 1
    table: Table = Table.DARK
    there: bool = True
    dx: float = 0.0
    dy: float = 0.0
    size: float = 0.8
    turn: float = 0.0
    tilt: float = 0.0
    blur: float = 0.0
    glare: float = 0.0
    light: float = 1.0
    noise: float = 2.0
    shadow: float = 0.0
    thumb: bool = False
    blank: bool = False
    second: bool = False


def page(seed: int, *, blank: bool = False) -> Picture:
    """Draw a page with a heading, paragraphs, a table and a round seal."""
    rng = np.random.default_rng(seed)
    width, height = PAGE
    paper = np.full((height, width, 3), (214, 220, 222), np.uint8)
    if blank:
        return paper
    ink = (48, 44, 42)
    margin, at = 96, 150
    cv2.putText(paper, _words(rng, 3).title(), (margin + 120, at), cv2.FONT_HERSHEY_DUPLEX, 1.7, ink, 3, cv2.LINE_AA)
    at += 90
    lines = int(rng.integers(12, 18))
    for n in range(lines):
        if n % 6 == 5:
            at += 34
        _line(paper, _words(rng, 11), (margin, at), width - 2 * margin, ink)
        at += 42
    at += 20
    rows = int(rng.integers(3, 6))
    for row in range(rows + 1):
        cv2.line(paper, (margin, at + row * 52), (width - margin, at + row * 52), ink, 2)
    for column in range(4):
        x = margin + column * (width - 2 * margin) // 3
        cv2.line(paper, (x, at), (x, at + rows * 52), ink, 2)
        for row in range(rows):
            if column < 3:
                _line(paper, _words(rng, 2), (x + 16, at + row * 52 + 36), 230, ink)
    seal = (int(width * 0.72), min(height - 170, at + rows * 52 + 150))
    cv2.circle(paper, seal, 105, (60, 50, 190), 7, cv2.LINE_AA)
    cv2.putText(paper, _words(rng, 1), (seal[0] - 70, seal[1] + 12), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (60, 50, 190), 2)
    return paper


def _words(rng: np.random.Generator, count: int) -> str:
    return " ".join(WORDS[int(n)] for n in rng.integers(0, len(WORDS), count))


def _line(paper: Picture, text: str, at: tuple[int, int], width: int, ink: tuple[int, int, int]) -> None:
    (long, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.8, 2)
    shown = text[: max(4, int(len(text) * min(1.0, width / long)))]
    cv2.putText(paper, shown, at, cv2.FONT_HERSHEY_SIMPLEX, 0.8, ink, 2, cv2.LINE_AA)


def corners_of(scene: Scene, size: tuple[int, int]) -> Points:
    """Where the sheet's corners lie in a frame of (width, height), clockwise from the sheet's own upper left one."""
    return _corners(scene, size, scene.dx, scene.dy, scene.turn)


def _corners(scene: Scene, size: tuple[int, int], dx: float, dy: float, turn: float) -> Points:
    width, height = size
    tall = scene.size
    wide = tall * PAGE[0] / PAGE[1]
    square = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]]) / 2
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    turned = square @ np.array([[c, s], [-s, c]])
    # Seen from a little in front: what is farther away is smaller.
    depth = 1 - scene.tilt * turned[:, 1:2]
    seen = turned / depth + np.array([[dx, dy]])
    return np.asarray(seen * height + np.array([[width / 2, height / 2]]), np.float32)


def draw(scene: Scene, size: tuple[int, int], frame: int = 0) -> Picture:
    """Return the camera's picture, (h, w, 3) BGR; `frame` draws another noise."""
    height = size[1]
    picture = _table(scene.table, size, scene.page)
    if scene.there:
        if scene.second:
            _lay(picture, page(scene.page + 1), _corners(scene, size, scene.dx + 0.36, scene.dy + 0.02, 4))
            scene = replace(scene, dx=scene.dx - 0.32)
        _lay(picture, page(scene.page, blank=scene.blank), corners_of(scene, size))
    lit = picture.astype(np.float32)
    if scene.shadow:
        lit *= 1 - scene.shadow * _hand_shadow(scene, size)[..., None]
    if scene.thumb:
        lit = _with_thumb(lit, corners_of(scene, size), height)
    if scene.blur:
        lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), scene.blur * height / 1200), np.float32)
    lit *= scene.light
    if scene.glare:
        lit = _with_glare(lit, scene, size)
    return _noisy(lit, scene.noise, 1000 * scene.page + frame)


def _noisy(lit: NDArray[np.float32], sigma: float, seed: int) -> Picture:
    """Add the sensor's noise, alike in all channels."""
    cv2.setRNGSeed(seed)
    grain = np.empty(lit.shape[:2], np.float32)
    cv2.randn(grain, np.zeros(1), np.full(1, sigma))
    return np.asarray(cv2.convertScaleAbs(np.maximum(lit + grain[..., None], 0)), np.uint8)


def _lay(picture: Picture, sheet: Picture, corners: Points) -> None:
    """Warp a sheet onto the table, with the thin shadow that paper throws."""
    height, width = picture.shape[:2]
    wide, tall = sheet.shape[1], sheet.shape[0]
    own = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
    how = cv2.getPerspectiveTransform(own, corners)
    mask = cv2.warpPerspective(np.full((tall, wide), 255, np.uint8), how, (width, height), flags=cv2.INTER_AREA)
    shade = cv2.GaussianBlur(np.roll(mask, (3, 3), (0, 1)), (0, 0), 4).astype(np.float32)[..., None] / 255
    picture[:] = np.asarray(picture * (1 - 0.18 * shade), np.uint8)
    # Taken smaller first: a camera's pixel is the mean of what falls into it.
    share = float(np.linalg.norm(corners[1] - corners[0])) / wide
    if share < 0.9:
        sheet = np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.42 / share), np.uint8)
    shown = cv2.warpPerspective(sheet, how, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = mask.astype(np.float32)[..., None] / 255
    picture[:] = np.asarray(shown * alpha + picture * (1 - alpha), np.uint8)


def _table(table: Table, size: tuple[int, int], seed: int) -> Picture:
    width, height = size
    cv2.setRNGSeed(seed)
    fine = np.empty((height, width), np.float32)
    cv2.randn(fine, np.zeros(1), np.ones(1))
    match table:
        case Table.WOOD:
            grain = cv2.GaussianBlur(fine, (0, 0), 40, sigmaY=1.2)
            level = grain / max(1e-6, float(grain.std()))
            shade = level[..., None] * np.array([9, 13, 15]) + np.array([70, 105, 140])
        case Table.CLOTH:
            rows, columns = np.mgrid[0:height, 0:width]
            check = ((rows // 37) % 2) ^ ((columns // 37) % 2)
            shade = check[..., None] * np.array([60, 40, 30]) + np.array([110, 70, 60]) + fine[..., None] * 4
        case Table.GREY:
            shade = np.full((height, width, 3), 128.0) + fine[..., None] * 3
        case Table.LIGHT:
            shade = np.full((height, width, 3), (186.0, 190.0, 194.0)) + fine[..., None] * 2
        case _:
            shade = np.full((height, width, 3), (44.0, 42.0, 40.0)) + fine[..., None] * 3
    lamp = 1 - 0.16 * np.linspace(-0.5, 1, width)[None, :, None] ** 2
    return np.asarray(np.clip(shade * lamp, 0, 255), np.uint8)


def _hand_shadow(scene: Scene, size: tuple[int, int]) -> NDArray[np.float32]:
    """A soft shadow that comes in from the right and ends about the middle of the sheet, with fingers."""
    width, height = size
    mask = np.zeros((height, width), np.float32)
    x, y = width / 2 + scene.dx * height, height / 2 + scene.dy * height
    cv2.ellipse(mask, (int(x + 0.42 * height), int(y + 0.1 * height)), (int(0.4 * height), int(0.24 * height)), 20, 0,
                360, 1.0, -1)  # fmt: skip
    for n in range(4):
        end = (int(x - (0.12 - 0.04 * (n % 2)) * height), int(y + (n - 1.5) * 0.085 * height))
        cv2.line(mask, (int(x + 0.2 * height), int(y + (0.1 + (n - 1.5) * 0.06) * height)), end, 1.0, height // 22)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), height / 60), np.float32)


def _with_thumb(lit: NDArray[np.float32], corners: Points, height: int) -> NDArray[np.float32]:
    """A finger that holds the sheet down at the middle of its right edge."""
    tip = (corners[1] * 0.45 + corners[2] * 0.55) * 0.94 + corners.mean(axis=0) * 0.06
    out = tip - corners.mean(axis=0)
    out /= max(1e-6, float(np.linalg.norm(out)))
    far = tip + out * height * 0.5
    skin = np.zeros(lit.shape[:2], np.float32)
    cv2.line(skin, tuple(int(v) for v in tip), tuple(int(v) for v in far), 1.0, height // 20, cv2.LINE_AA)
    soft = cv2.GaussianBlur(skin, (0, 0), 1.5)[..., None]
    return np.asarray(lit * (1 - soft) + np.array([120, 150, 196], np.float32) * soft, np.float32)


def _with_glare(lit: NDArray[np.float32], scene: Scene, size: tuple[int, int]) -> NDArray[np.float32]:
    """A lamp's reflection on the sheet: full in the middle, fading over a third of its radius."""
    width, height = size
    x, y = width / 2 + (scene.dx + 0.08) * height, height / 2 + (scene.dy - 0.1) * height
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(columns - x, rows - y) / (scene.glare * height)
    strength = np.clip((1.3 - away) / 0.3, 0, 1)[..., None]
    return np.asarray(lit + strength * 255, np.float32)
