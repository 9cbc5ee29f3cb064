"""`central-platform chat`: who may answer residents by text, and answering from a command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from central_platform.settings import Settings, default_data

if TYPE_CHECKING:
    from central_platform.platform import Platform

app = typer.Typer(no_args_is_help=True, help="Talks by text between residents and staff of the hotline.")
FAILED = 1
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Name = Annotated[str, typer.Argument(help="Whose token it is, at most 40 characters.")]
Number = Annotated[int, typer.Argument(help="As `list` shows it.")]


@app.command()
def admit(name: Name, data: Data = None, database: Url = "") -> None:
    """Let somebody answer: prints their token once. An older token of the same name ends."""
    from central_platform import chat_staff

    with _open(data, database) as platform:
        _say({"name": name[:40], "token": chat_staff.admit(platform, name[:40])})


@app.command()
def dismiss(name: Name, data: Data = None, database: Url = "") -> None:
    """Withdraw somebody's token."""
    from central_platform import chat_staff

    with _open(data, database) as platform:
        if not chat_staff.dismiss(platform, name):
            _fail(f"nobody is called {name}")
    _say({"name": name, "dismissed": True})


@app.command()
def duty(
    name: Name,
    minutes: Annotated[int, typer.Option(min=0, max=24 * 60, help="So long from now; 0 = off duty.")] = 480,
    data: Data = None,
    database: Url = "",
) -> None:
    """Put somebody on duty: terminals then offer the chat."""
    from central_platform import chat_staff

    with _open(data, database) as platform:
        _say(chat_staff.on_duty(platform, name, minutes).model_dump(mode="json"))


@app.command("list")
def listing(data: Data = None, database: Url = "") -> None:
    """Open talks, one JSON object a line, those that wait for an answer first."""
    from central_platform import chat_staff

    with _open(data, database) as platform:
        for one in chat_staff.waiting(platform):
            _say(one.model_dump(mode="json"))


@app.command()
def read(number: Number, data: Data = None, database: Url = "") -> None:
    """The messages of a talk, one JSON object a line."""
    from central_platform import chat_staff

    with _open(data, database) as platform:
        for line in chat_staff.whole(platform, number).messages:
            _say(line.model_dump(mode="json"))


@app.command()
def answer(number: Number, text: Annotated[str, typer.Argument()], data: Data = None, database: Url = "") -> None:
    """Answer a resident; characters that nobody sees are left out."""
    from central_platform import chat_staff
    from central_platform.wire.chat import StaffAnswer
    from contracts import uuid7
    from contracts.plain import MOST_CHAT, plain

    words = plain(text).strip()
    if not 0 < len(words) <= MOST_CHAT:
        _fail(f"an answer has 1 to {MOST_CHAT} characters")
    with _open(data, database) as platform:
        key = uuid7(int(platform.clock.now().timestamp() * 1000), os.urandom)
        _say(chat_staff.answer(platform, number, StaffAnswer(id=key, text=words)).model_dump(mode="json"))


@app.command()
def close(number: Number, data: Data = None, database: Url = "") -> None:
    """End a talk."""
    from central_platform import chat_staff

    with _open(data, database) as platform:
        chat_staff.end(platform, number)
    _say({"number": number, "closed": True})


@contextmanager
def _open(data: Path | None, database: str) -> Iterator[Platform]:
    from central_platform.platform import Platform
    from central_platform.problems import Refusal

    platform = Platform.open(Settings(data or default_data(), database))
    try:
        yield platform
    except Refusal as refusal:
        _fail(refusal.problem.title)
    finally:
        platform.close()


def _say(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(text: str) -> None:
    sys.stderr.write(text + "\n")
    raise typer.Exit(FAILED)
