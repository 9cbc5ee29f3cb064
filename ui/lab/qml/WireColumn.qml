pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import "../../qml/components"

// What went over the wires, as bytes and as words; filtered by device. The world has masked it.
Rectangle {
    id: w

    property string device
    readonly property bool isLog: device === "log"

    signal filtered(string device)

    radius: 16
    color: Paint.wire

    Row {
        x: 18
        y: 12
        spacing: 9

        Text {
            id: title

            text: Say.of("wire")
            color: Paint.headInk
            font.pixelSize: 17
            font.bold: true
        }

        Text {
            text: Say.also("wire")
            color: Paint.wireInk2
            font.pixelSize: 13
            anchors.verticalCenter: title.verticalCenter
        }
    }

    Row {
        anchors.right: parent.right
        anchors.rightMargin: 18
        y: 16
        spacing: 6

        Icon {
            name: "lock"
            size: 16
            stroke: 2.2
            color: Paint.wireInk2
            anchors.verticalCenter: parent.verticalCenter
        }

        Text {
            text: Say.of("wire_masked")
            color: Paint.wireInk2
            font.pixelSize: 13
        }
    }

    Row {
        x: 18
        y: 46
        spacing: 5

        Repeater {
            model: ["", "card_reader", "code_reader", "receipt_printer", "camera", "platform", "log"]

            AbstractButton {
                id: chip

                required property string modelData
                readonly property bool on: w.device === modelData

                objectName: "wire.only." + (modelData === "" ? "all" : modelData)
                implicitWidth: name.implicitWidth + 18
                implicitHeight: 28
                activeFocusOnTab: true
                Accessible.role: Accessible.RadioButton
                Accessible.name: name.text
                Accessible.checkable: true
                Accessible.checked: chip.on
                Accessible.onPressAction: chip.click()
                Keys.onReturnPressed: chip.click()
                Keys.onEnterPressed: chip.click()
                onClicked: {
                    w.device = modelData;
                    w.filtered(modelData);
                }

                background: Rectangle {
                    radius: 14
                    color: chip.on ? Paint.headInk : Paint.wireChip

                    LabRing {
                        target: chip
                        corner: 14
                    }
                }
                contentItem: Item {
                    Text {
                        id: name

                        anchors.centerIn: parent
                        text: Say.of(chip.modelData === "" ? "wire_all" : "wire_" + chip.modelData)
                        color: chip.on ? Paint.wire : Paint.wireText
                        font.pixelSize: 13
                        font.bold: chip.on
                    }
                }
            }
        }
    }

    Rectangle {
        y: 86
        width: parent.width
        height: 1
        color: Paint.wireLine
    }

    Text {
        visible: lines.count === 0
        x: 18
        y: 104
        text: w.isLog ? Say.of("wire_empty_log") : Say.of("wire_empty")
        color: Paint.wireInk2
        font.pixelSize: 14
    }

    ListView {
        id: lines

        property bool follow: true

        objectName: "wire.lines"
        x: 18
        y: 94
        width: parent.width - 26
        height: parent.height - 106
        clip: true
        spacing: 7
        reuseItems: true
        model: w.isLog ? World.logLines : World.wireLines
        activeFocusOnTab: true
        keyNavigationEnabled: false
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: Say.of("wire_list")
        Accessible.focusable: true
        Keys.onDownPressed: contentY = Math.min(contentY + 100, Math.max(originY, originY + contentHeight - height))
        Keys.onUpPressed: contentY = Math.max(originY, contentY - 100)
        onMovementEnded: follow = atYEnd
        onCountChanged: {
            if (follow)
                Qt.callLater(lines.positionViewAtEnd);
        }
        onModelChanged: {
            follow = true;
            Qt.callLater(lines.positionViewAtEnd);
        }

        ScrollBar.vertical: ScrollBar {
            policy: lines.contentHeight > lines.height ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
        }

        delegate: Item {
            id: line

            required property string at
            required property string device
            required property string way
            required property string bytes
            required property string meaning

            width: 376
            height: 21 + body.height
            Accessible.role: Accessible.ListItem
            Accessible.name: [line.device, line.way === "" ? "" : Say.of(line.way), line.meaning, line.bytes].filter(part => part !== "").join(", ")

            Text {
                text: line.at
                color: Paint.wireInk2
                font.pixelSize: 13
                font.family: Paint.mono
                Accessible.ignored: true
            }

            Text {
                x: 106
                text: Say.has("wire_" + line.device) ? Say.of("wire_" + line.device) : line.device
                color: Paint.wireInk
                font.pixelSize: 13
                font.bold: true
                Accessible.ignored: true
            }

            Text {
                anchors.right: parent.right
                text: Say.has("meaning_" + line.meaning) ? Say.of("meaning_" + line.meaning) : line.meaning
                color: line.way === "from" ? Paint.wireFrom : Paint.wireTo
                font.pixelSize: 13
                font.bold: true
                Accessible.ignored: true
            }

            Text {
                y: 21
                text: line.way === "to" ? "→" : line.way === "from" ? "←" : "·"
                color: line.way === "from" ? Paint.wireFrom : Paint.wireTo
                font.pixelSize: 14
                font.bold: true
                Accessible.ignored: true
            }

            Text {
                id: body

                x: 24
                y: 21
                width: 350
                wrapMode: Text.WrapAnywhere
                maximumLineCount: 2
                elide: Text.ElideRight
                text: line.bytes
                color: Paint.wireText
                font.pixelSize: 13
                font.family: Paint.mono
                Accessible.ignored: true
            }
        }
    }

    LabRing {
        target: lines
        corner: 16
    }
}
