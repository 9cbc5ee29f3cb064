"""A stand-in for the vendor's photo decoder: `python -m drivers.card_reader.photo_simulator --pictures FOLDER`.

Reads a blob of `cards.synthetic_photo(name)` and writes FOLDER/<name>.png or .jpg in the shape in which the real ones
write: 102 x 126, rows from the bottom, blue green red. Ends with 3 when there is no such picture.
"""

from __future__ import annotations

import argparse
import hashlib
import shlex
import sys
from pathlib import Path

from drivers.card_reader.cards import picture_name
from drivers.card_reader.codec import PHOTO_BYTES as BLOB_BYTES

WIDTH, HEIGHT = 102, 126
ENDINGS = (".png", ".jpg", ".jpeg")
NO_PICTURE = 3


def picture(folder: Path, blob: bytes) -> bytes | None:
    """Return what a decoder writes for a synthetic blob, None when the folder has no such picture.

    Raises:
        OSError: the picture cannot be read.
    """
    name = picture_name(blob)
    if not name or Path(name).name != name:
        return None
    from PIL import Image

    for ending in ENDINGS:
        path = folder / (name + ending)
        if path.is_file():
            with Image.open(path) as image:
                small = image.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
            return small.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes("raw", "BGR")
    return None


def write_helper(path: Path, pictures_folder: Path) -> str:
    """Write a program to `path` for a `helper:` address and return its SHA-256; it uses this Python and this house."""
    house = Path(__file__).parents[2]
    command = [
        sys.executable,
        "-m",
        "drivers.card_reader.photo_simulator",
        "--pictures",
        str(pictures_folder.resolve()),
    ]
    # A helper has no environment: what it needs stands in it.
    script = f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(house))} PYTHONDONTWRITEBYTECODE=1 exec {shlex.join(command)}\n"
    path.write_text(script, "utf-8")
    path.chmod(0o700)
    return hashlib.sha256(script.encode()).hexdigest()


def main() -> int:
    """Decode one blob."""
    parser = argparse.ArgumentParser(description="Decodes synthetic photos: 1024 bytes in, 38556 out.")
    parser.add_argument("--pictures", type=Path, required=True, help="folder of NAME.png or NAME.jpg")
    options = parser.parse_args()
    shown = picture(options.pictures, sys.stdin.buffer.read(BLOB_BYTES))
    if shown is None:
        return NO_PICTURE
    sys.stdout.buffer.write(shown)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
