"""The programs whose starts, weights and answers are compared: ours, the peer's page, the toolkit's floor."""

from __future__ import annotations

from pathlib import Path

from bench.display import HEIGHT, WIDTH
from bench.floor_window import QML
from bench.page import write_page
from bench.place import desk_of
from bench.programs import environment, python
from bench.start import BANDS, Subject
from kiosk_app.lab.world import World


def terminal(world: World, display: str) -> Subject:
    """The terminal as `kiosk run` starts it."""
    command = python("kiosk_app.cli", "run", "--state", world.state.root, "--window")
    return Subject("kiosk run", command, environment(DISPLAY=display), world.folder / "terminal.log")


def floor(folder: Path, display: str) -> Subject:
    """One window of the same toolkit with one word in it: nothing built on it can start sooner."""
    page = folder / "floor.qml"
    page.write_text(QML, "utf-8")
    command = python("bench.floor_window", page)
    return Subject("bare PySide6 window", command, environment(DISPLAY=display), folder / "floor.log", BANDS[:1])


def chromium(program: str, world: World, display: str) -> Subject:
    """Debian's browser in kiosk mode on the same two pages; everything that a kiosk would switch off is off."""
    page = world.folder / "page.html"
    write_page(desk_of(world), page)
    command = [
        program,
        "--kiosk",
        "--no-sandbox",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-features=Translate",
        "--disable-sync",
        "--noerrdialogs",
        "--password-store=basic",
        f"--user-data-dir={world.folder / 'chromium'}",
        f"--window-size={WIDTH},{HEIGHT}",
        "--window-position=0,0",
        page.as_uri(),
    ]
    return Subject("chromium --kiosk", command, environment(DISPLAY=display), world.folder / "chromium.log")
