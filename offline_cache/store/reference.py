"""Reference data from the platform (index, packages, profile) and the terminal's own small facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import pack, verify_text
from offline_cache.store.database import Connection

if TYPE_CHECKING:
    from offline_cache.store.store import Store

_UPSERT = (
    "INSERT INTO catalogue (name, etag, envelope) VALUES (?, ?, ?) "
    "ON CONFLICT (name) DO UPDATE SET etag = excluded.etag, envelope = excluded.envelope"
)
_UPSERT_FACT = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


@dataclass(frozen=True, slots=True)
class Cached:
    """A signed envelope as it came, and the ETag it came with."""

    etag: str
    envelope: Mapping[str, Any]


class Catalogue:
    """Signed documents by name: `index`, `service/SB01`, `profile`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> Cached | None:
        """Return a document, or None."""
        found = self._row(name)
        return None if found is None else Cached(found[0], json.loads(found[1]))

    def proved(self, name: str, trusted: Mapping[str, bytes]) -> Any | None:
        """Return what a document says, its signature verified again; None when it is not there.

        Raises:
            SignatureError: nobody of `trusted` has signed it.
        """
        found = self._row(name)
        return None if found is None else verify_text(found[1], trusted)

    def _row(self, name: str) -> tuple[str, bytes] | None:
        row = self._store.read(
            lambda c: c.execute("SELECT etag, envelope FROM catalogue WHERE name = ?", (name,)).fetchone()
        )
        return None if row is None else (str(row[0]), bytes(row[1]))

    def put(self, name: str, etag: str, envelope: Mapping[str, Any]) -> None:
        """Replace one document. The caller has verified it."""
        self.activate({name: Cached(etag, envelope)})

    def activate(
        self, documents: Mapping[str, Cached], remove: Iterable[str] = (), facts: Mapping[str, str] | None = None
    ) -> None:
        """Replace and remove documents and set facts of `Meta` all at once: after a power cut all of it happened or
        nothing.
        """
        data = [(name, cached.etag, pack(cached.envelope)) for name, cached in documents.items()]
        gone = [(name,) for name in remove]

        def job(connection: Connection) -> None:
            connection.executemany(_UPSERT, data)
            connection.executemany("DELETE FROM catalogue WHERE name = ?", gone)
            connection.executemany(_UPSERT_FACT, list((facts or {}).items()))

        # A newer document is owed to nobody: the reserve is not for it.
        self._store.write(job, owed=False)

    def names(self) -> list[str]:
        """Return the names of all documents, sorted."""
        return [
            row[0]
            for row in self._store.read(lambda c: c.execute("SELECT name FROM catalogue ORDER BY name").fetchall())
        ]


class Meta:
    """Small facts by name. Nothing personal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> str | None:
        """Return a fact, or None."""
        found = self._store.read(lambda c: c.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone())
        return None if found is None else str(found[0])

    def set(self, name: str, value: str) -> None:
        """Write a fact; durable when this returns."""
        self._store.write(
            lambda c: c.execute(_UPSERT_FACT, (name, value)),
        )

    def delete(self, name: str) -> None:
        """Forget a fact."""
        self._store.write(lambda c: c.execute("DELETE FROM meta WHERE name = ?", (name,)))
