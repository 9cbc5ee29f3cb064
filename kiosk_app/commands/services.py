"""`kiosk services`: what this terminal offers, and what is wrong with packages."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.ids import SERVICE_ID
from kiosk_app.commands.common import FAILED, USAGE, Json, State, ask_terminal, out, stop
from kiosk_app.commands.records import refuse_stick

if TYPE_CHECKING:
    from contracts.package_files import Located

app = typer.Typer(help="Services and their packages.", no_args_is_help=True)


@app.command("list")
def services_list(state: State = None, as_json: Json = False) -> None:
    """The services of this terminal."""
    rows = ask_terminal(state, "services")
    if as_json:
        out(rows)
        return
    for row in rows:
        live, voice = "live " if row["live"] else "guide", "clips" if row["voice"] else "-    "
        out(f"{row['id']}  {row['level']}  {live}  {voice}  {row['name']}")


@app.command("import")
def services_import(
    file: Annotated[Path, typer.Argument(help="What `central-platform reference-bundle` wrote.")],
    state: State = None,
    as_json: Json = False,
) -> None:
    """Take services, words, clips and the site profile from a stick, as if they had come on line."""
    answer = ask_terminal(state, "services-import", path=str(file.resolve()))
    refuse_stick(answer)
    if as_json:
        out(answer)
    else:
        before, now = answer["before"], answer["now"]
        out(f"catalogue {now} is in use" + (f" (before: {before})" if now != before else ", as before"))
    for refused in answer["refused"]:
        sys.stderr.write(f"not taken: {refused['package']}: {refused['why']}\n")
    if answer["refused"]:
        raise typer.Exit(FAILED)


@app.command("validate")
def services_validate(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Package folders, or folders of them (default: this folder).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Explain every fault of service packages: where it stands, what is expected, how to mend it. Exit 1 on a fault."""
    from kiosk_app.services.validation import validate_files

    found = [package for folder in folders or [Path()] for package in _packages_in(folder)]
    reports = []
    for package in found:
        try:
            faults = validate_files(partial(_read, package), package.resolve().name)
        except OSError as error:
            stop(f"{error.filename} cannot be read: {error.strerror}", USAGE)
        reports.append({"package": package.resolve().name, "valid": not faults, "faults": list(map(as_row, faults))})
        if as_json:
            continue
        if not faults:
            out(f"{package}: valid")
        for fault in faults:
            out(f"{package / fault.where}: {fault.fault.wrong}")
            out(f"    expected: {fault.fault.expected}")
            out(f"    mend: {fault.fault.mend}")
    if as_json:
        out(reports)
    if any(report["faults"] for report in reports):
        raise typer.Exit(FAILED)


def as_row(found: Located) -> dict[str, Any]:
    """Return a fault of a package for scripts."""
    fault, place = found.fault, found.place
    where = {"file": found.file, "line": place.line, "column": place.column, "path": "/".join(map(str, fault.path))}
    return {**where, "code": fault.code, "wrong": fault.wrong, "expected": fault.expected, "mend": fault.mend}


def _packages_in(folder: Path) -> list[Path]:
    """A package folder itself, or those in a folder; a folder that is named like one is meant as one."""
    if (folder / "service.json").exists() or SERVICE_ID.fullmatch(folder.resolve().name):
        found = [folder] if folder.is_dir() else []
    else:
        found = sorted(entry for entry in folder.glob("*/") if SERVICE_ID.fullmatch(entry.name))
    if not found:
        stop(f"no service package in {folder}: name a folder such as SB01, or the folder that holds them", USAGE)
    return found


def _read(package: Path, name: str) -> str | None:
    try:
        return (package / name).read_text("utf-8")
    except FileNotFoundError:
        return None
