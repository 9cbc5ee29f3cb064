"""`central-platform terminals`: which machines wait for a slot, who lets them in, and answers on sticks."""

from __future__ import annotations

import hashlib
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from central_platform.settings import PACKAGES, Settings, default_data
from central_platform.stick_file import write_file

FAILED, USAGE = 1, 2
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Packages = Annotated[Path, typer.Option(help="Folder of service packages.")]
Id = Annotated[str, typer.Argument(help="Such as XC-0042.")]
Key = Annotated[str, typer.Option("--key", help="The key's word, or its first digits, when several wait.")]


def listed(data: Data = None, database: Url = "", packages: Packages = PACKAGES) -> None:
    """Every slot with its state, and the machines that wait for it; one JSON object a line."""
    from central_platform import newcomers

    with open_platform(data, database, packages) as platform:
        for one in newcomers.listed(platform):
            say(one)


def accept(terminal: Id, key: Key = "", data: Data = None, database: Url = "", packages: Packages = PACKAGES) -> None:
    """Let the machine that waits for a slot in; it comes in when it asks again. Compare its key's word by phone."""
    from central_platform.newcomers import ACCEPTED

    _decide(terminal, ACCEPTED, key, data, database, packages)


def reject(terminal: Id, key: Key = "", data: Data = None, database: Url = "", packages: Packages = PACKAGES) -> None:
    """Turn the machine that waits for a slot away; another attempt needs a new code."""
    from central_platform.newcomers import REJECTED

    _decide(terminal, REJECTED, key, data, database, packages)


def issue(
    stick: Annotated[Path, typer.Argument(help="Folder with request.json; the answer goes there too.")],
    terminal: Annotated[str, typer.Option("--id", help="The slot, such as XC-0042: you accept this machine for it.")],
    replace: Annotated[bool, typer.Option("--replace", help="It takes the place of another machine.")] = False,
    without_clips: Annotated[bool, typer.Option("--without-clips", help="Leave the baked speech out: small.")] = False,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Answer a request that a machine without a network wrote on a stick: certificate, profile and catalogue."""
    from central_platform import reference
    from central_platform.enrolment_stick import StickRefusedError, answer, read_request
    from contracts.canonical import canonical
    from contracts.enrolment import ANSWER, CATALOGUE, MAX_REQUEST, REQUEST

    try:
        with (stick / REQUEST).open("rb") as file:
            # One byte more than fits: what is too large is told so by whoever judges it.
            content = file.read(MAX_REQUEST + 1)
    except OSError as error:
        fail(f"{stick / REQUEST} cannot be read: {error.strerror}", USAGE)
    with open_platform(data, database, packages) as platform:
        try:
            request = read_request(content, platform.authority.fingerprint)
            catalogue = reference.bundle(platform, (terminal,), clips=not without_clips)
            found = answer(platform, terminal, request, hashlib.sha256(catalogue).hexdigest(), replace=replace)
        except LookupError:
            fail(f"there is no terminal {terminal}: `central-platform terminal create` makes one", FAILED)
        except StickRefusedError as error:
            fail(f"{error.code}: {error}. Nothing was issued; docs/enrolment.md says what to do.", FAILED)
    try:
        write_file(stick / CATALOGUE, catalogue)
        write_file(stick / ANSWER, canonical(found))
    except OSError as error:
        fail(f"the answer cannot be written to {stick}: {error.strerror}. Run it again on another stick.", USAGE)
    say({"terminal": terminal, "key": request.key_word, "answer": str(stick / ANSWER)})


def _decide(terminal: str, what: str, key: str, data: Path | None, database: str, packages: Path) -> None:
    from central_platform import newcomers

    with open_platform(data, database, packages) as platform:
        word = newcomers.decide(platform, terminal, what, key)
    if word is None:
        fail(f"not exactly one machine waits for {terminal}: `terminals list` shows them, --key names one", FAILED)
    say({"terminal": terminal, "key": word, "verdict": what})


def open_platform(data: Path | None, database: str, folder: Path) -> Any:
    """Open the platform over its data; closed at the end of the `with`."""
    from central_platform.platform import Platform

    return closing(Platform.open(Settings(data or default_data(), database, folder)))


def say(value: object) -> None:
    """Write one JSON line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def fail(text: str, status: int) -> NoReturn:
    """Say in one line what is wrong, and end with `status`."""
    sys.stderr.write(text + "\n")
    raise typer.Exit(status)
