pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// Headphones and the jack they go into.
LabCard {
    id: p

    glyph: "headphones"
    word: "jack"
    stateText: World.headphones ? Say.of("jack_in") : Say.of("jack_out")
    stateKind: World.headphones ? "ok" : "info"

    Rectangle {
        y: 4
        width: p.room
        height: 78
        radius: 12
        color: Paint.tray
        Accessible.role: Accessible.Graphic
        Accessible.name: Say.of("jack_picture") + ", " + p.stateText

        Icon {
            x: 14
            anchors.verticalCenter: parent.verticalCenter
            name: "headphones"
            size: 46
            color: Theme.brand
        }

        Rectangle {
            x: 66
            anchors.verticalCenter: parent.verticalCenter
            width: plug.x - x + 4
            height: 4
            color: Paint.metal
        }

        Rectangle {
            x: 214
            anchors.verticalCenter: parent.verticalCenter
            width: 40
            height: 40
            radius: 20
            color: Theme.surface
            border.width: 2
            border.color: World.headphones ? Paint.live : Paint.metal

            Rectangle {
                anchors.centerIn: parent
                width: 16
                height: 16
                radius: 8
                color: Paint.deep
            }
        }

        Rectangle {
            id: plug

            x: World.headphones ? 204 : 154
            anchors.verticalCenter: parent.verticalCenter
            width: 28
            height: 14
            radius: 3
            color: World.headphones ? Paint.live : Paint.metal
        }
    }

    Text {
        y: 96
        width: p.room
        wrapMode: Text.Wrap
        text: World.headphones ? Say.of("jack_in_note") : Say.of("jack_out_note")
        color: Theme.ink
        font.pixelSize: 14
    }

    buttons: [
        LabButton {
            objectName: "jack.in"
            text: Say.of("jack_plug")
            kind: "on"
            onClicked: World.send({
                "do": "headphones",
                "set": true
            })
        },
        LabButton {
            objectName: "jack.out"
            text: Say.of("jack_pull")
            onClicked: World.send({
                "do": "headphones",
                "set": false
            })
        }
    ]
}
