pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// Something under way: what, a bar, how long. icon "receipt" draws the slip coming out.
Spoken {
    id: p

    readonly property bool slip: node.icon === "receipt" || node.icon === "print"
    readonly property real value: Math.max(0, node.progress)
    readonly property real minimumValue: 0
    readonly property real maximumValue: 100

    corner: Theme.radius
    Accessible.role: Accessible.ProgressBar
    readonly property real leastHeight: Math.max(120, words.implicitHeight + 16)

    implicitHeight: Math.max(172, words.implicitHeight + 28)

    Card {
        anchors.fill: parent
        fill: Theme.infoBg
        edge: Theme.infoLine
    }

    ReceiptPicture {
        visible: p.slip
        x: 40
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(150, p.height - 12)
        height: width
        out: Math.max(0.15, p.value / 100 * 0.9)
    }

    Icon {
        visible: !p.slip && p.node.icon !== ""
        x: 48
        anchors.verticalCenter: parent.verticalCenter
        name: p.node.icon
        size: 120
        stroke: 1.4
        color: Theme.infoInk
    }

    Column {
        id: words

        x: p.node.icon === "" ? 40 : 232
        width: parent.width - x - 40
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            text: p.node.text
            color: Theme.infoInk
            font.pixelSize: Theme.f(38)
            font.bold: true
        }

        Item {
            visible: p.node.progress >= 0
            width: parent.width
            height: percent.implicitHeight

            Bar {
                width: parent.width - percent.width - 28
                anchors.verticalCenter: parent.verticalCenter
                value: p.value / 100
            }

            Text {
                id: percent

                anchors.right: parent.right
                text: p.node.value === "" ? p.value + "%" : p.node.value
                color: Theme.infoInk
                font.pixelSize: Theme.f(36)
                font.bold: true
            }
        }

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            visible: text !== ""
            text: p.node.note
            color: Theme.infoInk
            font.pixelSize: Theme.f(30)
        }
    }
}
