"""Frames with one degraded QR code each: ten conditions of a service hall, 1280x720, every frame from its own seed.

The conditions and their ranges are those of the project's study of readers: a code on paper or on a phone, seen by a
camera of a terminal. Nothing is copied: backgrounds are drawn too, unless a folder of photographs is handed in.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

from bench.codes_scene import HEIGHT, WIDTH, Picture, scene

Floats = NDArray[np.float32]

CONDITIONS = (
    "clean",
    "perspective",
    "defocus",
    "motion",
    "low light",
    "glare",
    "small modules",
    "moire",
    "inverted",
    "mixed",
)
FURTHER = ("round blur", "bent", "shadow", "faded", "far")
"""Beyond the conditions of the goal: a lens's real blur, bent paper, half in shadow, old thermal paper, far away."""
SEED = 20261122
QUIET = 4
"""Modules of white around a code (ISO/IEC 18004)."""
ENLARGED = 8
"""Pixels a module of the flat code that is laid into the picture."""
FINER = 3
"""The code is drawn this many times finer than the frame, then averaged down, as a lens does."""
JPEG = 88
GRAIN = 1.5
CHARACTERS = (
    "居民身份证社会保障卡办理户籍业务预约凭证姓名张伟李娜王芳出生日期受理机关公安局自助服务终端电子营业执照不动产登记"
    "税务医疗保险号码有效期限长期北京市海淀区中关村街道"
)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture (h, w, 3) BGR and the text of its code; `text` is "" where there is none."""

    condition: str
    text: str
    picture: Picture


def frames(each: int = 40, seed: int = SEED, photographs: Sequence[Picture] = ()) -> Iterator[Frame]:
    """Yield `each` frames of every condition."""
    for condition in CONDITIONS:
        for number in range(each):
            yield frame(condition, number, seed, photographs)


def further(each: int = 20, seed: int = SEED, photographs: Sequence[Picture] = ()) -> Iterator[Frame]:
    """Yield `each` frames of every further condition."""
    for condition in FURTHER:
        for number in range(each):
            yield frame(condition, number, seed, photographs)


def negatives(count: int = 40, seed: int = SEED, photographs: Sequence[Picture] = ()) -> Iterator[Frame]:
    """Yield frames without a code, half of them with what looks like one: stripes, squares in squares, chequers."""
    for number in range(count):
        draw, grain = _chance(seed, "negative", number)
        picture = scene(draw, photographs, decoys=number % 2 == 1)
        yield Frame("negative", "", _jpeg(_noisy(picture, 2.0, grain)))


def short_chinese(count: int = 400, seed: int = SEED) -> Iterator[Frame]:
    """Yield clean codes of 1 to 12 Chinese characters in UTF-8 that do not say so, as issuers make them."""
    draw = random.Random(seed)
    for _ in range(count):
        text = "".join(draw.choice(CHARACTERS) for _ in range(draw.randint(1, 12)))
        code = _modules(text, "M")
        flat = np.where(code > 0, 0, 255).astype(np.uint8)
        grey = cv2.resize(flat, None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST)
        yield Frame("chinese", text, np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8))


def frame(condition: str, number: int, seed: int = SEED, photographs: Sequence[Picture] = ()) -> Frame:
    """Draw one frame; the same arguments give the same pixels."""
    draw, grain = _chance(seed, condition, number)
    text = _payload(draw, chinese=number % 2 == 1)
    code = _modules(text, draw.choice("LMQ"))
    size = code.shape[0]
    module = min(draw.uniform(3, 5.5), 620 / size)
    tilt, turn = 8.0, draw.uniform(-15, 15)
    if condition == "perspective":
        tilt, turn = draw.uniform(35, 55), draw.uniform(0, 360)
    if condition == "small modules":
        module = draw.uniform(1.4, 2.4)
    if condition == "far":
        module = draw.uniform(1.3, 2.0)
    flat = np.where(code > 0, 20, 235).astype(np.uint8)
    if condition == "inverted":
        flat = 255 - flat
    card = _card(flat, draw, screen=condition == "moire")
    side = size * module
    centre = (draw.uniform(0.35, 0.65) * WIDTH, draw.uniform(0.4, 0.6) * HEIGHT)
    picture = _place(scene(draw, photographs), card, _corners(side, tilt, turn, centre, draw))
    picture = _degrade(condition, picture, module, side, centre, draw, grain)
    return Frame(condition, text, _jpeg(_noisy(picture, GRAIN, grain)))


def _chance(seed: int, condition: str, number: int) -> tuple[random.Random, np.random.Generator]:
    mixed = int.from_bytes(hashlib.sha256(f"{seed}/{condition}/{number}".encode()).digest()[:8], "big")
    return random.Random(mixed), np.random.default_rng(mixed)


def _payload(draw: random.Random, *, chinese: bool) -> str:
    """A text of 30 to 300 bytes: a web address, or a small JSON object of Chinese words."""
    length = draw.randint(30, 300)
    if not chinese:
        start = "https://zwfw.example.gov.cn/q?t="
        return start + "".join(draw.choice(LETTERS) for _ in range(max(0, length - len(start))))
    text = '{"n":"'
    while len(text.encode()) < length - 4:
        text += draw.choice(CHARACTERS) if draw.random() < 0.85 else draw.choice("0123456789,")
    return text + '"}'


def _modules(text: str, level: str) -> Picture:
    """Return the code with its quiet zone, one cell a module, 1 is dark."""
    made = segno.make(
        text,
        error=level,
        mode=None if text.isascii() else "byte",
        encoding=None if text.isascii() else "utf-8",
        eci=False,
        boost_error=False,
        micro=False,
    )
    return np.asarray(np.pad([[cell & 1 for cell in line] for line in made.matrix], QUIET), np.uint8)


def _card(flat: Picture, draw: random.Random, *, screen: bool) -> Picture:
    """Print the code, or show it on a telephone whose stripes of colour beat with the camera's pixels."""
    large = cv2.resize(flat, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_NEAREST)
    card = np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), np.uint8)
    if not screen:
        return card
    pitch = draw.uniform(2.3, 4.5)
    height, width = card.shape[:2]
    lit = card.astype(np.float32)
    across, down = np.arange(width), np.arange(height)
    for channel in range(3):
        lit[:, :, channel] *= (0.45 + 0.55 * (0.5 + 0.5 * np.cos(2 * np.pi * (across / pitch + channel / 3))))[None, :]
    lit *= (0.7 + 0.3 * (0.5 + 0.5 * np.cos(2 * np.pi * down / pitch)))[:, None, None]
    return np.asarray(np.clip(lit * 1.25, 0, 255), np.uint8)


def _corners(side: float, tilt: float, turn: float, centre: tuple[float, float], draw: random.Random) -> Floats:
    """Where the corners of a square of `side` pixels come to lie; angles in degrees, seen from three sides away."""
    spin = np.deg2rad(turn)
    around_y, around_x = np.deg2rad(draw.uniform(-tilt, tilt)), np.deg2rad(draw.uniform(-tilt, tilt))
    away = 3 * side
    corners = []
    for right, down in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = right * side / 2, down * side / 2
        nearer = away / (away + x * np.sin(around_y) + y * np.sin(around_x))
        x, y = x * np.cos(around_y) * nearer, y * np.cos(around_x) * nearer
        corners.append(
            (x * np.cos(spin) - y * np.sin(spin) + centre[0], x * np.sin(spin) + y * np.cos(spin) + centre[1])
        )
    return np.array(corners, np.float32)


def _place(picture: Picture, card: Picture, corners: Floats) -> Picture:
    """Lay the card into the picture."""
    left, top = np.floor(corners.min(axis=0)).astype(int) - 1
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, WIDTH), min(bottom, HEIGHT)
    size = ((right - left) * FINER, (bottom - top) * FINER)
    edge = card.shape[0]
    flat = np.array([[0, 0], [edge, 0], [edge, edge], [0, edge]], np.float32)
    where = ((corners - np.array([left, top], np.float32)) * FINER).astype(np.float32)
    warp = cv2.getPerspectiveTransform(flat, where)
    there = cv2.warpPerspective(np.full(card.shape[:2], 255, np.uint8), warp, size)
    laid = cv2.warpPerspective(card, warp, size, flags=cv2.INTER_LINEAR)
    under = cv2.resize(picture[top:bottom, left:right], size, interpolation=cv2.INTER_LINEAR)
    both = np.where(there[..., None] > 127, laid, under)
    out = picture.copy()
    out[top:bottom, left:right] = cv2.resize(both, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    return out


def _degrade(
    condition: str,
    picture: Picture,
    module: float,
    side: float,
    centre: tuple[float, float],
    draw: random.Random,
    grain: np.random.Generator,
) -> Picture:
    match condition:
        case "defocus":
            return _blurred(picture, module * draw.uniform(0.45, 0.9))
        case "motion":
            return _moved(picture, max(3, int(module * draw.uniform(0.8, 1.9))), draw.uniform(0, 180))
        case "low light":
            dark = np.clip(picture.astype(np.float32) * draw.uniform(0.06, 0.18) + 6, 0, 255)
            return _noisy(dark, draw.uniform(3, 7), grain)
        case "glare":
            return _glare(picture, side, centre, draw.uniform(0.75, 1.0), draw)
        case "mixed":
            shining = _glare(picture, side, centre, 0.5, draw)
            soft = _blurred(shining, module * draw.uniform(0.25, 0.5))
            return _noisy(soft.astype(np.float32) * draw.uniform(0.25, 0.6), 4, grain)
        case "round blur":
            return _out_of_focus(picture, module * draw.uniform(0.8, 1.5))
        case "bent":
            return _bent(picture, side * draw.uniform(0.02, 0.06), side * draw.uniform(0.7, 1.5), draw)
        case "shadow":
            return _shadowed(picture, centre, side, draw)
        case "faded":
            grey = picture.astype(np.float32)
            return _noisy(grey * draw.uniform(0.08, 0.2) + draw.uniform(90, 190), 2, grain)
        case "far":
            return _noisy(_blurred(picture, module * draw.uniform(0.2, 0.4)), 3, grain)
    return picture


def _out_of_focus(picture: Picture, radius: float) -> Picture:
    """Blur as a lens does: every point becomes a disc."""
    reach = int(np.ceil(radius)) + 1
    along = np.arange(-reach, reach + 1)
    away = np.hypot(along[:, None], along[None, :])
    disc = np.clip(radius + 0.5 - away, 0, 1).astype(np.float32)
    return np.asarray(cv2.filter2D(picture, -1, disc / disc.sum()), np.uint8)


def _bent(picture: Picture, depth: float, wave: float, draw: random.Random) -> Picture:
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    phase = draw.uniform(0, 2 * np.pi)
    moved = (down + depth * np.sin(2 * np.pi * across / wave + phase)).astype(np.float32)
    return np.asarray(cv2.remap(picture, across, moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8)


def _shadowed(picture: Picture, centre: tuple[float, float], side: float, draw: random.Random) -> Picture:
    """Somebody's arm keeps the light from one half of the code."""
    angle = draw.uniform(0, np.pi)
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    over = (across - centre[0]) * np.cos(angle) + (down - centre[1]) * np.sin(angle)
    edge = np.clip(over / (side * draw.uniform(0.01, 0.1)) + 0.5, 0, 1)
    dark = draw.uniform(0.12, 0.35)
    return np.asarray(picture * (dark + (1 - dark) * edge)[..., None], np.uint8)


def _blurred(picture: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def _moved(picture: Picture, length: int, angle: float) -> Picture:
    path = np.zeros((length, length), np.float32)
    path[length // 2] = 1
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), angle, 1)
    path = np.asarray(cv2.warpAffine(path, turn, (length, length)), np.float32)
    return np.asarray(cv2.filter2D(picture, -1, path / path.sum()), np.uint8)


def _glare(picture: Picture, side: float, centre: tuple[float, float], strength: float, draw: random.Random) -> Picture:
    """A lamp that mirrors on the paper: a soft ellipse of light over a part of the code."""
    light = np.zeros((HEIGHT, WIDTH), np.float32)
    reach = side * draw.uniform(0.25, 0.45)
    at = (int(centre[0] + draw.uniform(-0.35, 0.35) * side), int(centre[1] + draw.uniform(-0.35, 0.35) * side))
    axes = (int(reach), int(reach * draw.uniform(0.3, 0.8)))
    cv2.ellipse(light, at, axes, draw.uniform(0, 180), 0, 360, 1.0, -1)
    light = np.asarray(cv2.GaussianBlur(light, (0, 0), reach * 0.35), np.float32) * strength
    return np.asarray(np.clip(picture.astype(np.float32) + (light * 255)[..., None], 0, 255), np.uint8)


def _noisy(picture: Picture | Floats, sigma: float, grain: np.random.Generator) -> Picture:
    noise = grain.standard_normal(picture.shape, np.float32) * np.float32(sigma)
    return np.clip(picture.astype(np.float32) + noise, 0, 255).astype(np.uint8)


def _jpeg(picture: Picture) -> Picture:
    """What a USB camera makes of it."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
