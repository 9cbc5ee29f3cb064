"""`central-platform maintenance`: tell the fleet that the platform will not answer for a while."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from central_platform.settings import default_data

USAGE = 2
MOST_REASON = 120
app = typer.Typer(no_args_is_help=True, help="Announce maintenance: terminals go on off line and come back spread out.")
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]


@app.command("on")
def on(
    minutes: Annotated[int, typer.Option(min=1, max=72 * 60, help="How long it will last.")],
    reason: Annotated[str, typer.Option(help="For technicians; at most 120 characters, nothing personal.")] = "",
    data: Data = None,
) -> None:
    """Begin. A platform that runs takes it up with its next request; it ends by itself."""
    from central_platform.clock import SystemClock
    from central_platform.maintenance import Maintenance, write

    if len(reason) > MOST_REASON:
        _fail(f"a reason has at most {MOST_REASON} characters")
    found = Maintenance(SystemClock().now() + timedelta(minutes=minutes), reason)
    try:
        write(_folder(data), found)
    except OSError as error:
        _fail(f"the announcement cannot be written: {error.strerror}")
    _say({"maintenance": {"until": found.until.isoformat(timespec="seconds"), "reason": reason}})


@app.command("off")
def off(data: Data = None) -> None:
    """End it now; who is on line knows with the next heartbeat."""
    from central_platform.maintenance import write

    write(_folder(data), None)
    _say({"maintenance": None})


@app.command("show")
def show(data: Data = None) -> None:
    """Print what is announced."""
    from central_platform.clock import SystemClock
    from central_platform.maintenance import Notice

    found = Notice(_folder(data), SystemClock()).now()
    about = None if found is None else {"until": found.until.isoformat(timespec="seconds"), "reason": found.reason}
    _say({"maintenance": about})


def _folder(data: Path | None) -> Path:
    folder = data or default_data()
    if not folder.is_dir():
        _fail(f"there is no platform in {folder}: name its folder with --data")
    return folder


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(text: str) -> None:
    sys.stderr.write(text + "\n")
    raise typer.Exit(USAGE)
