pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import "../../qml/components"

// kind: on = present or restore (blue), plain = take away, break = break (red outline)
AbstractButton {
    id: b

    property string glyph
    property string kind: "plain"
    property string hint
    property bool able: true
    property string spoken: text
    readonly property color fg: kind === "on" ? Theme.brandInk : kind === "break" ? Theme.errInk : Theme.ink

    implicitWidth: row.implicitWidth + 20
    implicitHeight: 34
    activeFocusOnTab: true
    enabled: able
    opacity: able ? 1 : 0.45
    Accessible.role: Accessible.Button
    Accessible.name: spoken
    Accessible.description: hint
    Accessible.onPressAction: b.click()
    Keys.onReturnPressed: b.click()
    Keys.onEnterPressed: b.click()

    background: Rectangle {
        radius: 9
        color: b.kind === "on" ? (b.down ? Theme.brandDown : Theme.brand) : b.down ? Theme.sunken : Theme.surface
        border.width: b.kind === "on" ? 0 : 1
        border.color: b.kind === "break" ? Paint.breakEdge : Paint.edge

        LabRing {
            target: b
            corner: 9
        }
    }
    contentItem: Item {
        Row {
            id: row

            anchors.centerIn: parent
            spacing: 5

            Icon {
                visible: b.glyph !== ""
                name: b.glyph
                size: 17
                stroke: 2.2
                color: b.fg
                anchors.verticalCenter: parent.verticalCenter
            }

            Text {
                text: b.text
                color: b.fg
                font.pixelSize: 14
                font.bold: b.kind !== "plain"
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
}
