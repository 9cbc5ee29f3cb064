pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// One thing on the desk: its name in both languages, its state, its picture, its buttons.
Rectangle {
    id: c

    property string glyph
    property string word
    property string stateText
    property string stateKind: "ok"
    default property alias content: inner.data
    property alias buttons: foot.data
    readonly property int room: width - 28

    width: 300
    height: 256
    radius: 16
    color: Theme.surface
    border.width: 1
    border.color: Theme.line
    Accessible.role: Accessible.Grouping
    Accessible.name: Say.of(c.word) + (c.stateText === "" ? "" : ", " + c.stateText)

    Row {
        x: 14
        y: 12
        spacing: 9

        Rectangle {
            width: 30
            height: 30
            radius: 8
            color: Theme.infoBg

            Icon {
                anchors.centerIn: parent
                name: c.glyph
                size: 21
                stroke: 2
                color: Theme.brand
            }
        }

        Text {
            id: title

            text: Say.of(c.word)
            color: Theme.ink
            font.pixelSize: 17
            font.bold: true
            anchors.verticalCenter: parent.verticalCenter
        }

        Text {
            visible: implicitWidth <= c.width - 88 - title.implicitWidth - pill.width
            text: Say.also(c.word)
            color: Theme.ink2
            font.pixelSize: 13
            anchors.verticalCenter: parent.verticalCenter
        }
    }

    Pill {
        id: pill

        anchors.right: parent.right
        anchors.rightMargin: 12
        y: 16
        size: 13
        text: c.stateText
        kind: c.stateKind
        visible: text !== ""
    }

    Item {
        id: inner

        x: 14
        y: 52
        width: c.room
        height: c.height - 108
    }

    Row {
        id: foot

        x: 14
        y: c.height - 47
        spacing: 8
    }
}
