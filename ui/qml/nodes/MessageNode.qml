pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// One message of a talk: who and when above, the words below. style: mine (at the right) | staff (at the left).
Spoken {
    id: m

    readonly property bool mine: node.style === "mine"
    readonly property real most: width * 0.86

    corner: 26
    implicitHeight: 16 + who.implicitHeight + 4 + words.implicitHeight + (tag.on && under ? tag.implicitHeight + 8 : 0) + 20
    readonly property bool under: who.implicitWidth + tag.implicitWidth + 76 > bubble.width

    Rectangle {
        id: bubble

        x: m.mine ? parent.width - width : 0
        width: m.most
        height: parent.height
        radius: 26
        color: m.mine ? Theme.field : Theme.surface
        border.width: m.mine ? Theme.edge : Theme.edge + 1
        border.color: m.mine ? Theme.line : Theme.brand
    }

    Text {
        id: who

        x: bubble.x + 28
        y: 16
        text: m.node.text
        color: m.mine ? Theme.ink2 : Theme.brand
        font.pixelSize: Theme.f(28)
        font.bold: !m.mine
    }

    Pill {
        id: tag

        readonly property bool on: m.node.source !== ""
        visible: on
        x: m.under ? bubble.x + 28 : bubble.x + bubble.width - width - 20
        y: m.under ? words.y + words.height + 6 : 12
        text: m.node.source
        kind: "warn"
        glyph: "clock"
        size: Theme.f(26)
    }

    Text {
        id: words

        x: bubble.x + 28
        anchors.top: who.bottom
        anchors.topMargin: 4
        width: bubble.width - 56
        text: m.node.value
        wrapMode: Text.Wrap
        color: Theme.ink
        font.pixelSize: Theme.f(36)
    }
}
