"""Connections to the encrypted file: the key, the pragmas, and the proof that it really is encrypted."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import sqlcipher3.dbapi2 as _sqlcipher

from offline_cache.errors import NotEncrypted, StoreError, StoreFull, WrongKey

PLAIN_HEADER = b"SQLite format 3\0"
DatabaseError: type[Exception] = _sqlcipher.DatabaseError
READER_KIB = 512
"""A reader forgets its pages with every write of another connection; as many as this hold all that it goes through."""
KEPT_READERS = 2
"""So many connections wait for the next question; one that a crowd needed besides is closed again."""
_NO_ROOM = (13, 10 | 19 << 8)
"""SQLITE_FULL, and SQLITE_IOERR_SHMSIZE: the index of the log could not grow. https://www.sqlite.org/rescode.html"""


def failure(error: Exception) -> StoreError:
    """Say in this room's types what the library or the disk said.

    Their texts may quote values of a row or names of people's files: only the class of the failure is passed on.
    """
    full = is_full(error) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)
    return (StoreFull if full else StoreError)(f"the store failed: {type(error).__name__}")


class Cursor(Protocol):
    """The part of a DB-API cursor that is used here."""

    @property
    def rowcount(self) -> int:
        """Rows changed."""

    def fetchone(self) -> Any:
        """One row or None."""

    def fetchall(self) -> list[Any]:
        """All rows left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """The part of a DB-API connection that is used here, in autocommit mode."""

    def execute(self, sql: str, parameters: Iterable[object] = ..., /) -> Cursor:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Iterable[Iterable[object]], /) -> Cursor:
        """Run one statement for each row."""

    def close(self) -> None:
        """Close it."""


def salt_for(key: bytes) -> bytes:
    """Return the 16 bytes at the head of the file.

    The salt follows from the key, so that a damaged header costs nothing: with a raw key it only feeds
    the page authentication.
    """
    return hashlib.sha256(b"doorstep store salt" + key).digest()[:16]


def connect(path: Path, key: bytes, *, read_only: bool = False) -> Connection:
    """Open the file with a raw key (no password derivation) and the pragmas of a durable, erasing store.

    Raises:
        NotEncrypted: the library has no cipher.
        WrongKey: the file cannot be read with this key.
    """
    connection: Connection = _sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}{salt_for(key).hex()}'\"")
        version = connection.execute("PRAGMA cipher_version").fetchone()
        if not version or not version[0]:
            raise NotEncrypted("this SQLite has no cipher: install sqlcipher3")
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except DatabaseError as error:
            if "not a database" in str(error):
                raise WrongKey("the store cannot be read with this key") from None
            raise
        for pragma in (
            "busy_timeout = 5000",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "trusted_schema = OFF",
            "wal_autocheckpoint = 1000",
            *(("query_only = ON", f"cache_size = -{READER_KIB}") if read_only else ()),
        ):
            connection.execute("PRAGMA " + pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def prove_encrypted(path: Path, key: bytes) -> None:
    """Refuse to run on a file that others could read.

    Raises:
        NotEncrypted: the file starts like plain SQLite, or another key opens it.
    """
    with path.open("rb") as file:
        if file.read(16) == PLAIN_HEADER:
            raise NotEncrypted(f"{path.name} is a plain SQLite file")
    # On a second connection: a wrong key must fail. The tamed log level keeps the expected failure quiet.
    other = bytes(byte ^ 0xFF for byte in key)
    try:
        probe = connect(path, other, read_only=True)
    except WrongKey:
        return
    probe.close()
    raise NotEncrypted(f"{path.name} opens with any key")


def is_full(error: BaseException) -> bool:
    """True when SQLite failed for want of disk."""
    return getattr(error, "sqlite_errorcode", None) in _NO_ROOM


def sound(connection: Connection) -> bool:
    """True when SQLite finds no fault in the file's structure."""
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except DatabaseError:
        return False


def authentic(connection: Connection) -> bool:
    """True when the authentication code of every page fits: SQLCipher lists those where it does not."""
    try:
        return not connection.execute("PRAGMA cipher_integrity_check").fetchall()
    except DatabaseError:
        return False


def truncate_log(connection: Connection) -> bool:
    """Move the write-ahead log into the file and cut it to zero, so that erased bodies are gone from it too,
    and give back the pages that this connection holds decrypted.

    False when a reader held on to the log for longer than the busy time-out: then it has to be done again.
    """
    done = not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
    connection.execute("PRAGMA shrink_memory")
    return done


def user_version(connection: Connection) -> int:
    """Return the schema version written in the file."""
    row = connection.execute("PRAGMA user_version").fetchone()
    if row is None:
        raise StoreError("no schema version")
    return int(row[0])
