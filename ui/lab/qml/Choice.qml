pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import "../../qml/components"

// One of several: a row with a round mark.
AbstractButton {
    id: ch

    property string title
    property string note
    property string tag
    property bool on: false
    readonly property bool narrow: width < 150

    implicitHeight: 44
    activeFocusOnTab: true
    Accessible.role: Accessible.RadioButton
    Accessible.name: ch.tag === "" ? ch.title : ch.title + ", " + ch.tag
    Accessible.description: ch.note
    Accessible.checkable: true
    Accessible.checked: ch.on
    Accessible.onPressAction: ch.click()
    Keys.onReturnPressed: ch.click()
    Keys.onEnterPressed: ch.click()

    background: Rectangle {
        radius: 10
        color: ch.on ? Theme.infoBg : ch.down ? Theme.sunken : Theme.surface
        border.width: ch.on ? 2 : 1
        border.color: ch.on ? Theme.brand : Paint.row

        LabRing {
            target: ch
            corner: 10
        }
    }
    contentItem: Item {
        Rectangle {
            x: ch.narrow ? 9 : 12
            anchors.verticalCenter: parent.verticalCenter
            width: 16
            height: 16
            radius: 8
            color: Theme.surface
            border.width: ch.on ? 5 : 2
            border.color: ch.on ? Theme.brand : Paint.radio
        }

        Text {
            x: ch.narrow ? 30 : 38
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - x - (ch.narrow ? 5 : 20) - (note.visible ? note.width : 0)
            elide: Text.ElideRight
            text: ch.title
            color: Theme.ink
            font.pixelSize: 14
            font.bold: ch.on
        }

        Text {
            id: note

            anchors.right: parent.right
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            visible: text !== ""
            text: ch.note
            color: Theme.ink2
            font.pixelSize: 13
        }
    }
}
