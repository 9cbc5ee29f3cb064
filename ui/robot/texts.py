"""Every text that the window holds, seen or not: for scans after a visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtQml import QJSValue

from ui.hearing import everything
from ui.shell import Shell

_HELD_AS = ("QString", "QVariant", "QVariantList", "QVariantMap", "QJSValue", "QStringList")


def texts_of(thing: QObject) -> Iterator[str]:
    """Yield every text that a property of an object holds."""
    face = thing.metaObject()
    for index in range(face.propertyCount()):
        # Text, whatever the stubs of the binding say.
        kind, name = cast(str, face.property(index).typeName()), cast(str, face.property(index).name())
        if kind not in _HELD_AS:
            continue
        value = thing.property(name)
        value = value.toVariant() if isinstance(value, QJSValue) else value
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | dict):
            yield str(value)


def texts_of_window(shell: Shell) -> Iterator[tuple[str, str]]:
    """Yield class and text of each property of each item and object of the window. Main thread only."""
    seen: set[int] = set()
    for item in everything(shell.root()):
        for thing in (item, *item.findChildren(QObject)):
            if id(thing) not in seen:
                seen.add(id(thing))
                yield from ((thing.metaObject().className(), text) for text in texts_of(thing))


def texts_of_clipboard() -> Iterator[str]:
    """Yield what lies in the clipboard and in the selection."""
    board = QGuiApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        if mode is not QClipboard.Mode.Selection or board.supportsSelection():
            yield board.text(mode)
