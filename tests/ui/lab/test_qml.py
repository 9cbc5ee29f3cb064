"""The lab's QML: types resolved, nothing unused, in the house's format, and every word of it in the words files."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from ui.lab.words import words

ROOT = Path(__file__).parents[3]
QML = sorted((ROOT / "ui" / "lab" / "qml").glob("*.qml"))
BIN = Path(sysconfig.get_path("scripts"))


def tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / f"pyside6-{name}", *arguments], capture_output=True, text=True, check=False)


def test_qmllint_has_nothing_to_say() -> None:
    found = tool("qmllint", "-W", "0", *QML)
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


@pytest.mark.parametrize("path", QML, ids=lambda path: path.name)
def test_qmlformat_would_change_nothing(path: Path) -> None:
    assert tool("qmlformat", path).stdout == path.read_text("utf-8")


def test_no_words_in_qml() -> None:
    chinese = re.compile(r'"[^"\n]*[\u4e00-\u9fff][^"\n]*"')
    found = {path.name: chinese.findall(path.read_text("utf-8")) for path in QML}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_every_word_asked_for_is_there() -> None:
    asked = re.compile(r'Say\.(?:of|also|fill)\("([a-z_0-9-]+)"[,)]')
    keys = {key for path in QML for key in asked.findall(path.read_text("utf-8"))}
    assert keys
    assert keys <= set(words("zh"))


def test_every_fault_of_the_simulators_has_a_word() -> None:
    from kiosk_app.lab.desk import FAULTS

    assert {f"fault_{name}" for names in FAULTS.values() for name in names} <= set(words("zh"))
