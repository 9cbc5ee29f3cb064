"""The page as it lies there: one walk over the scene, everything measured once, pictures with and without words."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtQuick import QQuickItem

from ui.audit.colour import Picture
from ui.bridge import HEADING_ID
from ui.hearing import id_of, node_of, walk_tree
from ui.shell import Shell
from ui.view import Node

ZONES = ("hero", "cover", "page", "body", "pager", "actions", "dock", "foot")
"""Reading order of the page's zones; "page" is the line at the top that is the same everywhere."""
_OF_OWN = {HEADING_ID: "hero", "page.lead": "hero", "page.steps": "hero", "page.foot": "foot"}
_PATIENCE_S = 2.0
_PNG_QUALITY = 80
_LOADING = 2
"""`Image.Loading`; `progress` says 1 too early."""
_FLAGS = "horizontalAlignment + 1000 * verticalAlignment + 1000000 * fontInfo.pixelSize"


@dataclass(frozen=True, slots=True)
class Piece:
    """Something drawn: the item, the id of what it belongs to, where it lies in px of the page."""

    item: QQuickItem
    owner: str
    rect: QRectF


@dataclass(frozen=True, slots=True)
class Words(Piece):
    """Visible words. `ink` is the rectangle they really cover, `px` the size they are really drawn in, `holder` the
    rectangle of the control they name.
    """

    text: str
    ink: QRectF
    px: int
    holder: QRectF | None


@dataclass(frozen=True, slots=True)
class Scene:
    """One part of a page. `targets` can be pressed, `things` have a place in the accessible tree, in its order."""

    words: tuple[Words, ...]
    icons: tuple[Piece, ...]
    targets: tuple[Piece, ...]
    things: tuple[Piece, ...]

    def label(self, piece: Piece) -> str:
        """Return a name for reports: the id, else the words on it."""
        return piece.owner or next((w.text for w in self.words if piece.item.isAncestorOf(w.item)), "?")


def page_item(shell: Shell) -> QQuickItem:
    """Return the item that is the page, whatever the window's scale."""
    return shell.root().childItems()[1]


def scene_of(shell: Shell) -> Scene:
    """Measure the part that is shown."""
    page = page_item(shell)
    words: list[Words] = []
    icons: list[Piece] = []
    targets: list[Piece] = []
    things: list[Piece] = []
    for item, owner, holder, drawn in _owned(page, "", None):
        if item.width() <= 0 or item.height() <= 0:
            continue
        if item.inherits("QQuickText"):
            text = str(item.property("text") or "")
            if text and drawn:
                words.append(_words(page, item, owner, text, holder))
        elif item.inherits("QQuickImage"):
            if drawn and _is_icon(item):
                icons.append(Piece(item, owner, _rect(page, item)))
        elif item.inherits("QQuickAbstractButton"):
            targets.append(Piece(item, owner, _rect(page, item)))
        if owner and id_of(item) == owner and item.metaObject().indexOfMethod("activate()") >= 0:
            things.append(Piece(item, owner, _rect(page, item)))
    return Scene(tuple(words), tuple(icons), tuple(targets), tuple(things))


def node_at(item: QQuickItem) -> Node | None:
    """Return the node an item stands for (not the node it merely belongs to), or None."""
    found = node_of(item)
    return found.node if found is not None and found.node.id == id_of(item) else None


def zone_of(piece: Piece) -> str:
    """Return the zone a thing lies in."""
    found = node_of(piece.item)
    if found is not None:
        return str(found.node.slot)
    return _OF_OWN.get(piece.owner) or piece.owner.split(".")[0]


def settle(shell: Shell) -> None:
    """Let the page arrange itself as it would on the glass: two frames, and every icon decoded."""
    if not shell.window.isActive():
        shell.window.requestActivate()  # without it nothing has the focus, and no ring is drawn
    # Outside a running loop Qt keeps what is to be deleted: pages of long ago would go on following every look.
    shell.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for _ in range(2):
        shell.app.processEvents()
        shell.window.grabWindow()
    end = time.monotonic() + _PATIENCE_S
    waiting = [item for item in walk_tree(page_item(shell)) if _is_icon(item)]
    while time.monotonic() < end:
        waiting = [item for item in waiting if number(item, "status") == _LOADING]
        if not waiting:
            return
        shell.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def grab(shell: Shell) -> Picture:
    """Return the window as it is drawn now."""
    image = shell.window.grabWindow()
    return Picture(image, image.width() / shell.config.width)


def keep(shell: Shell, path: Path) -> None:
    """Write the window as PNG, packed lightly: of thousands of pictures the time counts, not a tenth of the bytes."""
    shell.window.grabWindow().save(str(path), "PNG", _PNG_QUALITY)  # type: ignore[call-overload]


@contextmanager
def hidden(pieces: Iterable[Piece]) -> Iterator[None]:
    """Take pieces off the page for as long as the block lasts; nothing moves."""
    before = [(piece.item, piece.item.opacity()) for piece in pieces]
    for item, _ in before:
        item.setOpacity(0)
    try:
        yield
    finally:
        for item, opacity in before:
            item.setOpacity(opacity)


def _owned(
    item: QQuickItem, owner: str, holder: QQuickItem | None, drawn: bool = True
) -> Iterator[tuple[QQuickItem, str, QQuickItem | None, bool]]:
    """Yield what is visible in tree order, each with the id it belongs to, the control it lies in, and whether it is
    drawn at all: the name of the machine gives way to the caption and stays in the accessible tree.
    """
    if not item.isVisible():
        return
    owner = id_of(item) or owner
    drawn = drawn and item.opacity() > 0
    yield item, owner, holder, drawn
    if item.inherits("QQuickAbstractButton"):
        holder = item
    for child in item.childItems():
        yield from _owned(child, owner, holder, drawn)


def _is_icon(item: QQuickItem) -> bool:
    """Whether an item is a line icon that is drawn (`Icon.qml`); its picture is decoded after the page is made."""
    return item.inherits("QQuickImage") and item.property("stroke") is not None and bool(item.property("name"))


def _rect(page: QQuickItem, item: QQuickItem) -> QRectF:
    return item.mapRectToItem(page, QRectF(0, 0, item.width(), item.height()))


def _words(page: QQuickItem, item: QQuickItem, owner: str, text: str, holder: QQuickItem | None) -> Words:
    """Measure words. Alignment and the size that `fontSizeMode` chose are QML types: one expression reads them all."""
    px, rest = divmod(number(item, _FLAGS), 1_000_000)
    y_flag, x_flag = divmod(rest, 1000)
    wide, high = float(item.property("contentWidth")), float(item.property("contentHeight"))
    spare_x, spare_y = item.width() - wide, item.height() - high
    right, centre = Qt.AlignmentFlag.AlignRight.value, Qt.AlignmentFlag.AlignHCenter.value
    x = spare_x if x_flag == right else spare_x / 2 if x_flag == centre else 0.0
    y = spare_y / 2 if y_flag == Qt.AlignmentFlag.AlignVCenter.value else 0.0
    ink = item.mapRectToItem(page, QRectF(x, y, wide, high))
    held = _rect(page, holder) if holder is not None else None
    return Words(item, owner, _rect(page, item), text, ink, px, held)


def number(item: QQuickItem, expression: str) -> int:
    """Return what a QML expression is worth for an item: enumerations of QML have no Python type."""
    context = qmlContext(item)
    found = QQmlExpression(context, item, f"({expression}) * 1").evaluate() if context is not None else 0
    return int(found[0] if isinstance(found, tuple) else found)


def colour_of(item: QQuickItem) -> QColor:
    """Return the colour that an icon or words are drawn in."""
    found = item.property("color")
    return found if isinstance(found, QColor) else QColor(found)


__all__ = [
    "ZONES",
    "Piece",
    "Scene",
    "Words",
    "colour_of",
    "grab",
    "hidden",
    "keep",
    "node_at",
    "number",
    "page_item",
    "scene_of",
    "settle",
    "zone_of",
]
