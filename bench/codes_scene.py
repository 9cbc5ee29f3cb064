"""What a terminal's camera sees behind a code: a drawn room, or a cutting of a photograph that was handed in."""

from __future__ import annotations

import random
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 1280, 720
OCTAVES = (4, 9, 20, 45, 110, 320)
"""Grid widths of the layers of a drawn background, coarse to fine: like a photograph, most of it is coarse."""


def scene(draw: random.Random, photographs: Sequence[Picture] = (), *, decoys: bool = False) -> Picture:
    """Return a background (HEIGHT, WIDTH, 3) BGR, with `decoys` also things that a reader could take for a code."""
    picture = _cutting(draw.choice(photographs), draw) if photographs else _room(draw)
    if decoys:
        _add_decoys(picture, draw)
    return picture


def _cutting(photograph: Picture, draw: random.Random) -> Picture:
    scale = max(WIDTH / photograph.shape[1], HEIGHT / photograph.shape[0]) + 1e-3
    large = cv2.resize(photograph, None, fx=scale, fy=scale)
    top, left = draw.randint(0, large.shape[0] - HEIGHT), draw.randint(0, large.shape[1] - WIDTH)
    return np.asarray(large[top : top + HEIGHT, left : left + WIDTH], np.uint8).copy()


def _room(draw: random.Random) -> Picture:
    """Soft light, surfaces, edges of furniture, printed lines."""
    grain = np.random.default_rng(draw.getrandbits(63))
    total = np.full((HEIGHT, WIDTH, 3), draw.uniform(70, 180), np.float32)
    for octave in OCTAVES:
        layer = grain.standard_normal((max(3, octave * HEIGHT // WIDTH), octave, 3), np.float32)
        layer = 0.6 * layer.mean(axis=2, keepdims=True) * np.sqrt(3) + 0.4 * layer
        size = cv2.resize(layer, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        total += size * (55.0 / octave**0.5)
    picture = np.clip(total, 0, 255).astype(np.uint8)
    for _ in range(draw.randint(6, 16)):
        _surface(picture, draw)
    for _ in range(draw.randint(1, 5)):
        _print(picture, draw)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), draw.uniform(0.6, 1.6)), np.uint8)


def _surface(picture: Picture, draw: random.Random) -> None:
    x, y = draw.randint(-100, WIDTH), draw.randint(-100, HEIGHT)
    size = (draw.randint(20, 420), draw.randint(15, 320))
    box = cv2.boxPoints(((float(x), float(y)), (float(size[0]), float(size[1])), draw.uniform(0, 90)))
    colour = tuple(draw.randint(10, 245) for _ in range(3))
    share = draw.uniform(0.3, 1.0)
    left, top = np.clip(box.min(axis=0).astype(int), 0, (WIDTH - 1, HEIGHT - 1))
    right, bottom = np.clip(box.max(axis=0).astype(int) + 1, 1, (WIDTH, HEIGHT))
    under = picture[top:bottom, left:right]
    over = under.copy()
    cv2.fillPoly(over, [(box - (left, top)).astype(np.int32)], colour)
    under[:] = cv2.addWeighted(over, share, under, 1 - share, 0)


def _print(picture: Picture, draw: random.Random) -> None:
    x, y, size = draw.randint(0, WIDTH - 200), draw.randint(30, HEIGHT - 60), draw.uniform(0.4, 1.6)
    shade = draw.randint(0, 255)
    for line in range(draw.randint(1, 6)):
        words = "".join(draw.choice("abcdefghiklmnoprstuv 0123456789") for _ in range(draw.randint(5, 30)))
        at = (x, int(y + line * 34 * size))
        cv2.putText(
            picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, size, (shade, shade, shade), 1 + int(size), cv2.LINE_AA
        )


def _add_decoys(picture: Picture, draw: random.Random) -> None:
    for _ in range(draw.randint(2, 5)):
        x, y, size = draw.randint(0, WIDTH - 260), draw.randint(0, HEIGHT - 260), draw.randint(80, 250)
        at = picture[y : y + size, x : x + size]
        kind = draw.randrange(4)
        if kind == 0:
            _stripes(at, draw)
        elif kind == 1:
            _chequers(at, draw)
        elif kind == 2:
            _finders(at, draw)
        else:
            _crumbs(at, draw)


def _stripes(at: Picture, draw: random.Random) -> None:
    """A railing, a blind, a comb: no code, but bars."""
    x = 0
    while x < at.shape[1]:
        width = draw.randint(2, 12)
        at[:, x : x + width] = draw.choice((15, 240))
        x += width


def _chequers(at: Picture, draw: random.Random) -> None:
    cell = draw.randint(3, 14)
    rows, columns = np.arange(at.shape[0]) // cell, np.arange(at.shape[1]) // cell
    at[:] = np.where(((rows[:, None] + columns[None, :]) % 2)[..., None] > 0, 20, 235)


def _crumbs(at: Picture, draw: random.Random) -> None:
    """Random modules without finders."""
    cell = draw.randint(3, 8)
    count = at.shape[0] // cell + 1
    made = np.random.default_rng(draw.getrandbits(63)).integers(0, 2, (count, count)).astype(np.uint8)
    large = cv2.resize(made, (count * cell, count * cell), interpolation=cv2.INTER_NEAREST)
    at[:] = np.where(large[: at.shape[0], : at.shape[1], None] > 0, 20, 235)


def _finders(at: Picture, draw: random.Random) -> None:
    """Three squares in squares with nothing meaningful between: a code whose text is damaged beyond repair."""
    _crumbs(at, draw)
    cell = max(2, at.shape[0] // 29)
    edge = cell * 29
    if edge > at.shape[0]:
        return
    at[:edge, :edge][: cell * 8, : cell * 8] = 235
    for top, left in ((0, 0), (0, 22), (22, 0)):
        for inset, shade in ((0, 20), (1, 235), (2, 20)):
            a, b = (top + inset) * cell, (top + 7 - inset) * cell
            c, d = (left + inset) * cell, (left + 7 - inset) * cell
            at[a:b, c:d] = shade
