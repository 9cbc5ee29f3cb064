"""`central-platform indicators`: the 28 indicators of the plan over some days."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from central_platform.settings import PACKAGES, Settings, default_data

if TYPE_CHECKING:
    from central_platform.indicators import Found

USAGE = 2
Day = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")]
LastDay = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, included.")]


def indicators(
    first: Day,
    last: LastDay,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for scripts.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder of keys and, by default, the database.")] = None,
    database: Annotated[str, typer.Option(help="SQLAlchemy URL; empty is SQLite in the data folder.")] = "",
    packages: Annotated[Path, typer.Option(help="Folder of service packages.")] = PACKAGES,
) -> None:
    """Count the indicators of the plan from what is stored, with their formulas; of the others, say why not."""
    from central_platform.indicator_counts import Period
    from central_platform.indicators import plain, report
    from central_platform.platform import Platform

    if first > last:
        sys.stderr.write("--from is after --to: exchange them\n")
        raise typer.Exit(USAGE)
    period = Period(first.date(), last.date())
    with closing(Platform.open(Settings(data or default_data(), database, packages))) as platform:
        found = report(platform, period)
        at = platform.clock.now().isoformat(timespec="seconds")
    if as_json:
        days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        said = {**days, "at": at, "indicators": [plain(one) for one in found]}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        return
    for one in found:
        sys.stdout.write(_line(one) + "\n")


def _line(found: Found) -> str:
    one, counted = found.indicator, found.counted
    if found.value is None:
        value = "-"
    elif counted is not None and counted.total is not None:
        value = f"{found.value} % ({counted.count}/{counted.total})"
    else:
        value = str(found.value)
    goal = "" if one.goal is None else f"goal {one.goal}"
    word = {True: "met", False: "not met", None: ""}[found.met]
    return f"{one.number:2}  {value:>18}  {goal:8}  {word:7}  {one.zh} {one.en}: {found.reason or one.formula}"
