"""Every layout, as it is drawn: no QML warning, no finding of the audit. The whole matrix is `kiosk screens`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor

from tests.ui.samples import SCREENS, build
from ui.audit import audit
from ui.hearing import everything
from ui.shell import Shell
from ui.view import Look, Panel, ScreenView

PANELS = [panel for panel in Panel if panel]


def clean(shell: Shell, view: ScreenView) -> None:
    shell.present(replace(view, page=f"{view.page}#{view.look}"))
    assert audit(shell).findings == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SCREENS)
def test_standard(shell: Shell, name: str, lang: str) -> None:
    clean(shell, build(name, lang))


@pytest.mark.parametrize("name", SCREENS)
def test_high_contrast(shell: Shell, name: str) -> None:
    clean(shell, build(name, "zh", Look(theme="dark")))


@pytest.mark.parametrize("name", ["attract", "guide", "review", "outcome", "rating", "idle"])
def test_low_glare(shell: Shell, name: str) -> None:
    clean(shell, build(name, "zh", Look(theme="lowglare")))


@pytest.mark.parametrize(("size", "lang"), [(1.25, "zh"), (1.5, "en")])
@pytest.mark.parametrize("name", ["attract", "guide", "identify", "form", "review", "outcome", "message", "idle"])
def test_large_type(shell: Shell, name: str, size: float, lang: str) -> None:
    clean(shell, build(name, lang, Look(size=size)))


@pytest.mark.parametrize("name", SCREENS)
def test_elder(shell: Shell, name: str) -> None:
    clean(shell, build(name, "zh", Look(elder=True)))


@pytest.mark.parametrize("name", SCREENS)
def test_seated(shell: Shell, name: str) -> None:
    clean(shell, build(name, "zh", Look(seated=True)))


@pytest.mark.parametrize("name", ["identify", "form", "review", "outcome"])
def test_read_out(shell: Shell, name: str) -> None:
    clean(shell, replace(build(name, "zh", Look(voice=True)), caption="请把身份证平放在右下方蓝灯处。"))


@pytest.mark.parametrize("name", SCREENS)
def test_landscape(wide_shell: Shell, name: str) -> None:
    clean(wide_shell, build(name, "zh"))


@pytest.mark.parametrize("look", [Look(), Look(size=1.5), Look(seated=True)], ids=str)
@pytest.mark.parametrize("panel", PANELS)
def test_panels(shell: Shell, panel: Panel, look: Look) -> None:
    clean(shell, build("form", "zh", look, panel))


@pytest.mark.parametrize("panel", PANELS)
def test_panels_in_landscape(wide_shell: Shell, panel: Panel) -> None:
    clean(wide_shell, build("form", "en", Look(), panel))


def test_the_audit_finds_words_too_faint_to_read(shell: Shell) -> None:
    clean(shell, build("review"))
    heading = next(i for i in everything(shell.root()) if i.property("text") == "请您核对一遍")
    before = heading.property("color")
    heading.setProperty("color", QColor("#0F4A9A"))
    try:
        assert "contrast" in {finding.kind for finding in audit(shell, walk=False).findings}
    finally:
        heading.setProperty("color", before)


def test_the_audit_finds_a_control_too_small_to_hit(shell: Shell) -> None:
    clean(shell, build("review"))
    item = shell.hearing.item("dock.lang")
    assert item is not None
    before = item.height()
    item.setHeight(40)
    try:
        assert "small" in {finding.kind for finding in audit(shell, walk=False).findings}
    finally:
        item.setHeight(before)


def test_an_unknown_screen_is_a_plain_column(shell: Shell, present: Callable[[ScreenView], None]) -> None:
    present(replace(build("review"), screen="something-new", page="something-new"))
    assert audit(shell).findings == ()
