"""`central-platform terminals reports|report`: what the self-tests of terminals found."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from central_platform.settings import PACKAGES
from central_platform.terminal_cli import FAILED, Data, Packages, Url, fail, open_platform, say


def reports(
    terminal: Annotated[str, typer.Option("--id", help="Only of this terminal, such as XC-0042.")] = "",
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """The last hundred readiness reports, newest first; one JSON object a line."""
    from central_platform import readiness

    with open_platform(data, database, packages) as platform:
        for one in readiness.listed(platform, terminal or None):
            say(one)


def report(
    number: Annotated[str, typer.Argument(help="The report's id, as `terminals reports` prints it.")],
    data: Data = None,
    database: Url = "",
    packages: Packages = PACKAGES,
) -> None:
    """One report whole, checked against the device key once more; exit 1 when it is not what was signed."""
    from central_platform import readiness

    with open_platform(data, database, packages) as platform:
        found = readiness.shown(platform, number)
    if found is None:
        fail(f"no report {number} has come: `terminals reports` shows those that have", FAILED)
    say(found)
    if not found["holds"]:
        sys.stderr.write(
            f"{number} is not what the device key of {found['terminal']} signed: call who keeps this data\n"
        )
        raise typer.Exit(FAILED)
