"""Scans and other attachments of items: files of sealed chunks beside the store, their keys inside it.

A file is a row of chunks of 1 MiB, the last one shorter, each under AES-256-GCM (suite `intl`) or SM4-GCM (`gm`) with
a key that is random for this file. The nonce is the number of the chunk; SHA-256 of the whole, number and "this is the
last" are authenticated with it: cutting, reordering and swapping of chunks are found. Erasing the key erases the file.

A file is durable before its row: after a crash there are at most files without a row, which nobody can open any more
and which the next opening removes.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag

from contracts.blobs import MEDIA, UNKNOWN_MEDIA
from contracts.blobs import MOST_BYTES as MAX_BYTES
from contracts.suites import TAG_BYTES, Suite, suite
from offline_cache.errors import AttachmentDamaged, ItemTooLarge, StoreFull, UnknownItem
from offline_cache.faces import Checkpoint, RandomBytes
from offline_cache.items import BlobRef
from offline_cache.store.database import Connection
from offline_cache.store.keyfile import sync_directory

if TYPE_CHECKING:
    from offline_cache.store.store import Store

CHUNK = 2**20
_SUFFIX = ".blob"
_SEALED_CHUNK = CHUNK + TAG_BYTES


@dataclass(frozen=True, slots=True)
class Attachment:
    """A sealed file that no item has yet; `key` opens it and exists nowhere else."""

    sha256: str
    size: int
    file: str
    suite: str
    key: bytes = field(repr=False)
    media: str = UNKNOWN_MEDIA


@dataclass(frozen=True, slots=True)
class WaitingBlob:
    """An attachment that is not yet with the platform, which has the first `sent` of its `size` bytes."""

    item: str
    sha256: str
    size: int
    sent: int


class Attachments:
    """The attachments of one store. Any thread."""

    def __init__(self, store: Store, kind: Suite, random_bytes: RandomBytes, checkpoint: Checkpoint) -> None:
        """Remove what a crash has left without a row or half written."""
        self._store = store
        self._suite = kind
        self._random_bytes = random_bytes
        self._checkpoint = checkpoint
        self._folder = store.path.with_name(store.path.name + ".blobs")
        self._sweep()

    def put(self, source: BinaryIO, media: str = UNKNOWN_MEDIA) -> Attachment:
        """Seal what `source` holds from here to its end; durable when this returns. Give it to `Store.submit`.

        The source is read twice and has to be seekable. `media` is its media type, such as image/jpeg.

        Raises:
            ValueError: `media` is no media type.
            ItemTooLarge: more than 64 MiB.
            StoreFull: too little disk.
        """
        if not MEDIA.fullmatch(media):
            raise ValueError(f"{media!r} is no media type")
        start = source.tell()
        sha256, size = _digest(source)
        if size > MAX_BYTES:
            raise ItemTooLarge(f"the attachment has {size} bytes, {MAX_BYTES} fit")
        self._store.make_sure_of(size)
        source.seek(start)
        made = Attachment(
            sha256, size, self._random_bytes(16).hex() + _SUFFIX, self._suite.name,
            self._random_bytes(self._suite.key_bytes), media,
        )  # fmt: skip
        try:
            self._write(source, made)
        except OSError as error:
            self._unlink(made.file)
            raise StoreFull(f"the attachment could not be written: {error.strerror}") from None
        except BaseException:
            self._unlink(made.file)
            raise
        return made

    def discard(self, attachment: Attachment) -> None:
        """Forget an attachment that no item was submitted with."""
        self._unlink(attachment.file)

    def read(self, item_id: str, sha256: str, offset: int = 0) -> Iterator[bytes]:
        """Yield the content from byte `offset` on, in pieces of at most 1 MiB, each proved before it is given.

        Raises:
            UnknownItem: no such attachment.
            AttachmentDamaged: the file is missing, cut, reordered or changed.
        """
        found = self._store.read(
            lambda c: c.execute(
                "SELECT sha256, size, file, suite, key FROM blob WHERE item = ? AND sha256 = ?", (item_id, sha256)
            ).fetchone()
        )
        if found is None:
            raise UnknownItem(f"item {item_id} has no such attachment")
        return self._open(Attachment(*found), offset)

    def waiting(self) -> list[WaitingBlob]:
        """Return what is not yet with the platform, oldest first."""
        return self._store.read(lambda c: _rows(c, "sent < size"))

    def of(self, item_id: str) -> list[WaitingBlob]:
        """Return all attachments of an item, in the order they were given."""
        return self._store.read(lambda c: _rows(c, "item = ?", item_id))

    def uploaded(self, item_id: str, sha256: str, sent: int) -> None:
        """The platform has the first `sent` bytes; when it has all and the item is accepted, the file goes."""
        so_far = "UPDATE blob SET sent = min(size, max(sent, ?)) WHERE item = ? AND sha256 = ?"
        self._store.write(lambda c: c.execute(so_far, (sent, item_id, sha256)))
        if all(one.sent >= one.size for one in self.of(item_id)):
            self._store.erasing(lambda _: None)

    def drop(self, item_id: str) -> None:
        """Erase the attachments of an item, whatever became of it: first their keys, then the files."""
        gone = "DELETE FROM blob WHERE item = ? RETURNING file"
        self._store.erasing(lambda _: None, lambda c: [row[0] for row in c.execute(gone, (item_id,)).fetchall()])

    def remove(self, files: Sequence[str]) -> None:
        """Take files away whose keys are gone already."""
        for name in files:
            self._checkpoint("blob")
            self._unlink(name)

    def damaged(self) -> list[str]:
        """Return the ids of items with an attachment that cannot be read to its end."""
        rows = self._store.read(lambda c: c.execute("SELECT item, sha256 FROM blob ORDER BY seq").fetchall())
        bad: list[str] = []
        for item_id, sha256 in rows:
            try:
                for _ in self.read(item_id, sha256):
                    pass
            except AttachmentDamaged:
                bad.append(item_id)
        return bad

    def _write(self, source: BinaryIO, made: Attachment) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._folder / (made.file + ".half")
        again = hashlib.sha256()
        count = _chunks(made.size)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for index in range(count):
                piece = source.read(CHUNK)
                again.update(piece)
                file.write(self._suite.seal(made.key, _nonce(index), piece, _bound(made.sha256, index, count)))
                self._checkpoint("blob")
            file.flush()
            os.fsync(file.fileno())
        if again.hexdigest() != made.sha256 or source.read(1):
            raise AttachmentDamaged("the source changed while it was read")
        self._checkpoint("blob")
        half.rename(self._folder / made.file)
        self._checkpoint("blob")
        sync_directory(self._folder)
        self._checkpoint("blob")

    def _open(self, wanted: Attachment, offset: int) -> Iterator[bytes]:
        kind, count = suite(wanted.suite), _chunks(wanted.size)
        try:
            with (self._folder / wanted.file).open("rb") as file:
                length = os.fstat(file.fileno()).st_size
                if length != wanted.size + count * TAG_BYTES or not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise AttachmentDamaged("the file of an attachment is cut or grown")
                first = min(offset // CHUNK, count - 1)
                file.seek(first * _SEALED_CHUNK)
                for index in range(first, count):
                    sealed = file.read(_SEALED_CHUNK)
                    piece = kind.open(wanted.key, _nonce(index), sealed, _bound(wanted.sha256, index, count))
                    skip = max(0, offset - index * CHUNK)
                    if piece[skip:]:
                        yield piece[skip:]
        except (InvalidTag, OSError):
            raise AttachmentDamaged("the file of an attachment is missing or was changed") from None

    def _unlink(self, name: str) -> None:
        for path in (self._folder / name, self._folder / (name + ".half")):
            path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        if not self._folder.is_dir():
            return
        kept = self._store.read(lambda c: {row[0] for row in c.execute("SELECT file FROM blob")})
        # The key of a file without a row may still be in the damaged copy: nothing goes before a person has seen it.
        waits = self._store.damage is not None
        for path in self._folder.iterdir():
            if path.name not in kept and not (waits and path.suffix == _SUFFIX):
                path.unlink()


def insert(connection: Connection, item_id: str, attachments: Sequence[Attachment], at: str) -> None:
    """Write the rows of an item's attachments, inside the transaction that saves the item."""
    if not attachments:
        return
    connection.executemany(
        "INSERT INTO blob (item, sha256, size, file, suite, key, added_at, media) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(item_id, a.sha256, a.size, a.file, a.suite, a.key, at, a.media) for a in attachments],
    )
    names = json.dumps([a.sha256 for a in attachments])
    connection.execute("UPDATE outbox SET blobs = ? WHERE id = ?", (names, item_id))


def named(connection: Connection, item_id: str, names: str | None) -> tuple[BlobRef, ...]:
    """Return the attachments that an item was saved with; `names` is its column `blobs`."""
    if names is None:
        return ()
    rows = connection.execute("SELECT sha256, size, media FROM blob WHERE item = ?", (item_id,)).fetchall()
    known = {sha256: BlobRef(sha256, size, media or UNKNOWN_MEDIA) for sha256, size, media in rows}
    return tuple(known.get(sha256, BlobRef(sha256, None, UNKNOWN_MEDIA)) for sha256 in json.loads(names))


def release(connection: Connection) -> list[str]:
    """Erase the keys that nobody needs any more; returns the files to remove once this is durable.

    An attachment goes when its item was accepted and all its bytes are with the platform, or when its item was taken
    back. That of a lost item stays until the damage is acknowledged.
    """
    # A deleted row keeps its bytes out of the file by secure_delete; the log is cut by the caller.
    found = connection.execute(
        "DELETE FROM blob WHERE item NOT IN (SELECT id FROM outbox) "
        "AND (sent >= size OR item NOT IN (SELECT id FROM ledger WHERE state IN ('sent', 'lost'))) RETURNING file"
    )
    return [row[0] for row in found.fetchall()]


def release_lost(connection: Connection) -> list[str]:
    """Erase the keys of attachments whose item was lost."""
    lost = "DELETE FROM blob WHERE item IN (SELECT id FROM ledger WHERE state = 'lost') RETURNING file"
    return [row[0] for row in connection.execute(lost).fetchall()]


def _rows(connection: Connection, where: str, *parameters: str) -> list[WaitingBlob]:
    sql = f"SELECT item, sha256, size, sent FROM blob WHERE {where} ORDER BY seq"  # noqa: S608 - constants of ours
    return [WaitingBlob(*row) for row in connection.execute(sql, parameters)]


def _digest(source: BinaryIO) -> tuple[str, int]:
    state, size = hashlib.sha256(), 0
    while piece := source.read(CHUNK):
        state.update(piece)
        size += len(piece)
        if size > MAX_BYTES:
            break
    return state.hexdigest(), size


def _chunks(size: int) -> int:
    """An empty attachment is one empty chunk, so that it is authenticated too."""
    return max(1, -(-size // CHUNK))


def _nonce(index: int) -> bytes:
    return index.to_bytes(12, "big")


def _bound(sha256: str, index: int, count: int) -> bytes:
    return bytes.fromhex(sha256) + index.to_bytes(8, "big") + bytes([index == count - 1])
