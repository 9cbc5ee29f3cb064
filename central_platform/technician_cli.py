"""`central-platform technician`: who may open technician mode, and at which terminals."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from central_platform.settings import PACKAGES, Settings, default_data

app = typer.Typer(no_args_is_help=True, help="Technicians: card and one-time code.")
FAILED = 1
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Packages = Annotated[Path, typer.Option(help="Folder of service packages.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="As the technician is called.")],
    card: Annotated[
        str, typer.Option(prompt=True, hide_input=True, help="Number of their identity card; only a hash is kept.")
    ],
    terminal: Annotated[list[str] | None, typer.Option("--terminal", help="May be repeated; none is all.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long they may work.")] = 365,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Make a technician; prints what their authenticator reads, once, as text and as a QR code."""
    import segno

    from central_platform import technicians

    with _open(data, database, packages) as platform:
        try:
            issued = technicians.create(platform, name, card, terminal or (), days)
        except LookupError as error:
            sys.stderr.write(f"there is no terminal {error.args[0]}\n")
            raise typer.Exit(FAILED) from None
    segno.make(issued.uri).terminal(sys.stdout, compact=True)
    _say({"id": issued.id, "uri": issued.uri})


@app.command("list")
def listed(data: Data = None, database: Url = "", packages: Packages = PACKAGES) -> None:
    """Every technician without their secret, one JSON object a line."""
    from central_platform import technicians

    with _open(data, database, packages) as platform:
        for one in technicians.listed(platform):
            _say(one)


@app.command()
def revoke(
    technician: Annotated[str, typer.Argument(help="Such as T-0001.")],
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Withdraw a technician: each terminal knows with its next heartbeat."""
    from central_platform import technicians

    with _open(data, database, packages) as platform:
        if not technicians.revoke(platform, technician):
            sys.stderr.write(f"there is no technician {technician}\n")
            raise typer.Exit(FAILED)
    _say({"id": technician, "revoked": True})


def _open(data: Path | None, database: str, folder: Path) -> Any:
    from central_platform.platform import Platform

    return closing(Platform.open(Settings(data or default_data(), database, folder)))


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
