"""Keys of the keypad: a linear walk in reading order, select, and the keys that ask for something.

Also the place where `Touched` is sent, before anything else happens with a press. No key repeats.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from ui.view import Key, Touched

if TYPE_CHECKING:
    from ui.shell import Shell

_K = Qt.Key
FORWARD = {_K.Key_Down, _K.Key_F19, _K.Key_Tab}
BACKWARD = {_K.Key_Up, _K.Key_F18, _K.Key_Backtab}
SELECT = {_K.Key_Return, _K.Key_Enter, _K.Key_Space, _K.Key_F20, _K.Key_Select}
ASK = {
    _K.Key_Escape: "back",
    _K.Key_F21: "back",
    _K.Key_F22: "next",
    _K.Key_F23: "slower",
    _K.Key_F24: "faster",
    _K.Key_F17: "help",
    _K.Key_F1: "help",
    _K.Key_H: "help",
    _K.Key_R: "repeat",
    _K.Key_Plus: "louder",
    _K.Key_Equal: "louder",
    _K.Key_VolumeUp: "louder",
    _K.Key_Minus: "softer",
    _K.Key_VolumeDown: "softer",
}
_PRESSES = (QEvent.Type.TouchBegin, QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress)


class KeyMap(QObject):
    """An event filter on the window."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Send `Touched`, then handle keys; everything else goes on to Qt."""
        kind = event.type()
        if kind not in _PRESSES:
            return kind == QEvent.Type.KeyRelease
        if isinstance(event, QKeyEvent) and event.isAutoRepeat():
            return True
        self._shell.send(Touched(time.monotonic()))
        if not isinstance(event, QKeyEvent):
            self._shell.bridge.set_key_mode(False)
            return False
        self.key(_K(event.key()))
        return True

    def key(self, key: Qt.Key) -> None:
        """Do what a key means."""
        hearing = self._shell.hearing
        if hearing.type_digit(key):
            return
        if key in FORWARD or key in BACKWARD or key in SELECT or key in (_K.Key_Left, _K.Key_Right):
            self._shell.bridge.set_key_mode(True)
        if key in FORWARD or key == _K.Key_Right:
            hearing.walk(forward=True)
        elif key in BACKWARD or key == _K.Key_Left:
            hearing.walk(forward=False)
        elif key in SELECT:
            hearing.select()
        elif key in ASK:
            self._shell.send(Key(ASK[key]))
