pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// What happens next, in order. checked: done; current: now.
Spoken {
    id: s

    readonly property bool done: node.checkable && node.checked
    readonly property bool here: done || node.current

    readonly property real leastHeight: Math.max(62, words.implicitHeight + 4)

    implicitHeight: Math.max(66, words.implicitHeight + 12)

    Rectangle {
        id: dot

        x: 4
        anchors.verticalCenter: parent.verticalCenter
        width: 58
        height: 58
        radius: 29
        color: s.here ? Theme.brand : Theme.surface
        border.width: s.here ? 0 : 3
        border.color: Theme.touch

        Icon {
            visible: s.done
            anchors.centerIn: parent
            name: "check"
            size: 38
            stroke: 2.6
            color: Theme.brandInk
        }

        Text {
            visible: !s.done
            anchors.centerIn: parent
            text: s.node.number
            font.pixelSize: 32
            font.bold: true
            color: s.here ? Theme.brandInk : Theme.ink
        }
    }

    Column {
        id: words

        x: 88
        width: parent.width - x - 12
        anchors.verticalCenter: parent.verticalCenter

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            text: s.node.text
            color: Theme.ink
            font.pixelSize: Theme.f(36)
            font.bold: true
        }

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            visible: text !== ""
            text: s.node.note
            color: Theme.ink2
            font.pixelSize: Theme.f(30)
        }
    }
}
