"""Logs for the platform's people: sealed to them alone, and nothing of anybody in them.

Every line is taken apart again before it goes: only declared events with fields that fit their declaration travel. The
audit goes as it was hashed, so that its chain can be judged.
"""

from __future__ import annotations

import errno
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import INTL, canonical, digest, suite
from contracts.commands import Outcome
from contracts.outbox_bundle import MOST_PLAIN
from kiosk_app import sticks
from kiosk_app.audit import EVENTS, format_line
from kiosk_app.audit.fields import TIME
from kiosk_app.equipment.commands import Report
from kiosk_app.sticks import NotOpenError
from offline_cache import NoSealingKey, durably
from provisioning import machine_inventory

if TYPE_CHECKING:
    from kiosk_app.engine_room import EngineRoom

MOST_LOG = 24 * 2**20
"""Bytes of the newest log lines that travel."""
MOST_AUDIT = 60_000
"""Newest entries of the audit."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Lines to seal, oldest first, and how many of the log were left out because they are none of ours."""

    lines: tuple[bytes, ...]
    dropped: int


def admitted(line: str) -> bool:
    """True for a line that is, to the last character, what the log writes of a declared event."""
    try:
        value = json.loads(line)
        event, at, fields = EVENTS[value["event"]], value["at"], value["fields"]
        fits = all(event.fields[name].fits(found) for name, found in fields.items())
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return False
    return fits and TIME.fits(at) and format_line(event, at, fields) == line


def collect(room: EngineRoom) -> Collected:
    """Gather everything that a person at the platform needs to see what is wrong here.

    Raises:
        NotOpenError: the store is not open.
        StoreError: the audit cannot be read.
    """
    from kiosk_app.control_handlers import doctor

    if room.store is None or room.identity is None:
        raise NotOpenError("the store is not open")
    profile = room.profile
    about = {
        "terminal": room.identity.terminal,
        "at": room.options.clock.now().isoformat(timespec="seconds"),
        "version": "0.1.0",
        "catalogue": room.store.meta.get("catalogue.version") or "0",
        "profile": None if profile is None else {"rev": profile.rev, "digest": _digest(room)},
        "inventory": digest(_text(machine_inventory())),
    }
    lines = [_line("about", about), _line("doctor", doctor(room))]
    rows = room.store.read_audit(max(0, room.store.heads.claim()["seq"] - MOST_AUDIT))
    lines += [_line(f"audit-{row.seq}", asdict(row)) for row in rows]
    size, dropped = sum(map(len, lines)), 0
    logged = []
    for number, line in enumerate(_newest(room.options.folders.log)):
        if not admitted(line):
            dropped += 1
            continue
        made = canonical({"id": f"log-{number}", "text": line})
        size += len(made) + 1
        if size > MOST_PLAIN:
            break
        logged.append(made)
    return Collected((*lines, *logged), dropped)


def sealed(room: EngineRoom) -> tuple[bytes, Collected]:
    """Return the sealed file and what is in it.

    Raises:
        NotOpenError, StoreError, NoSealingKey
    """
    found = collect(room)
    store, identity = room.store, room.identity
    if store is None or identity is None:
        raise NotOpenError("the store is not open")
    ciphers = INTL if room.profile is None else suite(room.profile.suite)
    return sticks.sealer_of(store, identity, ciphers, room.options).seal_logs(found.lines), found


def export(room: EngineRoom, path: Path) -> dict[str, Any]:
    """Write the sealed logs to `path`, whole or not at all; what went wrong is a word."""
    try:
        data, found = sealed(room)
        with durably(path) as file:
            file.write(data)
    except NoSealingKey as error:
        return _refused(room, "no-key", str(error))
    except OSError as error:
        return _refused(room, word_of(error), f"{path}: {error.strerror or error}")
    _record(room, "stick", found)
    return {"ok": True, "path": str(path), "bytes": len(data), "lines": len(found.lines), "dropped": found.dropped}


def job(room: EngineRoom) -> Report:
    """The same for the platform that asked for it from afar: an attachment of the result."""
    if room.store is None:
        raise NotOpenError("the store is not open")
    data, found = sealed(room)
    attached = room.store.attachments.put(io.BytesIO(data))
    _record(room, "platform", found)
    return Report(Outcome.DONE, {"why": "sent", "bytes": len(data), "lines": len(found.lines)}, (attached,))


def word_of(error: OSError) -> str:
    """Return what an error of a stick means: full, read-only, pulled or unwritable."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "full"
        case errno.EROFS:
            return "read-only"
        case errno.EIO | errno.ENODEV | errno.ENXIO | errno.ENOENT:
            return "pulled"
        case _:
            return "unwritable"


def _refused(room: EngineRoom, code: str, why: str) -> dict[str, Any]:
    if room.audit is not None:
        room.audit.record("stick_refused", {"what": "logs", "why": code})
    return {"ok": False, "code": code, "why": why}


def _record(room: EngineRoom, way: str, found: Collected) -> None:
    if room.audit is not None:
        room.audit.record("logs_exported", {"way": way, "count": len(found.lines), "dropped": found.dropped})


def _line(name: str, value: object) -> bytes:
    # As text: what devices tell may hold fractions, which canonical JSON has none of.
    return canonical({"id": name, "text": _text(value)})


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _digest(room: EngineRoom) -> str:
    cached = None if room.store is None else room.store.catalogue.get("profile")
    return "" if cached is None else digest(cached.envelope["signed"])


def _newest(log: Path) -> Iterator[str]:
    """Yield the newest lines of the log, oldest first."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(max(0, size - MOST_LOG))
            if size > MOST_LOG:
                file.readline()
            for line in file:
                yield line.decode("utf-8", "replace").rstrip("\n")
    except OSError:
        return
