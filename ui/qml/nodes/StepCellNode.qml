pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// One of four short steps, side by side.
Spoken {
    id: s

    readonly property real leastHeight: implicitHeight - 16

    implicitHeight: 16 + head.implicitHeight + note.implicitHeight + 26

    Rectangle {
        anchors.fill: parent
        anchors.topMargin: 4
        anchors.bottomMargin: 4
        radius: 20
        color: Theme.hc ? "#000000" : Theme.tray
        border.width: Theme.hc ? 3 : 0
        border.color: Theme.line
    }

    Icon {
        id: glyph

        readonly property bool on: s.node.icon !== ""
        visible: on
        x: 12
        anchors.verticalCenter: head.verticalCenter
        name: s.node.icon
        size: 36
        color: Theme.brand
    }

    Text {
        id: head

        x: glyph.on ? 54 : 14
        y: 16 + Math.max(0, (s.height - s.implicitHeight) / 2)
        width: parent.width - x - 4
        text: (glyph.on ? "" : s.node.number + ". ") + s.node.text
        wrapMode: Text.Wrap
        color: Theme.ink
        font.pixelSize: Theme.f(32)
        font.bold: true
    }

    Text {
        id: note

        x: 14
        anchors.top: head.bottom
        anchors.topMargin: 6
        width: parent.width - 22
        text: s.node.note
        wrapMode: Text.Wrap
        color: Theme.ink2
        font.pixelSize: Theme.f(28)
    }
}
