"""`central-platform signature`: how a case was signed, and what was drawn, for the office that works on it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from central_platform.settings import PACKAGES, Settings, default_data

FAILED, USAGE = 1, 2


def signature(
    number: Annotated[str, typer.Argument(help="Of the case, such as XC-2026-1122-000123.")],
    into: Annotated[Path | None, typer.Option("--svg", help="Write what was drawn to this file.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")] = None,
    database: Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")] = "",
) -> None:
    """Say how a case was signed and whether its answers are those that were signed; exit 1 when they are not."""
    from central_platform import signed
    from central_platform.models import Case, Submission
    from central_platform.platform import Platform

    settings = Settings(data or default_data(), database, PACKAGES)
    with closing(Platform.open(settings)) as platform, platform.database.read() as session:
        case = session.get(Case, number)
        body = {} if case is None else json.loads(session.get_one(Submission, case.submission).body)
    found = next(iter(signed.signatures(body.get("answers", {}))), None)
    if found is None:
        sys.stderr.write(f"no case {number} was signed here\n")
        raise typer.Exit(FAILED)
    line = {"number": number, "field": found.field, "way": found.signed.way.value, "digest": found.signed.digest}
    if into is not None and found.signed.strokes:
        _write(into, signed.svg(found.signed.strokes))
        line["svg"] = str(into)
    sys.stdout.write(json.dumps({**line, "holds": found.holds}) + "\n")
    if not found.holds:
        sys.stderr.write(f"the answers of {number} are not those that were signed\n")
        raise typer.Exit(FAILED)


def _write(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        sys.stderr.write(f"{path} cannot be written: {error.strerror}\n")
        raise typer.Exit(USAGE) from None
