"""Pages of an SQLCipher 4 file and its write-ahead log, each proved by its own HMAC.

A page is 4016 bytes of AES-256-CBC, a 16-byte IV and a 64-byte HMAC-SHA512 over both and the page number
(page 1 starts with 16 bytes of salt instead). So every page can be judged alone, without the tree above it.
Sources: SQLCipher's design page; https://www.sqlite.org/fileformat2.html section 4 (the WAL).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from offline_cache.store.database import PLAIN_HEADER, salt_for
from offline_cache.store.records import Page, Value, leaf_rows

PAGE = 4096
IV = 16
MAC = 64
USABLE = PAGE - IV - MAC
WAL_HEADER = 32
FRAME_HEADER = 24

Rows = dict[str, dict[int, tuple[Value, ...]]]
"""table -> seq -> the row's values after `seq` and `row_of`."""


class PageCipher:
    """Proves and decrypts single pages."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._mac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(b ^ 0x3A for b in salt_for(key)), 2, 32)

    def proves(self, number: int, raw: bytes) -> bool:
        """True when the page is whole and was written with this key as this page number."""
        start = 16 if number == 1 else 0
        mac = hmac.digest(self._mac_key, raw[start : USABLE + IV] + number.to_bytes(4, "little"), "sha512")
        return len(raw) == PAGE and hmac.compare_digest(mac, raw[USABLE + IV :])

    def decrypt(self, number: int, raw: bytes) -> bytes:
        """Return the 4016 plain bytes of a page; page 1 gets SQLite's header string back."""
        start = 16 if number == 1 else 0
        decryptor = Cipher(algorithms.AES256(self._key), modes.CBC(raw[USABLE : USABLE + IV])).decryptor()
        plain = decryptor.update(raw[start:USABLE]) + decryptor.finalize()
        return PLAIN_HEADER[:start] + plain


@dataclass(slots=True)
class Scan:
    """What a file and its log hold. Lists of versions are oldest first; a version that fails its HMAC is None."""

    cipher: PageCipher
    pages: int = 0
    bad_pages: int = 0
    bad_frames: int = 0
    frames: int = 0
    versions: dict[int, list[bytes | None]] = field(default_factory=dict)
    header_ok: bool = True

    @property
    def readable(self) -> bool:
        """True when at least one page opens with the key."""
        return any(raw is not None for versions in self.versions.values() for raw in versions)

    @property
    def bad(self) -> int:
        """Pages, or frames of the log, that cannot be trusted."""
        return self.bad_pages + self.bad_frames

    def newest(self, number: int) -> bytes | None:
        """Return the plain content of the newest version of a page, or None when that version is damaged."""
        raw = (self.versions.get(number) or [None])[-1]
        return None if raw is None else self.cipher.decrypt(number, raw)

    def rows(self) -> Rows:
        """Return every row of the current version of every readable leaf page."""
        found: Rows = {}
        for number in self.versions:
            content = self.newest(number)
            if content is not None:
                _collect(found, number, content, self.newest)
        return found

    def older_rows(self) -> Rows:
        """Return rows of earlier versions of those pages whose newest version is damaged, newest first wins."""
        found: Rows = {}
        for number, versions in self.versions.items():
            if versions[-1] is not None:
                continue
            for raw in reversed(versions):
                if raw is not None:
                    _collect(found, number, self.cipher.decrypt(number, raw), self.newest)
        return found


def _collect(found: Rows, number: int, content: bytes, page: Page) -> None:
    for seq, values in leaf_rows(number, content, page):
        # sqlite_schema and anything else without our tag is not a row of ours.
        if len(values) > 2 and values[0] is None and isinstance(values[1], str):
            found.setdefault(values[1], {}).setdefault(seq, values[2:])


def scan(path: Path, wal: bytes, key: bytes) -> Scan:
    """Judge every page of the file and of the committed part of its log."""
    result = Scan(PageCipher(key))
    with path.open("rb") as file:
        number = 0
        while raw := file.read(PAGE):
            number += 1
            good = result.cipher.proves(number, raw)
            result.header_ok = result.header_ok and (number > 1 or raw[:16] == salt_for(key))
            result.bad_pages += not good or (number == 1 and not result.header_ok)
            result.versions[number] = [raw if good else None]
        result.pages = number
    _scan_log(result, wal)
    return result


def opens(path: Path, key: bytes) -> bool:
    """True when at least one page of the file was written with this key."""
    cipher = PageCipher(key)
    with path.open("rb") as file:
        number = 0
        while raw := file.read(PAGE):
            number += 1
            if cipher.proves(number, raw):
                return True
    return False


def _scan_log(result: Scan, wal: bytes) -> None:
    frames = _current_frames(wal)
    # What follows the last commit was never promised to anyone.
    commits = [index for index, (header, _) in enumerate(frames) if header[4:8] != bytes(4)]
    for header, raw in frames[: commits[-1] + 1 if commits else 0]:
        number = int.from_bytes(header[:4], "big")
        good = result.cipher.proves(number, raw)
        result.frames += 1
        result.bad_frames += not good
        if not good:
            # When only the frame's header is damaged, the page itself still tells which one it is.
            known = range(1, result.pages + len(frames) + 1)
            number = next((n for n in known if result.cipher.proves(n, raw)), number)
            good = result.cipher.proves(number, raw)
        if good or number in result.versions:
            result.versions.setdefault(number, []).append(raw if good else None)


def _current_frames(wal: bytes) -> list[tuple[bytes, bytes]]:
    """Return (header, page) of the frames of the log's current generation.

    A frame belongs to it when one of its two salts agrees: a single flipped byte can spoil only one.
    """
    first = wal[WAL_HEADER : WAL_HEADER + FRAME_HEADER]
    if len(first) < FRAME_HEADER or not _same_generation(wal[16:24], first[8:16]):
        return []
    frames: list[tuple[bytes, bytes]] = []
    salts = wal[16:24]
    for at in range(WAL_HEADER, len(wal) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        header = wal[at : at + FRAME_HEADER]
        if not _same_generation(salts, header[8:16]) and not _same_generation(first[8:16], header[8:16]):
            break
        frames.append((header, wal[at + FRAME_HEADER : at + FRAME_HEADER + PAGE]))
    return frames


def _same_generation(one: bytes, other: bytes) -> bool:
    return one[:4] == other[:4] or one[4:] == other[4:]
