pragma ComponentBehavior: Bound

import QtQuick

// The shelf under the screen, as it is on the machine. lit: keypad | scanner | reader | tray | jack | "" | all
Item {
    id: deck

    property string lit
    readonly property color body: Theme.hc ? "#000000" : Theme.soft ? "#CFC9BB" : "#E3EAF3"
    readonly property color part: Theme.hc ? "#000000" : Theme.soft ? "#EFECE3" : "#FFFFFF"
    readonly property color dark: Theme.hc ? "#FFFFFF" : "#4B5F78"
    readonly property color black: Theme.hc ? "#000000" : "#20344E"

    function on(name: string): bool {
        return lit === name || lit === "all";
    }

    implicitHeight: 216

    component Lamp: Repeater {
        Rectangle {
            required property int index

            anchors.centerIn: parent
            width: parent.width + 16 + index * 16
            height: parent.height + 16 + index * 16
            radius: 20 + index * 8
            color: "transparent"
            border.width: index ? 3 : 6
            border.color: index ? Theme.halo : Theme.lamp
            z: -1
        }
    }

    component Tag: Text {
        property string key

        anchors.horizontalCenter: parent.horizontalCenter
        y: 119
        text: Words.of("deck_" + key)
        font.pixelSize: 28
        font.bold: deck.on(key)
        color: Theme.ink
        Accessible.ignored: true
    }

    component Slot: Item {
        id: slot

        property string key
        property real at: 0

        x: deck.width * at - width / 2
        y: 44
        height: 104

        Lamp {
            model: deck.on(slot.key) ? 2 : 0
        }
    }

    Rectangle {
        width: parent.width
        height: 72
        radius: 28
        color: Theme.hc ? "#FFFFFF" : deck.black
    }

    Rectangle {
        y: 16
        width: parent.width
        height: parent.height - 16
        radius: 28
        color: deck.body
        border.width: Theme.hc ? 4 : 0
        border.color: Theme.line
    }

    Rectangle {
        y: 16
        width: parent.width
        height: 40
        color: deck.body
        visible: !Theme.hc
    }

    Slot {
        key: "keypad"
        at: 0.125
        width: 176

        Rectangle {
            anchors.fill: parent
            radius: 14
            color: deck.part
            border.width: 2
            border.color: deck.dark
        }

        Grid {
            x: 16
            anchors.verticalCenter: parent.verticalCenter
            columns: 3
            rowSpacing: 6
            columnSpacing: 7

            Repeater {
                model: 12

                Rectangle {
                    width: 22
                    height: 16
                    radius: 4
                    color: Theme.hc ? "#FFFFFF" : "#8EA2BC"
                }
            }
        }

        Grid {
            x: 112
            anchors.verticalCenter: parent.verticalCenter
            columns: 2
            rowSpacing: 6
            columnSpacing: 8

            Repeater {
                model: ["#15803D", "#B42318", "#1767C4", "#8EA2BC"]

                Rectangle {
                    required property string modelData

                    width: 20
                    height: 38
                    radius: 5
                    color: Theme.hc ? "#FFFFFF" : modelData
                }
            }
        }

        Tag {
            key: "keypad"
        }
    }

    Slot {
        key: "scanner"
        at: 0.34
        width: 170

        Rectangle {
            anchors.fill: parent
            radius: 14
            color: deck.black
            border.width: 2
            border.color: deck.dark
        }

        Icon {
            anchors.centerIn: parent
            name: "qr"
            size: 64
            color: "#FFFFFF"
        }

        Rectangle {
            x: 22
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - 44
            height: 4
            color: "#FF6B6B"
        }

        Tag {
            key: "scanner"
        }
    }

    Slot {
        key: "reader"
        at: 0.57
        width: 186

        Rectangle {
            anchors.fill: parent
            radius: 14
            color: deck.part
            border.width: 2
            border.color: deck.on("reader") ? Theme.lamp : deck.dark
        }

        IdCard {
            anchors.centerIn: parent
            width: 126
        }

        Tag {
            key: "reader"
        }
    }

    Slot {
        key: "tray"
        at: 0.775
        width: 130

        Rectangle {
            width: parent.width
            height: 40
            radius: 14
            color: deck.black
            border.width: 2
            border.color: deck.dark
        }

        Rectangle {
            x: 20
            y: 20
            width: parent.width - 40
            height: 76
            color: "#FFFFFF"
            border.width: 2
            border.color: deck.dark

            Column {
                x: 12
                anchors.verticalCenter: parent.verticalCenter
                spacing: 9

                Repeater {
                    model: [40, 60, 50]

                    Rectangle {
                        required property real modelData

                        width: modelData
                        height: 6
                        radius: 3
                        color: "#9DB1CB"
                    }
                }
            }
        }

        Tag {
            key: "tray"
        }
    }

    Slot {
        key: "jack"
        at: 0.92
        y: 64
        width: 64
        height: 64

        Rectangle {
            anchors.fill: parent
            radius: 32
            color: deck.part
            border.width: 2
            border.color: deck.dark
        }

        Rectangle {
            anchors.centerIn: parent
            width: 26
            height: 26
            radius: 13
            color: Theme.hc ? "#FFFFFF" : "#20344E"
        }

        Tag {
            key: "jack"
            y: 99
        }
    }
}
