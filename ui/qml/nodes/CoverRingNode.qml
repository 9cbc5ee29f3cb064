pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// Time that is left: a ring, the figure, its unit.
Spoken {
    id: r

    readonly property real side: Theme.landscape ? 260 : Theme.grow > 1.2 ? 396 : 420

    // Names that the accessible tree looks for.
    readonly property real value: node.progress
    readonly property real minimumValue: 0
    readonly property real maximumValue: 100

    Accessible.role: Accessible.ProgressBar
    implicitHeight: side + 20

    TimeRing {
        anchors.centerIn: parent
        width: r.side
        height: r.side
        visible: r.node.progress >= 0
        share: r.node.progress
        tint: Theme.heroBar
        Accessible.ignored: true
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
