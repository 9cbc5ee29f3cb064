"""False match and false non-match rates per threshold, for our path and for face_recognition's default, on portrait
files.

`python -m tests.tools.face_rates [FOLDER ...]`: files are named NAME-N.jpg or .png, one NAME a person; build/faces
always counts. Strangers of different pictures of one album may be the same person and are not compared.
"""

from __future__ import annotations

import importlib
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.compare import embedding_of
from drivers.vision.faces.embed import Embedding, distance
from drivers.vision.faces.engine import Engine, load_engine
from drivers.vision.faces.photographs import read_photograph
from drivers.vision.messages import FaceSettings
from drivers.vision.simulator.stage import NoFaceError, Picture, Place, Room, card_of, face_of, place_on
from tests.tools.faces import FOLDER, MANIFEST
from tests.tools.presentations import upper

THRESHOLDS = (0.40, 0.45, 0.50, 0.55, 0.60, 0.65)
NAMED = re.compile(r".+-\d+\.(png|jpg)")
SAME_PHOTOGRAPH = 0.25
"""Two pictures this near are two copies of one photograph: they tell nothing about recognising a person."""
LIVE_FACE = 220
LIVE = (1280, 720)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Portrait:
    """One file. `album`: strangers of one publisher, of which the same may stand in two pictures."""

    file: str
    person: str
    album: str
    live: Picture
    card: Picture


def portraits(folders: Sequence[Path], engine: Engine) -> list[Portrait]:
    """All portraits as a camera would show them (face 220 pixels wide, JPEG 90) and as a card does (102x126, JPEG
    75).
    """
    known = json.loads(MANIFEST.read_text("utf-8"))["faces"] if MANIFEST.is_file() else {}
    room = Room(LIVE, 7)
    found: list[Portrait] = []
    embedded: list[Embedding] = []
    for path in (p for folder in (FOLDER, *folders) for p in sorted(folder.iterdir()) if NAMED.fullmatch(p.name)):
        picture = read_photograph(path)
        try:
            box = face_of(engine, picture)
        except NoFaceError:
            log.warning("%s: no face found, left out", path.name)
            continue
        album = str(known.get(path.name, {}).get("album", "")) if path.parent == FOLDER else ""
        person = path.stem.rsplit("-", 1)[0]
        one = Portrait(path.name, person, album, _live(picture, box.width, room), card_of(picture, box))
        seen = embedding_of(engine, one.live)
        if seen is not None and any(distance(seen, known_one) < SAME_PHOTOGRAPH for known_one in embedded):
            log.info("%s: the same photograph as another file, left out", path.name)
            continue
        embedded += [] if seen is None else [seen]
        found.append(one)
    return found


def _live(picture: Picture, face: float, room: Room) -> Picture:
    factor = LIVE_FACE / face
    scaled = cv2.resize(
        picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    )
    high = min(scaled.shape[0], LIVE[1])
    scaled = scaled[:high, max(0, (scaled.shape[1] - LIVE[0]) // 2) :][:, : LIVE[0]]
    _, jpeg = cv2.imencode(".jpg", place_on(room.wall, np.asarray(scaled, np.uint8), Place(dy=0.05)))
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def strangers(one: Portrait, other: Portrait) -> bool:
    """Whether these are surely two people."""
    if one.person == other.person:
        return False
    same_publisher = one.album[:4] == other.album[:4] and bool(one.album)
    return not same_publisher or one.album == other.album


Embed = Callable[[Picture], Embedding | None]


def rates(people: list[Portrait], live: Embed, card: Embed | None) -> tuple[list[float], list[float], int]:
    """Distances of same and of different people, and how many pictures showed no face to this method."""
    lives = [live(p.live) for p in people]
    cards = [card(p.card) for p in people] if card is not None else lives
    same, different = [], []
    for i, j in _pairs(len(people), ordered=card is not None):
        one, other = cards[i], lives[j]
        if one is None or other is None:
            continue
        if people[i].person == people[j].person:
            same.append(distance(one, other))
        elif strangers(people[i], people[j]):
            different.append(distance(one, other))
    missed = sum(e is None for e in lives) + (sum(e is None for e in cards) if card is not None else 0)
    return same, different, missed


def _pairs(count: int, *, ordered: bool) -> Iterator[tuple[int, int]]:
    for i, j in combinations(range(count), 2):
        yield i, j
        if ordered:
            yield j, i


def default_embed(picture: NDArray[np.uint8]) -> Embedding | None:
    """What face_recognition does when nothing is set."""
    face_recognition = importlib.import_module("face_recognition")
    found = face_recognition.face_encodings(np.ascontiguousarray(picture[:, :, ::-1]))
    return np.asarray(found[0], np.float64) if found else None


def table(folders: Sequence[Path]) -> list[str]:
    """Lines of markdown."""
    engine = load_engine(FaceSettings())
    people = portraits(folders, engine)
    persons = len({p.person for p in people})

    def ours(picture: Picture) -> Embedding | None:
        return embedding_of(engine, picture)

    lines = [f"{len(people)} portraits of {persons} names.", ""]
    for title, live, card in (
        ("live - live, ours", ours, None),
        ("live - live, face_recognition default", default_embed, None),
        ("card - live, ours", ours, ours),
        ("card - live, face_recognition default", default_embed, default_embed),
    ):
        same, different, missed = rates(people, live, card)
        lines += [
            f"**{title}**: {len(same)} pairs of one person, {len(different)} of two people, no face found: {missed}",
            "",
            "| threshold | " + " | ".join(f"{t:.2f}" for t in THRESHOLDS) + " |",
            "| --- " * (len(THRESHOLDS) + 1) + "|",
            "| FMR | " + " | ".join(_rate([d <= t for d in different]) for t in THRESHOLDS) + " |",
            "| FNMR | " + " | ".join(_rate([d > t for d in same]) for t in THRESHOLDS) + " |",
            "",
        ]
    return lines


def _rate(wrong: list[bool]) -> str:
    if not wrong:
        return "no pairs"
    return f"{sum(wrong)}/{len(wrong)} = {sum(wrong) / len(wrong):.1%} (<= {upper(sum(wrong), len(wrong)):.1%})"


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    log.info("%s", "\n".join(table([Path(a) for a in sys.argv[1:]])))
