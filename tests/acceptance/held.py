"""What the platform holds of a case, read from its database with nothing of the platform's code."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk_app.documents.seals import GENUINE, judge
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.world import PACKAGES, World

DATABASE = "platform.db"
AUTHORITY = "authority/ca.pem"
ENDED = {True: "done", False: "accepted"}
"""The state of a case by whether its service is decided at once."""


def held(world: World, case: str) -> dict[str, Any]:
    """Return what became of a case, by its number or by the provisional one, each fact from a table of its own.

    Raises:
        WorldError: there is no such case, or it did not end as its service promises.
    """
    folder = world.platform.folder
    with closing(sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        row = _one(database, "SELECT * FROM matter WHERE ? IN (number, provisional)", case)
        if row is None:
            raise WorldError(f"the platform has no case {case}")
        package = json.loads((PACKAGES / row["service"] / "service.json").read_text("utf-8"))
        found = {"number": row["number"], "service": row["service"], "level": row["level"], "state": row["state"]}
        found |= {"due": row["due"], "certificate": "", "booked": "", "paid": ""}
        if row["state"] != ENDED[bool(package["instant"])]:
            raise WorldError(f"{row['number']} is {row['state']}")
        went = _all(database, "SELECT state FROM matter_step WHERE number = ? ORDER BY id", row["number"])
        steps = [one["state"] for one in went]
        if steps[-1:] != [row["state"]]:
            raise WorldError(f"{row['number']} went through {steps}")
        if package["kind"] == "BOOK":
            found["booked"] = _slot(database, row["number"])
        if package["kind"] == "PAY":
            found["paid"] = _payment(database, row["number"], row["submission"])
        if (PACKAGES / row["service"] / "certificate.json").exists():
            found["certificate"] = _certificate(database, row["number"], folder / AUTHORITY, world)
        return found


def _slot(database: sqlite3.Connection, number: str) -> str:
    booked = _one(database, "SELECT service, slot FROM booking WHERE number = ?", number)
    if booked is None:
        raise WorldError(f"{number} has no slot")
    key = (booked["service"], booked["slot"])
    slot = _one(database, "SELECT taken, capacity FROM slot WHERE service = ? AND slot = ?", *key)
    taken = len(_all(database, "SELECT number FROM booking WHERE service = ? AND slot = ?", *key))
    if slot is None or slot["taken"] != taken or taken > slot["capacity"]:
        raise WorldError(f"{number}: {taken} bookings in a slot that counts {slot and tuple(slot)}")
    return str(booked["slot"])


def _payment(database: sqlite3.Connection, number: str, submission: str) -> str:
    order = _one(database, "SELECT * FROM payment_order WHERE submission = ?", submission)
    if order is None or (order["state"], order["case_number"]) != ("delivered", number):
        raise WorldError(f"{number} was not paid for")
    if not 0 < order["fen"] == order["paid_fen"]:
        raise WorldError(f"{number}: {order['paid_fen']} fen came, {order['fen']} were asked for")
    return f"{order['fen']} fen"


def _certificate(database: sqlite3.Connection, number: str, authority: Path, world: World) -> str:
    query = "SELECT digest, pdf FROM document JOIN document_content ON document = id WHERE number = ?"
    row = _one(database, query, number)
    if row is None or row["pdf"] is None:
        raise WorldError(f"{number} has no page")
    if hashlib.sha256(row["pdf"]).hexdigest() not in row["digest"]:
        raise WorldError(f"{number}: the page is not the one that the platform vouches for")
    if (seal := judge(row["pdf"], authority, world.clock.now())) != GENUINE:
        raise WorldError(f"{number}: the seal is {seal}")
    return str(row["digest"])


def _one(database: sqlite3.Connection, query: str, *values: str) -> sqlite3.Row | None:
    found = _all(database, query, *values)
    if len(found) > 1:
        raise WorldError(f"{len(found)} rows where one was to be: {query}")
    return found[0] if found else None


def _all(database: sqlite3.Connection, query: str, *values: str) -> list[sqlite3.Row]:
    return database.execute(query, values).fetchall()
