pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// One of several, none chosen beforehand. style "stars:N" shows N of five stars.
Pressable {
    id: c

    readonly property bool on: node.checked || node.current
    readonly property int stars: node.style.startsWith("stars:") ? Number(node.style.slice(6)) : 0
    readonly property bool narrow: width < 600

    readonly property real leastHeight: Math.max(84, words.implicitHeight + 12)

    implicitHeight: Math.max(node.icon === "" || Theme.seated ? 96 : 124, words.implicitHeight + 36)
    fill: on ? Theme.infoBg : Theme.surface
    edgeColor: on ? Theme.brand : Theme.touch
    edgeWidth: on ? 5 : Theme.edge
    Accessible.role: Accessible.RadioButton
    tickable: true
    ticked: on

    Icon {
        id: face

        readonly property bool on: c.node.icon !== ""
        visible: on
        x: 36
        anchors.verticalCenter: parent.verticalCenter
        name: c.node.icon
        size: Math.min(92, c.height - 16)
        stroke: 1.5
        color: Theme.brand
    }

    Rectangle {
        id: dot

        visible: !face.on
        x: 28
        anchors.verticalCenter: parent.verticalCenter
        width: 52
        height: 52
        radius: 26
        color: Theme.field
        border.width: 4
        border.color: Theme.brand

        Rectangle {
            visible: c.on
            anchors.centerIn: parent
            width: 28
            height: 28
            radius: 14
            color: Theme.brand
        }
    }

    Column {
        id: words

        x: face.on ? (c.narrow ? 132 : 164) : 108
        width: parent.width - x - (row.on ? row.width + 52 : tick.on ? 92 : 28)
        anchors.verticalCenter: parent.verticalCenter

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            text: c.node.text
            color: c.open ? Theme.ink : Theme.ink2
            font.pixelSize: Theme.f(face.on && !c.narrow ? 50 : 42)
            font.bold: true
        }

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            visible: text !== ""
            text: c.node.note
            color: Theme.ink2
            font.pixelSize: Theme.f(30)
        }
    }

    Icon {
        id: tick

        readonly property bool on: c.on && !row.on
        visible: on
        anchors.right: parent.right
        anchors.rightMargin: 28
        anchors.verticalCenter: parent.verticalCenter
        name: "check"
        size: 56
        stroke: 2.6
        color: Theme.brand
    }

    Row {
        id: row

        readonly property bool on: c.stars > 0 && !c.narrow
        visible: on
        anchors.right: parent.right
        anchors.rightMargin: 40
        anchors.verticalCenter: parent.verticalCenter
        spacing: 10

        Repeater {
            model: c.stars > 0 ? 5 : 0

            Icon {
                required property int index

                name: index < c.stars ? "stars" : "star"
                size: 46
                color: Theme.brand
            }
        }
    }
}
