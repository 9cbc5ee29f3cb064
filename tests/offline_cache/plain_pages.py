"""What a store's file holds under its encryption: every page, free ones too, and every frame of its log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from offline_cache.store import pages


def decrypted(file: Path, key: bytes) -> Iterator[bytes]:
    """Yield every page of a store's file and every frame of its log, whoever still points to it."""
    yield from decrypted_pages(file, key)
    yield from decrypted_log(file, key)


def decrypted_pages(file: Path, key: bytes) -> Iterator[bytes]:
    """Yield every page of a store's file, also those on the freelist."""
    cipher = pages.PageCipher(key)
    data = file.read_bytes()
    for at in range(0, len(data), pages.PAGE):
        yield cipher.decrypt(at // pages.PAGE + 1, data[at : at + pages.PAGE])


def decrypted_log(file: Path, key: bytes) -> Iterator[bytes]:
    """Yield every frame of the log of a store's file, also those that SQLite no longer reads."""
    cipher = pages.PageCipher(key)
    log = file.with_name(file.name + "-wal")
    data = log.read_bytes() if log.exists() else b""
    step = pages.FRAME_HEADER + pages.PAGE
    for at in range(pages.WAL_HEADER, len(data) - step + 1, step):
        number = int.from_bytes(data[at : at + 4], "big")
        yield cipher.decrypt(number, data[at + pages.FRAME_HEADER : at + step])
