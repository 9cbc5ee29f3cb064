pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// The camera's live picture, value camera:NAME. While there is none: a calm mark in its place. style code = no oval.
Spoken {
    id: c

    readonly property real shape: 16 / 9
    readonly property real room: Math.min(width, height * shape)
    readonly property real leastHeight: 260

    corner: Theme.radius
    activeFocusOnTab: Theme.voice && node.text !== ""
    Accessible.role: Accessible.Graphic
    Accessible.ignored: node.text === ""
    Accessible.name: node.text
    implicitHeight: 440

    Rectangle {
        id: pane

        anchors.centerIn: parent
        width: c.room
        height: c.room / c.shape
        radius: Theme.radius
        color: Theme.hc ? "#000000" : Theme.sunken
        border.width: Theme.edge
        border.color: Theme.line

        Column {
            visible: !picture.live
            anchors.centerIn: parent
            spacing: 12

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                name: c.node.style === "code" ? "qr" : "face"
                size: Math.min(150, pane.height * 0.4)
                stroke: 1.3
                color: Theme.brand
            }
        }

        CameraPicture {
            id: picture

            anchors.fill: parent
            anchors.margins: Theme.edge
            source: c.node.value.slice(7)
            aim: c.node.style !== "code"
            corner: Theme.radius - Theme.edge
        }
    }
}
