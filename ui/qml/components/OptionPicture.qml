pragma ComponentBehavior: Bound

import QtQuick

// What to do, drawn: put the card down, show a code, type a code, plug in headphones; else a large icon.
Item {
    id: p

    property string name
    readonly property real unit: Math.min(width / 269, height / 204)

    Item {
        visible: p.name === "card"
        anchors.centerIn: parent
        width: 210 * p.unit
        height: 160 * p.unit

        Rectangle {
            y: parent.height - height
            width: parent.width
            height: 38 * p.unit
            radius: 12
            color: Theme.surface
            border.width: 6
            border.color: Theme.lamp
        }

        IdCard {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 4 * p.unit
            width: 160 * p.unit
        }
    }

    PhonePicture {
        visible: p.name === "qr" || p.name === "sms"
        anchors.centerIn: parent
        width: Math.min(108, p.height * 0.5)
        shows: p.name === "qr" ? "code" : "digits"
    }

    Row {
        visible: p.name === "headphones"
        anchors.centerIn: parent
        spacing: 14

        Icon {
            name: "headphones"
            size: 112 * p.unit
            stroke: 1.3
            color: Theme.brand
            anchors.verticalCenter: parent.verticalCenter
        }

        Icon {
            name: "keypad"
            size: 100 * p.unit
            stroke: 1.3
            color: Theme.brand
            anchors.verticalCenter: parent.verticalCenter
        }
    }

    Icon {
        visible: ["card", "qr", "sms", "headphones"].indexOf(p.name) < 0
        anchors.centerIn: parent
        name: p.name
        size: 144 * p.unit
        stroke: 1.3
        color: Theme.brand
    }
}
