"""Drawings that QML asks for by their own text."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from PySide6.QtCore import QSize

from ui.drawings import Drawings

WIDE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#FF0000"/></svg>'


@pytest.mark.parametrize(
    ("wanted", "found"), [((60, 60), (60, 30)), ((0, 60), (120, 60)), ((60, 0), (60, 30)), ((0, 0), (40, 20))]
)
def test_a_drawing_keeps_its_shape(wanted: tuple[int, int], found: tuple[int, int]) -> None:
    own = QSize()
    image = Drawings().requestImage(quote(WIDE), own, QSize(*wanted))
    assert (image.width(), image.height()) == found
    assert (own.width(), own.height()) == (40, 20)
    assert image.pixelColor(1, 1).name() == "#ff0000"


def test_what_is_no_drawing_is_an_empty_picture() -> None:
    assert Drawings().requestImage("no drawing", QSize(), QSize(60, 60)).isNull()
