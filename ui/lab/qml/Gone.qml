pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// Nobody at the other end, yet or any more: what happened, what is safe, what to do.
Rectangle {
    id: g

    signal closeWanted

    visible: World.lost || !World.reached
    color: World.reached ? Paint.veil : Paint.desk
    onVisibleChanged: {
        if (visible)
            close.forceActiveFocus(Qt.OtherFocusReason);
    }

    MouseArea {
        anchors.fill: parent
        hoverEnabled: true
    }

    Rectangle {
        anchors.centerIn: parent
        width: 560
        height: words.implicitHeight + 64
        radius: 20
        color: Theme.surface
        Accessible.role: Accessible.AlertMessage
        Accessible.name: title.text + " " + what.text + " " + safe.text

        Column {
            id: words

            x: 32
            y: 32
            width: parent.width - 64
            spacing: 12

            Icon {
                name: World.lost ? "plug" : "clock"
                size: 48
                color: Theme.brand
            }

            Text {
                id: title

                objectName: "gone.title"
                width: parent.width
                wrapMode: Text.Wrap
                text: World.lost ? Say.of("gone_title") : Say.of("waiting_title")
                color: Theme.ink
                font.pixelSize: 24
                font.bold: true
                Accessible.ignored: true
            }

            Text {
                id: what

                width: parent.width
                wrapMode: Text.Wrap
                text: World.lost ? Say.of("gone_text") : Say.of("waiting_text")
                color: Theme.ink
                font.pixelSize: 16
                Accessible.ignored: true
            }

            Text {
                id: safe

                width: parent.width
                wrapMode: Text.Wrap
                visible: World.lost
                text: World.lost ? Say.of("gone_safe") : ""
                color: Theme.ink2
                font.pixelSize: 16
                Accessible.ignored: true
            }

            LabButton {
                id: close

                objectName: "gone.close"
                text: Say.of("gone_close")
                onClicked: g.closeWanted()
            }
        }
    }
}
