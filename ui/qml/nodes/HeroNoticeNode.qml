pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// The verdict of a self-test: a badge with the word, one sentence, one line.
Spoken {
    id: n

    corner: 24
    implicitHeight: Math.max(120, words.implicitHeight + 32)

    Rectangle {
        anchors.fill: parent
        radius: 24
        color: Theme.stateBg(n.node.style)
        border.width: Theme.hc ? 4 : 0
        border.color: Theme.stateLine(n.node.style)
    }

    Rectangle {
        id: badge

        readonly property bool on: n.node.value !== ""
        visible: on
        x: 20
        anchors.verticalCenter: parent.verticalCenter
        width: Math.max(160, verdict.implicitWidth + 56)
        height: parent.height - 36
        radius: 18
        color: Theme.stateInk(n.node.style)

        Text {
            id: verdict

            anchors.centerIn: parent
            text: n.node.value
            color: Theme.hc ? "#000000" : "#FFFFFF"
            font.pixelSize: Theme.h(52)
            font.bold: true
        }
    }

    Column {
        id: words

        x: badge.on ? badge.x + badge.width + 28 : 32
        width: parent.width - x - 24
        anchors.verticalCenter: parent.verticalCenter

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            text: n.node.text
            color: Theme.stateInk(n.node.style)
            font.pixelSize: Theme.h(36)
            font.bold: true
        }

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            visible: text !== ""
            text: n.node.note
            color: Theme.stateInk(n.node.style)
            font.pixelSize: Theme.h(28)
        }
    }
}
