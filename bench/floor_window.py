"""The floor of a cold start with this toolkit: one QQuickView with one word in it that answers a click; a program."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickView

QML = """
import QtQuick
Rectangle {
    id: ground
    property bool touched: false
    color: touched ? "#b5530a" : "#0a3a85"
    Row {
        y: 200
        Repeater {
            model: 40
            Rectangle {
                required property int index
                width: 27
                height: 60
                color: Qt.hsva(index / 40, 1, ground.touched ? 0.3 : 1, 1)
            }
        }
    }
    Text { anchors.centerIn: parent; text: "Doorstep"; font.pixelSize: 84; color: "white" }
    MouseArea { anchors.fill: parent; onPressed: ground.touched = true }
}
"""


def main() -> int:
    """Show it until killed."""
    app = QGuiApplication(["floor"])
    view = QQuickView()
    view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
    view.setSource(QUrl.fromLocalFile(sys.argv[1]))
    view.resize(1080, 1920)
    view.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
