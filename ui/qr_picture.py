"""QR codes that QML asks for, `image://qr/<the text, percent-encoded>`: a pixel for each module, four of white around.

`QrPicture.qml` draws them, whole pixels for each module, in every theme.
"""

from __future__ import annotations

from urllib.parse import unquote

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtQml import QQmlEngine
from PySide6.QtQuick import QQuickImageProvider

NAME = "qr"
DARK = QColor("#0F2138")
_QUIET = 4


class QrPictures(QQuickImageProvider):
    """Draws a code at once, on the main thread; keeps none."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, text: str, size: QSize, _wanted: QSize) -> QImage:  # noqa: N802
        """Return the smallest code of level M (or better) that holds `text`; `size` becomes how many pixels that is."""
        image = picture(unquote(text))
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image


def picture(text: str) -> QImage:
    """Return the code of `text`, a pixel for each module.

    Raises:
        ValueError: it is longer than a code can hold.
    """
    import segno

    rows = list(segno.make(text, error="m", micro=False, boost_error=True).matrix_iter(border=_QUIET))
    image = QImage(len(rows), len(rows), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixelColor(x, y, DARK)
    return image


def provide(engine: QQmlEngine) -> None:
    """Let the pages of an engine ask for codes; the engine keeps the provider."""
    engine.addImageProvider(NAME, QrPictures())
