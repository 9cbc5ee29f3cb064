pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A service or a theme: icon, name, one line.
Pressable {
    id: t

    readonly property real chipSize: Theme.elder ? 136 : width < 400 ? 96 : 116

    implicitHeight: Math.max(chipSize + 48, words.implicitHeight + 40)

    Chip {
        id: chip

        x: t.width < 400 ? 20 : 26
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
        anchors.rightMargin: 14
        anchors.verticalCenter: parent.verticalCenter
        spacing: 6

        Text {
            width: parent.width
            text: t.node.text
            wrapMode: Text.Wrap
            color: t.open ? Theme.ink : Theme.ink2
            font.pixelSize: Theme.f(t.width < 400 ? 44 : 48)
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
