"""Drawings that QML writes as SVG, `image://svg/<the text, percent-encoded>`: made at once, on the main thread.

The same text as a data address is a download of Qt's reader thread: one whose icon changes colour or goes before it has
come keeps its pixels for good (30 KB a page, measured with Qt 6.11.1), and a page is shown before its icons.
"""

from __future__ import annotations

from urllib.parse import unquote

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtQml import QQmlEngine
from PySide6.QtQuick import QQuickImageProvider

NAME = "svg"


class Drawings(QQuickImageProvider):
    """Draws what it is asked for; Qt keeps the pictures, and those that nobody shows for a while."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, text: str, size: QSize, wanted: QSize) -> QImage:  # noqa: N802
        """Return the drawing as large as it fits `wanted` px, 0 = whatever keeps its shape; an empty one if it is none.

        `size` becomes what the drawing itself asks for.
        """
        buffer = QBuffer()
        buffer.setData(QByteArray(unquote(text).encode()))
        reader = QImageReader(buffer, QByteArray(b"svg"))
        own = reader.size()
        size.setWidth(own.width())
        size.setHeight(own.height())
        if wanted.width() > 0 or wanted.height() > 0:
            room = QSize(wanted.width() or 1 << 15, wanted.height() or 1 << 15)
            reader.setScaledSize(own.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
        return reader.read()


def provide(engine: QQmlEngine) -> None:
    """Let the pages of an engine ask for drawings; the engine keeps the provider."""
    engine.addImageProvider(NAME, Drawings())
