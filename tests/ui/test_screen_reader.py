"""The accessible tree as a screen reader finds it, over AT-SPI and from another process, is what our narrator says.

A window under Xvfb with a private session bus shows gallery pages; the system's Python, which has the AT-SPI bindings
(packaging/setup.sh installs them), reads it from outside.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ui.bridge import words

ROOT = Path(__file__).parents[2]
OUTSIDE = Path(__file__).parent / "outside"
LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
SYSTEM_PYTHON = "/usr/bin/python3"
PAGES = (
    *("attract", "home", "home-known", "themes", "theme", "guide", "guide-closed", "progress", "identify"),
    *("identify-phone", "identify-code", "identify-all", "face-consent", "guardian-relation", "form-bank"),
    *("form-address", "form-text", "form-select", "form-date", "review", "review-ticked", "outcome-accepted"),
    *("outcome-saved", "rating", "rating-low", "farewell", "help", "idle"),
)
ROLES = {
    "push button": "button",
    "button": "button",
    "check box": "checkbox",
    "radio button": "radio",
    "label": "text",
    "static": "text",
    "heading": "heading",
    "text": "field",
    "entry": "field",
    "progress bar": "progress",
    "image": "picture",
}
"""AT-SPI's names of roles, and the narrator's."""


def missing() -> str:
    """Return what this machine lacks, "" = nothing."""
    lacks = [program for program in ("Xvfb", "dbus-daemon") if shutil.which(program) is None]
    lacks += [str(path) for path in (LAUNCHER, Path(SYSTEM_PYTHON)) if not path.exists()]
    bindings = [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0')"]
    if not lacks and subprocess.run(bindings, capture_output=True, check=False).returncode:
        lacks.append("gir1.2-atspi-2.0")
    return ", ".join(lacks)


@dataclass
class Both:
    """The window and the reader, asked by lines."""

    window: subprocess.Popen[str]
    reader: subprocess.Popen[str]

    def page(
        self, page: str, lang: str, *, voice: bool = True, wrong: str = ""
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Show a page; returns what the narrator hears of each thing, and what is read from outside."""
        inside = _ask(self.window, json.dumps({"page": page, "lang": lang, "voice": voice, "wrong": wrong}))
        return inside, _ask(self.reader, "read")


def _ask(process: subprocess.Popen[str], line: str) -> Any:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    if lacks := missing():
        pytest.skip(f"a screen reader needs {lacks}: run packaging/setup.sh")
    home = tmp_path_factory.mktemp("outside")
    home.chmod(0o700)
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("DBUS_", "AT_SPI_", "QT_", "WAYLAND_"))},
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "QT_QPA_PLATFORM": "xcb",
        "QT_QUICK_BACKEND": "software",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "GSETTINGS_BACKEND": "memory",
    }
    with ExitStack() as stack:

        def start(*command: str, cwd: Path = ROOT) -> subprocess.Popen[str]:
            pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
            process = subprocess.Popen(command, env=env, cwd=cwd, text=True, stdin=pipe, stdout=pipe, stderr=quiet)
            stack.callback(_end, process)
            return process

        def first_line(process: subprocess.Popen[str]) -> str:
            assert process.stdout is not None
            return process.stdout.readline().strip()

        screen = "1080x1920x24"
        env["DISPLAY"] = ":" + first_line(start("Xvfb", "-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp"))
        bus = start("dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address=unix:dir={home}")
        env["DBUS_SESSION_BUS_ADDRESS"] = first_line(bus)
        start(str(LAUNCHER), "--launch-immediately")
        window = start(sys.executable, "-m", "tests.ui.outside.host")
        yield Both(window, start(SYSTEM_PYTHON, str(OUTSIDE / "reader.py")))


def _end(process: subprocess.Popen[str]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.terminate()
    process.wait(10)


def told_outside(one: dict[str, Any], node: str) -> tuple[str, ...]:
    """Return what a screen reader would say, in the narrator's words."""
    states = one["states"]
    checkable = "checkable" in states or one["role"] in ("check box", "radio button")
    state = ("checked" if "checked" in states else "unchecked") if checkable else ""
    own = node if one["path"].endswith("." + node) else one["path"]
    return own, ROLES.get(one["role"], one["role"]), one["name"], one["value"], state, one["description"]


STATES = {"disabled": "closed", "invalid": "wrong", "required": "required"}
"""States of the narrator that the tree has no state for, and the words that say them there."""


def told_inside(one: dict[str, Any], lang: str) -> tuple[str, ...]:
    """Return what the narrator has to say it with."""
    states, said = one["state"].split(), words(lang)
    state = next((word for word in states if word.endswith("checked")), "")
    told = [said[key] for word, key in STATES.items() if word in states]
    told += [one["hint"]] if one["hint"] else []
    return one["node"], one["role"], one["name"], one["value"], state, said["comma"].join(told)


def same(inside: list[dict[str, Any]], outside: list[dict[str, Any]], lang: str) -> None:
    named = [one for one in inside if one["name"]]
    ids = [one["node"] for one in named]
    assert [told_outside(one, node) for one, node in zip(outside, ids, strict=False)] == [
        told_inside(one, lang) for one in named
    ]
    assert len(outside) == len(named)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_what_is_read_from_outside_is_what_the_narrator_says(both: Both, page: str, lang: str) -> None:
    same(*both.page(page, lang), lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_closed_required_and_wrong_are_heard_from_outside(both: Both, lang: str) -> None:
    inside, outside = both.page("identify-phone", lang, wrong="identify.phone")
    same(inside, outside, lang)
    field = next(one["description"] for one in outside if one["path"].endswith("identify.phone"))
    key = next(one["description"] for one in outside if one["path"].endswith("actions.send"))
    assert words(lang)["wrong"] in field
    assert words(lang)["required"] in field
    assert words(lang)["closed"] in key


def test_the_tree_is_there_for_a_screen_reader_of_its_own_without_our_voice(both: Both) -> None:
    same(*both.page("guide", "zh", voice=False), "zh")


def test_whatever_can_be_pressed_can_be_pressed_from_outside(both: Both) -> None:
    _, outside = both.page("review", "zh")
    keys = [one for one in outside if one["role"] in ("push button", "button", "check box", "radio button")]
    assert len(keys) > 8
    assert all("Press" in one["actions"] for one in keys)


def test_how_much_time_is_left_has_a_measure(both: Both) -> None:
    _, outside = both.page("idle", "zh")
    (ring,) = [one for one in outside if one["role"] == "progress bar"]
    assert ring["range"] == [0, 80, 100]
    assert "24" in ring["name"]
