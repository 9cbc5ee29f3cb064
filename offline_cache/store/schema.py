"""Tables and migrations.

Every table starts with `seq` (its rowid) and `row_of` (its own name), so that a row found on a page can be
put back even when the pages that lead to it are damaged. New columns are only ever added at the end, also of files
that are made anew: they go through every version.
"""

from __future__ import annotations

from collections.abc import Callable

from offline_cache.errors import SchemaTooNew
from offline_cache.store.database import Connection, user_version

_FIRST: dict[str, tuple[str, ...]] = {
    "counter": ("name TEXT NOT NULL UNIQUE", "n INTEGER NOT NULL"),
    "meta": ("name TEXT NOT NULL UNIQUE", "value TEXT NOT NULL"),
    # The sealed bodies that still have to go. A row disappears in the transaction that marks it accepted.
    "outbox": (
        "id TEXT NOT NULL",
        "case_key TEXT NOT NULL",
        "kind TEXT NOT NULL",
        "schema TEXT NOT NULL",
        "provisional TEXT",
        "priority INTEGER NOT NULL",
        "captured_at TEXT NOT NULL",
        "captured_s REAL NOT NULL",
        "mono_ms INTEGER NOT NULL",
        "boot_id TEXT NOT NULL",
        "digest TEXT NOT NULL",
        "body BLOB NOT NULL",
    ),
    # The business row: what became of each item. Nothing personal, small, and the index that names damaged cases.
    "ledger": (
        "id TEXT NOT NULL UNIQUE",
        "case_key TEXT NOT NULL",
        "kind TEXT NOT NULL",
        "schema TEXT NOT NULL",
        "provisional TEXT",
        "priority INTEGER NOT NULL",
        "captured_at TEXT NOT NULL",
        "captured_s REAL NOT NULL",
        "digest TEXT NOT NULL",
        "state TEXT NOT NULL",
        "attempts INTEGER NOT NULL DEFAULT 0",
        "next_at REAL NOT NULL DEFAULT 0",
        "problem TEXT",
        "receipt TEXT",
    ),
    "catalogue": ("name TEXT NOT NULL UNIQUE", "etag TEXT NOT NULL", "envelope BLOB NOT NULL"),
    "audit": ("at TEXT NOT NULL", "entry TEXT NOT NULL", "prev TEXT NOT NULL", "hash TEXT NOT NULL"),
    "print_job": (
        "job TEXT NOT NULL UNIQUE",
        "ack_id TEXT NOT NULL",
        "begun_at TEXT NOT NULL",
        "outcome TEXT",
        "done_at TEXT",
    ),
}

_OUTBOX_BLOBS = "blobs TEXT"
"""SHA-256 of the attachments of an item, as a JSON list; NULL without any."""

# An attachment's key; its bytes lie sealed in `file`. `sent` is how many of them the platform has.
_BLOB = (
    "item TEXT NOT NULL",
    "sha256 TEXT NOT NULL",
    "size INTEGER NOT NULL",
    "file TEXT NOT NULL",
    "suite TEXT NOT NULL",
    "key BLOB NOT NULL",
    "sent INTEGER NOT NULL DEFAULT 0",
    "added_at TEXT NOT NULL",
)

_BLOB_MEDIA = "media TEXT"
"""The media type of an attachment; NULL of one that an older program saved."""

# The application of a payment that is not done with; `body` is NULL when it is.
_PAYMENT = (
    "submission TEXT NOT NULL UNIQUE",
    "service TEXT NOT NULL",
    "provisional TEXT NOT NULL",
    "body BLOB",
    "begun_at TEXT NOT NULL",
    "number TEXT",
    "outcome TEXT",
    "ended_at TEXT",
)

# A command of the platform, once for ever. `run` began it; `mark` is the digest of its statement, `item` its result.
_COMMAND = (
    "id TEXT NOT NULL UNIQUE",
    "statement TEXT NOT NULL",
    "expires_at TEXT NOT NULL",
    "taken_at TEXT NOT NULL",
    "state TEXT NOT NULL",
    "mark TEXT NOT NULL",
    "run TEXT",
    "tries INTEGER NOT NULL DEFAULT 0",
    "item TEXT",
    "ended_at TEXT",
    "replayed INTEGER NOT NULL DEFAULT 0",
)

TABLES: dict[str, tuple[str, ...]] = {
    **_FIRST,
    "outbox": (*_FIRST["outbox"], _OUTBOX_BLOBS),
    "blob": (*_BLOB, _BLOB_MEDIA),
    "payment": _PAYMENT,
    "command": _COMMAND,
}
"""What this program's files hold. A table's columns are those after `seq` and `row_of`."""

# Every index costs every enqueue a page of the log; what is asked rarely is found by reading the ledger.
INDEXES = (
    "CREATE INDEX ledger_state ON ledger (state, seq)",
    "CREATE INDEX ledger_urgent ON ledger (case_key) WHERE priority = 1 AND state IN ('ready', 'inflight')",
)


def columns(table: str) -> tuple[str, ...]:
    """Return the column names of `table`, `seq` and `row_of` first."""
    return ("seq", "row_of", *(column.split()[0] for column in TABLES[table]))


def _create(connection: Connection, name: str, body: tuple[str, ...]) -> None:
    tag = f"row_of TEXT NOT NULL DEFAULT '{name}' CHECK (row_of = '{name}')"
    connection.execute(f"CREATE TABLE {name} (seq INTEGER PRIMARY KEY, {tag}, {', '.join(body)}) STRICT")


def _create_first(connection: Connection) -> None:
    for name, body in _FIRST.items():
        _create(connection, name, body)
    for statement in INDEXES:
        connection.execute(statement)


def _add_blobs(connection: Connection) -> None:
    _create(connection, "blob", _BLOB)
    connection.execute("CREATE UNIQUE INDEX blob_item ON blob (item, sha256)")
    connection.execute(f"ALTER TABLE outbox ADD COLUMN {_OUTBOX_BLOBS}")


def _add_media(connection: Connection) -> None:
    connection.execute(f"ALTER TABLE blob ADD COLUMN {_BLOB_MEDIA}")


def _add_payments(connection: Connection) -> None:
    _create(connection, "payment", _PAYMENT)


def _add_commands(connection: Connection) -> None:
    _create(connection, "command", _COMMAND)


MIGRATIONS = (_create_first, _add_blobs, _add_media, _add_payments, _add_commands)
"""Step n takes a file from version n to n + 1."""

VERSION = len(MIGRATIONS)


def migrate(connection: Connection, to: int = VERSION, step: Callable[[], None] = lambda: None) -> None:
    """Bring the file to this program's schema, one transaction a step.

    Tests make files of an older version with `to`, and pull the plug in `step`.

    Raises:
        SchemaTooNew: a newer program wrote it.
    """
    found = user_version(connection)
    if found > VERSION:
        raise SchemaTooNew(f"the store has schema {found}, this program knows {VERSION}: update the terminal")
    for version in range(found, to):
        step()
        connection.execute("BEGIN IMMEDIATE")
        try:
            step()
            MIGRATIONS[version](connection)
            step()
            connection.execute(f"PRAGMA user_version = {version + 1}")
            step()
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        step()
