pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// One of two or three equal ways on, upright and small: icon, name, one line.
Pressable {
    id: o

    readonly property real side: Theme.seated || height < words.implicitHeight + 148 ? 76 : 104

    readonly property real leastHeight: 76 + words.implicitHeight + 34

    implicitHeight: words.implicitHeight + (Theme.seated ? 110 : 152)
    edgeColor: node.current ? Theme.lamp : Theme.touch

    Rectangle {
        id: box

        y: (Theme.seated ? 14 : 20) + Math.max(0, (o.height - o.implicitHeight) / 3)
        anchors.horizontalCenter: parent.horizontalCenter
        width: o.side
        height: o.side
        radius: 28
        color: Theme.hc ? Theme.brand : Theme.tray

        Icon {
            anchors.centerIn: parent
            name: o.node.icon
            size: o.side * 0.68
            color: Theme.hc ? "#000000" : Theme.brand
        }
    }

    Column {
        id: words

        x: 12
        anchors.top: box.bottom
        anchors.topMargin: 10
        width: parent.width - 24

        Text {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            text: o.node.text
            color: o.open ? Theme.ink : Theme.ink2
            font.pixelSize: Theme.f(40)
            font.bold: true
        }

        Text {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            visible: text !== ""
            text: o.node.note
            color: Theme.ink2
            font.pixelSize: Theme.f(30)
        }
    }
}
