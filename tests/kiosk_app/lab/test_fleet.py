"""Many terminals from one template, in one command, through the real ceremony."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kiosk_app.lab.fleet import TEMPLATE, Came, fill


def filled(folder: Path, count: int) -> list[Came]:
    told: list[Came] = []
    came, _ = fill(folder, count, TEMPLATE, 2 if count < 10 else 4, told.append)
    assert told == came
    assert [one.refused for one in came] == [""] * count
    assert len({one.serial for one in came}) == count, "certificates of their own"
    assert [one.profile for one in came] == [f"样例 {n} 号机" for n in range(1, count + 1)]
    keys = {path.read_bytes() for path in folder.glob("XC-*/provision/**/*.key")}
    assert len(keys) >= count, "keys of their own"
    return came


def test_three_terminals_come_in_from_one_template_with_slips_nobody_else_can_read(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    slips = tmp_path / "slips.html"
    assert slips.read_text("utf-8").count("<svg") == 3
    assert stat.S_IMODE(slips.stat().st_mode) == 0o600


@pytest.mark.matrix
def test_fifty_terminals_come_in_from_one_template(tmp_path: Path) -> None:
    filled(tmp_path, 50)
