"""Keys of a keypad, a keyboard or switches: a linear walk in reading order, select, and keys that ask for something.

Says `Touched` before anything else happens with a press, also for a key that no map knows: speech hushes all the same.
Only the key that pauses speech does not hush it, or there would be nothing left to go on with.
The map can be changed at any time (`use`); which device a key comes from makes no difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from ui.keymap import BEFORE, MOVES, ON, PAUSE, SCAN, SELECT, TYPE, Keymap
from ui.presses import KeyPresses, Scan, Wish
from ui.strikes import Strikes
from ui.view import Key, Touched

if TYPE_CHECKING:
    from ui.shell import Shell


def key_name(code: int) -> str:
    """Return a key as maps call it, "" when Qt has no name for it."""
    try:
        return Qt.Key(code).name.removeprefix("Key_")
    except ValueError:
        return ""


class Keys(QObject):
    """An event filter on the window."""

    def __init__(self, shell: Shell, keymap: Keymap) -> None:
        super().__init__()
        self._shell = shell
        self._keymap = keymap
        self._presses = KeyPresses()
        self._scan = Scan()
        self._strikes = Strikes()
        self._hush_owed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)

    def use(self, keymap: Keymap) -> None:
        """Go by another map from the next press on."""
        self._keymap = keymap
        self.forget()

    def forget(self) -> None:
        """No key is down, none was struck, and the scan stands still."""
        self._presses.forget()
        self._scan.stop()
        self._strikes.forget()
        self._timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take every key; Qt gets none of them."""
        if not isinstance(event, QKeyEvent) or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return False
        if event.isAutoRepeat():
            return True
        name = key_name(event.key())
        if event.type() == QEvent.Type.KeyPress:
            self._down(name)
        else:
            self._do(self._presses.up(name, self._shell.clock()))
        self._arm()
        return True

    def look(self) -> None:
        """Do what is due by waiting: a key held long enough, the next item of a scan."""
        now = self._shell.clock()
        self._do(self._presses.look(now))
        if self._scan.look(now, self._keymap.scan_s):
            self._shell.bridge.set_key_mode(True)
            self._shell.hearing.walk(forward=True)
        self._arm()

    def _down(self, name: str) -> None:
        code = self._keymap.types.get(name, "")
        typed = bool(code) and self._shell.hearing.shows(code)
        meaning = TYPE + code if typed else self._keymap.keys.get(name, "")
        self._hush_owed = PAUSE in (meaning, self._keymap.held.get(meaning))
        if not self._hush_owed:
            self._shell.send(Touched(self._shell.clock()))
        if meaning:
            look = self._shell.view.look
            self._do(self._presses.down(name, meaning, self._keymap, self._shell.clock(), look.hold_s))

    def _do(self, wish: Wish | None) -> None:
        if wish is None:
            return
        now = self._shell.clock()
        if not self._strikes.accepts(wish.key, now, self._shell.strike_s):
            return
        hearing, meaning = self._shell.hearing, wish.meaning
        if self._hush_owed and meaning != PAUSE:
            self._shell.send(Touched(now))
        self._hush_owed = False
        if meaning in MOVES:
            self._shell.bridge.set_key_mode(True)
        if meaning in (ON, BEFORE):
            hearing.walk(forward=meaning == ON)
        elif meaning == SELECT or (meaning == SCAN and self._scan.press(now, self._keymap.scan_s)):
            hearing.select()
        elif meaning.startswith(TYPE):
            hearing.type(meaning.removeprefix(TYPE))
        elif meaning != SCAN:
            self._shell.send(Key(meaning))

    def _arm(self) -> None:
        due = [at for at in (self._presses.due, self._scan.due) if at is not None]
        if due:
            self._timer.start(max(1, round((min(due) - self._shell.clock()) * 1000) + 1))
        else:
            self._timer.stop()
