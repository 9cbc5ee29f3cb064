"""`kiosk provision`: put a terminal into service, look at it, report on it."""

from __future__ import annotations

import secrets
import threading
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from kiosk_app.clock import SystemClock
from kiosk_app.commands.common import FAILED, USAGE, Json, State, out, place, stop
from provisioning import EnrolmentPendingError, ProvisioningError

if TYPE_CHECKING:
    from provisioning import Enrolled, Ticket, Tpm

app = typer.Typer(help="Put a terminal into service.", no_args_is_help=True)
ASK_AGAIN_S = 5.0


class Keeper(StrEnum):
    """Who is to keep the device key."""

    AUTO = "auto"
    TPM = "tpm"
    FILE = "file"


Url = Annotated[str, typer.Option(help="The platform's address, https://...")]
Fingerprint = Annotated[str, typer.Option(help="SHA-256 of the platform's authority, from the slip.")]
SlipText = Annotated[str, typer.Option("--ticket", help="The text of the slip's QR code, instead of typing.")]
KeptBy = Annotated[Keeper, typer.Option("--key", help="Who keeps the device key; auto is a TPM when there is one.")]
Tcti = Annotated[str | None, typer.Option("--tpm", help="How to reach the TPM, as tpm2-tools spell it.")]


@app.command("enrol")
def enrol(
    url: Url = "",
    code: Annotated[str, typer.Option(help="The one-time code of the slip.")] = "",
    fingerprint: Fingerprint = "",
    ticket: SlipText = "",
    bundle: Annotated[Path | None, typer.Option(help="Folder of the platform's answer to `provision request`.")] = None,
    keeper: KeptBy = Keeper.AUTO,
    tpm: Tcti = None,
    replace: Annotated[bool, typer.Option("--replace", help="This machine takes the place of another one.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for an operator; 0 comes back later.")] = 0.0,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Enrol this machine with a one-time code; its key never leaves it. Without arguments: ask again what was asked."""
    from provisioning import enrol as ceremony
    from provisioning import take_bundle
    from provisioning.platform_http import PlatformHttp

    clock, folder = SystemClock(), place(state).provision
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = clock.monotonic() + wait
    try:
        if bundle is not None:
            _done(take_bundle(bundle, folder, clock, secrets.token_bytes, place(state).arrived), as_json)
            return
        slip, again = _slip(folder, url, code, fingerprint, ticket)
        chosen = _tpm(folder, keeper, tpm)
        while True:
            try:
                done = ceremony(
                    PlatformHttp(clock),
                    slip.url,
                    slip.code,
                    slip.ca_fingerprint,
                    folder,
                    clock,
                    secrets.token_bytes,
                    terminal=slip.terminal,
                    tpm=chosen,
                    replace=replace or again,
                )
            except EnrolmentPendingError:
                if clock.monotonic() + ASK_AGAIN_S > until:
                    raise
                threading.Event().wait(ASK_AGAIN_S)
            else:
                break
    except ProvisioningError as error:
        refuse(error, folder, as_json=as_json)
    _done(done, as_json)


@app.command("request")
def request(
    stick: Annotated[Path, typer.Argument(help="Folder on the stick.")],
    url: Url = "",
    fingerprint: Fingerprint = "",
    ticket: SlipText = "",
    keeper: KeptBy = Keeper.AUTO,
    tpm: Tcti = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Where there is no network: write the request for this machine's certificate on a stick."""
    from provisioning import parse_ticket, write_request

    folder = place(state).provision
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    terminal = None
    try:
        if ticket:
            slip = parse_ticket(ticket)
            url, fingerprint, terminal = slip.url, slip.ca_fingerprint, slip.terminal
        if not (url and fingerprint):
            stop("give --url and --fingerprint, or --ticket with the text of the slip's QR code", USAGE)
        made = write_request(
            stick, url, fingerprint, folder, SystemClock(), secrets.token_bytes,
            terminal=terminal, tpm=_tpm(folder, keeper, tpm),
        )  # fmt: skip
    except ProvisioningError as error:
        refuse(error, folder, as_json=as_json)
    facts = {"state": "requested", "file": str(made.file), "key": made.key}
    out(facts if as_json else f"{made.file} is written; its key is {made.key}: bring the stick to the platform")


@app.command("renew")
def renew(state: State = None, as_json: Json = False) -> None:
    """Ask for a new certificate now; the running terminal does so by itself at half of the old one's life."""
    from provisioning import renew as ask
    from provisioning.platform_http import PlatformHttp

    clock, folder = SystemClock(), place(state).provision
    try:
        identity = ask(PlatformHttp(clock), folder, clock, secrets.token_bytes)
    except ProvisioningError as error:
        refuse(error, folder, as_json=as_json)
    until = identity.certificate.not_valid_after_utc.isoformat()
    out({"state": "renewed", "certificate_not_after": until} if as_json else f"the certificate is good until {until}")


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
def report(
    state: State = None,
    as_json: Json = False,
    pdf: Annotated[Path | None, typer.Option(help="Also write it as PDF with its QR code.")] = None,
    lang: str = "zh",
) -> None:
    """The newest readiness report, signed by the device key: of the running terminal, else of what the disk tells."""
    from kiosk_app.commands.records import signed_report

    found = signed_report(state)
    if pdf is not None:
        _write_pdf(pdf, found, lang)
    if pdf is None or as_json:
        out(found)
    else:
        out(f"{pdf} is written: report {found['report']['id']}")
    if not found["report"]["ready"]:
        raise typer.Exit(FAILED)


def _write_pdf(path: Path, found: dict[str, Any], lang: str) -> None:
    from contracts.readiness import ReportMalformedError
    from kiosk_app.documents.readiness_pdf import report_pdf

    try:
        path.write_bytes(report_pdf(found, lang))
    except ReportMalformedError:
        stop("a terminal that is not enrolled has no report on paper: run `kiosk provision enrol` first", FAILED)
    except RuntimeError:
        stop("the report cannot be set as a page: run again without --pdf and send the JSON", FAILED)
    except OSError as error:
        stop(f"{path} cannot be written: {error.strerror}", USAGE)


def refuse(error: ProvisioningError, folder: Path | None = None, *, as_json: bool = False) -> NoReturn:
    """Say the cause and the next step in one line, in both languages of a technician."""
    waiting = isinstance(error, EnrolmentPendingError)
    word = _word(folder) if waiting else ""
    if as_json:
        out(
            {
                "state": "waiting" if waiting else "refused",
                "code": error.code,
                "detail": error.detail,
                "cause": error.cause.zh,
                "remedy": error.remedy.zh,
                "cause_en": error.cause.en,
                "remedy_en": error.remedy.en,
                "key": word,
            }
        )
    stop(f"{error.cause.zh}{error.remedy.zh} {error}" + (f" key {word}" if word else ""), error.exit_code)


def _word(folder: Path | None) -> str:
    from provisioning import status as look

    return "" if folder is None else look(folder, SystemClock()).key


def _slip(folder: Path, url: str, code: str, fingerprint: str, ticket: str) -> tuple[Ticket, bool]:
    """Return what to ask for, and whether it was to replace another machine when it was asked before."""
    from provisioning import Ticket, parse_ticket, read_asked

    if ticket:
        return parse_ticket(ticket), False
    if url and code and fingerprint:
        return Ticket(url, code, fingerprint, None), False
    asked = read_asked(folder)
    if (url or code or fingerprint) or asked is None or not asked.code:
        stop("give --url, --code and --fingerprint, or --ticket with the text of the slip's QR code", USAGE)
    return asked.ticket(), asked.replace


def _tpm(folder: Path, keeper: Keeper, tcti: str | None) -> Tpm | None:
    """Return the TPM to use."""
    from provisioning import Tpm
    from provisioning.device import usual_keeper

    if keeper is Keeper.FILE:
        return None
    return Tpm(tcti) if keeper is Keeper.TPM else usual_keeper(folder, tcti)


def _done(done: Enrolled, as_json: bool) -> None:
    facts: dict[str, Any] = {
        "state": "enrolled",
        "terminal": done.terminal,
        "rev": done.profile.rev,
        "key_protection": done.key_protection.value,
    }
    out(facts if as_json else f"{done.terminal} is enrolled; profile {done.profile.rev} is in force")
