pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import "../../qml/components"

// The keys that a hand finds without looking: shape, colour and word, in the order of the real pad.
LabCard {
    id: p

    glyph: "keypad"
    word: "keypad"
    stateText: World.running ? Say.of("keypad_ok") : Say.of("keypad_off")
    stateKind: World.running ? "ok" : "warn"

    Grid {
        y: 2
        columns: 3
        spacing: 8

        Repeater {
            model: [["up", "▲"], ["help", "?"], ["louder", "+"], ["select", "●"], ["back", "✕"], ["softer", "−"], ["down", "▼"], ["next", "◆"], ["repeat", "↻"]]

            AbstractButton {
                id: key

                required property var modelData
                readonly property string name: modelData[0]
                readonly property bool solid: name === "select" || name === "back" || name === "next"

                objectName: "key." + name
                width: 85
                height: 57
                activeFocusOnTab: true
                Accessible.role: Accessible.Button
                Accessible.name: Say.of("key_" + name)
                Accessible.onPressAction: key.click()
                Keys.onReturnPressed: key.click()
                Keys.onEnterPressed: key.click()
                onClicked: World.send({
                    "do": "key",
                    "key": name
                })

                background: Rectangle {
                    radius: 10
                    color: key.down ? Theme.pressed : key.name === "select" ? Paint.select : key.name === "back" ? Paint.back : key.name === "next" ? Paint.next : Paint.tray
                    border.width: key.solid ? 0 : 1
                    border.color: Paint.edge

                    LabRing {
                        target: key
                        corner: 10
                    }
                }
                contentItem: Item {
                    Text {
                        anchors.horizontalCenter: parent.horizontalCenter
                        y: 4
                        text: key.modelData[1]
                        color: key.solid && !key.down ? Paint.headInk : Theme.ink
                        font.pixelSize: 19
                        font.bold: true
                    }

                    Text {
                        anchors.horizontalCenter: parent.horizontalCenter
                        y: 33
                        text: Say.of("key_" + key.name)
                        color: key.solid && !key.down ? Paint.headInk : Theme.ink2
                        font.pixelSize: 13
                        font.bold: key.solid
                    }
                }
            }
        }
    }
}
