"""`kiosk provision`: put a terminal into service, look at it, report on it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kiosk_app.clock import SystemClock
from kiosk_app.commands.common import FAILED, USAGE, Json, State, out, place, stop
from provisioning import ProvisioningError

app = typer.Typer(help="Put a terminal into service.", no_args_is_help=True)


@app.command("enrol")
def enrol(
    url: Annotated[str, typer.Option(help="The platform's address, https://...")] = "",
    code: Annotated[str, typer.Option(help="The one-time code of the slip.")] = "",
    fingerprint: Annotated[str, typer.Option(help="SHA-256 of the platform's authority, from the slip.")] = "",
    ticket: Annotated[str, typer.Option(help="The text of the slip's QR code, instead of the three.")] = "",
    state: State = None,
    as_json: Json = False,
) -> None:
    """Enrol this machine with a one-time code; its key never leaves it."""
    from provisioning import enrol as ceremony
    from provisioning import parse_ticket
    from provisioning.platform_http import PlatformHttp

    terminal = None
    try:
        if ticket:
            slip = parse_ticket(ticket)
            url, code, fingerprint, terminal = slip.url, slip.code, slip.ca_fingerprint, slip.terminal
        if not (url and code and fingerprint):
            stop("give --url, --code and --fingerprint, or --ticket with the text of the slip's QR code", USAGE)
        clock, folder = SystemClock(), place(state).provision
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        done = ceremony(
            PlatformHttp(clock), url, code, fingerprint, folder, clock, secrets.token_bytes, terminal=terminal
        )
    except ProvisioningError as error:
        refuse(error)
    facts = {"terminal": done.terminal, "rev": done.profile.rev, "key_protection": done.key_protection.value}
    out(facts if as_json else f"{done.terminal} is enrolled; profile {done.profile.rev} is in force")


@app.command("apply")
def apply(source: Path, state: State = None) -> None:
    """Put a signed profile into force: a file, a folder or a zip from a USB stick."""
    from provisioning import apply_profile

    try:
        profile = apply_profile(place(state).provision, source, SystemClock(), secrets.token_bytes)
    except ProvisioningError as error:
        refuse(error)
    out(f"profile {profile.rev} of {profile.terminal} is in force")


@app.command("status")
def status(state: State = None, as_json: Json = False) -> None:
    """Who this terminal is, and how long its papers last."""
    from provisioning import status as look

    found = look(place(state).provision, SystemClock()).as_json()
    if as_json:
        out(found)
    else:
        for name, value in found.items():
            out(f"{name:24} {value}")
    if found.get("problem"):
        raise typer.Exit(FAILED)


@app.command("report")
def report(state: State = None) -> None:
    """The acceptance report of the site, signed by the device key."""
    from kiosk_app.commands.records import cold_report
    from provisioning import report as write

    results, _ = cold_report(state)
    found = write(place(state).provision, SystemClock(), results)
    out(found)
    if not found["report"]["ready"]:
        raise typer.Exit(FAILED)


def refuse(error: ProvisioningError) -> NoReturn:
    """Say the cause and the next step in one line, in both languages of a technician."""
    stop(f"{error.cause.zh}{error.remedy.zh} {error}", error.exit_code)
