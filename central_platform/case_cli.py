"""`central-platform case NUMBER ...`: what staff do with one case, from a command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from central_platform.settings import PACKAGES, Settings, default_data

if TYPE_CHECKING:
    from central_platform.platform import Platform

app = typer.Typer(no_args_is_help=True, help="One case: ask its resident, decide it, hand the result out.")
FAILED, USAGE = 1, 2
Zh = Annotated[str, typer.Option("--words", help="What the resident reads, in Chinese.")]
En = Annotated[str, typer.Option("--words-en", help="The same in English; without it the Chinese words stand there.")]


@dataclass(frozen=True, slots=True)
class Meant:
    """Which case, and where the platform keeps it."""

    number: str
    settings: Settings


@app.callback()
def case(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="Such as XC-2026-1122-000123.")],
    data: Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")] = None,
    database: Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")] = "",
    packages: Annotated[Path, typer.Option(help="Folder of service packages.")] = PACKAGES,
) -> None:
    """One case; --data, --database and --packages stand before its number."""
    context.obj = Meant(number, Settings(data or default_data(), database, packages))


@app.command()
def show(context: typer.Context) -> None:
    """Its steps, its papers, what was asked and what was answered. Personal."""
    from central_platform import casework

    with _open(context) as (platform, number):
        _say(casework.shown(platform, number))


@app.command()
def licence(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Of the paper, such as MED.")],
    into: Annotated[Path, typer.Option(help="File to write the PDF to.")],
) -> None:
    """Write the copy of the licence that took the place of a paper. Personal."""
    from central_platform import casework
    from contracts.canonical import digest_bytes

    with _open(context) as (platform, number):
        copy = casework.licence(platform, number, code)
        try:
            handle = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(copy)
        except OSError as error:
            _fail(f"{into} cannot be written: {error.strerror}", USAGE)
        _say({"number": number, "file": str(into), "digest": digest_bytes(copy), "bytes": len(copy)})


@app.command()
def accept(context: typer.Context) -> None:
    """Go on: what the resident added is enough, or is not wanted any more."""
    from central_platform import casework

    with _open(context) as (platform, number):
        casework.accept(platform, number)
        _say({"number": number, "accepted": True})


@app.command()
def ask(
    context: typer.Context,
    words: Zh,
    words_en: En = "",
    field: Annotated[list[str] | None, typer.Option(help="A field of the form, to be answered anew.")] = None,
    text: Annotated[bool, typer.Option("--text", help="An answer in words is wanted.")] = False,
    days: Annotated[int, typer.Option(help="Working days until the answer.")] = 5,
) -> None:
    """Ask the resident: what is missing and why, which fields anew, an answer in words, until when."""
    from central_platform import casework

    with _open(context) as (platform, number):
        said = {"zh": words, "en": words_en}
        made = casework.ask(platform, number, said, field or (), days, free=text)
        _say({"number": number, "supplement": made})


@app.command()
def decide(
    context: typer.Context,
    outcome: Annotated[str, typer.Argument(help="granted or refused; with --rule the rule says which.")] = "",
    words: Zh = "",
    words_en: En = "",
    rule: Annotated[str, typer.Option(help="A rule of the service that says why in its own words.")] = "",
) -> None:
    """Grant or refuse; a certificate that goes with the case is made out."""
    from central_platform import casework
    from contracts.rules import Outcome

    if not rule and outcome not in {Outcome.GRANTED, Outcome.REFUSED}:
        _fail("say granted or refused, or name a --rule", USAGE)
    with _open(context) as (platform, number):
        casework.decide(platform, number, Outcome(outcome or Outcome.GRANTED), {"zh": words, "en": words_en}, rule)
        _say({"number": number, "decided": casework.shown(platform, number)["state"]})


@app.command()
def ready(context: typer.Context) -> None:
    """The result can be collected."""
    from central_platform import casework

    with _open(context) as (platform, number):
        casework.ready(platform, number)
        _say({"number": number, "ready": True})


@app.command()
def collected(context: typer.Context) -> None:
    """The result was collected."""
    from central_platform import casework

    with _open(context) as (platform, number):
        casework.collected(platform, number)
        _say({"number": number, "collected": True})


@contextmanager
def _open(context: typer.Context) -> Iterator[tuple[Platform, str]]:
    from central_platform.casework import CaseworkError
    from central_platform.platform import Platform

    meant: Meant = context.obj
    platform = Platform.open(meant.settings)
    try:
        yield platform, meant.number
    except CaseworkError as error:
        _fail(str(error), FAILED)
    finally:
        platform.close()


def _say(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(text: str, code: int) -> None:
    sys.stderr.write(text + "\n")
    raise typer.Exit(code)
