pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import "../../qml/components"

// The roll, the cover, and what came out of the slot.
LabCard {
    id: p

    property int at: 0
    readonly property string newest: World.receipts.length > 0 ? World.receipts[0] : ""
    readonly property real left_: World.paper === "full" ? 1 : World.paper === "low" ? 0.12 : World.paper === "jammed" ? 0.6 : 0

    onNewestChanged: at = 0
    height: 526
    glyph: "receipt"
    word: "paper"
    stateText: World.cover === "open" ? Say.of("cover_open_state") : Say.of("paper_" + World.paper)
    stateKind: World.cover === "open" || World.paper === "low" ? "warn" : World.paper === "full" ? "ok" : "error"

    Rectangle {
        id: roll

        readonly property real size: 44 + 40 * p.left_

        x: 2
        y: 0
        width: 88
        height: 88
        radius: 44
        color: "transparent"
        border.width: 1
        border.color: Paint.row

        Rectangle {
            anchors.centerIn: parent
            width: roll.size
            height: roll.size
            radius: roll.size / 2
            color: p.left_ > 0 ? Paint.roll : Theme.surface
            border.width: 2
            border.color: World.paper === "jammed" ? Paint.breakEdge : Paint.edge
        }

        Rectangle {
            anchors.centerIn: parent
            width: 32
            height: 32
            radius: 16
            color: Paint.core
        }

        Icon {
            visible: World.paper === "jammed" || World.paper === "out"
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            name: "warn"
            size: 28
            stroke: 2.2
            color: Theme.errInk
        }
    }

    Column {
        x: 104
        width: 168
        spacing: 7

        Row {
            spacing: 7

            LabButton {
                objectName: "paper.full"
                text: Say.of("paper_fill")
                kind: "on"
                onClicked: World.send({
                    "do": "paper",
                    "set": "full"
                })
            }

            LabButton {
                objectName: "paper.low"
                text: Say.of("paper_lower")
                onClicked: World.send({
                    "do": "paper",
                    "set": "low"
                })
            }
        }

        DeviceLine {
            kind: "receipt_printer"
            named: false
            tight: true
        }

        Row {
            spacing: 7

            LabButton {
                objectName: "cover"
                readonly property bool open: World.cover === "open"

                text: open ? Say.of("cover_shut") : Say.of("cover_lift")
                kind: open ? "on" : "plain"
                onClicked: World.send({
                    "do": "cover",
                    "set": open ? "closed" : "open"
                })
            }

            MendButton {
                device: "receipt_printer"
            }
        }
    }

    Rectangle {
        id: tray

        y: 104
        width: p.room
        height: parent.height - y - 2
        radius: 12
        color: Paint.tray
        border.width: 1
        border.color: Paint.row

        Column {
            visible: World.receipts.length === 0
            anchors.centerIn: parent
            spacing: 8

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                name: "print"
                size: 44
                color: Paint.radio
            }

            Text {
                text: Say.of("receipt_none")
                color: Theme.ink2
                font.pixelSize: 14
            }
        }

        Text {
            visible: World.receipts.length > 0
            x: 12
            y: 9
            text: (p.at === 0 ? Say.of("receipt_last") + " · " : "") + Say.fill("receipt_of", [p.at + 1, World.receipts.length])
            color: Theme.ink2
            font.pixelSize: 13
        }

        Row {
            visible: World.receipts.length > 1
            anchors.right: parent.right
            anchors.rightMargin: 6
            y: 4
            spacing: 6

            LabButton {
                objectName: "receipt.newer"
                width: 34
                implicitHeight: 28
                glyph: "left"
                spoken: Say.of("receipt_newer")
                able: p.at > 0
                onClicked: p.at -= 1
            }

            LabButton {
                objectName: "receipt.older"
                width: 34
                implicitHeight: 28
                glyph: "right"
                spoken: Say.of("receipt_older")
                able: p.at < World.receipts.length - 1
                onClicked: p.at += 1
            }
        }

        Flickable {
            id: strip

            objectName: "receipt.strip"

            visible: World.receipts.length > 0
            x: 12
            y: 38
            width: parent.width - 24
            height: parent.height - 44
            clip: true
            contentHeight: picture.height
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: visible
            Accessible.role: Accessible.Graphic
            Accessible.name: Say.of("receipt_picture")
            Accessible.focusable: true
            Keys.onDownPressed: contentY = Math.min(contentY + 80, Math.max(0, contentHeight - height))
            Keys.onUpPressed: contentY = Math.max(0, contentY - 80)

            ScrollBar.vertical: ScrollBar {
                policy: strip.contentHeight > strip.height ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
            }

            Image {
                id: picture

                objectName: "receipt.picture"
                width: strip.width - 12
                height: implicitWidth > 0 ? width * implicitHeight / implicitWidth : 0
                source: World.receipts.length > p.at ? World.receipts[p.at] : ""
                cache: false
                smooth: true
                mipmap: true
                Accessible.ignored: true
                onSourceChanged: strip.contentY = 0
            }
        }

        LabRing {
            target: strip
            corner: 12
        }
    }

    buttons: [
        LabButton {
            objectName: "paper.out"
            text: Say.of("paper_take")
            onClicked: World.send({
                "do": "paper",
                "set": "out"
            })
        },
        LabButton {
            objectName: "paper.jammed"
            text: Say.of("paper_jam")
            kind: "break"
            onClicked: World.send({
                "do": "paper",
                "set": "jammed"
            })
        },
        BreakButton {
            device: "receipt_printer"
        }
    ]
}
