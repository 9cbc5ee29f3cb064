"""A file on somebody's stick: whole, or the one that was there before."""

from __future__ import annotations

import os
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Replace `path`.

    Raises:
        OSError: it cannot be written.
    """
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    try:
        # A stick is somebody else's: its links are not followed.
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
