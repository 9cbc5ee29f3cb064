"""Small arrangements beside the body: facts of the information zone, the action row, a cover."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Property, QPointF, Signal, Slot
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem

from ui.flow import spread
from ui.node_item import NodeItem

QML_IMPORT_NAME = "Doorstep"
QML_IMPORT_MAJOR_VERSION = 1

_TWELFTHS = 12
_SQUEEZE = 22.0  # what a button can do without: part of the room beside its words, px
_UPPER = ("CoverTitle", "CoverText", "CoverRing")


def node_children(parent: QQuickItem) -> list[tuple[QQuickItem, NodeItem]]:
    """Return the children that carry a node, in reading order."""
    found = []
    for child in parent.childItems():
        node = child.property("nodeObject")
        if isinstance(node, NodeItem):
            found.append((int(child.property("index")), child, node))
    found.sort(key=lambda each: each[0])
    return [(child, node) for _, child, node in found]


def natural(item: QQuickItem, name: str = "naturalHeight") -> float:
    """Return what a delegate asks for, px."""
    return float(item.property(name) or 0.0)


class ZoneFlow(QQuickItem):
    """Base: arranges again before the next frame whenever asked."""

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self.widthChanged.connect(self.polish)
        self.heightChanged.connect(self.polish)

    @Slot()
    def arrange(self) -> None:
        """Arrange anew before the next frame."""
        self.polish()

    def set_setting(self, name: str, value: object) -> bool:
        """Change a setting and arrange anew; returns whether it differed."""
        if getattr(self, name) == value:
            return False
        setattr(self, name, value)
        self.polish()
        return True


@QmlElement
class HeroFlow(ZoneFlow):
    """Facts side by side by their span, everything else full width, one below the other."""

    def updatePolish(self) -> None:  # noqa: N802
        """Arrange the children; `implicitHeight` is what they need."""
        gap = 20.0
        rows: list[list[QQuickItem]] = []
        used = _TWELFTHS
        for item, node in node_children(self):
            span = node.place.span
            if used + span > _TWELFTHS:
                rows.append([])
                used = 0
            used += span
            rows[-1].append(item)
            item.setWidth(span / _TWELFTHS * (self.width() + gap) - gap)
        y = 0.0
        for row in rows:
            height = max(natural(item) for item in row)
            x = 0.0
            for item in row:
                item.setPosition(QPointF(round(x), round(y)))
                item.setHeight(round(height))
                x += item.width() + gap
            y += height + 16
        self.setImplicitHeight(max(0.0, y - 16))


@QmlElement
class ActionFlow(ZoneFlow):
    """One row of actions, the primary at the right and widest; two rows when their words do not fit in one.

    `squeeze` is how far the words shrink so that one row is enough; never below `least`.
    """

    settings_changed = Signal()
    squeeze_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._gap = 20.0
        self._row = 120.0
        self._squeeze = 1.0
        self._least = 1.0

    def updatePolish(self) -> None:  # noqa: N802
        """Arrange the children; `implicitHeight` is what they need."""
        items = [(child, node, natural(child, "naturalWidth")) for child, node in node_children(self)]
        rows = [items] if items else []
        least = sum(w - _SQUEEZE for _, _, w in items)
        room = self.width() - self._gap * (len(items) - 1)
        squeeze = min(1.0, room / least) if least > 0 else 1.0
        if len(items) > 1 and squeeze < self._least:
            middle = len(items) - 1 if len(items) <= 3 else (len(items) + 1) // 2
            rows = [items[:middle], items[middle:]]
            squeeze = 1.0
        if abs(squeeze - self._squeeze) > 0.005:
            self._squeeze = squeeze
            self.squeeze_changed.emit()
        self.setImplicitHeight(len(rows) * self._row + max(0, len(rows) - 1) * self._gap)
        for number, row in enumerate(rows):
            primary = [node.node.style == "primary" for _, node, _ in row]
            widths = share_width([w * squeeze for _, _, w in row], primary, self.width(), self._gap)
            x = 0.0
            for (item, _, _), width in zip(row, widths, strict=True):
                item.setPosition(QPointF(round(x), round(number * (self._row + self._gap))))
                item.setWidth(round(width))
                item.setHeight(self._row)
                x += width + self._gap

    def _get_row(self) -> float:
        return self._row

    def _set_row(self, value: float) -> None:
        if self.set_setting("_row", value):
            self.settings_changed.emit()

    def _get_least(self) -> float:
        return self._least

    def _set_least(self, value: float) -> None:
        if self.set_setting("_least", value):
            self.settings_changed.emit()

    @Property(float, notify=squeeze_changed)
    def squeeze(self) -> float:
        """Factor of the words' size, 0 to 1."""
        return self._squeeze

    row = Property(float, _get_row, _set_row, notify=settings_changed)
    least = Property(float, _get_least, _set_least, notify=settings_changed)


def share_width(natural_widths: list[float], primary: list[bool], width: float, gap: float) -> list[float]:
    """Share `width` px among buttons: natural widths first, then the rest to the primary; or all shrink alike."""
    room = width - gap * (len(natural_widths) - 1)
    spare = room - sum(natural_widths)
    if spare <= 0:
        return [w + spare / len(natural_widths) for w in natural_widths]
    if any(primary):
        each = [0.3 / len(natural_widths)] * len(natural_widths)
        each[primary.index(True)] += 0.7
        return [w + spare * part for w, part in zip(natural_widths, each, strict=True)]
    return [w + spare / len(natural_widths) for w in natural_widths]


def _shrunk(
    rows: Sequence[Sequence[tuple[QQuickItem, NodeItem]]], sizes: list[tuple[float, float]], room: float
) -> list[tuple[float, float]]:
    """Take from drawings what large words need; words and buttons keep their height."""
    missing = max(0.0, sum(height for height, _ in sizes) - room)
    found = []
    for row, (height, stretch) in zip(rows, sizes, strict=True):
        drawing = all(node.place.kind == "Picture" for _, node in row)
        less = min(missing, max(0.0, height - max(natural(i, "leastHeight") for i, _ in row))) if drawing else 0.0
        missing -= less
        found.append((height - less, stretch))
    return found


@QmlElement
class CoverFlow(ZoneFlow):
    """A cover: words and ring in the coloured zone, what can be pressed below it (beside it in landscape, where a
    drawing of what to do fills the zone under its words).
    """

    zone_changed = Signal()
    settings_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._side = 48.0
        self._least = 620.0
        self._landscape = False
        self._zone = 620.0

    def updatePolish(self) -> None:  # noqa: N802
        """Arrange the children."""
        cells = node_children(self)
        drawn = [item for item, node in cells if self._landscape and node.node.value.startswith("paper:")]
        upper = [item for item, node in cells if node.place.kind in _UPPER]
        lower = [(item, node) for item, node in cells if node.place.kind not in _UPPER and item not in drawn]
        zone_width = self.width() * 0.46 if self._landscape else self.width()
        y = 214.0 if self._landscape else 158.0
        for item in upper:
            item.setWidth(zone_width - 2 * self._side)
            item.setPosition(QPointF(self._side, round(y)))
            item.setHeight(natural(item))
            y += natural(item) + 14
        for item in drawn:
            item.setWidth(zone_width - 2 * self._side)
            item.setPosition(QPointF(self._side, round(y)))
            item.setHeight(max(natural(item, "leastHeight"), self.height() - y - 24))
        zone = max(self._least, y + 26)
        if zone != self._zone:
            self._zone = zone
            self.zone_changed.emit()
        left = zone_width + self._side if self._landscape else self._side
        self._arrange_lower(lower, left, 60.0 if self._landscape else zone + 40)

    def _arrange_lower(self, lower: list[tuple[QQuickItem, NodeItem]], left: float, top: float) -> None:
        """Below each other, halves side by side."""
        room, gap = self.width() - left - self._side, 32.0
        rows: list[list[tuple[QQuickItem, NodeItem]]] = []
        used = _TWELFTHS
        for item, node in lower:
            if used + node.place.span > _TWELFTHS:
                rows.append([])
                used = 0
            used += node.place.span
            rows[-1].append((item, node))
            item.setWidth(node.place.span / _TWELFTHS * (room + gap) - gap)
        sizes = [(max(natural(i) for i, _ in row), max(float(n.place.stretch) for _, n in row)) for row in rows]
        left_over = self.height() - top - 36 - gap * max(0, len(rows) - 1)
        for row, height in zip(rows, spread(_shrunk(rows, sizes, left_over), left_over), strict=True):
            x = left
            for item, _ in row:
                item.setPosition(QPointF(round(x), round(top)))
                item.setHeight(round(height))
                x += item.width() + gap
            top += height + gap

    @Property(float, notify=zone_changed)
    def zone_height(self) -> float:
        """Height of the coloured zone, px."""
        return self._zone

    def _get_side(self) -> float:
        return self._side

    def _set_side(self, value: float) -> None:
        if self.set_setting("_side", value):
            self.settings_changed.emit()

    def _get_least(self) -> float:
        return self._least

    def _set_least(self, value: float) -> None:
        if self.set_setting("_least", value):
            self.settings_changed.emit()

    def _get_landscape(self) -> bool:
        return self._landscape

    def _set_landscape(self, value: bool) -> None:
        if self.set_setting("_landscape", value):
            self.settings_changed.emit()

    side = Property(float, _get_side, _set_side, notify=settings_changed)
    least = Property(float, _get_least, _set_least, notify=settings_changed)
    landscape = Property(bool, _get_landscape, _set_landscape, notify=settings_changed)
