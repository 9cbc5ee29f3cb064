"""`central-platform attachments`: the scans of an accepted item as files, for the office that works on it."""

from __future__ import annotations

import json
import mimetypes
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from central_platform.settings import PACKAGES, Settings, default_data

FAILED, USAGE = 1, 2


def attachments(
    submission: Annotated[str, typer.Argument(help="The id of an accepted item.")],
    into: Annotated[Path, typer.Option(help="Folder to write to; made when missing.")],
    data: Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")] = None,
    database: Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")] = "",
) -> None:
    """Write the attachments of an item to files and print one JSON line for each."""
    from central_platform import blobs
    from central_platform.models import Submission
    from central_platform.platform import Platform

    settings = Settings(data or default_data(), database, PACKAGES)
    with closing(Platform.open(settings)) as platform, platform.database.read() as session:
        if session.get(Submission, submission) is None:
            sys.stderr.write(f"no item {submission} was accepted here\n")
            raise typer.Exit(FAILED)
        for claim in blobs.claimed(session, submission):
            kind = mimetypes.guess_extension(claim.media) or ".bin"
            path = into / f"{claim.position + 1}{kind}"
            size = 0
            try:
                into.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
                with os.fdopen(handle, "wb") as file:
                    for piece in blobs.content(session, claim.terminal, claim.digest):
                        size += file.write(piece)
            except OSError as error:
                sys.stderr.write(f"{path} cannot be written: {error.strerror}\n")
                raise typer.Exit(USAGE) from None
            line = {"file": str(path), "media": claim.media, "digest": claim.digest, "bytes": size}
            sys.stdout.write(json.dumps(line) + "\n")
