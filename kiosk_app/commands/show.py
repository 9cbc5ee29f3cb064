"""`kiosk demo`, `visit`, `screens`: the terminal in its laboratory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.commands.common import Json

Scripts = Annotated[list[Path] | None, typer.Argument(help="Visit scripts (YAML).")]
Out = Annotated[Path | None, typer.Option(help="Folder for one JSON file per script.")]


def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="Play the visit off screen even with a display.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Draws resident, service and answers.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder of what the visit leaves.")] = Path("demo-output"),
) -> None:
    """The terminal on simulators with a platform of its own: two windows, or a whole visit off screen."""
    from kiosk_app.lab.demo import run_demo

    raise typer.Exit(run_demo(headless=headless, seed=seed, out=out))


def visit(
    scripts: Scripts = None,
    service: Annotated[str, typer.Option(help="A visit for this service, drawn from the seed.")] = "",
    seed: Annotated[int, typer.Option(help="Draws residents and answers.")] = 1,
    mode: Annotated[str, typer.Option(help="touch, keypad-only, voice-only, two-switch, elder, seated, silent.")] = "",
    lang: Annotated[str, typer.Option(help="zh or en.")] = "",
    pace: Annotated[str, typer.Option(help="fast or real.")] = "fast",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Play visit scripts against simulators and a platform; exit 1 when one fails."""
    from kiosk_app.lab.suite import Wish, run_scripts

    if lang not in ("", "zh", "en") or pace not in ("fast", "real"):
        raise typer.BadParameter("--lang is zh or en, --pace is fast or real")
    wish = Wish(mode, lang, pace, seed, out)
    raise typer.Exit(run_scripts(list(scripts or []), service, wish, as_json=as_json))


def screens(
    out: Path = Path("build/screens"),
    short: Annotated[bool, typer.Option("--short", help="Ten pages, a look of each kind, both ways round.")] = False,
    page: Annotated[list[str] | None, typer.Option(help="Only this page, in every look (may be repeated).")] = None,
    as_json: Json = False,
) -> None:
    """Every screen x language x size x theme x reach as PNG, with the accessibility audit."""
    from kiosk_app.lab.gallery import run_gallery
    from kiosk_app.lab.samples import pages

    only = page or []
    unknown = [name for name in only if name not in pages()]
    if unknown:
        raise typer.BadParameter(f"no page is called {', '.join(unknown)}")
    raise typer.Exit(run_gallery(out, as_json=as_json, short=short, only=only))
