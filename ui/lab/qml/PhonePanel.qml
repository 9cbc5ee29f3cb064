pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// The phone of whoever the chosen card belongs to: its code and its messages.
LabCard {
    id: p

    readonly property var owner: World.card(World.phoneWho)

    glyph: "phone"
    word: "phone"
    stateText: World.codeShown ? Say.of("phone_shown") : Say.of("phone_hidden")
    stateKind: World.codeShown ? "ok" : "info"

    Rectangle {
        x: 4
        width: 84
        height: 148
        radius: 13
        color: Paint.deep

        Rectangle {
            x: 6
            y: 9
            width: 72
            height: 128
            radius: 5
            color: Paint.headInk

            QrPicture {
                visible: World.codeShown
                x: 3
                y: 18
                width: 66
                height: 66
                text: World.codeShown ? "DOORSTEP LAB" : ""
                Accessible.role: Accessible.Graphic
                Accessible.name: Say.of("phone_shown")
            }

            Icon {
                visible: !World.codeShown
                x: 16
                y: 28
                name: World.messages.length > 0 ? "sms" : "lock"
                size: 40
                color: Paint.radio
            }

            Text {
                y: 92
                anchors.horizontalCenter: parent.horizontalCenter
                text: World.codeShown ? Say.of("phone_code") : World.phoneNumber
                color: Theme.ink
                font.pixelSize: World.codeShown ? 12 : 11
            }
        }
    }

    Column {
        x: 102
        width: 170
        spacing: 4

        Text {
            width: parent.width
            elide: Text.ElideRight
            text: p.owner ? Say.fill("phone_of", [p.owner.label]) : Say.of("phone")
            color: Theme.ink
            font.pixelSize: 14
            font.bold: true
        }

        DeviceLine {
            kind: "code_reader"
            tight: true
        }

        Text {
            visible: World.messages.length === 0
            height: 64
            text: Say.of("phone_empty")
            color: Theme.ink2
            font.pixelSize: 13
        }

        ListView {
            id: texts

            visible: World.messages.length > 0
            width: parent.width
            height: 64
            clip: true
            spacing: 6
            boundsBehavior: Flickable.StopAtBounds
            model: World.messages
            onCountChanged: Qt.callLater(texts.positionViewAtEnd)
            Accessible.role: Accessible.List
            Accessible.name: Say.of("phone_messages")

            delegate: Rectangle {
                id: bubble

                required property var modelData

                width: 170
                height: message.implicitHeight + 12
                radius: 9
                color: Theme.infoBg
                Accessible.role: Accessible.ListItem
                Accessible.name: bubble.modelData.text

                Text {
                    id: message

                    x: 8
                    y: 6
                    width: parent.width - 16
                    wrapMode: Text.Wrap
                    maximumLineCount: 4
                    elide: Text.ElideRight
                    text: bubble.modelData.text
                    color: Theme.infoInk
                    font.pixelSize: 13
                    Accessible.ignored: true
                }
            }
        }
    }

    LabButton {
        objectName: "phone.read"
        x: 102
        y: 114
        text: Say.of("phone_read")
        glyph: "sms"
        hint: Say.of("phone_read_hint")
        able: World.messages.length > 0
        onClicked: World.send({
            "do": "read-code"
        })
    }

    buttons: [
        LabButton {
            objectName: "phone.show"
            spoken: Say.of("phone_show_spoken")
            text: Say.of("phone_show")
            kind: "on"
            able: World.chosen !== ""
            onClicked: World.send({
                "do": "show-qr",
                "who": World.chosen
            })
        },
        LabButton {
            objectName: "phone.hide"
            text: Say.of("phone_hide")
            onClicked: World.send({
                "do": "show-qr",
                "who": null
            })
        },
        BreakButton {
            device: "code_reader"
        },
        MendButton {
            device: "code_reader"
        }
    ]
}
