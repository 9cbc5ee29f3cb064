"""The ring of the time that is left: painted, so that a second costs no picture.

As an `Image` of changing data addresses every second was a download of Qt's reader thread, and one that was replaced
before it had come kept its 700 KB for good.
"""

from __future__ import annotations

from PySide6.QtCore import Property, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

QML_IMPORT_NAME = "Doorstep"
QML_IMPORT_MAJOR_VERSION = 1

_SIDE = 420.0
_RADIUS = 190.0
_LINE = 22.0
"""The drawing is made for a square of `_SIDE`, px; it is scaled to the item."""
_TOP = 90 * 16
_TURN = 360 * 16
"""QPainter.drawArc: sixteenths of a degree, counterclockwise from three o'clock."""


@QmlElement
class TimeRing(QQuickPaintedItem):
    """Draws `share` (0 to 100) of a ring in `tint`, from the top and clockwise, on the whole ring dimmed."""

    share_changed = Signal()
    tint_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._share = 0
        self._tint = QColor(Qt.GlobalColor.white)

    def paint(self, painter: QPainter) -> None:
        """Paint the ring, centred."""
        scale = min(self.width(), self.height()) / _SIDE
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(scale, scale)
        square = QRectF(-_RADIUS, -_RADIUS, 2 * _RADIUS, 2 * _RADIUS)
        line = QPen(QColor(255, 255, 255, 64), _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(line)
        painter.drawEllipse(square)
        line.setColor(self._tint)
        painter.setPen(line)
        painter.drawArc(square, _TOP, -round(_TURN * min(100, max(0, self._share)) / 100))

    def _get_share(self) -> int:
        return self._share

    def _set_share(self, value: int) -> None:
        if value != self._share:
            self._share = value
            self.share_changed.emit()
            self.update()

    def _get_tint(self) -> QColor:
        return self._tint

    def _set_tint(self, value: QColor) -> None:
        if value != self._tint:
            self._tint = value
            self.tint_changed.emit()
            self.update()

    share = Property(int, _get_share, _set_share, notify=share_changed)
    tint = Property(QColor, _get_tint, _set_tint, notify=tint_changed)
