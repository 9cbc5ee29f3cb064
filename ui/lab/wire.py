"""The list of what went over the wires: grows at its end without losing the reader's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

_TO = ("→", ">", "->")
_FROM = ("←", "<", "<-")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, already masked by the world. `way` is "to" the device, "from" it, or "" when it says neither."""

    at: str
    device: str
    way: str
    bytes: str
    meaning: str


def read_line(entry: Mapping[str, Any]) -> Line:
    """Read one entry of the world's list; the direction is the arrow that the text may begin with."""
    text = str(entry.get("text", ""))
    head, _, rest = text.partition(" ")
    way = "to" if head in _TO else "from" if head in _FROM else ""
    device, meaning = str(entry.get("device", "")), str(entry.get("meaning", ""))
    return Line(_clock(str(entry.get("at", ""))), device, way, rest if way else text, meaning)


def _clock(at: str) -> str:
    """Only the time of day of an ISO time, to the millisecond."""
    _, separator, time = at.partition("T")
    return time.partition("+")[0][:12] if separator else at[:12]


def moved(old: Sequence[Line], new: Sequence[Line]) -> tuple[int, int]:
    """How many lines left at the front, and how many of the rest are still the same, if `new` is `old` pushed on.

    The last line may have changed: the world counts in it. If `new` is something else, all of `old` has left.
    """
    for gone in range(len(old)):
        kept = old[gone:]
        same = next((at for at, (one, other) in enumerate(zip(kept, new, strict=False)) if one != other), None)
        if same is None:
            same = min(len(kept), len(new))
        if same and same >= len(kept) - 1:
            return gone, same
    return len(old), 0


class WireModel(QAbstractListModel):
    """Lines of one device, or of all; newest last."""

    ROLES = ("at", "device", "way", "bytes", "meaning")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Line] = []
        self._shown: list[Line] = []
        self._only = ""

    def rowCount(self, _parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802
        """Return how many lines are shown."""
        return len(self._shown)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> object:
        """Return one part of one line."""
        return str(getattr(self._shown[index.row()], self.ROLES[role - Qt.ItemDataRole.UserRole]))

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802
        """Name the parts for QML."""
        return {Qt.ItemDataRole.UserRole + at: QByteArray(name.encode()) for at, name in enumerate(self.ROLES)}

    def tell(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Take the world's newest list."""
        self._all = [read_line(entry) for entry in entries]
        self._arrange()

    def only(self, device: str) -> None:
        """Show one device's lines; empty for all."""
        self._only = device
        self._arrange()

    def _arrange(self) -> None:
        new = [line for line in self._all if self._only in ("", line.device)]
        gone, same = moved(self._shown, new)
        if gone:
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            del self._shown[:gone]
            self.endRemoveRows()
        have = len(self._shown)
        if same < have and have <= len(new):
            self._shown[same:have] = new[same:have]
            self.dataChanged.emit(self.index(same, 0), self.index(have - 1, 0))
        elif same < have:
            self.beginRemoveRows(QModelIndex(), same, have - 1)
            del self._shown[same:]
            self.endRemoveRows()
            have = same
        if len(new) > have:
            self.beginInsertRows(QModelIndex(), have, len(new) - 1)
            self._shown += new[have:]
            self.endInsertRows()
