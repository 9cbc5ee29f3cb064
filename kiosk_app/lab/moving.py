"""A moving picture made on the spot, in the place of a clip in sign language. It says TEST and shows no signing."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from contracts.signs import FORMAT, SIGNS

TEXT = {"zh": "测试画面，不是手语", "en": "A test picture, not sign language"}


def moving_picture(side: int = 240, frames: int = 8, ms: int = 120) -> bytes:
    """Return an animated WebP: a ball that goes round, with the word TEST."""
    pictures = []
    for n in range(frames):
        picture = Image.new("RGB", (side, side), "#E9EFF7")
        draw = ImageDraw.Draw(picture)
        draw.text((8, 8), "TEST", fill="#0F2138")
        at = side * (n + 1) // (frames + 1)
        draw.ellipse((at - 20, side // 2 - 20, at + 20, side // 2 + 20), fill="#0B4DA2")
        pictures.append(picture)
    out = BytesIO()
    pictures[0].save(out, "WEBP", save_all=True, append_images=pictures[1:], duration=ms, loop=0, lossless=True)
    return out.getvalue()


def write_folder(folder: Path, keys: Iterable[str], data: bytes | None = None) -> Path:
    """Write a folder of clips that all show the test picture."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = moving_picture() if data is None else data
    (folder / "test.webp").write_bytes(picture)
    entry = {"file": "test.webp", "digest": sha256(picture).hexdigest(), "text": TEXT}
    value = {"format": FORMAT, "clips": dict.fromkeys(keys, entry)}
    (folder / SIGNS).write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return folder


@lru_cache(maxsize=1)
def sample_folder() -> Path:
    """A folder with the test picture for some pages; removed when the process ends."""
    root = Path(tempfile.mkdtemp(prefix="doorstep-signs-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    write_folder(root / "page", ("home", "identify", "chat", "review"))
    write_folder(root / "YL01", ("guide", "form.bank"))
    return root
