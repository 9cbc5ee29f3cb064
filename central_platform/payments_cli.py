"""`central-platform payments`: the provider, orders that wait, and the journal of one."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from central_platform.settings import PACKAGES, Settings, default_data

if TYPE_CHECKING:
    from central_platform.payments.models import PaymentOrder

FAILED, USAGE = 1, 2
app = typer.Typer(no_args_is_help=True, help="Payments: the provider, orders, journals.")
Data = Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")]
Url = Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")]
Packages = Annotated[Path, typer.Option(help="Folder of service packages.")]


@app.command()
def connect(
    url: Annotated[str, typer.Option(help="Address of the provider.")],
    merchant: Annotated[str, typer.Option(help="Our name there.")],
    key: Annotated[str, typer.Option(help="The provider's public key, Ed25519, 64 hexadecimal digits.")],
    although_open: Annotated[bool, typer.Option("--although-open", help="Also while orders wait elsewhere.")] = False,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Take payments with this provider from now on; prints the key that it has to know of us."""
    from central_platform.payments import cashier, journal

    try:
        found = cashier.Connection(url, merchant, key)
    except ValueError as error:
        _fail(str(error), USAGE)
    with _open(data, database, packages) as platform:
        before = cashier.connected(platform.settings.data)
        same = before is not None and (before.merchant, before.key) == (merchant, key)
        waiting = 0 if same or although_open else len(journal.listed(platform))
        if waiting:
            # Asked about here, an order that was paid there would be called absent, and nobody would give it back.
            _fail(f"{waiting} orders wait, perhaps at another provider: docs/payments.md says what to do", FAILED)
        cashier.write(platform.settings.data, found)
        _say({"provider": url, "merchant": merchant, "our_key": platform.cashier.key})


@app.command()
def disconnect(data: Data = None) -> None:
    """Take no more payments; orders that are under way stay as they are until a provider is connected again."""
    from central_platform.payments import cashier

    cashier.write(data or default_data(), None)
    _say({"provider": None})


@app.command("list")
def list_orders(
    every: Annotated[bool, typer.Option("--all/--open", help="Also what has come to its end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")] = False,
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """List the orders that have not come to their end."""
    from central_platform.payments import journal

    with _open(data, database, packages) as platform:
        for order in journal.listed(platform, settled_too=every):
            found = _plain(order)
            words = "  ".join(str(value or "-") for value in found.values())
            line = json.dumps(found, ensure_ascii=False) if as_json else words
            sys.stdout.write(line + "\n")


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="Such as PY-7K3M-9QXW-2TRB.")],
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """Print one order and everything that was asked and answered about it."""
    from central_platform.payments import journal

    with _open(data, database, packages) as platform:
        order = journal.find(platform, number.strip().upper())
        if order is None:
            _fail(f"there is no order {number}: `central-platform payments list --all` lists them", FAILED)
        lines = [
            {"at": entry.at.isoformat(), "what": entry.what, "word": entry.word, "state": entry.state, "fen": entry.fen}
            for entry in journal.entries(platform, order.number)
        ]
    _say({**_plain(order), "journal": lines})


def _plain(order: PaymentOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "state": order.state,
        "fen": order.fen,
        "paid_fen": order.paid_fen,
        "service": order.service,
        "terminal": order.terminal,
        "opened": order.created_at.isoformat(timespec="seconds"),
        "case": order.case_number,
        "provider_no": order.provider_no,
        "simulated": order.simulated,
    }


def _open(data: Path | None, database: str, packages: Path) -> Any:
    from central_platform.platform import Platform

    return closing(Platform.open(Settings(data or default_data(), database, packages)))


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(text: str, status: int) -> NoReturn:
    sys.stderr.write(text + "\n")
    raise typer.Exit(status)
