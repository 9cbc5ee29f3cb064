"""A QR code drawn exactly: whole pixels for each module, white quiet zone of four, in every theme."""

from __future__ import annotations

from PySide6.QtCore import Property, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

QML_IMPORT_NAME = "Doorstep"
QML_IMPORT_MAJOR_VERSION = 1

_QUIET = 4


def matrix(text: str) -> list[list[bool]]:
    """Return the modules of the smallest code of level M (or better) that holds `text`, dark = True."""
    import segno

    code = segno.make(text, error="m", micro=False, boost_error=True)
    return [[bool(cell) for cell in row] for row in code.matrix]


@QmlElement
class QrPicture(QQuickPaintedItem):
    """Draws `text` as a QR code; nothing when it is empty."""

    text_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._rows: list[list[bool]] = []

    def paint(self, painter: QPainter) -> None:
        """Paint the modules, centred."""
        painter.fillRect(QRectF(0, 0, self.width(), self.height()), QColor(Qt.GlobalColor.white))
        if not self._rows:
            return
        across = len(self._rows) + 2 * _QUIET
        room = min(self.width(), self.height())
        unit = max(1, int(room // across)) if room >= across * 2 else room / across
        left = round((self.width() - unit * len(self._rows)) / 2)
        top = round((self.height() - unit * len(self._rows)) / 2)
        dark = QColor("#0F2138")
        for y, row in enumerate(self._rows):
            for x, cell in enumerate(row):
                if cell:
                    painter.fillRect(QRectF(left + x * unit, top + y * unit, unit, unit), dark)

    def _get_text(self) -> str:
        return self._text

    def _set_text(self, value: str) -> None:
        if value == self._text:
            return
        self._text = value
        self._rows = matrix(value) if value else []
        self.text_changed.emit()
        self.update()

    text = Property(str, _get_text, _set_text, notify=text_changed)
