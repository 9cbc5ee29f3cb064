"""`central-platform terminal create --list` and `terminal profile`: what a site profile says, for one or for many."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from central_platform.settings import PACKAGES, Settings, default_data

FAILED, USAGE = 1, 2
PRIVATE = 0o600


def read_list(path: Path, count: int | None) -> list[Any]:
    """Read the list of sites; leaves with a line of what is wrong."""
    from central_platform.fleet import ListError, read_sites

    try:
        found = read_sites(path)
    except ListError as error:
        _fail(f"{path}: {error}", USAGE)
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{path} cannot be read: {type(error).__name__}", USAGE)
    if not found or (count is not None and count != len(found)):
        _fail(f"{path} has {len(found)} sites, not {count or 'any'}", USAGE)
    return found


def create_all(
    platform: Any,
    template: Mapping[str, Any],
    wanted: Sequence[Any],
    slips: Path | None,
    url: str,
    *,
    expected: Mapping[str, Any] | None,
    ask: bool,
) -> None:
    """Make a slot for every site and print its slip. Nothing is made when one field of the template is wrong."""
    from central_platform import enrolment
    from central_platform.fleet import Slip, slips_page
    from contracts.site import SiteFieldError

    made = []
    try:
        for one in wanted:
            code = enrolment.create(platform, one.terminal, {**template, **one.fields}, expected=expected, ask=ask)
            ticket = {"terminal": one.terminal, "code": code, "ca_fingerprint": platform.authority.fingerprint}
            made.append(Slip(one, {"url": url, **ticket} if url else ticket))
            _say(made[-1].ticket)
    except SiteFieldError as error:
        _fail(f"the template: {error} is not what the field may be: docs/site-profile.md", USAGE)
    if slips is not None:
        # Whoever reads a slip can enrol a machine in its place.
        with os.fdopen(os.open(slips, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "w", encoding="utf-8") as file:
            file.write(slips_page(made))


def profile(
    terminal: Annotated[str, typer.Option("--id", help="Such as XC-0042.")],
    template: Annotated[
        Path | None, typer.Option("--template", "--profile", help="JSON file of fields that replace those in force.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")] = None,
    database: Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")] = "",
    packages: Annotated[Path, typer.Option(help="Folder of service packages.")] = PACKAGES,
) -> None:
    """Print the site profile of a terminal; with --template give it these fields, the others stay."""
    from contextlib import closing

    from central_platform import enrolment
    from central_platform.platform import Platform
    from contracts.site import SiteFieldError

    fields = None if template is None else _object(template)
    with closing(Platform.open(Settings(data or default_data(), database, packages))) as platform:
        try:
            if fields is not None:
                enrolment.change_profile(platform, terminal, fields)
            _say(platform.signed_profile(terminal)[1]["signed"])
        except LookupError:
            _fail(f"there is no terminal {terminal}: `central-platform terminal create` makes one", FAILED)
        except SiteFieldError as error:
            _fail(f"{template}: {error} is not what the field may be: docs/site-profile.md", USAGE)


def _object(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        value = None
    if not isinstance(value, dict):
        _fail(f"{file} cannot be read as a JSON object", USAGE)
    return value


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(text: str, status: int) -> NoReturn:
    sys.stderr.write(text + "\n")
    raise typer.Exit(status)
