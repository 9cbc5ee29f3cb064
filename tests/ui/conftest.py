from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication

from ui.robot import Robot
from ui.shell import Shell, ShellConfig
from ui.view import Input, ScreenView

Present = Callable[[ScreenView], None]


@pytest.fixture(scope="session")
def _shell() -> Iterator[Shell]:
    shell = Shell(ShellConfig(double_strike_ms=0))
    yield shell
    shell.close()


@pytest.fixture(scope="session")
def _wide_shell() -> Iterator[Shell]:
    shell = Shell(ShellConfig(width=1920, height=1080, double_strike_ms=0))
    yield shell
    shell.close()


def in_front(shell: Shell) -> None:
    """Tests of the device lab's window take the front, and an application that ends there closes every window."""
    if shell.window.rootObject() is not None and not shell.window.isActive():
        shell.window.show()
        shell.window.requestActivate()
        QCoreApplication.processEvents()


@pytest.fixture
def shell(_shell: Shell) -> Iterator[Shell]:
    """The portrait window; a QML warning fails the test."""
    _shell.warnings.clear()
    _shell.on_input = lambda _: None
    _shell.bridge.set_key_mode(False)
    _shell.wipe()
    in_front(_shell)
    yield _shell
    assert _shell.warnings == []


_begins = count(1000, 1000)


class Clock:
    """Time that stands still until a test moves it; each one begins later than all before it."""

    def __init__(self) -> None:
        self.now = float(next(_begins))

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(shell: Shell) -> Iterator[Clock]:
    """The shell's time, and the double-strike filter as the look of the page says."""
    handed, real, override = Clock(), shell.clock, shell.bridge.strike_override
    shell.clock, shell.bridge.strike_override = handed, None
    yield handed
    shell.clock, shell.bridge.strike_override = real, override
    shell.wipe()


@pytest.fixture
def wide_shell(_wide_shell: Shell) -> Iterator[Shell]:
    _wide_shell.warnings.clear()
    in_front(_wide_shell)
    yield _wide_shell
    assert _wide_shell.warnings == []


@pytest.fixture
def inputs(shell: Shell) -> list[Input]:
    """Everything the shell sends up during the test."""
    got: list[Input] = []
    shell.on_input = got.append
    return got


@pytest.fixture
def robot(shell: Shell) -> Robot:
    return Robot(shell)


@pytest.fixture
def present(shell: Shell, robot: Robot) -> Present:
    """Show a view and let it arrange itself."""

    def show(view: ScreenView) -> None:
        shell.present(view)
        robot.settle()

    return show
