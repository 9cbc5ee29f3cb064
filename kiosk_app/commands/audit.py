"""`kiosk audit`: the chain of what happened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk_app.commands.common import FAILED, USAGE, Json, State, ask_terminal, out, place, stop
from kiosk_app.folders import Folders

app = typer.Typer(help="The chain of what happened.", no_args_is_help=True)


@app.command("show")
def show(state: State = None, after: int = 0, as_json: Json = False) -> None:
    """The entries after a number."""
    for row in ask_terminal(state, "audit-show", after=after):
        out(row if as_json else f"{row['seq']:6} {row['at']} {json.dumps(row['entry'], ensure_ascii=False)}")


@app.command("verify")
def verify(
    state: State = None,
    heads: Annotated[
        Path | None, typer.Option("--heads", help="The platform's heads: output of `central-platform audit-heads`.")
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="Ask the platform for its heads.")] = False,
    disk: Annotated[
        Path | None, typer.Option("--disk", help="A copy of a terminal's folder, judged here without that terminal.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="What `kiosk audit export` wrote, judged with the keys of --state.")
    ] = None,
    as_json: Json = False,
    lang: str = "zh",
) -> None:
    """Walk the hash chain and compare it with countersigned heads. Exit 0 whole, 1 not, 3 nobody to ask."""
    if sum((live, disk is not None, file is not None)) > 1 or (live and heads is not None):
        stop("--live asks the terminal's platform: leave out --heads, --disk and --file, or --live", USAGE)
    if heads is not None and not heads.is_file():
        stop(f"there is no file {heads}: export it with `central-platform audit-heads`", USAGE)
    if disk is not None or file is not None:
        verdict = _verdict_here(disk, file, state, heads, lang)
    else:
        path = None if heads is None else str(heads.resolve())
        verdict = ask_terminal(state, "audit-verify", heads=path, live=live, lang=lang)
    told = verdict.pop("told")
    for line in [verdict] if as_json else told:
        out(line)
    if not verdict["ok"]:
        raise typer.Exit(FAILED)


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The file to write, such as on a USB stick.")],
    state: State = None,
    as_json: Json = False,
) -> None:
    """Write the whole audit into one file, to be kept centrally; `verify --file` judges it anywhere."""
    answer = ask_terminal(state, "audit-export", path=str(file.resolve()))
    if not answer["ok"]:
        stop(f"not written: {answer['why']}. What was there before stays", FAILED)
    out(answer if as_json else f"{answer['entries']} entries in {file}. Keep it where the terminal's disk is not.")


def _verdict_here(
    disk: Path | None, file: Path | None, state: Path | None, heads: Path | None, lang: str
) -> dict[str, Any]:
    from kiosk_app.audit.disk import DiskError, judge_disk, judge_file
    from kiosk_app.audit.export import ExportError
    from kiosk_app.audit.findings import shown
    from kiosk_app.audit.verify import HeadsError, heads_of_file

    try:
        document = None if heads is None else heads_of_file(heads)
        if file is not None:
            return shown(judge_file(file, place(state), document), lang)
        return shown(judge_disk(Folders(disk or Path()), document), lang)
    except HeadsError as error:
        stop(f"{error}: export them with `central-platform audit-heads`", USAGE)
    except (DiskError, ExportError) as error:
        stop(str(error), FAILED)
