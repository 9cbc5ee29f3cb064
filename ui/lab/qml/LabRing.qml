pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// Focus at desktop size, in the two colours of the terminal's ring.
Item {
    id: ring

    property Item target: parent
    property real corner: 9

    anchors.fill: parent
    visible: target.activeFocus

    Rectangle {
        anchors.fill: parent
        anchors.margins: -4
        radius: ring.corner + 4
        color: "transparent"
        border.width: 3
        border.color: Theme.focus
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: -1
        radius: ring.corner + 1
        color: "transparent"
        border.width: 2
        border.color: Theme.ink
    }
}
