"""A page that needs several screens: what stands on which does not change while it is turned over, nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest

from kiosk_app.lab.samples import desk, pages
from kiosk_app.screens import view
from ui.hearing import id_of
from ui.shell import Shell

PAGES = pages()
MOST_STEPS = 60
POLISH_MS = 12


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["themes", "audience"])
def test_a_walk_by_keys_meets_everything_that_can_be_pressed_in_one_round(shell: Shell, name: str, lang: str) -> None:
    state = PAGES[name]
    page = view(replace(state, prefs=replace(state.prefs, voice=True, lang=lang)), desk())
    shell.present(replace(page, caption=page.title))
    met: list[str] = []
    for _ in range(MOST_STEPS):
        shell.hearing.walk(forward=True)
        QTest.qWait(POLISH_MS)
        if id_of(shell.hearing.current()) in met:
            break
        met.append(id_of(shell.hearing.current()))
        # The narrator says where the focus is: the page is arranged again under the words.
        shell.present(replace(page, caption=f"{id_of(shell.hearing.current())}，一共四项，按钮，第十九项"))
        QTest.qWait(POLISH_MS)
    assert {node.id for node in page.nodes if node.actions and node.enabled} <= set(met)
