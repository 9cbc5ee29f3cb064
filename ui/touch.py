"""Fingers on the glass: one of them counts, and QML sees that one as a single pointer.

No item can be pressed by two fingers at once because no item ever sees a second one. With explore by touch the page
is not pressed at all: the finger moves the focus, which speaks as it always does, and two quick taps act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QEventPoint, QMouseEvent, QTouchEvent
from PySide6.QtQuick import QQuickItem

from ui.fingers import SLOP_PX, ActFocused, Box, Corner, Drag, Drop, Fingers, Lift, Order, Over, Press
from ui.view import Key, Touched

if TYPE_CHECKING:
    from ui.shell import Shell

CORNER_PX = 71.0
"""22 mm of the page, at 3.212 px to the millimetre: the lower left corner, below every reach limit."""
USUAL_PX_MM = 3.212
"""Of the page on the screen that it was drawn for: 27 inches."""
MOUSE = -1
"""The mouse is one more finger."""
_TOUCHES = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd)
_MOUSE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
)


class Touch(QObject):
    """An event filter on the window."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._fingers = Fingers()
        self._finer = 1.0
        self._passing = False
        self._over: QQuickItem | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)

    def measure(self, px_per_mm: float) -> None:
        """A hand is as large before any screen: what it holds and how it trembles is counted in millimetres."""
        self._finer = px_per_mm / USUAL_PX_MM
        self._fingers.slop = SLOP_PX * self._finer

    def forget(self) -> None:
        """No finger is on the glass, and none was."""
        self._carry_out(self._fingers.cancel())
        self._fingers.forget()
        self._over = None
        self._timer.stop()

    def look(self) -> None:
        """Do what is due by waiting: the corner, a finger at rest, a tap that stayed alone."""
        self._carry_out(self._fingers.look(self._shell.clock()))
        self._arm()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take every touch and every press of a mouse; pass the one pointer on."""
        kind = event.type()
        if self._passing:
            return False
        if kind == QEvent.Type.TouchCancel:
            self._carry_out(self._fingers.cancel())
        elif kind in _TOUCHES and isinstance(event, QTouchEvent):
            self._touched(event)
        elif kind in _MOUSE and isinstance(event, QMouseEvent):
            # Qt makes mouse events of touches that nobody took; those were taken.
            if event.source() == Qt.MouseEventSource.MouseEventNotSynthesized:
                self._moused(event)
        else:
            return False
        event.accept()
        self._arm()
        return True

    def _touched(self, event: QTouchEvent) -> None:
        if event.type() == QEvent.Type.TouchBegin:
            # The first finger of all: whatever was thought to be down has been lost.
            self._carry_out(self._fingers.cancel())
        for point in event.points():
            at = point.position()
            match point.state():
                case QEventPoint.State.Pressed:
                    self._down(point.id(), at)
                case QEventPoint.State.Released:
                    self._carry_out(self._fingers.up(point.id(), at.x(), at.y(), self._shell.clock()))
                case QEventPoint.State.Updated:
                    self._carry_out(self._fingers.move(point.id(), at.x(), at.y(), self._shell.clock()))

    def _moused(self, event: QMouseEvent) -> None:
        at, now = event.position(), self._shell.clock()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._down(MOUSE, at)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._carry_out(self._fingers.up(MOUSE, at.x(), at.y(), now))
        elif event.type() == QEvent.Type.MouseMove:
            self._carry_out(self._fingers.move(MOUSE, at.x(), at.y(), now))

    def _down(self, finger: int, at: QPointF) -> None:
        now = self._shell.clock()
        self._shell.send(Touched(now))
        self._fingers.corner = self._corner()
        explore = self._shell.view.look.explore
        self._carry_out(self._fingers.down(finger, at.x(), at.y(), now, explore=explore))

    def _corner(self) -> Box:
        """The lower left corner of the page, wherever the page lies in the window."""
        window, config = self._shell.window, self._shell.config
        scale = min(window.width() / config.width, window.height() / config.height)
        left = (window.width() - config.width * scale) / 2
        low = (window.height() + config.height * scale) / 2
        side = CORNER_PX * self._finer * scale
        return Box(left, low - side, side, side)

    def _carry_out(self, orders: list[Order]) -> None:
        for order in orders:
            match order:
                case Press(x, y):
                    self._shell.bridge.set_key_mode(False)
                    self._point(QEvent.Type.MouseButtonPress, QPointF(x, y))
                case Drag(x, y):
                    self._point(QEvent.Type.MouseMove, QPointF(x, y))
                case Lift(x, y):
                    self._point(QEvent.Type.MouseButtonRelease, QPointF(x, y))
                case Drop():
                    self._let_go()
                case Over(x, y, fresh):
                    self._explore(QPointF(x, y), fresh)
                case ActFocused():
                    if self._shell.bridge.accepts("focused"):
                        self._shell.hearing.select()
                case Corner():
                    self._shell.send(Key("corner"))

    def _explore(self, point: QPointF, fresh: bool) -> None:
        item = self._shell.hearing.under(point)
        if item is not None and (fresh or item is not self._over):
            self._shell.hearing.visit(item)
        self._over = item

    def _let_go(self) -> None:
        grabber = self._shell.window.mouseGrabberItem()
        if grabber is not None:
            grabber.ungrabMouse()

    def _point(self, kind: QEvent.Type, at: QPointF) -> None:
        window = self._shell.window
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        event = QMouseEvent(
            kind,
            at,
            at,
            window.mapToGlobal(at),
            button,
            held,
            Qt.KeyboardModifier.NoModifier,
            Qt.MouseEventSource.MouseEventSynthesizedByApplication,
        )
        self._passing = True
        try:
            QCoreApplication.sendEvent(window, event)
        finally:
            self._passing = False

    def _arm(self) -> None:
        due = self._fingers.due
        if due is None:
            self._timer.stop()
        else:
            self._timer.start(max(1, round((due - self._shell.clock()) * 1000) + 1))
