"""Orders and money of the simulated provider, in one SQLite file that survives a kill."""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central_platform.payments.protocol import Found
from central_platform.payments.states import There

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS merchant (name TEXT PRIMARY KEY, key TEXT NOT NULL, ca TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS paid_order (
    number TEXT PRIMARY KEY, merchant TEXT NOT NULL, fen INTEGER NOT NULL, payee TEXT NOT NULL, subject TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE, status TEXT NOT NULL, paid_fen INTEGER NOT NULL DEFAULT 0,
    payments INTEGER NOT NULL DEFAULT 0, provider_no TEXT NOT NULL DEFAULT '', declined INTEGER NOT NULL DEFAULT 0,
    returned_fen INTEGER NOT NULL DEFAULT 0, expires REAL NOT NULL, notify_url TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS refund (refund TEXT PRIMARY KEY, number TEXT NOT NULL, fen INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0
);
"""
RETRY_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""A notice that was not taken is sent again so much later, then no more."""


class Till:
    """Usable from any thread; each method is one transaction."""

    def __init__(self, path: Path | None) -> None:
        """`path` None: in memory, gone with the process."""
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {SCHEMA}")
        self.key = self._own_key()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def admit(self, name: str, key: str, ca: str) -> None:
        """Let a merchant ask."""
        with self._writing() as c:
            c.execute("INSERT OR REPLACE INTO merchant VALUES (?, ?, ?)", (name, key, ca))

    def merchants(self) -> Mapping[str, bytes]:
        """Return the public keys of those who may ask."""
        with self._lock:
            rows = self._connection.execute("SELECT name, key FROM merchant").fetchall()
        return {row["name"]: bytes.fromhex(row["key"]) for row in rows}

    def create(self, merchant: str, body: Mapping[str, Any], now: float) -> Found | str:
        """Make an order, or return the one that is there."""
        number, fen = str(body["number"]), int(body["fen"])
        with self._writing() as c:
            row = _row(c, number)
            if row is None:
                code = f"https://pay.example/s/{secrets.token_urlsafe(16)}"
                c.execute(
                    "INSERT INTO paid_order (number, merchant, fen, payee, subject, code, status, expires, notify_url) "
                    "VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?)",
                    (
                        *(number, merchant, fen, str(body["payee"]), str(body["subject"]), code),
                        *(now + float(body["seconds"]), str(body["notify_url"])),
                    ),
                )
            elif row["fen"] == 0:
                # It was closed before it came.
                c.execute("UPDATE paid_order SET fen = ? WHERE number = ?", (fen, number))
            elif row["fen"] != fen or row["merchant"] != merchant:
                return "other-content"
            return _found(_row(c, number), now)

    def query(self, number: str, now: float) -> Found:
        """How an order stands."""
        with self._lock:
            return _found(_row(self._connection, number), now)

    def close_order(self, merchant: str, number: str, now: float) -> Found:
        """Make an order unpayable, one that never came too."""
        with self._writing() as c:
            c.execute(
                "INSERT OR IGNORE INTO paid_order (number, merchant, fen, payee, subject, code, status, expires, "
                "notify_url) VALUES (?, ?, 0, '', '', ?, 'closed', 0, '')",
                (number, merchant, f"closed:{number}"),
            )
            c.execute("UPDATE paid_order SET status = 'closed' WHERE number = ? AND status = 'pending'", (number,))
            return _found(_row(c, number), now)

    def refund(self, number: str, refund: str, fen: int, now: float) -> Found | str:
        """Give money back, once for each refund."""
        with self._writing() as c:
            row = _row(c, number)
            if row is None or row["paid_fen"] == 0:
                return "not-paid"
            if c.execute("SELECT 1 FROM refund WHERE refund = ?", (refund,)).fetchone() is None:
                if fen > row["paid_fen"] - row["returned_fen"]:
                    return "more-than-paid"
                c.execute("INSERT INTO refund VALUES (?, ?, ?)", (refund, number, fen))
                c.execute(
                    "UPDATE paid_order SET status = 'refunded', returned_fen = returned_fen + ? WHERE number = ?",
                    (fen, number),
                )
                c.execute("INSERT INTO notice (number, due) VALUES (?, ?)", (number, now))
            return _found(_row(c, number), now)

    def pay(self, code: str, fen: int | None, now: float, *, late: bool = False) -> str:
        """A phone pays; returns "" or why it cannot: unknown, already-paid, closed."""
        with self._writing() as c:
            row = c.execute("SELECT * FROM paid_order WHERE code = ?", (code,)).fetchone()
            if row is None:
                return "unknown"
            if row["payments"]:
                return "already-paid"
            if (row["status"] != "pending" or row["expires"] <= now) and not late:
                return "closed"
            paid = row["fen"] if fen is None else fen
            c.execute(
                "UPDATE paid_order SET status = 'paid', payments = payments + 1, paid_fen = ?, provider_no = ? "
                "WHERE number = ?",
                (paid, secrets.token_hex(12), row["number"]),
            )
            c.execute("INSERT INTO notice (number, due) VALUES (?, ?)", (row["number"], now))
            return ""

    def decline(self, code: str) -> str:
        """A phone tries and its bank refuses; returns "" or unknown."""
        with self._writing() as c:
            done = c.execute("UPDATE paid_order SET declined = declined + 1 WHERE code = ?", (code,)).rowcount
            return "" if done else "unknown"

    def orders(self) -> list[dict[str, Any]]:
        """Every order with the money that is there: what was paid less what went back."""
        with self._lock:
            rows = self._connection.execute("SELECT * FROM paid_order ORDER BY rowid").fetchall()
        names = ("number", "code", "status", "fen", "paid_fen", "returned_fen", "payments", "declined")
        return [{name: row[name] for name in names} | {"kept": row["paid_fen"] - row["returned_fen"]} for row in rows]

    def next_notice(self, now: float) -> dict[str, Any] | None:
        """Return the notice that is to be sent now, with its order and the authority of its address, or None."""
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(
                "SELECT notice.id, notice.number, notice.tries, paid_order.fen, paid_order.notify_url, "
                "paid_order.merchant, merchant.ca FROM notice JOIN paid_order USING (number) JOIN merchant "
                "ON merchant.name = paid_order.merchant WHERE due <= ? ORDER BY due, id LIMIT 1",
                (now,),
            ).fetchone()
        return None if row is None else dict(row)

    def told(self, notice: int, tries: int, now: float, *, taken: bool) -> None:
        """A notice was sent: it is done with, or sent again later."""
        with self._writing() as c:
            if taken or tries >= len(RETRY_S):
                c.execute("DELETE FROM notice WHERE id = ?", (notice,))
            else:
                due = now + RETRY_S[tries]
                c.execute("UPDATE notice SET tries = tries + 1, due = ? WHERE id = ?", (due, notice))

    def _own_key(self) -> Ed25519PrivateKey:
        with self._writing() as c:
            c.execute("INSERT OR IGNORE INTO meta VALUES ('key', ?)", (os.urandom(32).hex(),))
            kept = c.execute("SELECT value FROM meta WHERE name = 'key'").fetchone()
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["value"]))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _row(connection: sqlite3.Connection, number: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute("SELECT * FROM paid_order WHERE number = ?", (number,)).fetchone()
    return found


def _found(row: sqlite3.Row | None, now: float) -> Found:
    if row is None:
        return Found(There.ABSENT, simulated=True)
    there = There(row["status"])
    if there is There.PENDING and row["expires"] <= now:
        there = There.CLOSED
    code = row["code"] if there is There.PENDING else ""
    return Found(there, row["fen"], row["paid_fen"], row["provider_no"], code, row["declined"], simulated=True)
