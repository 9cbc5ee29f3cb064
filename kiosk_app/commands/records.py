"""`kiosk doctor`, `outbox`: what a terminal knows of itself."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk_app.commands.common import (
    FAILED,
    UNREACHABLE,
    Json,
    State,
    ask_running,
    ask_terminal,
    out,
    place,
    stop,
)

if TYPE_CHECKING:
    from provisioning import CheckResult, Identity, SiteProfile

logs = typer.Typer(help="What happened, for the platform's people.", no_args_is_help=True)
outbox = typer.Typer(help="Cases that wait for the platform.", no_args_is_help=True)


def doctor(
    state: State = None,
    as_json: Json = False,
    lang: str = "zh",
    full: Annotated[bool, typer.Option("--full", help="The whole self-test of the running terminal, signed.")] = False,
) -> None:
    """Self-test of every part: what is wrong, what to do. Exit 0 ready, 1 not, 3 nothing to ask."""
    from kiosk_app.health import render_text

    report = ask_terminal(state, "self-test")["report"] if full else ask_running(state, "doctor")
    if report is None:
        report = _cold_doctor(state)
    if as_json:
        out(report)
    else:
        for line in render_text(report, lang):
            out(line)
    if not report["ready"]:
        raise typer.Exit(FAILED)


def _cold_doctor(state: Path | None) -> dict[str, Any]:
    """Look at what the disk tells when no terminal is running."""
    from drivers.device import DeviceState, Status
    from kiosk_app.clock import SystemClock
    from kiosk_app.health import doctor_report

    results, profile = cold_report(state)
    devices = profile.devices if profile else ()
    statuses = [Status(d.id, d.kind, DeviceState.OFFLINE, {"cause": "terminal_not_running"}) for d in devices]
    name = profile.terminal if profile else ""
    return doctor_report(statuses, results, expected=devices, at=SystemClock().now(), terminal=name)


def signed_report(state: Path | None) -> dict[str, Any]:
    """Return the newest signed report of the running terminal; where none runs, one of what the disk tells."""
    import secrets

    from contracts import digest, uuid7
    from kiosk_app.clock import SystemClock
    from kiosk_app.health.selftest import About, Occasion, readiness_report
    from kiosk_app.terminal import VERSION
    from provisioning import ProvisioningError, load_identity, machine_inventory, profile_digest, sign_report
    from provisioning import status as look
    from provisioning.key import word_of

    found = ask_running(state, "readiness")
    if found is not None:
        return dict(found)
    folder, now = place(state).provision, SystemClock().now()
    doctor_found = _cold_doctor(state)
    about = About("", VERSION)
    identity: Identity | None = None
    with contextlib.suppress(ProvisioningError):
        identity = load_identity(folder)
    if identity is not None:
        about = About(
            identity.terminal,
            VERSION,
            key=word_of(identity.device_public()),
            key_protection=identity.key_protection.value,
            profile_rev=look(folder, SystemClock()).profile_rev,
            profile=profile_digest(identity),
            inventory=digest(machine_inventory()),
        )
    number = uuid7(int(now.timestamp() * 1000), secrets.token_bytes)
    return sign_report(readiness_report(about, doctor_found, number, now, Occasion.COLD), identity).as_json()


def cold_report(state: Path | None) -> tuple[tuple[CheckResult, ...], SiteProfile | None]:
    """Return the checks that need no running terminal, and the profile in force."""
    from kiosk_app.clock import SystemClock
    from kiosk_app.control_handlers import FONTS
    from kiosk_app.health import check_all
    from kiosk_app.health.probes import gather
    from provisioning import ProvisioningError, load_profile

    folders = place(state)
    if not folders.root.is_dir():
        where = f"there is no terminal in {folders.root}"
        stop(f"{where}: enrol it with `kiosk provision enrol`, or name its folder with --state", UNREACHABLE)
    try:
        profile = load_profile(folders.provision)
    except ProvisioningError:
        profile = None
    facts = gather(folders.provision, folders.store, folders.key, (FONTS,))
    return check_all(facts, SystemClock().now()), profile


@outbox.command("list")
def outbox_list(state: State = None, as_json: Json = False) -> None:
    """Every item, without its body."""
    rows = ask_terminal(state, "outbox-list")
    if as_json:
        out(rows)
        return
    for row in rows:
        name = row["number"] or row["provisional"] or row["id"]
        out(f"{row['state']:9} {row['kind']:14} {name}  {row['captured_at']}  {row['problem'] or ''}")


@outbox.command("show")
def outbox_show(item: str, state: State = None, as_json: Json = False) -> None:
    """One item, without its body."""
    row = ask_terminal(state, "outbox-show", id=item)
    out(row if as_json else json.dumps(row, ensure_ascii=False, indent=2))


@outbox.command("retry")
def outbox_retry(item: str, state: State = None) -> None:
    """Put a dead letter back into the queue."""
    answer = ask_terminal(state, "outbox-retry", id=item)
    if not answer["ok"]:
        stop(f"not retried: {answer['why']}", FAILED)


@outbox.command("export")
def outbox_export(
    file: Annotated[Path, typer.Argument(help="The file to write, such as on a USB stick.")],
    dead: Annotated[bool, typer.Option("--dead/--all", help="Only dead letters, or all that is not accepted.")] = False,
    cold: Annotated[
        bool, typer.Option("--cold", help="From the disk of a terminal that does not run: broken, or withdrawn.")
    ] = False,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Write what is not accepted into one file that only the platform can open. Nothing is erased or counts as sent."""
    path = str(file.resolve())
    answer = _cold_export(state, path, dead) if cold else ask_terminal(state, "outbox-export", path=path, dead=dead)
    refuse_stick(answer)
    if as_json:
        out(answer)
        return
    period = f", captured {answer['first'][:10]} to {answer['last'][:10]}" if answer["items"] else ""
    out(f"{answer['items']} items ({answer['dead']} of them dead letters{period}) in {file}, {answer['size']} bytes.")
    if answer["left"]:
        out(f"{answer['left']} more did not fit: import the answers of this one, then export again.")
    out(
        f"Next: at the platform run `central-platform import-bundle {file.name}`, bring the .answers file back and run "
        "`kiosk outbox import-answers` with it."
    )


def _cold_export(state: Path | None, path: str, dead: bool) -> dict[str, Any]:
    from kiosk_app.sticks import export_cold
    from offline_cache import StoreBusy, StoreError
    from provisioning import ProvisioningError

    folders = place(state)
    if not folders.store.is_file():
        stop(f"there is no store in {folders.root}: name the terminal's folder with --state", UNREACHABLE)
    try:
        return export_cold(folders, {"path": path, "dead": dead})
    except StoreBusy:
        stop("the terminal is running: leave --cold out", UNREACHABLE)
    except StoreError as error:
        stop(f"the store does not open: {error}", FAILED)
    except ProvisioningError as error:
        stop(f"{error.cause.zh}{error.remedy.zh} {error}", error.exit_code)


@outbox.command("import-answers")
def outbox_import_answers(
    file: Annotated[Path, typer.Argument(help="The .answers file that `central-platform import-bundle` wrote.")],
    state: State = None,
    as_json: Json = False,
) -> None:
    """Settle what the platform decided about an exported outbox."""
    answer = ask_terminal(state, "outbox-import-answers", path=str(file.resolve()))
    refuse_stick(answer)
    if as_json:
        out(answer)
        return
    out(f"{answer['sent']} accepted, {answer['dead']} refused and kept as dead letters, {answer['known']} no news.")


def refuse_stick(answer: dict[str, Any]) -> None:
    """End with one line when the terminal did not take or write a file."""
    if not answer["ok"]:
        stop(f"{answer['code']}: {answer['why']}. Nothing was changed; docs/bundles.md says what to do", FAILED)


@outbox.command("verify")
def outbox_verify(state: State = None, as_json: Json = False) -> None:
    """Check the store and every waiting body against its digest."""
    found = ask_terminal(state, "outbox-verify")
    out(
        found
        if as_json
        else f"{found['items']} items, {len(found['bad'])} bad, store {'sound' if found['sound'] else 'damaged'}"
    )
    if not found["ok"]:
        raise typer.Exit(FAILED)


@logs.command("export")
def export_logs(path: Path, state: State = None, as_json: Json = False) -> None:
    """Write log, audit, doctor's report and versions, sealed: only the platform opens it (`open-logs`)."""
    answer = ask_terminal(state, "logs-export", path=str(path.absolute()))
    if as_json:
        out(answer)
    elif answer["ok"]:
        out(f"{answer['lines']} parts, {answer['bytes']} bytes: {answer['path']}")
    if not answer["ok"]:
        stop(f"{answer['code']}: {answer['why']}", FAILED)
