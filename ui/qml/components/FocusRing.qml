pragma ComponentBehavior: Bound

import QtQuick

// Two colours, so it shows on any background: amber outside, ink inside.
Item {
    id: ring

    property real corner: Theme.radius
    property Item target: parent

    anchors.fill: parent
    visible: target.activeFocus && Theme.ring

    Rectangle {
        anchors.fill: parent
        anchors.margins: -10
        radius: ring.corner + 8
        color: "transparent"
        border.width: 8
        border.color: Theme.focus
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: -2
        radius: ring.corner + 2
        color: "transparent"
        border.width: 4
        border.color: Theme.ink
    }
}
