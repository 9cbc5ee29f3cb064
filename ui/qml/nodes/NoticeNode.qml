pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A sentence that matters. style: info | ok | warn | error
Spoken {
    id: n

    readonly property color fg: Theme.stateInk(node.style)

    corner: 24
    readonly property real leastHeight: Math.max(72, words.implicitHeight + (note.on ? note.implicitHeight + 4 : 0) + 20)

    implicitHeight: Math.max(84, words.implicitHeight + (note.on ? note.implicitHeight + 4 : 0) + 40)

    Rectangle {
        anchors.fill: parent
        radius: 24
        color: Theme.stateBg(n.node.style)
        border.width: Theme.edge
        border.color: Theme.stateLine(n.node.style)
    }

    Icon {
        id: glyph

        x: 28
        anchors.verticalCenter: parent.verticalCenter
        name: n.node.icon === "" ? Theme.stateIcon(n.node.style) : n.node.icon
        size: 46
        color: n.fg
    }

    Column {
        anchors.left: glyph.right
        anchors.leftMargin: 18
        anchors.right: parent.right
        anchors.rightMargin: 24
        anchors.verticalCenter: parent.verticalCenter
        spacing: 4

        Text {
            id: words

            width: parent.width
            text: n.node.text
            color: n.fg
            font.pixelSize: Theme.f(32)
            font.bold: note.on
            wrapMode: Text.Wrap
        }

        Text {
            id: note

            width: parent.width
            readonly property bool on: text !== ""
            visible: on
            text: n.node.note
            color: n.fg
            font.pixelSize: Theme.f(30)
            wrapMode: Text.Wrap
        }
    }
}
