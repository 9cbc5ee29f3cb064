pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// Time that is left: a ring, the figure, its unit.
Spoken {
    id: r

    readonly property real turn: Math.min(99.9, Math.max(0, node.progress)) / 100 * 2 * Math.PI
    readonly property real side: Theme.landscape ? 260 : Theme.grow > 1.2 ? 396 : 420

    // Names that the accessible tree looks for.
    readonly property real value: node.progress
    readonly property real minimumValue: 0
    readonly property real maximumValue: 100

    Accessible.role: Accessible.ProgressBar
    implicitHeight: side + 20

    Image {
        anchors.centerIn: parent
        width: r.side
        height: r.side
        sourceSize: Qt.size(r.side, r.side)
        cache: false
        Accessible.ignored: true
        source: r.node.progress < 0 ? "" : "image://svg/" + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 420" fill="none" stroke-linecap="round" stroke-width="22"><circle cx="210" cy="210" r="190" stroke="#FFFFFF" stroke-opacity="0.25"/><path d="M210 20A190 190 0 ' + (r.turn > Math.PI ? 1 : 0) + " 1 " + (210 + 190 * Math.sin(r.turn)) + " " + (210 - 190 * Math.cos(r.turn)) + '" stroke="' + Theme.heroBar + '"/></svg>')
    }

    Column {
        anchors.centerIn: parent

        Text {
            anchors.horizontalCenter: parent.horizontalCenter
            text: r.node.value
            color: Theme.heroInk
            font.pixelSize: Theme.landscape ? 72 : Theme.grow > 1.2 ? 112 : 136
            font.bold: true
        }

        Text {
            width: r.side * 0.7
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            text: r.node.text
            color: Theme.heroInk2
            font.pixelSize: Theme.landscape ? 28 : Theme.grow > 1.2 ? 34 : 36
        }
    }
}
