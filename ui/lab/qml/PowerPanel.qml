pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// Mains of the terminal. A cut is a real one: its processes are killed.
LabCard {
    id: p

    glyph: "plug"
    word: "power"
    stateText: World.running ? Say.of("power_on") : Say.of("power_cut")
    stateKind: World.running ? "ok" : "error"

    Rectangle {
        y: 4
        width: p.room
        height: 78
        radius: 12
        color: Paint.tray
        Accessible.role: Accessible.Graphic
        Accessible.name: Say.of("power_picture") + ", " + p.stateText

        Icon {
            x: 16
            anchors.verticalCenter: parent.verticalCenter
            name: "plug"
            size: 46
            color: World.running ? Theme.brand : Paint.metal
        }

        Rectangle {
            x: 72
            anchors.verticalCenter: parent.verticalCenter
            width: World.running ? 118 : 44
            height: 4
            color: World.running ? Paint.live : Paint.dead
        }

        Rectangle {
            visible: !World.running
            x: 146
            anchors.verticalCenter: parent.verticalCenter
            width: 44
            height: 4
            color: Paint.dead
        }

        Icon {
            visible: !World.running
            x: 119
            anchors.verticalCenter: parent.verticalCenter
            name: "x"
            size: 24
            stroke: 2.4
            color: Paint.dead
        }

        Rectangle {
            x: 206
            anchors.verticalCenter: parent.verticalCenter
            width: 36
            height: 58
            radius: 6
            color: Theme.surface
            border.width: 3
            border.color: World.running ? Theme.brand : Paint.metal

            Rectangle {
                x: 8
                y: 8
                width: 20
                height: 28
                radius: 2
                color: World.running ? Theme.lamp : Paint.core
            }

            Rectangle {
                x: 8
                y: 43
                width: 20
                height: 4
                radius: 2
                color: World.running ? Theme.brand : Paint.metal
            }
        }
    }

    Text {
        y: 94
        width: p.room
        text: World.running ? Say.of("power_on_note") : Say.of("power_cut_note")
        color: Theme.ink
        font.pixelSize: 14
    }

    Text {
        y: 117
        width: p.room
        wrapMode: Text.Wrap
        text: World.running ? Say.of("power_on_sub") : Say.of("power_cut_sub")
        color: Theme.ink2
        font.pixelSize: 13
    }

    buttons: [
        LabButton {
            objectName: "power.on"
            text: Say.of("power_plug")
            kind: "on"
            onClicked: World.send({
                "do": "power",
                "set": "on"
            })
        },
        LabButton {
            objectName: "power.cut"
            text: Say.of("power_pull")
            kind: "break"
            onClicked: World.send({
                "do": "power",
                "set": "cut"
            })
        }
    ]
}
