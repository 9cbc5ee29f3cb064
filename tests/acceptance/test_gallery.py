"""The pages as they are drawn: the short gallery has nothing to find, and every page renders without a complaint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.lab.gallery import Shot, shots
from kiosk_app.lab.samples import pages
from kiosk_app.lab.seeds import kinds
from kiosk_app.visit.state import Prefs
from ui.shell import Shell, ShellConfig

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    """One portrait window for all pages."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    opened = Shell(ShellConfig())
    yield opened
    opened.window.close()


@pytest.mark.timeout(300)
def test_the_short_gallery_has_no_findings_and_no_qml_warnings(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "kiosk_app.cli", "screens", "--short", "--json", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=280,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    report = json.loads(found.stdout)
    assert set(report) >= {"screens", "states", "checks", "findings", "seeded", "seconds_per_state"}
    assert report["findings"] == []
    assert report["screens"] == report["states"] == len(shots(short=True))
    assert report["seeded"] == {"reported": report["seeded"]["of"], "of": len(kinds()), "missed": []}
    assert report["checks"] > 10 * report["screens"]
    assert found.returncode == 0
    assert len(list(tmp_path.glob("*.png"))) == report["screens"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_renders_without_warnings(shell: Shell, lang: str) -> None:
    before = len(shell.warnings)
    for name in pages():
        shell.present(Shot(name, Prefs(lang=lang)).view())
        shell.app.processEvents()
        assert shell.warnings[before:] == [], name


def test_every_picture_has_a_name_of_its_own() -> None:
    assert len({shot.name for shot in shots()}) == len(shots())


def test_a_staff_pin_is_never_shown_or_told_digit_by_digit(shell: Shell) -> None:
    from dataclasses import replace

    from kiosk_app.lab.samples import desk
    from kiosk_app.screens import view
    from kiosk_app.visit.state import Identify
    from ui.audit import tree

    state = pages()["identify-witness"]
    assert isinstance(state.place, Identify)
    page = view(replace(state, place=replace(state.place, pin="8642")), desk())
    shell.present(page)
    shell.app.processEvents()
    field = page.node("identify.pin")
    assert field is not None
    assert "8642" not in field.spoken
    assert "4" in field.spoken
    said = tree(shell)
    assert "8642" not in said
    assert "已填 4 位" in said
