"""The camera's picture, drawn live from shared memory: rounded, with an oval where the face belongs.

Frames never pass through the loop: a timer looks for a new one and takes at most 30 a second, only while the item can
be seen.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtQml import QmlElement, QmlUncreatable
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

if TYPE_CHECKING:
    from ui.preview import Preview

QML_IMPORT_NAME = "Doorstep"
QML_IMPORT_MAJOR_VERSION = 1

STEP_MS = 15
"""Twice as often as frames come: a look is one short read; in step with the writer every other would be missed."""
LEAST_S = 0.029
"""Between two frames that are taken."""
AWAY_MS = 500
"""Between looks while the window is covered: only to notice that it is not any more."""
STALE_S = 1.0
"""An older picture is taken away: what looks alive has to be."""
_OVAL_HEIGHT, _OVAL_WIDTH = 0.76, 0.66
"""Share of the height, and width as a share of the oval's height: a face of about 300 px in 1280 x 720."""


@QmlElement
@QmlUncreatable("PySide keeps something of each: take Bridge.camera")
class CameraPicture(QQuickPaintedItem):  # type: ignore[operator]
    """Draws the preview called `source`; `live` is false while there is nothing to draw. `aim` shows the oval."""

    source_changed = Signal()
    live_changed = Signal()
    aim_changed = Signal()
    corner_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self._live = False
        self._aim = True
        self._corner = 28.0
        self._preview: Preview | None = None
        self._images: tuple[QImage, ...] = ()
        self._fresh_at = 0.0
        self.painted = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self.visibleChanged.connect(self._begin_or_end)

    def paint(self, painter: QPainter) -> None:
        """Paint the newest frame, middle part, filling the item."""
        preview = self._preview
        if preview is None or not self._live:
            return
        whole = QRectF(0, 0, self.width(), self.height())
        path = QPainterPath()
        path.addRoundedRect(whole, self._corner, self._corner)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(path)
        painter.drawImage(whole, self._images[preview.shown], self._middle(preview))
        if self._aim:
            self._paint_oval(painter)
        self.painted += 1

    def _middle(self, preview: Preview) -> QRectF:
        """The largest middle part of the frame that has the item's shape: nobody is stretched."""
        wide, high = float(preview.layout.width), float(preview.layout.height)
        wanted = self.width() / max(1.0, self.height())
        if wide > high * wanted:
            return QRectF((wide - high * wanted) / 2, 0, high * wanted, high)
        return QRectF(0, (high - wide / wanted) / 2, wide, wide / wanted)

    def _paint_oval(self, painter: QPainter) -> None:
        """A light line on a dark one shows on any face and any wall."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        down = self.height() * _OVAL_HEIGHT / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((11.0, QColor(15, 33, 56)), (5.0, QColor(255, 255, 255))):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(middle, down * _OVAL_WIDTH, down)

    # Looking for frames

    def _begin_or_end(self) -> None:
        """The timer runs only while there is something to draw and it can be seen."""
        if self._source and self.isVisible():
            if not self._timer.isActive():
                self._timer.start(STEP_MS)
        else:
            self._timer.stop()
            self._let_go()

    def _look(self) -> None:
        window = self.window()
        exposed = window is not None and window.isExposed()
        step = STEP_MS if exposed else AWAY_MS
        if self._timer.interval() != step:
            self._timer.setInterval(step)
        if not exposed:
            return
        now = time.monotonic()
        if now - self._fresh_at < LEAST_S:
            return
        preview = self._preview or self._open()
        if preview is None:
            return
        try:
            taken = preview.take()
        except OSError:
            preview.gone, taken = True, False
        if taken:
            self._fresh_at = now
            self._set_live(True)
            self.update()
        elif preview.gone:
            self._let_go()
        elif self._live and now - self._fresh_at > STALE_S:
            self._set_live(False)
            self.update()

    def _open(self) -> Preview | None:
        # Not with this module: the first page has no camera on it and must not wait for what only this one needs.
        from ui.preview import Preview

        try:
            preview = Preview(self._source)
        except (OSError, ValueError):
            # Not yet, not any more, or not to be trusted: the placeholder stays and the next tick looks again.
            return None
        layout = preview.layout
        shape = (layout.width, layout.height, layout.stride, QImage.Format.Format_RGB32)
        self._images = tuple(QImage(buffer, *shape) for buffer in preview.buffers)
        self._preview = preview
        return preview

    def _let_go(self) -> None:
        """Nothing of the last face stays: not in the frames, not on the screen."""
        preview, self._preview = self._preview, None
        self._images = ()
        if preview is not None:
            preview.close()
        if self._live:
            self._set_live(False)
            self.update()

    def _set_live(self, live: bool) -> None:
        if live != self._live:
            self._live = live
            self.live_changed.emit()

    # Properties

    def _get_source(self) -> str:
        return self._source

    def _set_source(self, value: str) -> None:
        if value == self._source:
            return
        self._let_go()
        self._source = value
        self._begin_or_end()
        self.source_changed.emit()

    def _get_live(self) -> bool:
        return self._live

    def _get_aim(self) -> bool:
        return self._aim

    def _set_aim(self, value: bool) -> None:
        if value != self._aim:
            self._aim = value
            self.aim_changed.emit()
            self.update()

    def _get_corner(self) -> float:
        return self._corner

    def _set_corner(self, value: float) -> None:
        if value != self._corner:
            self._corner = value
            self.corner_changed.emit()
            self.update()

    source = Property(str, _get_source, _set_source, notify=source_changed)
    live = Property(bool, _get_live, notify=live_changed)
    aim = Property(bool, _get_aim, _set_aim, notify=aim_changed)
    corner = Property(float, _get_corner, _set_corner, notify=corner_changed)
