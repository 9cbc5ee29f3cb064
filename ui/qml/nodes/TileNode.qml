pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A service or a theme: icon, name, one line.
Pressable {
    id: t

    readonly property real chipSize: width < 400 ? 80 : Theme.elder ? 136 : 116

    implicitHeight: Math.max(chipSize + 48, words.implicitHeight + 32)

    Chip {
        id: chip

        x: t.width < 400 ? 16 : 26
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(t.chipSize, parent.height - 28)
        glyph: t.node.icon
        tint: t.node.tint
    }

    Column {
        id: words

        anchors.left: chip.right
        anchors.leftMargin: t.width < 400 ? 16 : 24
        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 6

        Text {
            width: parent.width
            text: t.node.text
            wrapMode: Text.Wrap
            color: t.open ? Theme.ink : Theme.ink2
            font.pixelSize: Theme.f(t.width < 400 ? 42 : 48)
            font.bold: true
        }

        Text {
            width: parent.width
            text: t.node.note
            visible: text !== ""
            wrapMode: Text.Wrap
            color: Theme.ink2
            font.pixelSize: Theme.fNote
        }
    }
}
