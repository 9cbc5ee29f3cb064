"""What each tool of technician mode looks at and does on a running terminal. The workbench's worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk_app import sticks
from kiosk_app.control_handlers import doctor, retry
from kiosk_app.equipment.bench_lines import (
    about_lines,
    device_lines,
    outbox_lines,
    service_lines,
    status_lines,
    supply_lines,
)
from kiosk_app.equipment.technical import WITHHELD, Drawer
from kiosk_app.equipment.workshop import Workshop
from kiosk_app.visit.technical import REASONS
from kiosk_app.visit.workbench import Line
from offline_cache import StoreError
from offline_cache.items import ItemState, OutboxRow

if TYPE_CHECKING:
    from kiosk_app.engine_room import EngineRoom
    from kiosk_app.equipment.technical import Workbench

MOUNTS = Path("/proc/self/mounts")
REMOVABLE = ("/media/", "/run/media/")
BUNDLE = "doorstep-outbox.bundle"
PRINTERS = ("receipt_printer", "page_printer")


def drawers(room: EngineRoom) -> dict[str, Drawer]:
    """Return the tools by id."""
    return {
        "status": Drawer(lambda: status_lines(doctor(room))),
        "devices": Drawer(lambda: _devices(room), lambda act: _touch(room, act)),
        "supplies": Drawer(lambda: _supplies(room), lambda act: _changed(room, act)),
        "outbox": Drawer(lambda: _outbox(room), lambda act: _mail(room, act)),
        "about": Drawer(lambda: about_lines(_facts(room))),
        "service": Drawer(lambda: service_lines(_withheld(room)), lambda act: _serve(room, act)),
        **Workshop(room).drawers(),
    }


def _devices(room: EngineRoom) -> tuple[Line, ...]:
    board = room.around.board if room.around is not None else None
    if board is None:
        return device_lines(doctor(room))
    wiring = board.wiring
    return device_lines(doctor(room), sorted(wiring.outputs.keys() - wiring.locks), sorted(wiring.locks))


def _touch(room: EngineRoom, act: str) -> str:
    around, (what, _, name) = room.around, act.partition(".")
    if around is None or around.board is None or name not in around.board.wiring.outputs:
        return "failed"
    job = around.open_locker if what == "open" else around.try_lamp
    room.terminal.screen.post(lambda: job(name))
    return "asked"


def _supplies(room: EngineRoom) -> tuple[Line, ...]:
    bench = _bench(room)
    papers = {s.kind: str(s.detail.get("paper", "unknown")) for s in room.statuses() if s.kind in PRINTERS}
    empty = any(s.kind == "page_printer" and s.detail.get("cause") == "no_toner" for s in room.statuses())
    return supply_lines(papers, {kind: bench.used(kind) for kind in papers}, no_toner=empty)


def _changed(room: EngineRoom, act: str) -> str:
    printer = act.partition(".")[2]
    if printer not in PRINTERS:
        return "failed"
    _bench(room).changed(printer)
    return "done"


def _outbox(room: EngineRoom) -> tuple[Line, ...]:
    store = sticks.store_of(room)
    rows = store.list_items()
    services = {row.id: _service(room, row) for row in rows if row.state is ItemState.DEAD}
    return outbox_lines(rows, services, room.options.clock.now())


def _service(room: EngineRoom, row: OutboxRow) -> str:
    """The service of a dead letter, when it is one of the catalogue: nothing else of its body is looked at."""
    body = sticks.store_of(room).show(row.id).body
    service = str(body.get("service", "")) if body is not None else ""
    return service if room.terminal.shelf.catalogue.get(service) is not None else ""


def _mail(room: EngineRoom, act: str) -> str:
    what, _, item = act.partition(".")
    if what == "retry":
        return "done" if retry(room, sticks.store_of(room), item)["ok"] else "failed"
    found = plugged()
    if len(found) != 1:
        return "no_stick" if not found else "many_sticks"
    done = sticks.export(room, {"path": str(found[0] / BUNDLE)})
    return "exported" if done["ok"] else "not_exported"


def plugged(mounts: Path = MOUNTS) -> list[Path]:
    """Return where removable media are mounted."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    points = [line.split()[1].replace("\\040", " ") for line in lines if len(line.split()) > 1]
    return sorted({Path(point) for point in points if point.startswith(REMOVABLE)})


def _facts(room: EngineRoom) -> dict[str, str]:
    from kiosk_app.terminal import VERSION

    identity, profile = room.identity, room.profile
    facts: dict[str, Any] = {"version": VERSION, "catalogue": str(room.terminal.shelf.catalogue.version)}
    if identity is not None:
        facts["terminal"] = identity.terminal
        facts["key"] = identity.key_protection.value
        facts["serial"] = f"{identity.certificate.serial_number:x}"[:32]
        facts["until"] = f"{identity.certificate.not_valid_after_utc:%Y-%m-%d}"
        facts["platform"] = identity.url
    if profile is not None:
        facts["profile"] = str(profile.rev)
        facts["profile_until"] = f"{profile.expires:%Y-%m-%d}"
        facts["suite"] = profile.suite
    return facts


def _withheld(room: EngineRoom) -> str:
    return sticks.store_of(room).meta.get(WITHHELD) or ""


def _serve(room: EngineRoom, act: str) -> str:
    what, _, why = act.partition(".")
    if what == "restart":
        room.terminal.screen.post(room.terminal.restart)
        return "restarting"
    if what == "out" and why not in REASONS:
        return "failed"
    _bench(room).withhold(why if what == "out" else "")
    return "done"


def _bench(room: EngineRoom) -> Workbench:
    if room.workbench is None:
        raise StoreError("the store is not open")
    return room.workbench
