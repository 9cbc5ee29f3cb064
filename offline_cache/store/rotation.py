"""A new key for the store: a second file is written under it, proved, and put in the place of the first.

At every moment the store opens with a key that its custodian has: the coming key is kept before anything is written
under it, and the former one goes when the new file has taken its place. `settle_key` ends what a crash left half done.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from offline_cache.errors import KeyMissing, KeyRefused, StoreError, StoreFull, WrongKey
from offline_cache.faces import Checkpoint, no_checkpoint
from offline_cache.store import opening, quarantine
from offline_cache.store.custody import Keyring
from offline_cache.store.database import Connection, DatabaseError, is_full, prove_encrypted, sound
from offline_cache.store.pages import opens
from offline_cache.store.schema import TABLES, columns


def settle_key(path: Path, ring: Keyring) -> bytes:
    """Return the key that opens the store at `path`; make one when there is neither key nor store.

    Call it under the store's lock.

    Raises:
        KeyMissing: there is a store and no record of its key.
        KeyRefused: the custodian does not give it.
        WrongKey: during a rotation: neither key opens the store.
    """
    opening.finish_swap(path)
    if ring.empty:
        if path.exists():
            raise KeyMissing(f"there is a store at {path} and no key at {ring.path}: put the key back")
        return ring.create()
    if not ring.rotating:
        return ring.current()
    try:
        current = ring.current()
    except (KeyRefused, KeyMissing):
        # The former custodian may be gone already; the coming key decides.
        if not path.exists() or not opens(path, ring.coming()):
            raise
        ring.promote()
        return ring.current()
    if not path.exists() or opens(path, current):
        ring.drop_coming()
        return current
    coming = ring.coming()
    if not opens(path, coming):
        raise WrongKey("neither the key in force nor the coming one opens the store")
    ring.promote()
    return coming


def rotate_key(
    path: Path,
    ring: Keyring,
    now: Callable[[], datetime],
    *,
    custodian: str | None = None,
    checkpoint: Checkpoint = no_checkpoint,
) -> None:
    """Put the store at `path` under a new key. No process may have it open.

    Args:
        path: the store.
        ring: the record of its key.
        now: wall time, for a damage that is found on the way.
        custodian: who is to keep the new key; None stays with who keeps it now.
        checkpoint: called with `rotate` before each step.

    Raises:
        StoreBusy: a process has it open.
        StoreFull: there is no room for a second file.
        KeyMissing, KeyRefused: the old key does not come or the new one is not taken.
        WrongKey, NotEncrypted, SchemaTooNew: as when opening it.
    """

    def step() -> None:
        checkpoint("rotate")

    if not path.exists():
        raise KeyMissing(f"there is no store at {path}: nothing to rotate")
    owner = opening.Ownership(path)
    try:
        _rotate(path, ring, now, custodian, step)
    except (DatabaseError, OSError) as error:
        full = is_full(error) or getattr(error, "errno", None) == errno.ENOSPC
        kind = StoreFull if full else StoreError
        raise kind(f"the disk {'is full' if full else 'fails'} ({type(error).__name__}); the store is whole") from None
    finally:
        owner.release()


def _rotate(
    path: Path, ring: Keyring, now: Callable[[], datetime], custodian: str | None, step: Callable[[], None]
) -> None:
    former = settle_key(path, ring)
    source, _ = opening.open_file(path, former, now)
    try:
        _build(path, ring, source, custodian, step)
    finally:
        source.close()
    step()
    quarantine.keep_keys(path, ring)
    step()
    opening.complete(path)
    step()
    opening.finish_swap(path, step)
    step()
    ring.promote()
    step()


def _build(path: Path, ring: Keyring, source: Connection, custodian: str | None, step: Callable[[], None]) -> None:
    disk = os.statvfs(path.parent)
    if disk.f_bavail * disk.f_frsize < 2 * path.stat().st_size:
        raise StoreFull("there is no room for a second store file: free some disk and try again")
    step()
    coming = ring.begin(custodian)
    fresh: Connection | None = None
    try:
        step()
        fresh = opening.begin(path, coming)
        step()
        _copy(source, fresh)
        if not sound(fresh) or not _same(source, fresh):
            raise StoreError("the copy under the new key is not the same: the disk fails")
        step()
        opening.fold(fresh)
        prove_encrypted(path.with_name(path.name + ".building"), coming)
    except BaseException:
        if fresh is not None:
            fresh.close()
        opening.give_up(path)
        ring.drop_coming()
        raise


def _copy(source: Connection, fresh: Connection) -> None:
    fresh.execute("BEGIN IMMEDIATE")
    for table in TABLES:
        names = ", ".join(columns(table))
        slots = ", ".join("?" * len(columns(table)))
        fresh.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({slots})",  # noqa: S608 - names of our own schema
            source.execute(f"SELECT {names} FROM {table} ORDER BY seq"),  # noqa: S608
        )
    fresh.execute("COMMIT")


def _same(source: Connection, fresh: Connection) -> bool:
    for table in TABLES:
        every = f"SELECT {', '.join(columns(table))} FROM {table} ORDER BY seq"  # noqa: S608
        if any(one != other for one, other in zip_longest(source.execute(every), fresh.execute(every))):
            return False
    return True
