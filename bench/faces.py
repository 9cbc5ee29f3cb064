"""Faces: one live frame against an embedded card photo, and the best of three, in CPU time beside face_recognition's
default.

CPU time of this process with one thread for OpenCV; both sides see the same frames in the same run. The frames are
synthetic (a published portrait before a wall); what is measured is work, which does not depend on who is shown.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.rows import Goal, Row, row
from drivers.vision.faces.embed import Embedding, distance
from drivers.vision.faces.engine import Engine, load_engine
from drivers.vision.messages import FaceSettings
from drivers.vision.simulator.show import Show
from drivers.vision.simulator.stage import Room, figure

GROUP = "faces"
SIZE = (1280, 720)
PORTRAITS = Path(__file__).resolve().parents[1] / "build" / "faces"
SHOWN = ("obama-1", "collins-1", "biden-1")
DETECTOR = "DOORSTEP_FACE_DETECTOR"
"""Environment variable that names a YuNet ONNX file; without it the row of the optional detector is left out."""
PEER = "face_recognition default: face_locations, face_encodings, face_distance"
Picture = NDArray[np.uint8]


def measure(repeats: int) -> list[Row]:
    """Compare `repeats` times per portrait; no rows when set-up could not fetch the portraits."""
    if not all((PORTRAITS / f"{name}.png").is_file() for name in SHOWN):
        return []
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _measured(repeats)
    finally:
        cv2.setNumThreads(threads)


def _measured(repeats: int) -> list[Row]:
    engine = load_engine(FaceSettings())
    room = Room(SIZE, 1)
    sets: list[tuple[Embedding, list[Picture]]] = []
    for seed, name in enumerate(SHOWN):
        portrait = np.asarray(cv2.imread(str(PORTRAITS / f"{name}.png")), np.uint8)
        someone = figure(engine, portrait, SIZE[0])
        card = engine.embed_photo(someone.card)
        if card is None:
            raise ValueError(f"no face in the card photo of {name}")
        show = Show(someone, room, seed)
        sets.append((card, [show.frame(at) for at in (0.2, 0.4, 0.6)]))
    peer = _cpu(lambda card, frames: _peer(card, frames[0]), sets, repeats)
    one = _cpu(lambda card, frames: _ours(engine, card, frames[:1]), sets, repeats)
    three = _cpu(lambda card, frames: _ours(engine, card, frames), sets, repeats)
    embedding = _cpu(lambda card, frames: _embedding(engine), sets, repeats)
    detail = f"median of {repeats * len(sets)}, 1280x720, face 220 pixels wide, 1 thread"
    rows = [
        row(GROUP, "one live frame against a card, CPU", "ms", one, PEER, peer, Goal(ratio_most=1 / 3), detail),
        row(GROUP, "best of three frames, CPU", "ms", three, f"{PEER}, one frame", peer, Goal(ratio_most=1.0), detail),
        row(GROUP, "the embedding alone, CPU", "ms", embedding, detail="part of the above: the floor of one frame"),
    ]
    file = os.environ.get(DETECTOR, "")
    if file:
        hashed = hashlib.sha256(Path(file).read_bytes()).hexdigest()
        optional = load_engine(FaceSettings(detector=file, detector_sha256=hashed))
        fast = _cpu(lambda card, frames: _ours(optional, card, frames[:1]), sets, repeats)
        name = "one live frame against a card with the optional detector, CPU"
        rows.append(row(GROUP, name, "ms", fast, PEER, peer, Goal(ratio_most=1 / 5), detail))
    return rows


def _ours(engine: Engine, card: Embedding, frames: list[Picture]) -> float:
    """What a check does with the frames it chose: found in the first, followed in the others, each embedded."""
    nearest, last = 9.0, None
    for frame in frames:
        found = engine.detector.track(frame, last) if last is not None else engine.detector.detect(frame)
        last = found[0]
        nearest = min(nearest, distance(card, engine.embed_face(frame, last)))
    return nearest


def _peer(card: Embedding, frame: Picture) -> float:
    face_recognition = importlib.import_module("face_recognition")
    rgb = np.ascontiguousarray(frame[:, :, ::-1])
    encodings = face_recognition.face_encodings(rgb, face_recognition.face_locations(rgb))
    return float(face_recognition.face_distance(encodings, card).min())


def _embedding(engine: Engine) -> float:
    return float(engine.embedder.embed(np.full((150, 150, 3), 128, np.uint8))[0])


def _cpu(
    work: Callable[[Embedding, list[Picture]], float], sets: list[tuple[Embedding, list[Picture]]], repeats: int
) -> float:
    """Median CPU milliseconds of one piece of work."""
    spent = []
    for number in range(repeats + 1):
        for card, frames in sets:
            started = time.process_time()
            work(card, frames)
            if number:  # the first round warms up
                spent.append((time.process_time() - started) * 1000)
    return statistics.median(spent)
