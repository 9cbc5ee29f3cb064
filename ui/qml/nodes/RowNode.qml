pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// A way on, as a wide card: icon or code, words, badge, arrow.
Pressable {
    id: r

    readonly property bool code: node.style === "code"
    readonly property bool warm: node.style === "warm" || node.style === "warn"
    readonly property bool lit: node.current
    readonly property bool quiet: node.style === "quiet"

    implicitHeight: Math.max(quiet ? 116 : 148, words.implicitHeight + 48, code ? 316 : 0)
    fill: warm ? Theme.warnBg : lit ? Theme.infoBg : Theme.surface
    edgeColor: warm ? Theme.warnTouch : lit ? Theme.brand : Theme.touch
    edgeWidth: lit ? 4 : Theme.edge

    Rectangle {
        visible: r.code
        x: 28
        anchors.verticalCenter: parent.verticalCenter
        width: 264
        height: 264
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
        x: 28
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(116, parent.height - 36)
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

        x: r.code ? 332 : r.node.icon === "" ? 32 : r.quiet ? 112 : 176
        width: parent.width - x - (arrow.visible ? 112 : 28) - (figure.visible ? figure.width + 8 : 0)
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
                font.pixelSize: Theme.f(r.quiet ? 34 : r.warm ? 56 : 46)
                font.bold: true
            }

            Pill {
                visible: !r.code && !figure.visible && r.node.value !== ""
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
            font.pixelSize: Theme.f(r.quiet ? 28 : 32)
        }
    }

    Rectangle {
        id: figure

        visible: !r.code && r.node.source !== ""
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

        visible: r.node.pressable && !figure.visible && !r.code
        anchors.right: parent.right
        anchors.rightMargin: 32
        anchors.verticalCenter: parent.verticalCenter
        name: "right"
        size: 60
        stroke: 2
        color: r.warm ? Theme.warnInk : Theme.brand
    }
}
