import QtQuick

// What is being read out now: a lamp-coloured edge inside the control.
Rectangle {
    property bool on: false

    anchors.fill: parent
    anchors.margins: 5
    visible: on
    radius: Theme.radius - 5
    color: "transparent"
    border.width: 5
    border.color: Theme.lamp
}
