"""Comparing many pairs of photograph files, as `kiosk device match-face` does."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

from drivers.vision.faces.compare import compared, embedding_of
from drivers.vision.faces.embed import Embedding
from drivers.vision.faces.engine import Engine, load_engine
from drivers.vision.faces.photographs import PhotographError, read_photograph
from drivers.vision.messages import FaceSettings

HEADERS = {"id", "id_photo", "photo"}


def read_pairs(path: Path) -> list[tuple[Path, Path]]:
    """Read a CSV of two columns. A first line of names is passed over; a path counts from here, or from the CSV's
    folder.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no text, or a line has fewer than two columns.
    """
    pairs = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.reader(file), 1):
            if not row or (number == 1 and row[0].strip().lower() in HEADERS):
                continue
            if len(row) < 2:
                raise ValueError(f"line {number} has fewer than two columns")
            one, other = (_placed(Path(cell.strip()), path.parent) for cell in row[:2])
            pairs.append((one, other))
    return pairs


def _placed(path: Path, folder: Path) -> Path:
    return path if path.is_absolute() or path.exists() or not (folder / path).exists() else folder / path


class Matcher:
    """Compares files; a file that comes again is not embedded again. Holds embeddings, never pictures."""

    def __init__(self, engine: Engine, settings: FaceSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._known: dict[Path, Embedding | PhotographError | None] = {}

    @classmethod
    def loaded(cls, settings: FaceSettings) -> Matcher:
        """Load the models.

        Raises:
            ModelError: a model cannot be loaded.
        """
        return cls(load_engine(settings), settings)

    def match(self, photo: Path, live: Path) -> dict[str, Any]:
        """Return the row of one pair: id, live, distance, decision, ms (models not counted, reading counted).

        Raises:
            PhotographError: one of the files cannot be read.
        """
        started = time.perf_counter()
        found = compared(self._embedded(photo), self._embedded(live), self._settings)
        return {
            "id": str(photo),
            "live": str(live),
            "distance": None if found.distance is None else round(found.distance, 4),
            "decision": found.decision.value,
            "ms": round((time.perf_counter() - started) * 1000, 1),
        }

    def _embedded(self, path: Path) -> Embedding | None:
        if path not in self._known:
            try:
                self._known[path] = embedding_of(self._engine, read_photograph(path))
            except PhotographError as error:
                self._known[path] = error
        known = self._known[path]
        if isinstance(known, PhotographError):
            raise known
        return known
