"""`central-platform voices`: what residents could not get done, and the answers to it."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from central_platform.settings import PACKAGES, Settings, default_data

if TYPE_CHECKING:
    from central_platform.feedback import Voice

app = typer.Typer(no_args_is_help=True, help="What residents could not get done (docs/listening.md).")
FAILED = 1
MOST_NAME = 40
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Packages = Annotated[Path, typer.Option(help="Folder of service packages.")]


@app.command("list")
def listing(
    every: Annotated[bool, typer.Option("--all/--open", help="Also what was answered.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")] = False,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """List what waits for an answer, what is due first at the head; exit 1 when the promised day of one is over."""
    from central_platform.feedback import listed

    with _open(data, database, packages) as platform:
        found = listed(platform, answered_too=every)
    for one in found:
        sys.stdout.write((json.dumps(_plain(one), ensure_ascii=False) if as_json else _line(one)) + "\n")
    if any(one.late for one in found):
        raise typer.Exit(FAILED)


@app.command()
def answer(
    number: Annotated[str, typer.Argument(help="As `list` shows it, such as XT-7K3M9-QXW2T.")],
    text: Annotated[str, typer.Argument(help="What the resident reads.")],
    by: Annotated[str, typer.Option(help="Who answers.")],
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Answer one: it goes to the phone that was left, or waits for whoever asks with the number."""
    from central_platform import feedback
    from contracts.plain import MOST_CHAT, plain

    words, name = plain(text).strip(), plain(by).strip()
    if not 0 < len(words) <= MOST_CHAT:
        _fail(f"an answer has 1 to {MOST_CHAT} characters")
    if not 0 < len(name) <= MOST_NAME:
        _fail(f"--by has 1 to {MOST_NAME} characters")
    with _open(data, database, packages) as platform:
        try:
            sent = feedback.answer(platform, number, words, name)
        except feedback.FeedbackError as error:
            _fail(str(error))
    sys.stdout.write(json.dumps({"number": number, "to_phone": sent}) + "\n")


def _plain(one: Voice) -> dict[str, Any]:
    return {**asdict(one), "at": one.at.isoformat(timespec="seconds")}


def _line(one: Voice) -> str:
    where = " ".join(part for part in (one.terminal, one.service, one.screen) if part)
    said = "：".join(part for part in (one.happened, one.words) if part)
    reach = f" ☎ {one.phone}" if one.phone else ""
    late = " LATE" if one.late else ""
    answered = f" → {one.answered_by}：{one.answer}" if one.answered_by else ""
    return f"{one.number} {one.at:%Y-%m-%d %H:%M} until {one.due}{late} [{where}] {said}{reach}{answered}"


def _open(data: Path | None, database: str, packages: Path) -> Any:
    from central_platform.platform import Platform

    return closing(Platform.open(Settings(data or default_data(), database, packages)))


def _fail(text: str) -> NoReturn:
    sys.stderr.write(text + "\n")
    raise typer.Exit(FAILED)
