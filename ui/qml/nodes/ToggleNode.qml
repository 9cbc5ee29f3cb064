pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A statement to agree to; the whole row is the box.
Pressable {
    id: t

    readonly property real leastHeight: Math.max(88, words.implicitHeight + 12)

    implicitHeight: Math.max(112, words.implicitHeight + 36)
    fill: node.checked ? Theme.infoBg : Theme.surface
    edgeColor: node.checked ? Theme.brand : Theme.touch
    Accessible.role: Accessible.CheckBox
    tickable: true
    ticked: node.checked

    Rectangle {
        x: 28
        anchors.verticalCenter: parent.verticalCenter
        width: 68
        height: 68
        radius: 16
        color: t.node.checked ? Theme.brand : Theme.field
        border.width: 4
        border.color: Theme.brand

        Icon {
            visible: t.node.checked
            anchors.centerIn: parent
            name: "check"
            size: 52
            stroke: 2.8
            color: Theme.brandInk
        }
    }

    Column {
        id: words

        x: 122
        width: parent.width - x - 28
        anchors.verticalCenter: parent.verticalCenter

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            text: t.node.text
            color: Theme.ink
            font.pixelSize: Theme.f(Theme.seated ? 30 : 34)
        }

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            visible: text !== ""
            text: t.node.note
            color: Theme.ink2
            font.pixelSize: Theme.fNote
        }
    }
}
