"""The `central-platform` command. Heavy parts are loaded by the sub-command that needs them."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from central_platform import (
    alarm_cli,
    attachments_cli,
    bundle_cli,
    case_cli,
    chat_cli,
    commands_cli,
    feedback_cli,
    fleet_cli,
    indicator_cli,
    maintenance_cli,
    payments_cli,
    readiness_cli,
    signature_cli,
    technician_cli,
    terminal_cli,
)
from central_platform.settings import PACKAGES, Settings, default_data

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The platform that terminals sync with.")
terminals = typer.Typer(no_args_is_help=True, help="Terminals of the fleet.")
packages = typer.Typer(no_args_is_help=True, help="Service packages.")
app.add_typer(terminals, name="terminal")
app.add_typer(terminals, name="terminals", hidden=True)
app.add_typer(packages, name="packages")
app.add_typer(case_cli.app, name="case")
app.add_typer(chat_cli.app, name="chat")
app.add_typer(maintenance_cli.app, name="maintenance")
app.add_typer(bundle_cli.service, name="service")
app.add_typer(alarm_cli.app, name="alarms")
app.add_typer(technician_cli.app, name="technician")
app.add_typer(payments_cli.app, name="payments")
app.add_typer(feedback_cli.app, name="voices")
terminals.command("profile")(fleet_cli.profile)
terminals.command("list")(terminal_cli.listed)
terminals.command("accept")(terminal_cli.accept)
terminals.command("reject")(terminal_cli.reject)
terminals.command("issue")(terminal_cli.issue)
terminals.command("command")(commands_cli.command)
terminals.command("commands")(commands_cli.commands)
app.command("open-logs")(commands_cli.open_logs)
terminals.command("reports")(readiness_cli.reports)
terminals.command("report")(readiness_cli.report)
app.command("attachments")(attachments_cli.attachments)
app.command("signature")(signature_cli.signature)
app.command("indicators")(indicator_cli.indicators)
app.command("import-bundle")(bundle_cli.import_bundle)
app.command("reference-bundle")(bundle_cli.reference_bundle)

FAILED, USAGE, UNREACHABLE = 1, 2, 3


Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Packages = Annotated[Path, typer.Option(help="Folder of service packages.")]
TerminalId = Annotated[str, typer.Option("--id", help="Such as XC-0042.")]


@app.command()
def serve(
    database: Url = "",
    data: Data = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 picks a free one.")] = 0,
    lab: Annotated[bool, typer.Option("--lab", help="Open the lab's calls. Never in service.")] = False,
    ready_file: Annotated[Path | None, typer.Option(help="Also write the ready line here.")] = None,
    packages: Packages = PACKAGES,
    public_url: Annotated[str, typer.Option(help="What receipts point to; empty is the address served.")] = "",
    unjudged: Annotated[bool, typer.Option("--unjudged", help="With --lab: publish packages with faults too.")] = False,
) -> None:
    """Serve over TLS; prints one JSON line {url, ca_pem_path, ca_fingerprint, pid} when ready."""
    from central_platform.catalogue import PackageError
    from central_platform.serving import announce_to
    from central_platform.serving import serve as run

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    settings = Settings(data or default_data(), database, packages, public_url.rstrip("/"), lab, lab and unjudged)
    if lab:
        settings = for_lab(settings)
    try:
        run(settings, host, port, announce_to(ready_file))
    except OSError as error:
        _fail(f"cannot serve on {host}:{port}: {error.strerror}. Choose another --port or --data.", UNREACHABLE)
    except PackageError as error:
        _fail(str(error), FAILED)


def for_lab(settings: Settings) -> Settings:
    """Return settings for the lab: visits follow each other faster than residents would."""
    from dataclasses import replace

    return replace(
        settings,
        phone_per_minute=10,
        phone_per_hour=200,
        person_per_hour=200,
        terminal_per_hour=2000,
        heartbeat_s=5,
        payment_tick_s=0.5,
    )


@terminals.command("create")
def create(
    terminal: Annotated[str, typer.Option("--id", help="Such as XC-0042; not with --list.")] = "",
    name: Annotated[str, typer.Option(help="What residents call it; not with --list.")] = "",
    profile: Annotated[
        Path | None,
        typer.Option("--profile", "--template", help="JSON file with further fields of the site profile."),
    ] = None,
    sites: Annotated[Path | None, typer.Option("--list", help="CSV file: many sites from one template.")] = None,
    count: Annotated[int | None, typer.Option(help="How many sites the list has to have.")] = None,
    slips: Annotated[Path | None, typer.Option(help="With --list: write a page of slips with QR codes.")] = None,
    url: Annotated[str, typer.Option(help="With --list: the platform's address as the slips say it.")] = "",
    expect: Annotated[Path | None, typer.Option(help="JSON file: what the machine's inventory has to say.")] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Whatever machine comes waits for `terminals accept`.")] = False,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Make a slot and print its one-time code (72 hours, single use); with --list many, one slip a line."""
    from central_platform import enrolment
    from contracts.site import SiteFieldError

    fields, expected = _object(profile) or {}, _object(expect)
    if sites is not None:
        wanted = fleet_cli.read_list(sites, count)
        with _open(data, database, packages) as platform:
            fleet_cli.create_all(platform, fields, wanted, slips, url, expected=expected, ask=ask)
        return
    if not name:
        _fail("--name says what residents call it; or --list names a file of sites", USAGE)
    with _open(data, database, packages) as platform:
        try:
            code = enrolment.create(platform, _checked(terminal), {**fields, "name": name}, expected=expected, ask=ask)
        except SiteFieldError as error:
            _fail(f"{profile}: {error} is not what the field may be: docs/site-profile.md", USAGE)
            return
        _say({"terminal": terminal, "code": code, "ca_fingerprint": platform.authority.fingerprint})


@terminals.command("revoke")
def revoke(terminal: TerminalId, data: Data = None, database: Url = "", packages: Packages = PACKAGES) -> None:
    """Withdraw a terminal and every certificate it holds."""
    from central_platform import enrolment

    with _open(data, database, packages) as platform:
        if not enrolment.revoke(platform, terminal):
            _fail(f"there is no terminal {terminal}", FAILED)
    _say({"terminal": terminal, "revoked": True})


@app.command("audit-heads")
def audit_heads(
    terminal: Annotated[str, typer.Argument(help="Such as XC-0042.")],
    acknowledge: Annotated[
        bool, typer.Option("--acknowledge", help="Close the alarms: what happened is understood.")
    ] = False,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Print the signed heads of a terminal's audit chain, for `kiosk audit verify --heads`; exit 1 on an alarm."""
    from central_platform import audit
    from central_platform.models import Terminal

    with _open(data, database, packages) as platform:
        with platform.database.read() as session:
            if session.get(Terminal, _checked(terminal)) is None:
                _fail(f"there is no terminal {terminal}: `central-platform terminal create` makes one", FAILED)
        if acknowledge:
            closed, anew = audit.acknowledge(platform, terminal)
            _say({"terminal": terminal, "acknowledged": closed, "new_life": anew})
            return
        _say(audit.signed_heads(platform, terminal))
        alarms = audit.open_alarms(platform, terminal)
        for alarm in alarms:
            goes_on = ", and went on from what was known later" if alarm.healed_at else ""
            sys.stderr.write(
                f"{alarm.at.isoformat(timespec='seconds')} {alarm.why}: the chain came with entry {alarm.seq}, "
                f"known was {alarm.known_seq}{goes_on}. Have `kiosk audit verify` run there, then --acknowledge.\n"
            )
        if alarms:
            raise typer.Exit(FAILED)


@packages.command("check")
def check(folder: Annotated[Path, typer.Argument(help="Folder of packages, or one package.")] = PACKAGES) -> None:
    """Check packages against the service schema; one line for each, exit 1 when one is wrong."""
    from central_platform.checking import check_folder

    findings, count = check_folder(folder)
    for finding in findings:
        sys.stderr.write(finding + "\n")
    _say({"packages": count, "findings": len(findings)})
    if findings or count == 0:
        raise typer.Exit(FAILED)


@app.command()
def decision(
    number: Annotated[str, typer.Argument(help="Of the case, such as XC-2026-1122-000123.")],
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Show by which rule and facts a case was decided, and ask the same rules again; exit 1 when they say otherwise."""
    from central_platform import judging

    with _open(data, database, packages) as platform:
        found = judging.replay(platform, number)
        if found is None:
            _fail(f"no rule decided {number}", FAILED)
            return
        _say(judging.shown(found))
    if not found.same:
        _fail(f"the rules of that day say {found.again.rule.id} to these facts: one of them was changed", FAILED)


@app.command()
def openapi(
    write: Annotated[bool, typer.Option("--write", help="Write the file instead of comparing.")] = False,
    file: Annotated[Path, typer.Option(help="The contract.")] = Path("contracts/openapi.yaml"),
) -> None:
    """Compare the application's OpenAPI document with the contract, or write it."""
    from central_platform.contract import differences, write_contract

    if write:
        write_contract(file)
        _say({"written": str(file)})
        return
    try:
        found = differences(file)
    except OSError:
        _fail(f"{file} cannot be read; run with --write once", USAGE)
        return
    for line in found:
        sys.stderr.write(line + "\n")
    _say({"differences": len(found)})
    if found:
        raise typer.Exit(FAILED)


def main() -> None:
    """Entry point."""
    app()


def _open(data: Path | None, database: str, folder: Path) -> Any:
    from contextlib import closing

    from central_platform.platform import Platform

    return closing(Platform.open(Settings(data or default_data(), database, folder)))


def _object(file: Path | None) -> dict[str, Any] | None:
    if file is None:
        return None
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        value = None
    if not isinstance(value, dict):
        _fail(f"{file} cannot be read as a JSON object", USAGE)
        return None
    return value


def _checked(terminal: str) -> str:
    import re

    if not re.fullmatch(r"[A-Z]{2}-[0-9]{4}", terminal):
        _fail("a terminal's id looks like XC-0042", USAGE)
    return terminal


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(text: str, status: int) -> None:
    sys.stderr.write(text + "\n")
    raise typer.Exit(status)


if __name__ == "__main__":
    main()
