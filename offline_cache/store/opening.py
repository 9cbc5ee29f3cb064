"""Opening a store: one owner, a proof of encryption, and a way out when the file is damaged."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from contracts import INTL, Suite
from offline_cache.errors import NotEncrypted, SchemaTooNew, StoreBusy, StoreError, StoreFull, WrongKey
from offline_cache.items import Damage
from offline_cache.store import salvage
from offline_cache.store.database import (
    PLAIN_HEADER,
    Connection,
    DatabaseError,
    connect,
    is_full,
    prove_encrypted,
    sound,
    truncate_log,
)
from offline_cache.store.keyfile import sync_directory, sync_file
from offline_cache.store.pages import Rows, Scan, scan
from offline_cache.store.schema import VERSION, migrate

NO_ROOM = 64 * 1024
"""Bytes: with less than this, twice the index of the log, nothing can be opened."""


class Ownership:
    """An exclusive lock beside the store; the kernel lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take it.

        Raises:
            StoreBusy: another process holds it.
        """
        self._handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise StoreBusy(f"{path.name} is in use by another process") from None

    def release(self) -> None:
        """Let go."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def open_file(
    path: Path, key: bytes, now: Callable[[], datetime], suite: Suite = INTL
) -> tuple[Connection, Damage | None]:
    """Return a checked connection to the store at `path`, made or mended as needed, and what was mended just now.

    `suite` hashes what a mended audit chain says of its losses.

    Raises:
        WrongKey: no page opens with this key; nothing was changed.
        NotEncrypted: the file is in the clear; nothing was changed.
        SchemaTooNew: a newer program wrote it; nothing was changed.
    """
    finish_swap(path)
    # Half a copy that a crash has left holds bodies that nobody would ever erase.
    give_up(path)
    if not path.exists():
        fresh = begin(path, key)
        fold(fresh)
        complete(path)
        finish_swap(path)
    log = _log_of(path)
    wal = log.read_bytes() if log.exists() else b""
    with path.open("rb") as file:
        if file.read(16) == PLAIN_HEADER:
            raise NotEncrypted(f"{path.name} is a plain SQLite file")
    found = scan(path, wal, key)
    if (found.pages or found.frames) and not found.readable:
        raise WrongKey("no page of the store opens with this key")
    if found.bad_pages == 0 and found.header_ok and found.pages:
        connection = _open_if_right(path, key, found)
        if connection is not None:
            prove_encrypted(path, key)
            return connection, None
    damage = _replace(path, key, wal, found, now(), suite)
    connection = connect(path, key)
    prove_encrypted(path, key)
    return connection, damage


def _open_if_right(path: Path, key: bytes, found: Scan) -> Connection | None:
    connection: Connection | None = None
    try:
        connection = connect(path, key)
        migrate(connection)
        right = sound(connection)
        # After a clean stop there is no log. After a crash, SQLite stops reading the log at the first frame
        # it does not like and says nothing: compare with what the pages themselves say.
        if right and found.frames:
            right = not salvage.differs(found.rows(), connection)
        if right:
            truncate_log(connection)
            opened, connection = connection, None
            return opened
    except DatabaseError as error:
        # A full disk is no damage. Some file systems say so as a plain I/O error: then look.
        if is_full(error) or _free(path) < NO_ROOM:
            raise StoreFull("the disk is full") from None
    finally:
        if connection is not None:
            connection.close()
    return None


def _replace(path: Path, key: bytes, wal: bytes, found: Scan, at: datetime, suite: Suite) -> Damage:
    """Build a new store beside the damaged one, keep the damaged one in quarantine, swap."""
    first = found.newest(1)
    if first is not None and int.from_bytes(first[60:64], "big") > VERSION:
        raise SchemaTooNew("a damaged store of a newer program: update the terminal first")
    folder = path.parent / "quarantine" / f"{path.name}-{at:%Y%m%dT%H%M%S%f}"
    folder.mkdir(mode=0o700, parents=True)
    shutil.copy2(path, folder / path.name)
    if wal:
        (folder / (path.name + "-wal")).write_bytes(wal)
    for kept in folder.iterdir():
        sync_file(kept)
    sync_directory(folder)
    sync_directory(folder.parent)
    sync_directory(path.parent)
    rows = salvage.collect(found)
    whole = _audit_is_whole(path, key, found, rows)
    fresh = begin(path, key)
    damage = salvage.rebuild(
        fresh,
        rows,
        at=at.isoformat(timespec="seconds"),
        quarantine=str(folder),
        pages=found.bad,
        audit_whole=whole,
        suite=suite,
    )
    fold(fresh)
    complete(path)
    finish_swap(path)
    return damage


def _audit_is_whole(path: Path, key: bytes, found: Scan, rows: Rows) -> bool:
    """True when no damaged page belonged to the audit: SQLite walks its whole tree, and each page proves itself."""
    if found.bad_frames or not found.header_ok:
        return False
    try:
        connection = connect(path, key, read_only=True)
    except (DatabaseError, StoreError):
        return False
    try:
        read = [seq for (seq,) in connection.execute("SELECT seq FROM audit ORDER BY seq")]
    except DatabaseError:
        return False
    finally:
        connection.close()
    return read == sorted(rows.get("audit", {}))


def begin(path: Path, key: bytes) -> Connection:
    """Start an empty store beside the one at `path`; `complete` and `finish_swap` put it in its place."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    give_up(path)
    building = path.with_name(path.name + ".building")
    os.close(os.open(building, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = connect(building, key)
    migrate(connection)
    return connection


def fold(connection: Connection) -> None:
    """Close what `begin` has started, all of it in the one file."""
    truncate_log(connection)
    connection.close()


def complete(path: Path) -> None:
    """What was folded is whole: from here on it will replace the store, also after a power cut."""
    building = path.with_name(path.name + ".building")
    sync_file(building)
    building.rename(path.with_name(path.name + ".new"))
    sync_directory(path.parent)


def give_up(path: Path) -> None:
    """Take away what `begin` has started and nobody completed."""
    building = path.with_name(path.name + ".building")
    for stale in (building, _log_of(building), _index_of(building)):
        stale.unlink(missing_ok=True)


def finish_swap(path: Path, checkpoint: Callable[[], None] = lambda: None) -> None:
    """A complete `.new` replaces the store; safe to repeat after a power cut at any point.

    The old log must go first: SQLite would replay it into the new file.
    """
    new = path.with_name(path.name + ".new")
    if not new.exists():
        return
    for stale in (_log_of(path), _index_of(path)):
        checkpoint()
        stale.unlink(missing_ok=True)
    checkpoint()
    new.rename(path)
    sync_directory(path.parent)


def _free(path: Path) -> int:
    disk = os.statvfs(path.parent)
    return disk.f_bavail * disk.f_frsize


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _index_of(path: Path) -> Path:
    return path.with_name(path.name + "-shm")
