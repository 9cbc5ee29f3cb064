"""The nodes of one slot as a list model that changes as little as it can, so that items and focus survive."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)

from ui.node_item import NodeItem
from ui.plan import Place
from ui.view import Input, Node

NODE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_RETIRE_MS = 250
_NO_PARENT = QModelIndex()


class NodeModel(QAbstractListModel):
    """A list of `NodeItem`, one row each, kept in step with a sequence of nodes by id."""

    def __init__(self, send: Callable[[Input], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._items: list[NodeItem] = []
        self._retired: list[NodeItem] = []
        self._spare: list[NodeItem] = []
        self._broom = QTimer(self)
        self._broom.setSingleShot(True)
        self._broom.setInterval(_RETIRE_MS)
        self._broom.timeout.connect(self.sweep)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:  # noqa: N802
        """Return how many nodes the slot holds."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = NODE_ROLE) -> NodeItem | None:
        """Return the item of a row."""
        if role != NODE_ROLE or not 0 <= index.row() < len(self._items):
            return None
        return self._items[index.row()]

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802
        """Return the one role, `node`."""
        return {NODE_ROLE: QByteArray(b"node")}

    def items(self) -> list[NodeItem]:
        """Return the items in reading order."""
        return list(self._items)

    def apply(self, nodes: Sequence[Node], places: Mapping[str, Place], speaking: str) -> int:
        """Become `nodes`; returns how many items were added, removed, moved or changed."""
        changes = self._remove_missing({node.id for node in nodes})
        for row, node in enumerate(nodes):
            place = places[node.id]
            at = next((i for i in range(row, len(self._items)) if self._items[i].node.id == node.id), -1)
            if at < 0:
                item = self._make(node, place, node.id == speaking)
                self.beginInsertRows(QModelIndex(), row, row)
                self._items.insert(row, item)
                self.endInsertRows()
                changes += 1
                continue
            if at != row:
                self.beginMoveRows(QModelIndex(), at, at, QModelIndex(), row)
                self._items.insert(row, self._items.pop(at))
                self.endMoveRows()
                changes += 1
            changes += self._items[row].update(node, place, node.id == speaking)
        return changes

    def sweep(self) -> None:
        """Empty the items that left, now that nobody looks at them, and keep them for the next nodes.

        They are never destroyed while the page lives: a delegate on its way out may still read one.
        """
        for item in self._retired:
            item.empty()
        self._spare += self._retired
        self._retired.clear()

    def _make(self, node: Node, place: Place, speaking: bool) -> NodeItem:
        if not self._spare:
            return NodeItem(node, place, self._send, speaking, self)
        item = self._spare.pop()
        item.update(node, place, speaking)
        return item

    def _remove_missing(self, wanted: set[str]) -> int:
        gone = [row for row, item in enumerate(self._items) if item.node.id not in wanted]
        for row in reversed(gone):
            self.beginRemoveRows(QModelIndex(), row, row)
            self._retired.append(self._items.pop(row))
            self.endRemoveRows()
        if gone:
            self._broom.start()
        return len(gone)
