pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A fact in the information zone: a glass box with label and value; small when several stand side by side.
Spoken {
    id: f

    readonly property bool small: width < 420
    readonly property bool number: value.text !== "" && !small

    corner: small ? 24 : Theme.radius
    implicitHeight: small ? smallWords.implicitHeight + 32 : Math.max(106, words.implicitHeight + 24)

    Rectangle {
        anchors.fill: parent
        radius: f.corner
        color: Theme.heroGlass
        border.width: Theme.edge
        border.color: Theme.heroLine
    }

    Icon {
        id: glyph

        readonly property bool on: !f.small && f.node.icon !== ""
        visible: on
        x: 30
        anchors.verticalCenter: parent.verticalCenter
        name: f.node.icon
        size: 66
        color: Theme.heroInk
    }

    Column {
        id: words

        visible: !f.small
        x: glyph.on ? 120 : 32
        width: parent.width - x - 28 - (note.on && note.aside ? note.width + 20 : 0)
        anchors.verticalCenter: parent.verticalCenter

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            text: f.node.text
            color: f.number ? Theme.heroInk2 : Theme.heroInk
            font.pixelSize: Theme.h(f.number ? 30 : 38)
            font.bold: !f.number && f.node.style !== "quiet"
        }

        Text {
            id: value

            visible: text !== ""
            width: parent.width
            wrapMode: Text.Wrap
            text: f.node.value
            color: Theme.heroInk
            font.pixelSize: Theme.h(f.width < 700 ? 40 : 52)
            font.bold: true
        }

        Text {
            visible: text !== ""
            width: parent.width
            wrapMode: Text.Wrap
            text: note.aside ? "" : f.node.note.split("\n").join(" ")
            color: Theme.heroInk2
            font.pixelSize: Theme.h(30)
        }
    }

    Text {
        id: note

        readonly property bool aside: f.number && f.width > 800 && implicitWidth < f.width * 0.3

        readonly property bool on: text !== "" && aside && !f.small
        visible: on
        anchors.right: parent.right
        anchors.rightMargin: 32
        anchors.verticalCenter: parent.verticalCenter
        horizontalAlignment: Text.AlignRight
        text: f.node.note
        color: Theme.heroInk2
        font.pixelSize: Theme.h(30)
    }

    Column {
        id: smallWords

        visible: f.small
        x: 8
        width: parent.width - 16
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: 10

            Icon {
                id: smallGlyph

                readonly property bool on: f.node.icon !== "" && f.width > 200
                visible: on
                name: f.node.icon
                size: 40
                color: Theme.heroInk
                anchors.verticalCenter: parent.verticalCenter
            }

            Text {
                width: Math.min(implicitWidth, smallWords.width - (smallGlyph.on ? 50 : 0))
                wrapMode: Text.Wrap
                text: f.node.text
                color: Theme.heroInk
                font.pixelSize: Theme.whole(text, Theme.h(34), smallWords.width - (smallGlyph.on ? 50 : 0))
                font.bold: true
                anchors.verticalCenter: parent.verticalCenter
            }
        }

        Text {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            visible: text !== ""
            text: f.node.value === "" ? f.node.note : f.node.value
            color: Theme.heroInk2
            font.pixelSize: Theme.whole(text, Theme.h(28), smallWords.width)
        }
    }
}
