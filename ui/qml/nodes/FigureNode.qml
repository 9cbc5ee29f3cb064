pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A figure that matters: label, the figure large, one line, and below a hair what happens with it.
Spoken {
    id: f

    corner: Theme.radius
    readonly property real leastHeight: implicitHeight - 24

    implicitHeight: 24 + label.implicitHeight + value.implicitHeight + note.implicitHeight + 16 + (tail.on ? tail.implicitHeight + 44 : 8)

    Card {
        anchors.fill: parent
    }

    Column {
        x: 32
        y: Math.min(24, Math.max(10, 24 + (f.height - f.implicitHeight) / 2)) + Math.max(0, (f.height - f.implicitHeight) / 3)
        width: parent.width - 64

        Text {
            id: label

            width: parent.width
            wrapMode: Text.Wrap
            text: f.node.text
            color: Theme.ink2
            font.pixelSize: Theme.h(34)
        }

        Text {
            id: value

            width: parent.width
            wrapMode: Text.Wrap
            text: f.node.value
            color: Theme.ink
            font.pixelSize: Theme.h(text.length > 10 ? 60 : 84)
            font.bold: true
        }

        Text {
            id: note

            width: parent.width
            wrapMode: Text.Wrap
            text: f.node.note
            color: Theme.ink2
            font.pixelSize: Theme.h(32)
        }
    }

    Rectangle {
        visible: tail.on
        x: 32
        anchors.bottom: tail.top
        anchors.bottomMargin: 12
        width: parent.width - 64
        height: 2
        color: Theme.hair
    }

    Icon {
        visible: tail.on && f.node.icon !== ""
        x: 32
        anchors.verticalCenter: tail.verticalCenter
        name: f.node.icon
        size: 60
        color: Theme.brand
    }

    Text {
        id: tail

        readonly property bool on: text !== ""
        visible: on
        x: f.node.icon === "" ? 32 : 112
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 20
        width: parent.width - x - 32
        wrapMode: Text.Wrap
        text: f.node.source
        color: Theme.ink
        font.pixelSize: Theme.h(34)
    }
}
