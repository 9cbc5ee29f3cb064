"""Comparing two photographs: an ID photo and a live picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.embed import Embedding, distance
from drivers.vision.faces.engine import Engine
from drivers.vision.faces.match import decide
from drivers.vision.messages import Decision, FaceSettings

SMALL = 200
"""Pixels: pictures up to this width are taken as card photos and enlarged."""
WORKING = 1280
"""Pixels: larger photographs are shrunk to this longer side."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two photographs compare. `distance` None: one of them shows no face."""

    distance: float | None
    decision: Decision


def compare(engine: Engine, id_photo: NDArray[np.uint8], live: NDArray[np.uint8], settings: FaceSettings) -> Comparison:
    """Compare the largest faces of two BGR pictures (h, w, 3) of any size."""
    one = embedding_of(engine, id_photo)
    other = embedding_of(engine, live) if one is not None else None
    return compared(one, other, settings)


def compared(one: Embedding | None, other: Embedding | None, settings: FaceSettings) -> Comparison:
    """Compare what was embedded before."""
    if one is None or other is None:
        return Comparison(None, Decision.NO_FACE)
    apart = distance(one, other)
    return Comparison(apart, decide(apart, settings))


def embedding_of(engine: Engine, picture: NDArray[np.uint8]) -> Embedding | None:
    """Embed the largest face of a photograph; None when there is none.

    The cheap way first; only a photograph in which it finds nobody is looked at in full.
    """
    height, width = picture.shape[:2]
    if max(height, width) <= SMALL:
        return engine.embed_photo(picture)
    factor = min(1.0, WORKING / max(height, width))
    if factor < 1.0:
        picture = np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    found = engine.detector.detect(picture) or engine.detector.detect_whole(picture)
    if not found and max(picture.shape[:2]) <= WORKING // 2:
        return engine.embed_photo(picture)
    return engine.embed_face(picture, found[0]) if found else None
