pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A sentence or two. style: big | quiet | aside.
Spoken {
    id: w

    readonly property bool big: node.style === "big"
    readonly property bool quiet: node.style === "quiet" || node.style === "aside"

    implicitHeight: Math.max(words.implicitHeight + (note.on ? note.implicitHeight + 8 : 0), glyph.on ? 60 : 0)

    Icon {
        id: glyph

        readonly property bool on: w.node.icon !== ""
        visible: on
        anchors.verticalCenter: parent.verticalCenter
        name: w.node.icon
        size: 44
        color: Theme.ink2
    }

    Text {
        id: words

        x: glyph.on ? 60 : 0
        y: Math.max(0, (parent.height - w.implicitHeight) / 2) + (w.implicitHeight - implicitHeight - (note.on ? note.implicitHeight + 8 : 0)) / 2
        width: parent.width - x
        text: w.node.value === "" ? w.node.text : w.node.text + " " + w.node.value
        wrapMode: Text.Wrap
        color: w.quiet ? Theme.ink2 : Theme.ink
        font.pixelSize: Theme.f(w.big ? 46 : w.quiet ? 30 : 36)
        font.bold: w.big
    }

    Text {
        id: note

        x: words.x
        anchors.top: words.bottom
        anchors.topMargin: 8
        width: parent.width - x
        readonly property bool on: text !== ""
        visible: on
        text: w.node.note
        wrapMode: Text.Wrap
        color: Theme.ink2
        font.pixelSize: Theme.f(30)
    }
}
