"""Saves items and says so, until its power is cut: `python -m tests.offline_cache.promiser FOLDER full|normal`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.offline_cache.support import item, open_at


def main(folder: Path, level: str) -> None:
    """Print each id after `submit` has returned."""
    store = open_at(folder)
    store._writer.outside(lambda c: c.execute(f"PRAGMA synchronous = {level}").fetchall())
    number = 0
    while True:
        wanted = item(f"case-{number}", id=None, body={"n": number, "text": "x" * 500})
        store.submit(wanted)
        os.write(1, wanted.id.encode() + b"\n")
        number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
