pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A value we already hold: what it is, the value, where it came from.
Spoken {
    id: k

    readonly property bool under: label.implicitWidth + tag.implicitWidth + 60 > width

    corner: 22
    implicitHeight: 12 + label.implicitHeight + value.implicitHeight + (under && tag.on ? tag.implicitHeight + 8 : 0) + 16

    Rectangle {
        anchors.fill: parent
        radius: 22
        color: Theme.surface
        border.width: Theme.edge
        border.color: Theme.line
    }

    Text {
        id: label

        x: 24
        y: 12
        text: k.node.text
        color: Theme.ink2
        font.pixelSize: Theme.fNote
    }

    Pill {
        id: tag

        readonly property bool on: k.node.source !== ""
        visible: on
        x: k.under ? 24 : parent.width - width - 16
        y: k.under ? value.y + value.height + 6 : 12
        text: k.node.source
        kind: "ok"
        glyph: "check"
        size: Theme.f(26)
    }

    Text {
        id: value

        x: 24
        anchors.top: label.bottom
        anchors.topMargin: 2
        width: parent.width - 48
        text: k.node.value
        wrapMode: Text.Wrap
        color: Theme.ink
        font.pixelSize: Theme.f(38)
        font.bold: true
    }
}
