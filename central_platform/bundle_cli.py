"""`central-platform import-bundle`, `reference-bundle` and `service`: what travels on sticks, and what is closed."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from central_platform.settings import ADDRESS, PACKAGES, Settings, default_data
from central_platform.stick_file import write_file

if TYPE_CHECKING:
    from central_platform.wire.submissions import ItemResult

FAILED, USAGE = 1, 2
service = typer.Typer(no_args_is_help=True, help="Close and open services for the whole fleet, at once.")
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Packages = Annotated[Path, typer.Option(help="Folder of service packages.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")]
ServiceId = Annotated[str, typer.Argument(help="Such as SB01.")]


def import_bundle(
    file: Annotated[Path, typer.Argument(help="What `kiosk outbox export` wrote.")],
    answers: Annotated[Path | None, typer.Option(help="Where the answers go; FILE.answers when not given.")] = None,
    revoked_too: Annotated[
        bool, typer.Option("--revoked-too", help="Also from a terminal that was withdrawn: you know who made it.")
    ] = False,
    as_json: Json = False,
    public_url: Annotated[str, typer.Option(help="What receipts point to; as the server last said when empty.")] = "",
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Take a terminal's outbox from a stick and write the answers to carry back. Exit 1 when an item is refused."""
    from central_platform.bundles import import_bundle as take
    from central_platform.wire.submissions import ItemStatus
    from contracts.canonical import canonical
    from contracts.outbox_bundle import MOST_FILE, BundleError

    content = _read(file, MOST_FILE)
    with _open(data, database, packages, public_url or _address(data or default_data())) as platform:
        try:
            found = take(platform, content, revoked_too=revoked_too)
        except BundleError as error:
            _fail(f"{error.code}: {error}. Nothing was taken; docs/bundles.md says what to do.", FAILED)
    target = answers or file.with_name(file.name + ".answers")
    try:
        write_file(target, canonical(found.answers))
    except OSError as error:
        _fail(f"the items were taken, the answers could not be written to {target}: {error.strerror}. Run it again "
              "with --answers on another disk: nothing is taken twice.", FAILED)  # fmt: skip
    for result in found.results:
        _say(_line(result) if as_json else _sentence(result))
    for item in found.held:
        _say(
            {"id": item, "status": "held"}
            if as_json
            else f"held       {item}  behind an item of its case that was not taken"
        )
    refused, waiting = found.count(ItemStatus.REJECTED), found.count(ItemStatus.WAITING_BLOBS)
    summary = {
        "terminal": found.header.terminal,
        "bundle": found.header.bundle,
        "accepted": found.count(ItemStatus.ACCEPTED),
        "duplicates": found.count(ItemStatus.DUPLICATE),
        "rejected": refused,
        "waiting_blobs": waiting,
        "held": len(found.held),
        "answers": str(target),
    }
    if as_json:
        _say(summary)
    else:
        _say(
            f"{summary['terminal']}: {summary['accepted']} accepted, {summary['duplicates']} were here already, "
            f"{refused} refused, {len(found.held)} held back{_without(waiting)}. Answers in {target}: bring them "
            "to the terminal with `kiosk outbox import-answers`; without them it learns the same when it is on line."
        )
    if refused:
        raise typer.Exit(FAILED)


def reference_bundle(
    file: Annotated[Path, typer.Argument(help="The file to write, such as on a stick.")],
    terminal: Annotated[list[str] | None, typer.Option(help="Also this terminal's site profile; repeatable.")] = None,
    without_clips: Annotated[bool, typer.Option("--without-clips", help="Leave the baked speech out: small.")] = False,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Write everything that is published as one signed file: for `kiosk services import` on a terminal off the line."""
    from central_platform.reference import bundle

    with _open(data, database, packages) as platform:
        try:
            content = bundle(platform, terminal or (), clips=not without_clips)
        except LookupError:
            _fail("there is no terminal of this name: `central-platform terminal create` makes one", USAGE)
        version = platform.catalogue_version
    try:
        write_file(file, content)
    except OSError as error:
        _fail(f"{file} cannot be written: {error.strerror}", USAGE)
    _say({"file": str(file), "version": version, "bytes": len(content)})


@service.command("off")
def off(name: ServiceId, data: Data = None, database: Url = "", packages: Packages = PACKAGES) -> None:
    """Close a service for every terminal. Who is on line knows within a minute; cases saved before are still taken."""
    _switch(name, False, data, database, packages)


@service.command("on")
def on(name: ServiceId, data: Data = None, database: Url = "", packages: Packages = PACKAGES) -> None:
    """Open a service again that `off` closed."""
    _switch(name, True, data, database, packages)


@service.command("list")
def list_services(data: Data = None, database: Url = "", packages: Packages = PACKAGES) -> None:
    """The services and whether they are open, one JSON object a line."""
    with _open(data, database, packages) as platform:
        for package in platform.catalogue.packages.values():
            since = package.closed_at
            _say({"id": package.id, "open": package.active, "closed_at": since.isoformat() if since else None})


def _switch(name: str, wanted: bool, data: Path | None, database: str, packages: Path) -> None:
    from central_platform import switches

    folder = data or default_data()
    with _open(folder, database, packages) as platform:
        if name not in platform.catalogue.packages:
            known = ", ".join(sorted(platform.catalogue.packages))
            _fail(f"there is no service {name}: the packages here are {known}", FAILED)
        closed = switches.read(folder)
        if wanted:
            closed.pop(name, None)
        else:
            closed.setdefault(name, platform.clock.now())
        switches.write(folder, closed)
        platform.see_switches()
        _say({"service": name, "open": platform.catalogue.packages[name].active, "version": platform.catalogue_version})


def _line(result: ItemResult) -> dict[str, Any]:
    line: dict[str, Any] = {"id": result.id, "status": result.status.value}
    if result.receipt is not None:
        line["number"] = result.receipt.number
    if result.problem is not None:
        line["problem"] = result.problem.code.value
    return line


def _sentence(result: ItemResult) -> str:
    line = _line(result)
    return f"{line['status']:9}  {result.id}  {line.get('number') or line.get('problem') or ''}".rstrip()


def _without(waiting: int) -> str:
    return f", {waiting} wait for their scans, which come when the terminal is on line" if waiting else ""


def _open(data: Path | None, database: str, folder: Path, public_url: str = "") -> Any:
    from central_platform.platform import Platform

    return closing(Platform.open(Settings(data or default_data(), database, folder, public_url.rstrip("/"))))


def _address(data: Path) -> str:
    try:
        return (data / ADDRESS).read_text("utf-8").strip()
    except OSError:
        _fail("where receipts point to is not known here: give --public-url, such as https://city.example", USAGE)


def _read(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as stream:
            # One byte more than fits: what is too large is told so by whoever judges it.
            return stream.read(most + 1)
    except OSError as error:
        _fail(f"{file} cannot be read: {error.strerror}", USAGE)


def _say(value: object) -> None:
    sys.stdout.write((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) + "\n")


def _fail(text: str, status: int) -> NoReturn:
    sys.stderr.write(text + "\n")
    raise typer.Exit(status)
