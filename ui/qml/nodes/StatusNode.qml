pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// The live line: a lamp and what the machine is waiting for. style: "" | ok | warn | error | prompt (what to do now,
// large; its value is a word for scripts, not for people)
Spoken {
    id: s

    readonly property bool prompt: node.style === "prompt"
    readonly property bool plain: prompt || node.style === "" || node.style === "info"
    readonly property color fg: Theme.stateInk(node.style)

    corner: 24
    readonly property real leastHeight: Math.max(80, words.implicitHeight + (note.on ? note.implicitHeight : 0) + 20)

    implicitHeight: Math.max(100, words.implicitHeight + (note.on ? note.implicitHeight : 0) + 36)

    Rectangle {
        anchors.fill: parent
        radius: 24
        color: Theme.stateBg(s.node.style)
        border.width: Theme.hc ? 4 : 3
        border.color: s.plain ? Theme.lamp : s.fg
    }

    Rectangle {
        visible: s.plain
        x: 36
        anchors.verticalCenter: parent.verticalCenter
        width: 28
        height: 28
        radius: 14
        color: Theme.lamp
    }

    Icon {
        visible: !s.plain
        x: 28
        anchors.verticalCenter: parent.verticalCenter
        name: s.node.icon === "" ? Theme.stateIcon(s.node.style) : s.node.icon
        size: 46
        color: s.fg
    }

    Column {
        x: 88
        width: parent.width - 116
        anchors.verticalCenter: parent.verticalCenter

        Text {
            id: words

            width: parent.width
            wrapMode: Text.Wrap
            text: s.prompt || s.node.value === "" ? s.node.text : s.node.text + " " + s.node.value
            color: s.fg
            font.pixelSize: Theme.f(s.prompt ? 48 : 36)
            font.bold: true
        }

        Text {
            id: note

            width: parent.width
            wrapMode: Text.Wrap
            readonly property bool on: text !== ""
            visible: on
            text: s.node.note
            color: s.fg
            font.pixelSize: Theme.f(30)
        }
    }
}
