pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A service or a theme: icon, name, one line.
Pressable {
    id: t

    readonly property bool latin: Words.latin
    readonly property real chipSize: width < 400 ? 80 : Theme.seated || latin ? 92 : Theme.elder ? 136 : 116
    readonly property real margin: width < 400 || latin ? 16 : 26
    // Heights follow from the width alone: the icon may shrink in its room, the words keep theirs.
    readonly property real leastHeight: Math.max(leastChip + 24, words.implicitHeight + 16)
    readonly property real leastChip: 64

    implicitHeight: Math.max(chipSize + 48, words.implicitHeight + 32)

    Chip {
        id: chip

        x: t.margin + (t.chipSize - width) / 2
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(t.chipSize, Math.max(t.leastChip, parent.height - 24))
        glyph: t.node.icon
        tint: t.node.tint
    }

    Column {
        id: words

        anchors.left: parent.left
        anchors.leftMargin: t.margin + t.chipSize + (t.width < 400 || t.latin ? 16 : 24)
        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.seated ? 0 : 6

        Text {
            width: parent.width
            text: t.node.text
            wrapMode: Text.Wrap
            color: t.open ? Theme.ink : Theme.ink2
            font.pixelSize: Theme.whole(text, Theme.seated ? Math.min(Theme.f(38), t.latin ? 38 : 44) : Theme.f(t.latin ? 40 : t.width < 400 ? 42 : 48), words.width)
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
