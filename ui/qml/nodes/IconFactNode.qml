pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A fact of the guide: icon and question, the answer large, one line more.
Spoken {
    id: f

    corner: Theme.radius
    readonly property real leastHeight: implicitHeight - 24

    implicitHeight: 92 + big.implicitHeight + (small.on ? small.implicitHeight : 0) + 18

    Card {
        anchors.fill: parent
    }

    Chip {
        id: chip

        x: 24
        y: f.height < f.implicitHeight - 4 ? 10 : 20
        width: 64
        glyph: f.node.icon
        tint: f.node.tint
    }

    Text {
        anchors.left: chip.right
        anchors.leftMargin: 20
        anchors.right: parent.right
        anchors.rightMargin: 20
        anchors.verticalCenter: chip.verticalCenter
        text: f.node.text
        wrapMode: Text.Wrap
        color: Theme.ink2
        font.pixelSize: Theme.f(32)
    }

    Text {
        id: big

        x: 24
        y: chip.y + chip.height + (f.height < f.implicitHeight - 4 ? 4 : 10) + Math.max(0, (f.height - f.implicitHeight) / 2)
        width: parent.width - 48
        text: f.node.value
        wrapMode: Text.Wrap
        color: Theme.ink
        font.pixelSize: Theme.f(38)
        font.bold: true
    }

    Text {
        id: small

        x: 24
        anchors.top: big.bottom
        width: parent.width - 48
        readonly property bool on: text !== ""
        visible: on
        text: f.node.note
        wrapMode: Text.Wrap
        color: Theme.ink2
        font.pixelSize: Theme.fNote
    }
}
