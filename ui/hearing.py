"""Where the focus is, and what the accessible tree says of it. Sends `Focus` and `Heard`, at most one in 30 ms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from PySide6.QtCore import Q_RETURN_ARG, QMetaObject, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtQuick import QQuickItem, QQuickView

from ui.bridge import HEADING_ID
from ui.flow import PageFlow
from ui.node_item import NodeItem
from ui.view import Focus, Heard, Input

_COALESCE_MS = 30
_ROLES = {
    "Button": "button",
    "PushButton": "button",
    "CheckBox": "checkbox",
    "RadioButton": "radio",
    "StaticText": "text",
    "Heading": "heading",
    "EditableText": "field",
    "ProgressBar": "progress",
    "Graphic": "picture",
    "ListItem": "option",
}


def node_of(item: QObject | None) -> NodeItem | None:
    """Return the node an item belongs to, or None."""
    at = item
    while isinstance(at, QQuickItem):
        node = at.property("nodeObject")
        if isinstance(node, NodeItem):
            return node
        at = at.parentItem()
    return None


def id_of(item: QObject | None) -> str:
    """Return the id of a focusable item: its node's, or its own (`key.5`, `page.heading`, `pager.more`)."""
    if not isinstance(item, QQuickItem):
        return ""
    own = item.property("nid")
    return str(own) if own else ""


def walk_tree(item: QQuickItem) -> Iterator[QQuickItem]:
    """Yield an item and everything in it that is visible, in tree order."""
    if not item.isVisible():
        return
    yield item
    for child in item.childItems():
        yield from walk_tree(child)


def everything(item: QQuickItem) -> Iterator[QQuickItem]:
    """Yield an item and everything in it, seen or not, in tree order."""
    yield item
    for child in item.childItems():
        yield from everything(child)


def _next_in_chain(item: QQuickItem) -> QQuickItem:
    """Ask Qt for the item that Tab goes to next, by name: what the method itself returns is held by `item` for good
    (PySide 6.11.1).
    """
    direct, answer = Qt.ConnectionType.DirectConnection, Q_RETURN_ARG("QQuickItem*")
    return cast("QQuickItem", QMetaObject.invokeMethod(item, "nextItemInFocusChain", direct, answer))


class Hearing(QObject):
    """Watches the window's focus item."""

    def __init__(self, window: QQuickView, send: Callable[[Input], None]) -> None:
        super().__init__()
        self._window = window
        self._send = send
        self._node: NodeItem | None = None
        self._sent: Heard | None = None
        self._focused = ""
        self._remembered = ""
        self._body: PageFlow | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COALESCE_MS)
        self._timer.timeout.connect(self._tell)
        window.activeFocusItemChanged.connect(self._moved)

    def current(self) -> QQuickItem | None:
        """Return the focused item, also while another window (the device lab) is in front.

        What activeFocusItem() and scopedFocusItem() return is held for good by what they were asked of (PySide 6.11.1);
        the application holds nothing.
        """
        if self._window.isActive():
            item = QGuiApplication.focusObject()
            return item if isinstance(item, QQuickItem) else None
        at: QQuickItem | None = self._window.contentItem()
        while at is not None and at.isFocusScope() and (inner := at.scopedFocusItem()) is not None:
            at = inner
        return at

    def stops(self) -> list[QQuickItem]:
        """Return the focusable items in reading order: heading, body, arrows, actions, dock.

        Qt goes through the tree for it: a walk by keys asks at every step, and there are hundreds of items.
        """
        root = self._window.rootObject()
        if root is None:
            return []
        found: list[QQuickItem] = []
        first = item = _next_in_chain(root)
        while True:
            if id_of(item):
                found.append(item)
            item = _next_in_chain(item)
            if item is first:
                return found

    def heading(self) -> QQuickItem | None:
        """Return the heading of what is shown, the cover's before the page's; None when neither can have the focus."""
        stops = self.stops()
        titles = (i for i in stops if (node := node_of(i)) is not None and node.place.kind == "CoverTitle")
        return next(titles, next((i for i in stops if id_of(i) == HEADING_ID), None))

    def item(self, node_id: str) -> QQuickItem | None:
        """Return the focusable item of a node, or None."""
        root = self._window.rootObject()
        found = None
        for item in walk_tree(root):
            if id_of(item) == node_id and item.property("activeFocusOnTab") is not None:
                if item.activeFocusOnTab():
                    return item
                if found is None and item.metaObject().indexOfMethod("activate()") >= 0:
                    found = item
        return found

    def focus(self, node_id: str) -> bool:
        """Move the focus to a node; to the heading when it is not there."""
        item = self.item(node_id)
        if item is None and node_id != HEADING_ID:
            item = self.item(HEADING_ID)
        if item is None:
            return False
        self._go(item)
        return True

    def focus_cover(self, node_id: str) -> None:
        """Move the focus into a cover that has just come up; to its heading when the node is not there."""
        wanted = next((i for i in self.stops() if id_of(i) == node_id), None) or self.heading()
        if wanted is not None:
            self._go(wanted)

    def remember(self) -> None:
        """Keep where the focus is, before a cover comes up."""
        self._remembered = id_of(self.current())

    def restore(self) -> None:
        """Put the focus back where it was before the cover."""
        self.focus(self._remembered or HEADING_ID)

    def forget(self) -> None:
        """A new page: what was said last may be said again."""
        self._sent = None
        self._focused = ""

    def wipe(self) -> None:
        """The visit is over: nothing that was heard or focused is kept, not even where a cover came from."""
        self.forget()
        self._remembered = ""

    def check(self, home: str = "") -> None:
        """The page changed: when the focused item is gone, go to the node `home`, or to the heading.

        A key of a panel goes when it has done its work, a candidate for one: `home` is the field that it filled, so
        that a walk by keys goes on from there and not from the top of the page.
        """
        item = self.current()
        if item is None or not id_of(item):
            target = (self.item(home) if home else None) or self.heading()
            if target is not None:
                self._go(target)

    def walk(self, *, forward: bool) -> None:
        """Move the focus one stop in reading order, turning the parts of the body on the way; wraps round."""
        flow = self._flow()
        before, inside, after = self._zones(flow)
        now = self.current()
        step = 1 if forward else -1
        for zone in (before, inside, after):
            at = next((i for i, stop in enumerate(zone) if stop is now), -1)
            if at >= 0 and 0 <= at + step < len(zone):
                self._go(zone[at + step])
                return
        parts, part = (int(flow.property("parts")), int(flow.property("part"))) if flow is not None else (0, 0)
        if flow is not None and any(stop is now for stop in inside):
            rest = range(part + step, parts if forward else -1, step)
        elif any(stop is now for stop in (before if forward else after)):
            rest = range(parts) if forward else range(parts - 1, -1, -1)
        else:
            rest = range(0)
        for number in rest:
            if flow is not None and self._turn(flow, number, forward):
                return
        ends = after + before if forward else before[::-1] + after[::-1]
        if any(stop is now for stop in after) == forward and any(stop is now for stop in before + after):
            ends = before + after if forward else after[::-1] + before[::-1]
        if ends:
            self._go(ends[0])
        elif inside:
            self._go(inside[0 if forward else -1])

    def select(self) -> None:
        """Act on the focused item."""
        item = self.current()
        if item is not None and item.metaObject().indexOfMethod("activate()") >= 0:
            QMetaObject.invokeMethod(item, "activate", Qt.ConnectionType.DirectConnection)

    def shows(self, code: str) -> bool:
        """Tell whether an open panel has a key of this code."""
        return self.item(f"key.{code}") is not None

    def type(self, code: str) -> None:
        """Press a key of the open panel by its code (`5`, `point`, `erase`); the focus stays where it is."""
        item = self.item(f"key.{code}")
        if item is not None:
            QMetaObject.invokeMethod(item, "activate", Qt.ConnectionType.DirectConnection)

    def under(self, point: QPointF) -> QQuickItem | None:
        """Return the focusable item at a point of the window, the innermost one; None = nothing speaks there."""
        found = None
        for item in self.stops():
            if item.contains(item.mapFromScene(point)):
                found = item
        return found

    def visit(self, item: QQuickItem) -> None:
        """Move the focus to an item that a finger explores; it speaks also when it had the focus already."""
        self._sent = None
        self._go(item)
        self._timer.start()

    def _zones(self, flow: PageFlow | None) -> tuple[list[QQuickItem], list[QQuickItem], list[QQuickItem]]:
        """Return the stops before, inside and after the body's arrangement."""
        stops = self.stops()
        if flow is None:
            return [], [], stops
        inside = [stop for stop in stops if flow.isAncestorOf(stop)]
        # The first stop from the arrangement on, inside it or behind it.
        onward = inside[0] if inside else _next_in_chain(flow)
        at = next((i for i, stop in enumerate(stops) if stop is onward), len(stops))
        return stops[:at], inside, stops[at + len(inside) :]

    def _turn(self, flow: PageFlow, part: int, forward: bool) -> bool:
        flow.turn(part - int(flow.property("part")))
        flow.ensurePolished()
        inside = [stop for stop in self.stops() if flow.isAncestorOf(stop)]
        if inside:
            self._go(inside[0] if forward else inside[-1])
        return bool(inside)

    def _go(self, item: QQuickItem) -> None:
        item.forceActiveFocus(Qt.FocusReason.TabFocusReason)
        if not self._window.isActive():
            self._moved()

    def _flow(self) -> PageFlow | None:
        if self._body is None:
            self._body = next((i for i in everything(self._window.rootObject()) if isinstance(i, PageFlow)), None)
        return self._body if self._body is not None and self._body.isVisible() else None

    def _moved(self) -> None:
        item = self.current()
        if self._node is not None:
            self._node.watch = None
        self._node = node_of(item) if id_of(item) and not id_of(item).startswith("key.") else None
        if self._node is not None:
            self._node.watch = self._timer.start
        self._timer.start()

    def _tell(self) -> None:
        item = self.current()
        node_id = id_of(item)
        if item is None or not node_id:
            return
        if node_id != self._focused:
            self._focused = node_id
            self._send(Focus(node_id))
        heard = self.hear(item)
        if heard is not None and heard != self._sent:
            self._sent = heard
            self._send(heard)

    def hear(self, item: QQuickItem) -> Heard | None:
        """Return what the accessible tree says of an item."""
        face = QAccessible.queryAccessibleInterface(item)
        if face is None or not face.isValid():
            return None
        text = QAccessible.Text
        state = face.state()
        node_item = node_of(item)
        node = node_item.node if node_item is not None else None
        own = node is not None and node.id == id_of(item)
        words = []
        if state.checkable:
            words.append("checked" if state.checked else "unchecked")
        if state.disabled or (own and node is not None and not node.enabled):
            words.append("disabled")
        if own and node is not None:
            words += [w for w, on in (("current", node.current), ("invalid", node.invalid)) if on]
            words += ["required"] if node.required else []
        place = node_item.place if own and node_item is not None else None
        return Heard(
            node=id_of(item),
            role=_ROLES.get(face.role().name, face.role().name.lower()),
            name=face.text(text.Name),
            value=face.text(text.Value),
            state=" ".join(words),
            position=(place.n, place.of) if place is not None else (0, 0),
            hint=help_ if isinstance(help_ := item.property("help"), str) else face.text(text.Description),
        )
