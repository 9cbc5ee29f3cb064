"""The body of a page: rows of nodes in reading order, stretched to fill the room, cut when they do not fit.

Laid out in `updatePolish`, so that a frame never shows a page half arranged. Nothing scrolls and nothing is clipped:
what does not fit is on the next part, behind the big arrows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import Property, QPointF, QRectF, Signal, Slot
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem

from ui.node_item import NodeItem

QML_IMPORT_NAME = "Doorstep"
QML_IMPORT_MAJOR_VERSION = 1

_TWELFTHS = 12
_CLOSE_GAP = 12.0  # between rows of a page that fits only when it moves together, px
_CLOSE_PAD = 10.0


@dataclass(slots=True)
class Row:
    """Neighbours side by side; `natural` is the wanted height in px, `least` the smallest that still holds the words,
    `stretch` how far it may grow.
    """

    cells: list[tuple[QQuickItem, NodeItem]]
    natural: float = 0.0
    least: float = 0.0
    stretch: float = 0.0
    box: str = ""
    head: bool = False


def cut(rows: Sequence[Row], gaps: Sequence[float], pad: float, room: float) -> list[tuple[int, int]]:
    """Cut rows into parts no higher than `room` px; `(first, last + 1)` of each part.

    `gaps[i]` stands between rows i and i + 1; a part that begins or ends inside a card keeps the card's `pad`. A
    heading is never the last row of a part.
    """

    def height(first: int, last: int) -> float:
        edges = (pad if rows[first].box else 0.0) + (pad if rows[last - 1].box else 0.0)
        return sum(row.natural for row in rows[first:last]) + sum(gaps[first : last - 1]) + edges

    parts: list[tuple[int, int]] = []
    first = 0
    while first < len(rows):
        last = first + 1
        while last < len(rows) and height(first, last + 1) <= room + 0.5:
            last += 1
        while last < len(rows) and last - 1 > first and rows[last - 1].head:
            last -= 1
        parts.append((first, last))
        first = last
    return parts or [(0, 0)]


def spread(rows: list[tuple[float, float]], room: float) -> list[float]:
    """Grow rows, each `(natural, stretch)`, in proportion to their stretch until `room` px is used."""
    spare = room - sum(natural for natural, _ in rows)
    total = sum(stretch for _, stretch in rows)
    share = min(1.0, max(0.0, spare / total)) if total else 0.0
    return [natural + stretch * share for natural, stretch in rows]


def _ids(rows: Sequence[Row]) -> set[str]:
    return {node.node.id for row in rows for _, node in row.cells}


def _hide(rows: Sequence[Row]) -> None:
    for row in rows:
        for item, _ in row.cells:
            item.setVisible(False)


@QmlElement
class PageFlow(QQuickItem):
    """Arranges its children that carry a `node` and a `naturalHeight`; `part` of `parts` is shown."""

    part_changed = Signal()
    parts_changed = Signal()
    boxes_changed = Signal()
    settings_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._part = 0
        self._parts = 1
        self._boxes: list[QRectF] = []
        self._gap = 20.0
        self._gutter = 28.0
        self._pad = 16.0
        self._near = False
        self._controls_top = 0.0
        self._pager = 0.0
        self._wanted = ""
        self._writing = ""
        self.widthChanged.connect(self.polish)
        self.heightChanged.connect(self.polish)

    @Slot()
    def arrange(self) -> None:
        """Arrange anew before the next frame."""
        self.polish()

    @Slot(str)
    def want(self, node_id: str) -> None:
        """Show the part that holds this node when the page is arranged next; "" keeps the part."""
        self._wanted = node_id
        self.polish()

    @Slot()
    def start(self) -> None:
        """Show the first part."""
        self._set_part(0)
        self.polish()

    @Slot(int)
    def turn(self, by: int) -> None:
        """Show another part."""
        self._writing = ""
        self._set_part(min(max(0, self._part + by), self._parts - 1))
        self.polish()

    def cells(self) -> list[tuple[QQuickItem, NodeItem]]:
        """Return the children that carry a node, in reading order."""
        found = []
        for child in self.childItems():
            node = child.property("nodeObject")
            if isinstance(node, NodeItem):
                found.append((int(child.property("index")), child, node))
        found.sort(key=lambda each: each[0])
        return [(child, node) for _, child, node in found]

    def updatePolish(self) -> None:  # noqa: N802
        """Arrange the children."""
        cells = self.cells()
        if self._controls_top > 0:
            self._arrange_seated(cells)
            return
        self._stack(cells)
        rows = self._rows(cells)
        room = self.height()
        parts = self._fit(rows, room, room - self._pager)
        # A field in which somebody writes grows: it takes its part along instead of leaving it.
        field = next((node.node.id for _, node in cells if node.place.kind == "Field" and node.node.current), "")
        self._wanted = self._wanted or (field if field == self._writing else "")
        shown = [_ids(rows[first:last]) for first, last in parts]
        self._settle(shown)
        self._writing = field if field in shown[self._part] else ""
        first, last = parts[self._part]
        room -= self._pager if len(parts) > 1 else 0
        boxes = self._place(rows[first:last], 0.0, room)
        _hide(rows[:first] + rows[last:])
        self._set_boxes(boxes)

    def _stack(self, cells: Sequence[tuple[QQuickItem, NodeItem]]) -> None:
        """Keep the children in the order in which they are seen: keys and screen readers go by it."""
        wanted = [item for item, _ in cells]
        if [child for child in self.childItems() if child in wanted] != wanted:
            for before, after in pairwise(wanted):
                after.stackAfter(before)

    def _arrange_seated(self, cells: list[tuple[QQuickItem, NodeItem]]) -> None:
        """What is read above `controls_top`, what is touched below it; each is cut by itself, turned together."""
        open_field = [c for c in cells if c[1].place.kind == "Field" and c[1].node.current and c[1].node.panel]
        below = [c for c in cells if c[1].place.control and c not in open_field]
        above = [c for c in cells if not c[1].place.control and c not in open_field]
        self._stack(above + open_field + below)
        if open_field:
            self._arrange_seated_field(open_field[0], above, below)
            return
        self._place_seated(self._rows(above), self._rows(below))

    def _place_seated(self, top: list[Row], low: list[Row]) -> None:
        # A text that is longer than the room above the line pushes the controls further down, never under themselves.
        line = max(self._controls_top, max((row.natural for row in top), default=0.0) + self._gap)
        high_room = line - self._gap
        low_room = self.height() - line
        top_parts = self._fit(top, high_room, high_room)
        top_near = self._near
        low_parts = self._fit(low, low_room, low_room - self._pager)
        low_near = self._near
        count = max(len(top_parts), len(low_parts))
        if count > 1:
            low_room -= self._pager
            low_parts = self._cut(low, low_room)
            count = max(len(top_parts), len(low_parts))
        shown = [
            _ids(rows[first:last])
            for rows, cuts in ((top, top_parts), (low, low_parts))
            for first, last in [*cuts, *[(0, 0)] * (count - len(cuts))]
        ]
        self._settle([one | two for one, two in zip(shown[:count], shown[count:], strict=True)])
        boxes: list[QRectF] = []
        for rows, cuts, y, room, near in (
            (top, top_parts, 0.0, high_room, top_near),
            (low, low_parts, line, low_room, low_near),
        ):
            self._near = near
            # What is read stays in sight while the controls are turned over; controls stand on one part only.
            first, last = cuts[min(self._part, len(cuts) - 1)]
            if rows is low and self._part >= len(cuts):
                first = last = len(rows)
            boxes += self._place(rows[first:last], y, room)
            _hide(rows[:first] + rows[last:])
        self._set_boxes(boxes)

    def _arrange_seated_field(
        self,
        cell: tuple[QQuickItem, NodeItem],
        above: list[tuple[QQuickItem, NodeItem]],
        below: list[tuple[QQuickItem, NodeItem]],
    ) -> None:
        """The open field: its box ends where the controls begin, its panel fills the rest; other controls follow."""
        item, node = cell
        item.setWidth(self.width())
        box = float(item.property("boxHeight") or 0.0)
        y = max(0.0, self._controls_top - box - self._gap)
        facts, low = self._rows(above), self._rows(below)
        self._near = False
        cuts = self._cut(low, self.height() - self._controls_top - self._pager) if low else []
        self._settle([{node.node.id}, *(_ids(low[first:last]) for first, last in cuts)])
        item.setVisible(self._part == 0)
        if self._part == 0:
            item.setPosition(QPointF(0, y))
            item.setHeight(self.height() - y - (self._pager if cuts else 0.0))
        first, last = cuts[self._part - 1] if self._part else (0, 0)
        room = y - self._gap if self._part == 0 else self._controls_top - self._gap
        shown = self._cut(facts, room)[0] if facts else (0, 0)
        if facts and facts[0].natural > room:
            shown = (0, 0)
        boxes = self._place(facts[: shown[1]], 0.0, room)
        boxes += self._place(low[first:last], self._controls_top, self.height() - self._controls_top - self._pager)
        _hide(facts[shown[1] :] + low[:first] + low[last:])
        self._set_boxes(boxes)

    def _rows(self, cells: list[tuple[QQuickItem, NodeItem]]) -> list[Row]:
        rows: list[Row] = []
        used = _TWELFTHS
        last_kind = ""
        for item, node in cells:
            span = node.place.span
            apart = node.place.box != rows[-1].box if rows else True
            fresh = used + span > _TWELFTHS or apart or (node.place.kind != last_kind and span + used != _TWELFTHS)
            fresh = fresh or (last_kind, node.place.kind) == ("Choice", "Toggle")
            if fresh:
                rows.append(Row([], box=node.place.box))
                used = 0
            rows[-1].cells.append((item, node))
            used += span
            last_kind = node.place.kind
        for row in rows:
            self._measure(row)
        return rows

    def _measure(self, row: Row) -> None:
        inner = self.width() - (2 * self._pad if row.box else 0)
        for item, node in row.cells:
            share = node.place.span / _TWELFTHS
            width = share * (inner + self._gutter) - self._gutter if node.place.span < _TWELFTHS else inner
            if abs(item.width() - width) > 0.01:
                item.setWidth(width)
        row.head = all(node.place.kind in ("Heading", "BoxHeading") for _, node in row.cells)
        row.natural = max(float(item.property("naturalHeight") or 0.0) for item, _ in row.cells)
        row.least = min(row.natural, max(float(item.property("leastHeight") or 0.0) for item, _ in row.cells))
        row.stretch = max(float(node.place.stretch) for _, node in row.cells)

    def _fit(self, rows: list[Row], room: float, part_room: float) -> list[tuple[int, int]]:
        """Cut rows for `room` px, or into parts of `part_room`; rows move together when that saves a part."""
        self._near = False
        parts = self._cut(rows, room)
        if len(parts) == 1 and (not rows or rows[0].natural <= room):
            return parts
        parts = self._cut(rows, part_room)
        self._near = True
        for limit in (room, part_room):
            closer = cut(
                [replace(row, natural=row.least) for row in rows],
                [self._gap_between(a, b) for a, b in pairwise(rows)],
                self._edge(),
                limit,
            )
            if len(closer) < len(parts) and (limit == part_room or len(closer) == 1):
                self._draw_in(rows)
                return closer
        self._near = False
        for row in rows:
            # One row that is higher than the room gives up its air, so that it never lies under what comes below.
            if row.natural > part_room:
                row.natural = max(row.least, part_room)
        return parts

    def _draw_in(self, rows: list[Row]) -> None:
        for row in rows:
            row.stretch += row.natural - row.least
            row.natural = row.least

    def _edge(self) -> float:
        return _CLOSE_PAD if self._near else self._pad

    def _gap_between(self, upper: Row, lower: Row) -> float:
        if upper.box and upper.box == lower.box:
            return 0.0
        gap = min(self._gap, _CLOSE_GAP) if self._near else self._gap
        return gap + (self._edge() if upper.box else 0) + (self._edge() if lower.box else 0)

    def _cut(self, rows: list[Row], room: float) -> list[tuple[int, int]]:
        return cut(rows, [self._gap_between(a, b) for a, b in pairwise(rows)], self._edge(), room)

    def _place(self, rows: list[Row], top: float, room: float) -> list[QRectF]:
        edge = self._edge()
        gaps = [self._gap_between(a, b) for a, b in pairwise(rows)]
        edges = (edge if rows and rows[0].box else 0) + (edge if rows and rows[-1].box else 0)
        free = room - sum(gaps) - edges
        heights = spread([(row.natural, row.stretch) for row in rows], free)
        boxes: list[QRectF] = []
        y = top + (edge if rows and rows[0].box else 0)
        for i, (row, height) in enumerate(zip(rows, heights, strict=True)):
            x = self._pad if row.box else 0.0
            for item, _ in row.cells:
                item.setPosition(QPointF(round(x), round(y)))
                item.setHeight(round(height))
                item.setVisible(True)
                x += item.width() + self._gutter
            if row.box:
                if i and rows[i - 1].box == row.box:
                    boxes[-1].setBottom(round(y + height + edge))
                else:
                    boxes.append(QRectF(0, round(y - edge), self.width(), round(height + 2 * edge)))
            y += height + (gaps[i] if i < len(gaps) else 0)
        return boxes

    def _settle(self, parts: list[set[str]]) -> None:
        """Take over how many parts there are, given the ids on each."""
        if len(parts) != self._parts:
            self._parts = len(parts)
            self.parts_changed.emit()
        part = min(self._part, self._parts - 1)
        if self._wanted:
            part = next((n for n, ids in enumerate(parts) if self._wanted in ids), part)
            self._wanted = ""
        self._set_part(part)

    def _set_part(self, part: int) -> None:
        if part != self._part:
            self._part = part
            self.part_changed.emit()

    def _set_boxes(self, boxes: list[QRectF]) -> None:
        if boxes != self._boxes:
            self._boxes = boxes
            self.boxes_changed.emit()

    def _set(self, name: str, value: float) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.settings_changed.emit()
            self.polish()

    @Property(int, notify=part_changed)
    def part(self) -> int:
        """The part that is shown, from 0."""
        return self._part

    @Property(int, notify=parts_changed)
    def parts(self) -> int:
        """How many parts there are."""
        return self._parts

    @Property("QVariantList", notify=boxes_changed)  # type: ignore[arg-type]
    def boxes(self) -> list[QRectF]:
        """Cards behind joined rows, in px of this item."""
        return self._boxes

    def _get_gap(self) -> float:
        return self._gap

    def _set_gap(self, value: float) -> None:
        self._set("_gap", value)

    def _get_gutter(self) -> float:
        return self._gutter

    def _set_gutter(self, value: float) -> None:
        self._set("_gutter", value)

    def _get_controls_top(self) -> float:
        return self._controls_top

    def _set_controls_top(self, value: float) -> None:
        self._set("_controls_top", value)

    def _get_pager(self) -> float:
        return self._pager

    def _set_pager(self, value: float) -> None:
        self._set("_pager", value)

    gap = Property(float, _get_gap, _set_gap, notify=settings_changed)
    gutter = Property(float, _get_gutter, _set_gutter, notify=settings_changed)
    controls_top = Property(float, _get_controls_top, _set_controls_top, notify=settings_changed)
    pager = Property(float, _get_pager, _set_pager, notify=settings_changed)
