"""Pages and timers that have gone leave no objects of ours behind: a terminal shows thousands of pages a day."""

from __future__ import annotations

import gc
from collections import Counter
from dataclasses import replace
from itertools import count

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from shiboken6 import isValid

from kiosk_app.lab.samples import desk, pages
from kiosk_app.screens import view
from kiosk_app.visit.state import Home, IdleWarning, State
from tests.tools.heap import malloc_mb
from ui.shell import Shell, forget_letters
from ui.view import ScreenView

PAGES = (
    "identify",
    "identify-all",
    "progress",
    "face-aim",
    "home",
    "form-text",
    "form-date",
    "review",
    "idle",
    "rating",
)
ROUNDS = 3


def ours() -> Counter[str]:
    """Count by class: objects of our own classes and timers, and items of Qt whose C++ side has gone."""
    gc.collect()
    found = [o for o in gc.get_objects() if isinstance(o, QObject)]
    gone = [o for o in found if type(o) is QQuickItem and not isValid(o)]
    mine = [o for o in found if type(o) is QTimer or type(o).__module__.startswith("ui.")]
    return Counter(type(o).__name__ for o in (*mine, *gone))


def show_all(shell: Shell) -> None:
    for name in PAGES:
        shell.present(view(pages()[name], desk()))
        QTest.qWait(100)
        for _ in range(3):
            shell.hearing.walk(forward=True)
    shell.wipe()


def test_a_page_that_is_shown_again_and_again_costs_nothing_more(shell: Shell) -> None:
    """PySide 6.11.1 keeps 1 to 8 KB of each object that QML makes of a Python type, when that has long gone."""
    for _ in range(ROUNDS):
        # Nodes that have left are kept for the next ones: that many, and no more.
        show_all(shell)
    before = ours()
    for _ in range(ROUNDS):
        show_all(shell)
    grown = ours() - before
    assert {"PageFlow", "CoverFlow", "CameraPicture"} < before.keys()
    assert all(count < ROUNDS for count in grown.values()), grown


def heap_grown(shell: Shell, states: list[State], each_ms: int) -> float:
    """Show these again and again, faster than a picture comes from another thread; return the least a time cost, MB.

    What is kept is kept each time; what the first times need for good, they need once.
    """
    grown = []
    for _ in range(4):
        before = malloc_mb()
        for state in states:
            shell.present(view(state, desk()))
            QTest.qWait(each_ms)
        shell.present(view(State(), desk()))
        QTest.qWait(300)
        gc.collect()
        grown.append(malloc_mb() - before)
    return min(grown[1:])


def test_pages_that_go_before_their_icons_have_come_keep_none(shell: Shell) -> None:
    attract = State()
    assert heap_grown(shell, [attract, attract.at(Home())] * 20, 20) < 0.2


def test_a_countdown_keeps_no_ring(shell: Shell) -> None:
    home = State().at(Home())
    seconds = [replace(home, cover=IdleWarning(left)) for left in range(30, 0, -1)]
    assert heap_grown(shell, seconds, 0) < 2.0


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_timer_that_fired_or_was_cancelled_is_let_go(shell: Shell, cancelled: bool) -> None:
    before = ours()["QTimer"]
    fired: list[int] = []
    for n in range(50):
        timer = shell.after(0.001, lambda n=n: fired.append(n))  # type: ignore[misc]
        if cancelled:
            timer.cancel()
    QTest.qWait(100)
    del timer
    assert len(fired) == (0 if cancelled else 50)
    assert ours()["QTimer"] <= before + 2


def named(letters: str) -> ScreenView:
    """The page that shows all answers, each in these letters."""
    page = view(pages()["review"], desk())
    return replace(page, nodes=tuple(replace(node, value=letters) if node.value else node for node in page.nodes))


def test_no_letter_of_a_visit_is_kept(shell: Shell) -> None:
    """Every round draws 120 letters in several sizes that were not drawn before."""
    grown, letters = [], count(0x4E00)
    for _ in range(4):
        before = malloc_mb()
        for _ in range(10):
            shell.present(named("".join(chr(next(letters)) for _ in range(12))))
            QTest.qWait(30)
        shell.present(view(State(), desk()))
        shell.wipe()
        QTest.qWait(300)
        gc.collect()
        grown.append(malloc_mb() - before)
    assert min(grown[1:]) < 0.02, grown


def test_the_first_page_looks_the_same_when_its_letters_are_drawn_anew(shell: Shell) -> None:
    shell.present(view(State(), desk()))
    QTest.qWait(500)
    before = shell.window.grabWindow()
    forget_letters()
    QTest.qWait(100)
    assert shell.window.grabWindow() == before
