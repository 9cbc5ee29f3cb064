"""The audit's parts on pages of our own: figures that are right, and every planted fault found and it alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from kiosk_app.lab.seeds import kinds, missed, plant
from kiosk_app.lab.told import compare
from tests.ui.samples import build
from ui.audit import KINDS, Finding, Report, Shown, audit
from ui.audit.colour import Picture, luminance, ratio
from ui.audit.seeds import PLANTS
from ui.shell import Shell, ShellConfig
from ui.view import Heard, Node, Role


@pytest.fixture(scope="module")
def lab() -> Iterator[Shell]:
    """A window whose pages are spoiled: nobody else's."""
    shell = Shell(ShellConfig())
    yield shell
    shell.close()


@pytest.mark.parametrize("kind", kinds())
def test_a_planted_fault_is_reported_and_it_alone(lab: Shell, kind: str) -> None:
    assert missed({kind: plant(lab, kind)}) == []


def test_every_kind_has_a_plant_and_a_clause() -> None:
    assert set(PLANTS) == set(kinds())
    assert all(kind.clauses for kind in KINDS.values())


@pytest.mark.parametrize(
    ("ink", "paper", "figure"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#777777", "#FFFFFF", 4.48),
        ("#767676", "#FFFFFF", 4.54),
        ("#0B4DA2", "#0B4DA2", 1),
    ],
)
def test_contrast_is_that_of_the_standard(ink: str, paper: str, figure: float) -> None:
    assert float(ratio(luminance(QColor(ink)), luminance(QColor(paper)))) == pytest.approx(figure, abs=0.01)


def test_a_picture_is_read_in_px_of_the_page() -> None:
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    image.setPixelColor(4, 6, QColor("#000000"))
    found = Picture(image, 2.0).luminances(QRectF(2, 3, 1, 1))
    assert found.shape == (2, 2)
    assert found[0, 0] == pytest.approx(0)
    assert found[1, 1] == pytest.approx(1)


def test_the_audit_leaves_focus_and_part_as_they_were(shell: Shell) -> None:
    shell.present(replace(build("review"), page="audited"))
    shell.app.processEvents()
    before = shell.hearing.current()
    audit(shell)
    assert shell.hearing.current() is before
    assert shell.flow().property("part") == 0


def test_the_report_carries_what_is_shown_and_what_the_tree_says(shell: Shell) -> None:
    view = replace(build("review"), page="told")
    shell.present(view)
    report = audit(shell, walk=False)
    assert {"page.heading", "dock.help"} <= {heard.node for heard in report.heard}
    assert any(shown.words == view.title and shown.node == "page.heading" for shown in report.shown)


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ("138*****000", []),
        ("138 0013 8000", []),
        ("手机号", []),
        ("另一个号", [Finding("never spoken", "另一个号", "form.phone")]),
        ("138*****111", [Finding("never spoken", "138*****111", "form.phone")]),
    ],
)
def test_a_mask_is_spoken_by_what_it_hides(shown: str, found: list[Finding]) -> None:
    node = Node("form.phone", Role.FIELD, "手机号", "13800138000")
    view = replace(build("review"), nodes=(node,))
    heard = Heard("form.phone", "field", "手机号", "13800138000", "")
    report = Report((), 0, (Shown("form.phone", shown),), (heard,))
    assert compare(view, report)[0] == found
