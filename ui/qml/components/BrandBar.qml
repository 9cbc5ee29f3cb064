pragma ComponentBehavior: Bound

import QtQuick
import Doorstep

// Name of the machine, where it stands, the time; a word when the platform cannot be reached.
Spoken {
    id: bar

    required property Bridge bridge

    nid: "page.brand"
    opacity: bridge.caption !== "" && (!bridge.voice || bridge.cover !== "") ? 0 : 1
    Accessible.name: [bridge.brand, bridge.place, bridge.clock, bridge.online ? bridge.day : bridge.online_text].filter(w => w !== "").join(Words.of("comma"))

    implicitHeight: Theme.landscape ? 190 : 96

    Rectangle {
        id: badge

        y: 8
        width: 72
        height: 72
        radius: 20
        color: Theme.hc ? Theme.brand : Theme.heroInk

        Icon {
            anchors.centerIn: parent
            name: "house"
            size: 52
            color: Theme.hc ? "#000000" : Theme.heroTop
        }
    }

    Column {
        anchors.left: badge.right
        anchors.leftMargin: 20
        width: Theme.landscape ? parent.width - 92 : parent.width - 92 - time.width - 24

        Text {
            width: parent.width
            text: bar.bridge.brand
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 27
            color: Theme.heroInk
            font.pixelSize: 38
            font.bold: true
        }

        Text {
            width: parent.width
            text: bar.bridge.place
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 27
            color: Theme.heroInk2
            font.pixelSize: 28
        }
    }

    Column {
        id: time

        visible: !Theme.landscape
        x: parent.width - width
        y: -6

        Text {
            anchors.right: parent.right
            text: bar.bridge.clock
            color: Theme.heroInk
            font.pixelSize: 52
            font.bold: true
        }

        Row {
            anchors.right: parent.right
            spacing: 12

            Icon {
                visible: !bar.bridge.online
                anchors.verticalCenter: parent.verticalCenter
                name: "offline"
                size: 36
                color: Theme.heroInk
            }

            Text {
                text: bar.bridge.online ? bar.bridge.day : bar.bridge.online_text
                color: Theme.heroInk2
                font.pixelSize: 28
            }
        }
    }

    Row {
        visible: Theme.landscape
        y: 92
        spacing: 20

        Text {
            id: clock

            text: bar.bridge.clock
            color: Theme.heroInk
            font.pixelSize: 52
            font.bold: true
        }

        Icon {
            visible: !bar.bridge.online
            anchors.verticalCenter: parent.verticalCenter
            name: "offline"
            size: 36
            color: Theme.heroInk
        }

        Text {
            anchors.baseline: clock.baseline
            text: bar.bridge.online ? bar.bridge.day : bar.bridge.online_text
            color: Theme.heroInk2
            font.pixelSize: 28
        }
    }
}
