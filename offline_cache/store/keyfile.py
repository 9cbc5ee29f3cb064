"""The key of the store: 32 random bytes in a file only its owner can read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from offline_cache.errors import KeyFileError
from offline_cache.faces import RandomBytes

KEY_BYTES = 32


def load_or_create_key(path: Path, random_bytes: RandomBytes = secrets.token_bytes) -> bytes:
    """Return the 32-byte key kept at `path`; make it (mode 0600, durable) when there is none.

    Raises:
        KeyFileError: the file is not 32 bytes, or its group or others may read it.
    """
    path = Path(path)
    try:
        return _load(path)
    except FileNotFoundError:
        return _create(path, random_bytes)


def key_protection(path: Path) -> str:
    """Return how the key is protected, for the heartbeat: `credential` (systemd's directory) or `file`."""
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    inside = directory is not None and Path(directory) in Path(path).resolve().parents
    return "credential" if inside else "file"


def _load(path: Path) -> bytes:
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise KeyFileError(f"{path} may be read by others: chmod 600")
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"{path} does not hold {KEY_BYTES} bytes")
    return key


def _create(path: Path, random_bytes: RandomBytes) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = random_bytes(KEY_BYTES)
    half = path.with_name(path.name + ".new")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    # link() refuses to replace: two first starts at once agree on one key.
    try:
        os.link(half, path)
    except FileExistsError:
        key = _load(path)
    finally:
        half.unlink()
    sync_directory(path.parent)
    return key


def sync_directory(path: Path) -> None:
    """Make names created, renamed or removed in `path` durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
