"""Opening the store: its key, its file, and room for both on a full disk."""

from __future__ import annotations

import secrets
from pathlib import Path

from contracts import INTL, Suite
from offline_cache.errors import StoreFull
from offline_cache.faces import Checkpoint, Clock, RandomBytes, no_checkpoint
from offline_cache.items import Limits
from offline_cache.store import opening
from offline_cache.store.custody import Keyring, read_protection
from offline_cache.store.database import Connection, DatabaseError, failure
from offline_cache.store.keyfile import KEY_BYTES
from offline_cache.store.reserve import Reserve
from offline_cache.store.rotation import settle_key
from offline_cache.store.store import Store


def open_store(
    path: Path,
    key: bytes | Keyring,
    clock: Clock,
    boot_id: str,
    limits: Limits | None = None,
    *,
    checkpoint: Checkpoint = no_checkpoint,
    random_bytes: RandomBytes = secrets.token_bytes,
    suite: Suite = INTL,
) -> Store:
    """Open the store at `path`, make it when there is none, mend it when it is damaged (see `Store.damage`).

    `key` is 32 bytes, or the ring that has them: then a rotation that a crash has cut short is brought to its end.
    `suite` hashes the audit chain and seals new attachments from here on; going over to another one is an entry of the
    chain, and attachments that are there keep theirs.

    Raises:
        KeyMissing, KeyRefused, KeyFileError: the ring does not give the key.
        WrongKey: no page opens with this key.
        NotEncrypted: the file or the library would keep data in the clear.
        SchemaTooNew: a newer program wrote it.
        StoreBusy: another process has it open.
        StoreFull: the disk is full.
        StoreError: the disk fails, or the place cannot be written.
    """
    path = Path(path)
    if isinstance(key, bytes) and len(key) != KEY_BYTES:
        raise ValueError(f"the key of a store has {KEY_BYTES} bytes")
    figures = limits or Limits()
    reserve = Reserve(path.with_name(path.name + ".reserve"), figures.reserve_bytes)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = opening.Ownership(path)
        try:
            raw = key if isinstance(key, bytes) else settle_key(path, key)
            connection = _open_with_room(path, raw, clock, reserve, suite)
        except BaseException:
            owner.release()
            raise
    except (DatabaseError, OSError) as error:
        raise failure(error) from None
    store = Store(path, raw, clock, boot_id, figures, connection, owner, checkpoint, random_bytes, reserve, suite)
    store.protection = "" if isinstance(key, bytes) else read_protection(key.path) or ""
    return store


def _open_with_room(path: Path, key: bytes, clock: Clock, reserve: Reserve, suite: Suite) -> Connection:
    """On a full disk the reserve makes room for the log's index and for folding the log into the file."""
    for last in (False, True):
        try:
            return opening.open_file(path, key, clock.now, suite)[0]
        except (StoreFull, OSError, DatabaseError) as error:
            if not isinstance(error, StoreFull) and not isinstance(failure(error), StoreFull):
                raise
        if last or not reserve.give_up():
            break
    raise StoreFull("the disk is full: make room and start again; the store is as it was")
