"""Tables and migrations.

Every table starts with `seq` (its rowid) and `row_of` (its own name), so that a row found on a page can be
put back even when the pages that lead to it are damaged. New columns are only ever added at the end.
"""

from __future__ import annotations

from offline_cache.errors import SchemaTooNew
from offline_cache.store.database import Connection, user_version

TABLES: dict[str, tuple[str, ...]] = {
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

# Every index costs every enqueue a page of the log; what is asked rarely is found by reading the ledger.
INDEXES = (
    "CREATE INDEX ledger_state ON ledger (state, seq)",
    "CREATE INDEX ledger_urgent ON ledger (case_key) WHERE priority = 1 AND state IN ('ready', 'inflight')",
)


def columns(table: str) -> tuple[str, ...]:
    """Return the column names of `table`, `seq` and `row_of` first."""
    return ("seq", "row_of", *(column.split()[0] for column in TABLES[table]))


def _create_all(connection: Connection) -> None:
    for name, body in TABLES.items():
        tag = f"row_of TEXT NOT NULL DEFAULT '{name}' CHECK (row_of = '{name}')"
        connection.execute(f"CREATE TABLE {name} (seq INTEGER PRIMARY KEY, {tag}, {', '.join(body)}) STRICT")
    for statement in INDEXES:
        connection.execute(statement)


MIGRATIONS = (_create_all,)
"""Step n takes a file from version n to n + 1."""

VERSION = len(MIGRATIONS)


def migrate(connection: Connection) -> None:
    """Bring the file to this program's schema, one transaction a step.

    Raises:
        SchemaTooNew: a newer program wrote it.
    """
    found = user_version(connection)
    if found > VERSION:
        raise SchemaTooNew(f"the store has schema {found}, this program knows {VERSION}: update the terminal")
    for step in range(found, VERSION):
        connection.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS[step](connection)
            connection.execute(f"PRAGMA user_version = {step + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
