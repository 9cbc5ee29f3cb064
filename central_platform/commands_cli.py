"""`central-platform terminals command` and `commands`: what a terminal is asked from afar, and what became of it."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from central_platform.settings import PACKAGES, Settings, default_data
from contracts.commands import MOST_NOTICE, Action

FAILED, USAGE = 1, 2
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Packages = Annotated[Path, typer.Option(help="Folder of service packages.")]


def command(
    terminal: Annotated[str, typer.Argument(help="Such as XC-0042.")],
    action: Annotated[Action, typer.Argument(help="What to do.")],
    urgent: Annotated[bool, typer.Option("--urgent", help="lock: do not wait for the visit, end it kindly.")] = False,
    reason: Annotated[str, typer.Option(help="lock: why, for technicians; nothing personal.")] = "",
    zh: Annotated[str, typer.Option(help=f"message: in Chinese, at most {MOST_NOTICE['zh']} characters.")] = "",
    en: Annotated[str, typer.Option(help=f"message: in English, at most {MOST_NOTICE['en']} characters.")] = "",
    minutes: Annotated[int, typer.Option(help="message: how long it is shown.", min=1)] = 60,
    clear: Annotated[bool, typer.Option("--clear", help="message: take the notice away.")] = False,
    hours: Annotated[int, typer.Option(help="For how long the command counts.", min=1, max=720)] = 24,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Ask something of a terminal; it goes out with the next heartbeat and again until the result is here.

    A restart, a self-test and a lock wait until nobody is at the terminal.
    """
    from central_platform import commands as queue

    with _open(data, database, packages) as platform:
        argument = _argument(action, urgent, reason, zh, en, minutes, platform.clock.now(), clear=clear)
        try:
            asked = queue.issue(platform, terminal, action, argument, timedelta(hours=hours))
        except LookupError:
            _fail(f"there is no terminal {terminal}: `central-platform terminal create` makes one", FAILED)
        except queue.CommandRefusedError as error:
            _fail(f"{error}. Nothing was asked; docs/remote-commands.md says what fits.", USAGE)
    _say(
        {
            "id": asked.id,
            "terminal": terminal,
            "action": action.value,
            "argument": dict(asked.argument),
            "expires_at": asked.expires_at.isoformat(),
        }
    )


def commands(
    terminal: Annotated[str, typer.Argument(help="Only those of this terminal.")] = "",
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Every command with its state and result, newest first; one JSON object a line."""
    from central_platform import commands as queue

    with _open(data, database, packages) as platform:
        for one in queue.listed(platform, terminal):
            _say(one)


def open_logs(
    file: Annotated[Path | None, typer.Argument(help="What `kiosk logs export` wrote.")] = None,
    command: Annotated[str, typer.Option("--command", help="Or the id of a command `logs` that was done.")] = "",
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Open the logs of a terminal and print their parts, one JSON object a line."""
    from central_platform.log_bundles import open_logs as opened
    from central_platform.log_bundles import sent
    from contracts.outbox_bundle import MOST_FILE, BundleError

    if (file is None) == (not command):
        _fail("give either a file or --command", USAGE)
    with _open(data, database, packages) as platform:
        content = sent(platform, command) if file is None else _read(file, MOST_FILE)
        if content is None:
            _fail(f"no logs came with {command}: `terminals commands` shows what became of it", FAILED)
        try:
            header, parts = opened(platform, content)
        except BundleError as error:
            _fail(f"{error.code}: {error}", FAILED)
    _say({"terminal": header.terminal, "made_at": header.made_at, "parts": header.items})
    for part in parts:
        _say(part)


def _read(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as stream:
            # One byte more than fits: what is too large is told so by whoever judges it.
            return stream.read(most + 1)
    except OSError as error:
        _fail(f"{file} cannot be read: {error.strerror}", USAGE)


def _argument(
    action: Action, urgent: bool, reason: str, zh: str, en: str, minutes: int, now: Any, *, clear: bool
) -> dict[str, Any]:
    given = {
        **({"urgent": True} if urgent else {}),
        **({"reason": reason} if reason else {}),
        **({"zh": zh} if zh else {}),
        **({"en": en} if en else {}),
    }
    if action is not Action.MESSAGE:
        return given
    if clear:
        return {}
    until = now.replace(microsecond=0) + timedelta(minutes=minutes)
    return {"zh": zh, "en": en, **given, "until": until.isoformat()}


def _open(data: Path | None, database: str, folder: Path) -> Any:
    from central_platform.platform import Platform

    return closing(Platform.open(Settings(data or default_data(), database, folder)))


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(text: str, status: int) -> NoReturn:
    sys.stderr.write(text + "\n")
    raise typer.Exit(status)
