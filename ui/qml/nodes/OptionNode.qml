pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// One of two or three equal ways, upright: picture, name, one line. The lit one has a lamp-coloured edge.
Pressable {
    id: o

    readonly property real picture: Math.max(110, height - words.implicitHeight - 60)

    readonly property real leastHeight: 124 + words.implicitHeight + 60

    implicitHeight: 204 + words.implicitHeight + 60
    edgeColor: node.current ? Theme.lamp : Theme.touch
    edgeWidth: node.current ? Math.max(4, Theme.edge) : Theme.edge

    Rectangle {
        id: box

        x: 20
        y: 20
        width: parent.width - 40
        height: o.picture
        radius: 20
        color: Theme.tray

        OptionPicture {
            anchors.fill: parent
            name: o.node.icon
        }

        Pill {
            visible: o.node.value !== ""
            x: 12
            y: 12
            text: o.node.value
            kind: "solid"
            size: Theme.fNote
        }
    }

    Column {
        id: words

        x: 12
        y: box.y + box.height + 16
        width: parent.width - 24
        spacing: 2

        Text {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            text: o.node.text
            color: o.open ? Theme.ink : Theme.ink2
            font.pixelSize: Theme.whole(text, Theme.f(46), words.width)
            font.bold: true
        }

        Text {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            visible: text !== ""
            text: o.node.note
            color: Theme.ink2
            font.pixelSize: Theme.f(32)
        }
    }
}
