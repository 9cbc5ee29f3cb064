"""Services that an operator switched off: one small file of the data folder, read by every process of the platform.

A running platform looks at the file's stamp with each heartbeat it answers, so a switch reaches every terminal that is
on line with its next one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

FILE = "closed.json"
Stamp = tuple[int, int, int] | None
"""What changes with the file: inode, time of change in nanoseconds, size; None without a file."""


def stamp(data: Path) -> Stamp:
    """Return the stamp of the switches in a data folder."""
    try:
        found = (data / FILE).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def read(data: Path) -> dict[str, datetime]:
    """Return service -> since when it is off.

    Raises:
        ValueError: the file is not what `write` wrote.
    """
    try:
        value = json.loads((data / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return {str(name): datetime.fromisoformat(since) for name, since in value.items()}


def write(data: Path, closed: Mapping[str, datetime]) -> None:
    """Replace the switches; on the disk when this returns."""
    path = data / FILE
    half = path.with_name(f"{FILE}.{os.getpid()}")
    with half.open("w", encoding="utf-8") as file:
        json.dump({name: since.isoformat() for name, since in sorted(closed.items())}, file)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    folder = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
