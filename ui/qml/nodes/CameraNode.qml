pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// The camera's live picture, value camera:NAME. While there is none: a calm mark in its place. style code = no oval; paper = a table seen from above.
Spoken {
    id: c

    // There is one, made by Python; it is drawn where it was asked for last.
    readonly property CameraPicture picture: Guard.bridge ? Guard.bridge.camera : null
    readonly property bool mine: picture !== null && picture.parent === hole

    readonly property bool paper: node.style === "paper"
    readonly property real shape: paper ? 4 / 3 : 16 / 9
    readonly property real room: Math.min(width, height * shape)
    readonly property real leastHeight: 260

    corner: Theme.radius
    activeFocusOnTab: Theme.voice && node.text !== ""
    Accessible.role: Accessible.Graphic
    Accessible.ignored: node.text === ""
    Accessible.name: node.text
    implicitHeight: 440
    onPictureChanged: {
        if (picture === null)
            return;
        picture.parent = hole;
        picture.anchors.fill = hole;
    }
    Component.onDestruction: {
        if (mine)
            picture.source = "";
    }

    Binding {
        target: c.picture
        property: "source"
        value: c.node.value.slice(7)
        when: c.mine
        restoreMode: Binding.RestoreNone
    }

    Binding {
        target: c.picture
        property: "aim"
        value: c.node.style === ""
        when: c.mine
        restoreMode: Binding.RestoreNone
    }

    Binding {
        target: c.picture
        property: "corner"
        value: Theme.radius - Theme.edge
        when: c.mine
        restoreMode: Binding.RestoreNone
    }

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
            visible: !c.mine || !c.picture.live
            anchors.centerIn: parent
            spacing: 12

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                name: c.paper ? "doccam" : c.node.style === "code" ? "qr" : "face"
                size: Math.min(150, pane.height * 0.4)
                stroke: 1.3
                color: Theme.brand
            }
        }

        Item {
            id: hole

            anchors.fill: parent
            anchors.margins: Theme.edge
        }
    }
}
