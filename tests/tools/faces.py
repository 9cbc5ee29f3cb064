"""Portraits for the face tests, from published packages: never committed, pinned by hash.

`python -m tests.tools.faces` fetches what is missing into build/faces: one PNG a face, `NAME-1.png`, `NAME-2.png`,
... where one NAME is one person, and `manifest.json`. Exit 3 when nothing could be fetched (off line); tests then say
so and skip.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.engine import Engine, load_engine
from drivers.vision.faces.geometry import Box, overlap
from drivers.vision.faces.signals import shape_of
from drivers.vision.messages import FaceSettings

FOLDER = Path(__file__).resolve().parents[2] / "build" / "faces"
MANIFEST = FOLDER / "manifest.json"
VERSION = 1
LEAST_FACE = 80
MOST_FACE = 320
"""Pixels: smaller faces are left out, larger ones shrunk."""
MOST_YAW = 0.6
"""Faces turned further than this (see `signals.Shape.yaw`) are left out: they are no portraits."""
TIMEOUT_S = 240
OFFLINE = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a package. `people`: who stands there from left to right; none: strangers, named by the album."""

    path: str
    people: tuple[str, ...] = ()
    album: str = ""
    junk: str = ""  # letters of what is no face


@dataclass(frozen=True, slots=True)
class Package:
    """A published package, by its exact content."""

    name: str
    fetch: tuple[str, ...]
    sha256: str
    licence: str
    pictures: tuple[Picture, ...] = field(default_factory=tuple)


_PIP = (sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps")
_SOURCE = (*_PIP, "--no-build-isolation", "--no-binary", ":all:")
_WHEEL = (*_PIP, "--only-binary", ":all:", "--python-version", "3.11", "--implementation", "cp", "--abi", "cp311")
PACKAGES = (
    Package(
        "face-recognition 1.3.0",
        (*_SOURCE, "face-recognition==1.3.0"),
        "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
        "MIT",
        (
            Picture("tests/test_images/obama.jpg", ("obama",)),
            Picture("tests/test_images/obama2.jpg", ("obama",)),
            Picture("tests/test_images/obama3.jpg", ("obama",)),
            Picture("tests/test_images/biden.jpg", ("biden",)),
        ),
    ),
    Package(
        "scikit-image 0.26.0",
        (*_WHEEL, "--platform", "manylinux_2_28_x86_64", "scikit-image==0.26.0"),
        "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
        "BSD-3-Clause; the picture is of NASA, public domain",
        (Picture("skimage/data/astronaut.png", ("collins",)),),
    ),
    Package(
        "insightface 2.1",
        (*_PIP, "--only-binary", ":all:", "insightface==2.1"),
        "dcd58ee79d99d689572477315f3149353afd65a36dc575f597cbb217a7bde399",
        "MIT",
        (
            Picture("insightface/data/images/Tom_Hanks_54745.png", ("hanks",)),
            Picture("insightface/data/images/t1.jpg", album="six"),
        ),
    ),
    Package(
        "@vladmandic/face-api 1.7.15",
        ("npm", "pack", "--silent", "@vladmandic/face-api@1.7.15"),
        "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031",
        "MIT",
        (
            Picture("demo/sample1.jpg", album="sample1", junk="d"),
            *(Picture(f"demo/sample{number}.jpg", album=f"sample{number}") for number in range(2, 7)),
        ),
    ),
)


def portraits() -> list[Path]:
    """The portraits that are there, by name; none when set-up was off line."""
    return sorted(FOLDER.glob("*-[0-9]*.png")) if MANIFEST.is_file() else []


def install() -> int:
    """Fetch what is missing; return how many portraits are there then."""
    if MANIFEST.is_file() and json.loads(MANIFEST.read_text("utf-8")).get("version") == VERSION:
        return len(portraits())
    FOLDER.mkdir(parents=True, exist_ok=True)
    engine = load_engine(FaceSettings())
    found: dict[str, dict[str, object]] = {}
    for package in PACKAGES:
        with tempfile.TemporaryDirectory(prefix="portraits-") as folder:
            archive = _fetched(package, Path(folder))
            if archive is None:
                continue
            for picture in package.pictures:
                for name, portrait in _faces(engine, _read(archive, picture.path), picture):
                    number = 1 + sum(str(entry["person"]) == name for entry in found.values())
                    file = f"{name}-{number}.png"
                    cv2.imwrite(str(FOLDER / file), portrait)
                    found[file] = {"person": name, "album": picture.album, "from": package.name, "path": picture.path}
    if found:
        MANIFEST.write_text(json.dumps({"version": VERSION, "faces": found}, indent=1) + "\n", "utf-8")
    return len(found)


def _fetched(package: Package, folder: Path) -> Path | None:
    if shutil.which(package.fetch[0]) is None:
        log.warning("%s: %s is not installed, left out", package.name, package.fetch[0])
        return None
    try:
        subprocess.run(package.fetch, cwd=folder, check=True, timeout=TIMEOUT_S, capture_output=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        log.warning("%s: could not be fetched, left out", package.name)
        return None
    archive = next((path for path in folder.iterdir() if path.is_file()), None)
    if archive is None or hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
        log.warning("%s: not the content that was pinned, left out", package.name)
        return None
    return archive


def _read(archive: Path, path: str) -> NDArray[np.uint8]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            data = wheel.read(path)
    else:
        with tarfile.open(archive) as tar:
            member = next(m for m in tar.getmembers() if m.name.endswith("/" + path))
            stream = tar.extractfile(member)
            data = stream.read() if stream else b""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path} is no picture")
    return np.asarray(picture, np.uint8)


def _faces(engine: Engine, picture: NDArray[np.uint8], about: Picture) -> list[tuple[str, NDArray[np.uint8]]]:
    """The frontal faces of a picture from left to right, each with a name and its surroundings."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    boxes = sorted(engine.detector.detect_small(picture) if max(grey.shape) < 200 else _all(engine, picture), key=_left)
    if about.people:
        boxes = sorted(sorted(boxes, key=lambda b: b.top)[: len(about.people)], key=_left)
    out = []
    for number, box in enumerate(boxes):
        name = about.people[number] if about.people else f"{about.album}{'abcdefghij'[number]}"
        if name[-1:] in about.junk and not about.people:
            continue
        if box.width < LEAST_FACE or abs(shape_of(engine.landmarks.points(grey, box)).yaw) > MOST_YAW:
            continue
        out.append((name, _cut(picture, box, [other for other in boxes if other is not box])))
    return out


def _left(box: Box) -> float:
    return box.left


def _all(engine: Engine, picture: NDArray[np.uint8]) -> list[Box]:
    """All faces of a large picture: found at two sizes, since a detector that stops at 80 pixels misses the small."""
    found: list[Box] = []
    for width in (1280, 1920):
        factor = width / picture.shape[1]
        scaled = np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        for tile in engine.detector.detect_whole(scaled):
            box = tile.scaled(1 / factor)
            if all(overlap(box, other) < 0.3 for other in found):
                found.append(box)
    return found


def _cut(picture: NDArray[np.uint8], box: Box, others: list[Box]) -> NDArray[np.uint8]:
    """The face with as much around it as holds no other face."""
    x, y = box.centre
    height, width = picture.shape[:2]
    for margin in (1.3, 1.1, 0.95, 0.8, 0.65):
        side = box.width * margin
        x0, y0 = int(max(0, x - side)), int(max(0, y - side * 1.1))
        x1, y1 = int(min(width, x + side)), int(min(height, y + side * 1.3))
        cut = Box(x0, y0, x1 - x0, y1 - y0)
        if not any(overlap(cut, other) > 0.01 for other in others):
            break
    part = picture[y0:y1, x0:x1]
    if box.width > MOST_FACE:
        factor = MOST_FACE / box.width
        part = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]  # cv2 widens the element type
    return np.asarray(part, np.uint8)


def main() -> int:
    """Fetch; the number of portraits is logged."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    count = install()
    log.info("%d portraits in %s", count, FOLDER)
    return 0 if count else OFFLINE


if __name__ == "__main__":
    sys.exit(main())
