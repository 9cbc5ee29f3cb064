"""A clip in sign language moves, stands still when told so, and a file that cannot be drawn shows a hand instead."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtQuick import QQuickItem

from kiosk_app.lab.moving import moving_picture
from tests.ui.samples import build
from ui.audit import audit
from ui.hearing import everything
from ui.shell import Shell
from ui.view import Action, Node, Role, ScreenView


def page(path: Path, style: str) -> ScreenView:
    guide = build("guide", "zh")
    clip = Node(
        "sign.clip",
        Role.CARD,
        "停住手语",
        note="手语：测试画面",
        icon=str(path),
        style=style,
        actions=(Action.PRESS,),
        group="sign",
    )
    hide = Node("sign.hide", Role.BUTTON, "收起手语", icon="x", actions=(Action.PRESS,), group="sign")
    return replace(guide, page="signs", nodes=(clip, hide, *guide.nodes))


def clip(shell: Shell) -> QQuickItem:
    return next(i for i in everything(shell.root()) if i.metaObject().className().startswith("QQuickAnimatedImage"))


def frames(shell: Shell, seconds: float) -> set[int]:
    seen, end = set(), time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        seen.add(int(clip(shell).property("currentFrame")))
    return seen


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test.webp"
    path.write_bytes(moving_picture(ms=40))
    return path


def test_it_moves_and_stands_still(shell: Shell, file: Path) -> None:
    shell.present(page(file, "play"))
    assert len(frames(shell, 1.0)) > 3
    shell.present(page(file, "still"))
    assert len(frames(shell, 0.5)) <= 2
    assert audit(shell).findings == ()


def test_what_cannot_be_drawn_is_no_fault_of_the_page(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "bad.webp").write_bytes(b"RIFF\x04\0\0\0WEBP")
    shell.present(page(tmp_path / "bad.webp", "still"))
    frames(shell, 0.3)
    shell.warnings[:] = [w for w in shell.warnings if "bad.webp" not in w]
    assert audit(shell).findings == ()
