"""A finger and a keypad. Works from another thread while the shell runs on the main one, or from the main thread.

Everything it does is an event at pixels or a key of the keypad: what a resident could not do, it cannot do either.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPointingDevice
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from ui.fingers import REST_S
from ui.hearing import everything, id_of, node_of, walk_tree
from ui.shell import Shell
from ui.view import Node

_device: list[QPointingDevice] = []
_STEPS = 12
"""Moves of a finger from one point of a drawing to the next."""
KEYS = {
    "UP": Qt.Key.Key_Up,
    "DOWN": Qt.Key.Key_Down,
    "LEFT": Qt.Key.Key_Left,
    "RIGHT": Qt.Key.Key_Right,
    "SELECT": Qt.Key.Key_F20,
    "BACK": Qt.Key.Key_F21,
    "NEXT": Qt.Key.Key_F22,
    "HELP": Qt.Key.Key_F17,
    "REPEAT": Qt.Key.Key_R,
    "LOUDER": Qt.Key.Key_Plus,
    "SOFTER": Qt.Key.Key_Minus,
    "SLOWER": Qt.Key.Key_F23,
    "FASTER": Qt.Key.Key_F24,
    "WHERE": Qt.Key.Key_W,
    "PAUSE": Qt.Key.Key_P,
    "ERASE": Qt.Key.Key_Backspace,
    "*": Qt.Key.Key_Asterisk,
    ".": Qt.Key.Key_Period,
}


class RobotError(AssertionError):
    """Something a resident could not have done either: hidden, covered, switched off, off the screen, not there."""


class Robot:
    """Drives one shell. `pause` is how long a finger rests on the glass, seconds; a `steady` hand waits before it
    strikes the same key again, so that the double-strike filter does not take it for a trembling one.
    """

    def __init__(self, shell: Shell, pause: float = 0.02, *, steady: bool = False) -> None:
        self.shell = shell
        self.pause = pause
        self.steady = steady
        self._struck: dict[str, float] = {}
        self._down: set[int] = set()
        self._main = shell.call(threading.get_ident)

    def touch(self, name: str, *, reveal: bool = True) -> None:
        """Press and release a node by id, by its words, or a key by `key.<k>`; turns the page's parts to find it.

        Raises:
            RobotError: it is not there, covered, switched off or off the screen.
        """
        self.settle()
        if reveal:
            self._reveal(name)
        point = self.shell.call(lambda: self._point(name))
        self._finger(point)

    def touch_at(self, x: float, y: float) -> None:
        """Press and release at a point of the window, px."""
        self._finger(QPoint(round(x), round(y)))

    def hold(self, name: str) -> Callable[[], None]:
        """Press a node (its small key, if it has one) and keep it pressed; call the result to let go."""
        self._reveal(name)
        point = self.shell.call(lambda: self._point(name, small=True))
        self.shell.call(lambda: self._touch("press", point))
        return lambda: self.shell.call(lambda: self._touch("release", point))

    def key(self, name: str) -> None:
        """Press one key of the keypad: UP, DOWN, SELECT, BACK, HELP, ... or a digit.

        Raises:
            RobotError: there is no such key.
        """
        code = _key(name)
        if self.steady:
            self._rest(max(0.0, self._struck.get(name, 0.0) + self.shell.strike_s + 0.02 - time.monotonic()))
        self.shell.call(lambda: QTest.keyClick(self.shell.window, code))
        self._struck[name] = time.monotonic()
        self.settle()

    def key_down(self, name: str) -> Callable[[], None]:
        """Press a key and keep it pressed; call the result to let go.

        Raises:
            RobotError: there is no such key.
        """
        code = _key(name)
        self.shell.call(lambda: QTest.keyPress(self.shell.window, code))
        return lambda: self.shell.call(lambda: QTest.keyRelease(self.shell.window, code))

    def finger(self, number: int, what: str, where: str | tuple[float, float]) -> None:
        """One of ten fingers does `press`, `move` or `release` at a node or at a point of the window, px.

        Raises:
            RobotError: the node is not there, covered, switched off or off the screen.
        """

        def do() -> None:
            self._polish()
            if not isinstance(where, str):
                point = QPoint(round(where[0]), round(where[1]))
            elif self.shell.view.look.explore:
                point = self._spot(where)
            else:
                point = self._point(where)
            self._touch(what, point, number)

        self.shell.call(do)

    def draw(self, name: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Draw on an item with one finger; points are shares of its width and height.

        Raises:
            RobotError: it is not there, covered, switched off or off the screen.
        """
        self.settle()
        self._reveal(name)
        for stroke in strokes:
            self._draw(name, stroke)
            self._rest(self.pause)
            self.settle()

    def _draw(self, name: str, stroke: Sequence[tuple[float, float]]) -> None:
        points = self.shell.call(lambda: self._along(name, stroke))
        for at, point in enumerate(points):
            self.shell.call(partial(self._touch, "move" if at else "press", point))
        self.shell.call(partial(self._touch, "release", points[-1]))

    def explore(self, name: str, *, act: bool = False) -> None:
        """Rest a finger on a node of the shown part until it has the focus (explore by touch); `act` taps twice then.

        Raises:
            RobotError: it is not there, covered, switched off or off the screen.
        """
        self.settle()
        self.finger(0, "press", name)
        self._rest(REST_S + 0.05)
        self.finger(0, "release", name)
        for _ in range(2 if act else 0):
            self.finger(0, "press", name)
            self.finger(0, "release", name)
        self.settle()

    def go_to(self, name: str, most: int = 400) -> None:
        """Walk the focus with DOWN to a node or key.

        Raises:
            RobotError: the walk came round without meeting it.
        """
        for _ in range(most):
            if self.focused_node() == name or self._matches_focus(name):
                return
            self.key("DOWN")
        raise RobotError(f"the keypad does not reach {name!r}")

    def press(self, name: str) -> None:
        """Walk to a node with the keypad and select it."""
        self.go_to(name)
        self.key("SELECT")

    def type(self, text: str, mode: str = "touch") -> None:
        """Type with the keys of the panel that is shown; `mode` is touch or keypad."""
        for mark in text:
            name = f"key.{mark}"
            if mode == "touch":
                self.touch(name)
            else:
                self.press(name)

    def visible_nodes(self) -> list[str]:
        """Return the ids of the nodes that can be seen now, in reading order."""

        def look() -> list[str]:
            seen: list[str] = []
            for item in walk_tree(self.shell.root()):
                own = id_of(item)
                if own and own not in seen and self._seen(item):
                    seen.append(own)
            return seen

        return self.shell.call(look)

    def focused_node(self) -> str:
        """Return the id of the focused node or key, "" = none."""
        return self.shell.call(lambda: id_of(self.shell.hearing.current()))

    def wait(self, ready: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait until `ready()` (asked on the main thread) is true.

        Raises:
            TimeoutError: it did not become true in time.
        """
        end = time.monotonic() + seconds
        while not self.shell.call(ready):
            if time.monotonic() > end:
                raise TimeoutError("the page did not get there")
            self._rest(0.01)

    def wait_page(self, page: str, seconds: float = 5.0) -> None:
        """Wait until a page (or screen) is shown."""
        self.wait(lambda: page in (self.shell.view.page, self.shell.view.screen), seconds)
        self.settle()

    def settle(self) -> None:
        """Let the page arrange itself."""
        self._rest(0.005)
        self.shell.call(self._polish)

    def tree(self) -> str:
        """Return the accessible tree as indented text: role, name, value, description."""
        from ui.audit import tree

        return self.shell.call(lambda: tree(self.shell))

    def node(self, name: str) -> Node | None:
        """Return the presented node with this id or these words."""

        def look() -> Node | None:
            view = self.shell.view
            return view.node(name) or next((n for n in view.nodes if n.text == name), None)

        return self.shell.call(look)

    def _finger(self, point: QPoint) -> None:
        self.shell.call(lambda: self._touch("press", point))
        self._rest(self.pause)
        self.shell.call(lambda: self._touch("release", point))
        self.settle()

    def _touch(self, what: str, point: QPoint, finger: int = 0) -> None:
        """One frame of the touch panel: a finger comes, moves or goes, the others stay where they are."""
        if not _device:
            _device.append(QTest.createTouchDevice())
        window = self.shell.window
        event = QTest.touchEvent(window, _device[0], False)
        for other in self._down - {finger}:
            event.stationary(other)
        if what == "press":
            event.press(finger, point, window)
            self._down.add(finger)
        elif what == "move":
            event.move(finger, point, window)
        else:
            event.release(finger, point, window)
            self._down.discard(finger)
        event.commit(False)

    def _rest(self, seconds: float) -> None:
        if threading.get_ident() == self._main:
            QTest.qWait(max(1, round(seconds * 1000)))
        else:
            threading.Event().wait(seconds)

    def _polish(self) -> None:
        for item in everything(self.shell.root()):
            item.ensurePolished()

    def _matches_focus(self, name: str) -> bool:
        def look() -> bool:
            item = node_of(self.shell.hearing.current())
            return item is not None and item.node.id == id_of(self.shell.hearing.current()) and item.node.text == name

        return self.shell.call(look)

    def _reveal(self, name: str) -> None:
        if self.shell.call(lambda: self._find(name) is not None):
            return
        flow = self.shell.flow()
        parts = self.shell.call(lambda: int(flow.property("parts")))
        part = self.shell.call(lambda: int(flow.property("part")))
        for _ in range(part):
            self._finger(self.shell.call(lambda: self._point("pager.previous")))
        for _ in range(parts - 1):
            if self.shell.call(lambda: self._find(name) is not None):
                return
            self._finger(self.shell.call(lambda: self._point("pager.more")))

    def _find(self, name: str) -> QQuickItem | None:
        by_words = None
        for item in walk_tree(self.shell.root()):
            own = id_of(item)
            if not own or not self._seen(item):
                continue
            if own == name:
                return item
            node = node_of(item)
            words = node.node.text if node is not None and node.node.id == own else str(item.property("ear") or "")
            if words == name and by_words is None:
                by_words = item
        return by_words

    def _seen(self, item: QQuickItem) -> bool:
        return item.isVisible() and item.opacity() > 0 and item.width() > 0 and item.height() > 0

    def _point(self, name: str, *, small: bool = False) -> QPoint:
        item = self._find(name)
        if item is None:
            raise RobotError(f"{name!r} is not to be seen on {self.shell.view.page!r}")
        node = node_of(item)
        if node is not None and node.node.id == id_of(item) and not node.node.enabled:
            raise RobotError(f"{name!r} is switched off")
        if item.property("open") is False:
            raise RobotError(f"{name!r} is switched off")
        keys = [i for i in walk_tree(item) if i is not item and id_of(i) == id_of(item) and i.activeFocusOnTab()]
        target = keys[-1] if keys and (small or not item.inherits("QQuickAbstractButton")) else item
        middle = target.mapToScene(QPointF(target.width() / 2, target.height() / 2))
        if not QRectF(0, 0, self.shell.window.width(), self.shell.window.height()).contains(middle):
            raise RobotError(f"{name!r} is off the screen")
        self._uncovered(name, target, middle)
        return middle.toPoint()

    def _along(self, name: str, stroke: Sequence[tuple[float, float]]) -> list[QPoint]:
        """Where a finger passes that draws from point to point."""
        self._point(name)
        item = self._find(name)
        assert item is not None
        width, height = item.width(), item.height()
        corners = [item.mapToScene(QPointF(x * width, y * height)) for x, y in stroke]
        between = [
            (start + (end - start) * (at / _STEPS)).toPoint()
            for start, end in pairwise(corners)
            for at in range(_STEPS)
        ]
        return [*between, corners[-1].toPoint()]

    def _spot(self, name: str) -> QPoint:
        """Where an exploring finger finds an item, which may be words that nobody can press."""
        item = self._find(name)
        if item is None:
            raise RobotError(f"{name!r} is not to be seen on {self.shell.view.page!r}")
        middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
        if id_of(self.shell.hearing.under(middle)) != id_of(item):
            raise RobotError(f"{name!r} is covered")
        return middle.toPoint()

    def _uncovered(self, name: str, target: QQuickItem, point: QPointF) -> None:
        top = _topmost(self.shell.root(), point)
        at: QQuickItem | None = top
        while at is not None:
            if at is target:
                return
            at = at.parentItem()
        raise RobotError(f"{name!r} is covered")


def _key(name: str) -> Qt.Key:
    code = KEYS.get(name.upper())
    if code is None and len(name) == 1 and name.upper() in "0123456789X":
        code = Qt.Key(ord(name.upper()))
    if code is None:
        raise RobotError(f"no key {name!r} on the keypad")
    return code


def _topmost(root: QQuickItem, point: QPointF) -> QQuickItem | None:
    """Return the topmost item that takes presses at a point of the scene."""
    found: QQuickItem | None = None
    for item in walk_tree(root):
        takes = item.inherits("QQuickAbstractButton") or item.inherits("QQuickMouseArea")
        if takes and item.isEnabled() and item.contains(item.mapFromScene(point)):
            found = item
    return found
