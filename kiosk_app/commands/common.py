"""What commands share: output, errors as one line with what to do, exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from kiosk_app.control import ANSWER_S, READ_S, SLOW, SLOW_S, ControlError, ask
from kiosk_app.folders import Folders, folders

DONE, FAILED, USAGE, UNREACHABLE = 0, 1, 2, 3

State = Annotated[Path | None, typer.Option("--state", help="The terminal's folder (default: $DOORSTEP_STATE).")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document, for scripts.")]


def out(value: object) -> None:
    """Write one JSON line, or a line of text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    sys.stdout.write(text + "\n")


def stop(message: str, code: int) -> NoReturn:
    """Say in one line what is wrong and what to do, and end with `code`."""
    sys.stderr.write(message.rstrip() + "\n")
    raise typer.Exit(code)


def place(state: Path | None) -> Folders:
    """The folders of the terminal that a command is about."""
    return folders(state)


def ask_terminal(state: Path | None, command: str, **request: object) -> Any:
    """Ask the running terminal.

    Raises:
        typer.Exit: none is running (3), or it refused.
    """
    found = ask_running(state, command, **request)
    if found is None:
        stop("no terminal is running here: start it with `kiosk run`, or name its folder with --state", UNREACHABLE)
    return found


def ask_running(state: Path | None, command: str, **request: object) -> Any | None:
    """Ask the running terminal; None when none runs."""
    message: Mapping[str, object] = {"command": command, **request}
    try:
        return ask(place(state).control, message, (SLOW_S if command in SLOW else ANSWER_S) + READ_S)
    except ControlError as error:
        stop(f"{error}", error.exit_code)


def owned(state: Path | None) -> bool:
    """Tell whether a running terminal holds its devices. One that stands still never opened them."""
    report = ask_running(state, "doctor")
    return report is not None and not report.get("halted")
