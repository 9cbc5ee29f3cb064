"""Damaged files that were set aside: kept while a person may still want them, and not longer.

They hold what the store held, sealed with the key of their day. Once the damage has been acknowledged they are
removed after `Limits.quarantine_days`: first the key, where a rotation has left one, then the rest.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from offline_cache.store.custody import Keyring
from offline_cache.store.keyfile import remove, sync_directory, write_private

KEY = "key"
SEEN = "seen"


def folder_of(store: Path) -> Path:
    """Return where the damaged files of a store lie, one folder each."""
    return store.parent / "quarantine"


def kept(store: Path) -> list[Path]:
    """Return the folders of this store's damaged files, oldest first."""
    place = folder_of(store)
    return sorted(place.glob(f"{store.name}-*")) if place.is_dir() else []


def keep_keys(store: Path, ring: Keyring) -> None:
    """Before the key goes: put its record beside the files that only it opens."""
    for folder in kept(store):
        if not (folder / KEY).exists():
            ring.keep_copy(folder / KEY)


def mark_seen(store: Path, at: datetime) -> None:
    """A person has acknowledged the damage: from now on the files have a limit."""
    for folder in kept(store):
        if not (folder / SEEN).exists():
            write_private(folder / SEEN, at.isoformat(timespec="seconds").encode())


def forget_seen(store: Path, now: datetime, days: int) -> int:
    """Remove the files whose limit has passed; returns how many folders went. The unacknowledged stay."""
    gone = 0
    for folder in kept(store):
        if _seen_at(folder, now) <= now - timedelta(days=days):
            remove(folder / KEY)
            shutil.rmtree(folder)
            sync_directory(folder.parent)
            gone += 1
    return gone


def _seen_at(folder: Path, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat((folder / SEEN).read_text("ascii"))
    except (OSError, ValueError):
        # Not acknowledged, or the mark itself is damaged: nothing is removed on a guess.
        return now
