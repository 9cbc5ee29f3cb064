pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// One row of a table of facts: label, value, source, and a key to change it or to look at it while held.
Spoken {
    id: l

    readonly property bool judged: ["ok", "warn", "error"].indexOf(node.style) >= 0
    readonly property bool band: node.style === "warn" || node.style === "error"
    readonly property color fg: band ? Theme.stateInk(node.style) : Theme.ink
    readonly property real labelWidth: Theme.landscape ? 210 : 170
    readonly property real tail: change.on ? change.width + 16 : tag.on && !wide ? tag.width + 16 : 0
    readonly property bool wide: tag.on && (change.on || label.implicitWidth > 600)
    readonly property bool stacked: Theme.grow > 1.2 || label.implicitWidth > Theme.f(labelWidth) + 20
    readonly property real textX: node.icon !== "" && judged ? 64 : 12
    readonly property real inkHeight: node.ink !== "" ? 128 : 0
    readonly property real wordsHeight: inkHeight + (stacked ? label.implicitHeight + value.implicitHeight : Math.max(label.implicitHeight, value.implicitHeight)) + (note.on ? note.implicitHeight : 0) + (wide ? tag.height + 8 : 0)

    corner: 16
    activeFocusOnTab: Theme.voice && !node.pressable && !node.holdable
    implicitHeight: Math.max(judged ? 60 : 76, wordsHeight + (judged ? 12 : 20), change.on ? change.height + 14 : 0)

    Rectangle {
        visible: l.band
        anchors.fill: parent
        anchors.margins: 2
        radius: 18
        color: Theme.stateBg(l.node.style)
        border.width: Theme.hc ? 3 : 0
        border.color: Theme.stateLine(l.node.style)
    }

    Rectangle {
        visible: !l.first && !l.band
        x: 12
        width: parent.width - 24
        height: 2
        color: Theme.hair
    }

    readonly property bool first: node.ordinal <= 1

    Icon {
        visible: l.judged && l.node.icon !== ""
        x: 14
        y: (l.height - l.wordsHeight) / 2 + 4
        name: l.node.icon
        size: 40
        color: l.band ? l.fg : Theme.brand
    }

    Text {
        id: label

        x: l.textX
        y: (l.height - l.wordsHeight) / 2 + (l.stacked ? 0 : Math.max(0, (value.implicitHeight - implicitHeight) / 2))
        width: l.stacked ? l.width - x - l.tail - 12 : Theme.f(l.labelWidth) + 20
        wrapMode: Text.Wrap
        text: l.node.text
        color: l.judged ? l.fg : Theme.ink2
        font.pixelSize: Theme.f(l.judged ? 30 : 32)
        font.bold: l.judged
    }

    Text {
        id: value

        x: l.stacked ? l.textX : label.x + label.width + 16
        y: l.stacked ? label.y + label.implicitHeight : (l.height - l.wordsHeight) / 2
        width: l.width - x - l.tail - 12
        wrapMode: Text.Wrap
        text: l.node.value
        color: l.band ? l.fg : l.judged ? Theme.ink2 : Theme.ink
        font.pixelSize: Theme.f(l.judged ? 28 : 38)
        font.bold: !l.judged || l.band
    }

    Repeater {
        model: l.inkHeight > 0 ? 1 : 0

        Ink {
            x: value.x
            y: value.y + value.implicitHeight + 8
            width: height * 2.5
            height: 120
            strokes: l.node.ink
            color: value.color
            pen: 14
        }
    }

    Text {
        id: note

        readonly property bool on: text !== ""
        visible: on
        x: l.judged ? l.textX : value.x
        y: (l.stacked ? value.y + value.implicitHeight : (l.height - l.wordsHeight) / 2 + Math.max(label.implicitHeight, value.implicitHeight))
        width: l.width - x - l.tail - 12
        wrapMode: Text.Wrap
        text: l.node.note
        color: l.band ? l.fg : Theme.ink2
        font.pixelSize: Theme.fNote
    }

    Pill {
        id: tag

        readonly property bool on: l.node.source !== ""
        visible: on
        x: l.wide ? value.x : l.width - width - 4
        y: l.wide ? (l.height + l.wordsHeight) / 2 - height : l.judged ? (l.height - l.wordsHeight) / 2 : (l.height - height) / 2
        text: l.node.source
        kind: l.judged ? l.node.style : "ok"
        glyph: l.node.style === "warn" ? "warn" : l.node.style === "error" ? "x" : "check"
        size: Theme.f(26)
        raised: l.band
    }

    MiniKey {
        id: change

        readonly property bool on: l.node.pressable || l.node.holdable
        visible: on
        anchors.right: parent.right
        anchors.rightMargin: 4
        anchors.verticalCenter: parent.verticalCenter
        node: l.node
        glyph: l.node.holdable ? "eye" : "edit"
        word: l.node.hint !== "" && l.node.holdable ? l.node.hint : Words.of(l.node.holdable ? "show" : "edit")
    }
}
