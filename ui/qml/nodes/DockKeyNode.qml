pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A key of the dock: how to see, hear, reach, and who helps. A tick when on.
Pressable {
    id: d

    readonly property bool primary: node.style === "primary"
    readonly property bool on: node.checkable && node.checked
    readonly property bool inverse: primary || on
    readonly property int wanted: Theme.elder ? 40 : Math.min(Theme.f(30), 34)
    readonly property real room: width - 8
    // In one line, smaller if need be; in two when that would be too small to read.
    readonly property int single: Math.floor(wanted * Math.min(1, room / Math.max(1, line.advanceWidth)))
    readonly property bool two: single < 27
    readonly property color fg: inverse ? Theme.brandInk : Theme.glyph

    implicitHeight: 146
    corner: 26
    Accessible.role: node.checkable ? Accessible.CheckBox : Accessible.Button
    tickable: node.checkable
    ticked: node.checked

    background: Item {
        Rectangle {
            anchors.fill: parent
            radius: d.corner
            color: d.down ? (d.inverse ? Theme.brandDown : Theme.pressed) : d.inverse ? Theme.brand : Theme.surface
            border.width: d.primary ? 0 : Theme.edge
            border.color: Theme.touch
        }

        SpeakMark {
            on: d.node.speaking
        }

        FocusRing {
            target: d
            corner: d.corner
        }
    }

    TextMetrics {
        id: line

        text: d.node.text
        font.family: words.font.family
        font.bold: true
        font.pixelSize: d.wanted
    }

    Icon {
        visible: d.on
        anchors.right: parent.right
        anchors.rightMargin: 12
        y: 12
        name: "check"
        size: 34
        stroke: 3
        color: d.fg
    }

    Column {
        anchors.centerIn: parent
        spacing: d.two ? 0 : 4

        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            name: d.node.icon
            color: d.fg
            size: d.two ? 48 : 60
        }

        Text {
            id: words

            width: d.room
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.WordWrap
            maximumLineCount: 2
            lineHeight: d.two ? 0.88 : 1
            text: d.node.text
            color: d.inverse ? Theme.brandInk : Theme.ink
            font.pixelSize: !d.two ? d.single : Theme.whole(text, Math.min(d.wanted, 34), d.room)
            font.bold: true
        }
    }
}
