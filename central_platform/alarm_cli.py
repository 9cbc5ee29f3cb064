"""`central-platform alarms`: what a person has to look at, and that somebody has."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from central_platform.settings import PACKAGES, Settings, default_data

if TYPE_CHECKING:
    from central_platform.models import FleetAlarm

FAILED = 1
app = typer.Typer(help="What a person has to look at.")
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Packages = Annotated[Path, typer.Option(help="Folder of service packages.")]

TOLD = {
    "chain_rolled_back": "Its audit is older than what was known: an old disk? Run `kiosk audit verify --live` there.",
    "chain_rebuilt": "Its audit is not the one that was countersigned. Run `kiosk audit verify --live` there.",
    "chain_damaged": "Its disk lost audit entries. Compare the quarantined file, see docs/audit.md.",
    "chain_silent": "It no longer says where its audit ends: another program? Look at the machine.",
    "countersignature_refused": "It does not take our countersignature: it trusts other keys. Look at the machine.",
    "audit_lost": "Audit entries were lost unwritten. `kiosk audit show` there says of which time: audit_unwritten.",
    "audit_waiting": "Audit entries are in its memory only: its disk takes none. Make room before it is switched off.",
    "digest_conflict": "It sent another body under an id that was taken. Compare the item with `kiosk outbox show`.",
    "digest_mismatch": "A body does not fit its digest: changed there or on the way. Run `kiosk outbox verify` there.",
    "seq_conflict": "It numbers its cases from the start again: a new or an older store. Look at the machine.",
    "dead_letters": "Cases cannot be delivered. Run `kiosk outbox list` there, mend the cause, `kiosk outbox retry`.",
    "clock_skew": "Its clock is wrong. Switch on time synchronisation there; replace a dead clock battery.",
    "store_damaged": "Its store was damaged and set aside. `kiosk store show` there, then `kiosk store acknowledge`.",
    "identity_copied": "Two machines may have its identity: a copied disk? Look at both, see docs/enrolment.md.",
    "disk_full": "Its disk is full and takes no new case. Make room there.",
    "seal_refused": "It did not believe a certificate and printed none. Compare the certificate of the seal.",
    "payment_amount": "Another amount came than was asked for; it goes back. `central-platform payments show ORDER`.",
    "payment_provider": "The provider contradicts itself or refuses. `central-platform payments show ORDER`, call it.",
    "payment_stuck": "An order does not come to its end. `central-platform payments show ORDER`, call the provider.",
}


@app.callback(invoke_without_command=True)
def alarms(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all/--open", help="Also what is closed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")] = False,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """List the alarms that wait for a person; exit 1 when there are any."""
    if context.invoked_subcommand is not None:
        return
    from central_platform.alarms import listed

    with _open(data, database, packages) as platform:
        found = listed(platform, closed_too=every)
    for alarm in found:
        sys.stdout.write((json.dumps(_plain(alarm), ensure_ascii=False) if as_json else _line(alarm)) + "\n")
    waiting = sum(alarm.ended_at is None and alarm.acknowledged_at is None for alarm in found)
    if not as_json:
        sys.stdout.write(f"{waiting} wait for a person\n")
    if waiting:
        raise typer.Exit(FAILED)


@app.command()
def acknowledge(
    number: Annotated[int, typer.Argument(help="The alarm's number.")],
    by: Annotated[str, typer.Option(help="Who has looked.")],
    note: Annotated[str, typer.Option(help="What was found. Nothing about residents.")],
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Say that somebody has looked at an alarm; about a chain it may begin a new life (docs/audit.md)."""
    from central_platform import alarms as board
    from central_platform import audit

    if not by.strip() or not note.strip() or len(by) > 80 or len(note) > 500:
        _fail("--by (80 characters) and --note (500) say who has looked and what was found")
    with _open(data, database, packages) as platform:
        alarm = board.find(platform, number)
        if alarm is None:
            _fail(f"there is no alarm {number}: `central-platform alarms --all` lists them")
        new_life = False
        if alarm.acknowledged_at is not None:
            _fail(f"{alarm.acknowledged_by} has acknowledged alarm {number} already")
        if alarm.kind in board.CHAIN:
            _, new_life = audit.acknowledge(platform, alarm.terminal, by, note)
        else:
            board.acknowledge(platform, number, by, note)
    done = {"alarm": number, "terminal": alarm.terminal, "kind": alarm.kind, "by": by, "new_life": new_life}
    sys.stdout.write(json.dumps(done, ensure_ascii=False) + "\n")


def _plain(alarm: FleetAlarm) -> dict[str, Any]:
    def when(at: Any) -> str | None:
        return None if at is None else at.isoformat(timespec="seconds")

    return {
        "id": alarm.id,
        "terminal": alarm.terminal,
        "kind": alarm.kind,
        "since": when(alarm.since),
        "seen": when(alarm.seen),
        "count": alarm.count,
        "detail": json.loads(alarm.detail),
        "ended": when(alarm.ended_at),
        "acknowledged": when(alarm.acknowledged_at),
        "by": alarm.acknowledged_by,
        "note": alarm.note,
        "told": TOLD[alarm.kind],
    }


def _line(alarm: FleetAlarm) -> str:
    said = _plain(alarm)
    detail = ", ".join(f"{name} {value}" for name, value in said["detail"].items())
    state = f"acknowledged by {alarm.acknowledged_by}: {alarm.note}" if alarm.acknowledged_at else "open"
    if alarm.ended_at is not None and not alarm.acknowledged_at:
        state = f"ended {said['ended']}"
    about = f" ({detail})" if detail else ""
    return (
        f"{alarm.id:4}  {alarm.terminal}  {alarm.kind}{about}, {alarm.count} times from {said['since']} to "
        f"{said['seen']}; {state}. {said['told']}"
    )


def _open(data: Path | None, database: str, packages: Path) -> Any:
    from central_platform.platform import Platform

    return closing(Platform.open(Settings(data or default_data(), database, packages)))


def _fail(text: str) -> NoReturn:
    sys.stderr.write(text + "\n")
    raise typer.Exit(FAILED)
