pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A way on, as a wide card: icon or code, words, badge, arrow.
Pressable {
    id: r

    readonly property bool code: node.style === "code"
    readonly property bool warm: node.style === "warm" || node.style === "warn"
    readonly property bool lit: node.current
    readonly property bool quiet: node.style === "quiet"

    readonly property real side: Theme.seated || Theme.landscape ? 190 : 264
    readonly property bool low: Theme.seated
    // Heights follow from the width alone: the icon may shrink in its room, the words keep theirs.
    readonly property real chipSize: low ? 88 : 116

    readonly property real leastHeight: Math.max(104, words.implicitHeight + (low ? 6 : 24), code ? side + 24 : 0)

    implicitHeight: Math.max(quiet || low ? 112 : 148, words.implicitHeight + (low ? 6 : 48), code ? side + 24 : 0)
    fill: warm ? Theme.warnBg : lit ? Theme.infoBg : Theme.surface
    edgeColor: warm ? Theme.warnTouch : lit ? Theme.brand : Theme.touch
    edgeWidth: lit ? 4 : Theme.edge

    Rectangle {
        visible: r.code
        x: 28
        anchors.verticalCenter: parent.verticalCenter
        width: r.side
        height: r.side
        radius: 20
        color: "#FFFFFF"
        border.width: Theme.edge
        border.color: Theme.line

        QrPicture {
            anchors.fill: parent
            anchors.margins: 8
            text: r.code ? r.node.value : ""
        }
    }

    Chip {
        id: chip

        visible: !r.code && !r.quiet && r.node.icon !== ""
        x: 28 + (r.chipSize - width) / 2
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(r.chipSize, Math.max(64, r.height - 24))
        glyph: r.node.icon
        tint: r.node.tint === "" && r.warm ? "amber" : r.node.tint
    }

    Icon {
        visible: !r.code && r.quiet && r.node.icon !== ""
        x: 28
        anchors.verticalCenter: parent.verticalCenter
        name: r.node.icon
        size: 60
        color: Theme.brand
    }

    Column {
        id: words

        x: r.code ? r.side + 64 : r.node.icon === "" ? 32 : r.quiet ? 112 : 28 + r.chipSize + 28
        width: parent.width - x - (arrow.on ? (r.quiet ? 92 : 112) : 28) - (figure.on ? figure.width + 8 : 0)
        anchors.verticalCenter: parent.verticalCenter
        spacing: 4

        Flow {
            width: parent.width
            spacing: 16

            Text {
                id: name

                width: Math.min(implicitWidth, parent.width)
                text: r.node.text
                wrapMode: Text.Wrap
                color: r.open ? Theme.ink : Theme.ink2
                font.pixelSize: Theme.f(r.quiet ? 32 : r.low ? 38 : r.warm ? 56 : 46)
                font.bold: true
            }

            Pill {
                visible: !r.code && !figure.on && r.node.value !== ""
                text: visible ? r.node.value : ""
                kind: "ok"
                glyph: "check"
                size: Theme.fNote
            }

            Pill {
                visible: r.code && r.node.source !== ""
                text: r.node.source
                kind: "ok"
                glyph: "check"
                size: Theme.fNote
            }
        }

        Text {
            width: parent.width
            text: r.node.note
            visible: text !== ""
            wrapMode: Text.Wrap
            color: r.warm ? Theme.warnInk : Theme.ink2
            font.pixelSize: Theme.f(r.quiet || r.low ? (Theme.seated ? 26 : 28) : 32)
        }
    }

    Rectangle {
        id: figure

        readonly property bool on: !r.code && r.node.source !== ""
        visible: on
        anchors.right: parent.right
        anchors.rightMargin: 28
        anchors.verticalCenter: parent.verticalCenter
        width: Math.max(212, numbers.implicitWidth + 32)
        height: numbers.implicitHeight + 24
        radius: 20
        color: Theme.infoBg
        border.width: Theme.hc ? 3 : 0
        border.color: Theme.line

        Column {
            id: numbers

            anchors.centerIn: parent

            Text {
                anchors.horizontalCenter: parent.horizontalCenter
                text: r.node.source
                color: Theme.infoInk
                font.pixelSize: Theme.fNote
            }

            Text {
                anchors.horizontalCenter: parent.horizontalCenter
                visible: text !== ""
                text: r.node.value
                color: Theme.infoInk
                font.pixelSize: Theme.f(50)
                font.bold: true
            }
        }
    }

    Icon {
        id: arrow

        readonly property bool on: r.node.pressable && !figure.on && !r.code
        visible: on
        anchors.right: parent.right
        anchors.rightMargin: r.quiet ? 24 : 32
        anchors.verticalCenter: parent.verticalCenter
        name: "right"
        size: r.quiet ? 52 : 60
        stroke: 2
        color: r.warm ? Theme.warnInk : Theme.brand
    }
}
