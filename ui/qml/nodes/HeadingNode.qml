pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A section head, a word at the right.
Spoken {
    id: h

    implicitHeight: Math.max(head.implicitHeight, aside.implicitHeight)
    Accessible.role: Accessible.Heading

    Text {
        id: head

        width: parent.width - (aside.on ? aside.width + 24 : 0)
        anchors.verticalCenter: parent.verticalCenter
        text: h.node.text
        wrapMode: Text.Wrap
        color: Theme.ink
        font.pixelSize: Theme.fHead
        font.bold: true
    }

    Text {
        id: aside

        anchors.right: parent.right
        anchors.baseline: head.baseline
        readonly property bool on: text !== ""
        visible: on
        text: h.node.note
        color: Theme.ink2
        font.pixelSize: Theme.fNote
    }
}
