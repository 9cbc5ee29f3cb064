pragma ComponentBehavior: Bound

import QtQuick

// A tag with an icon. kind: info | ok | warn | error | solid
Rectangle {
    id: p

    property string text
    property string kind: "info"
    property string glyph
    property int size: 28
    property bool raised: false
    readonly property color fg: kind === "solid" ? Theme.brandInk : Theme.stateInk(kind)

    implicitWidth: row.implicitWidth + size * 1.2
    implicitHeight: Math.round(size * 1.66)
    width: implicitWidth
    height: implicitHeight
    radius: height / 2
    color: kind === "solid" ? Theme.brand : raised ? Theme.surface : Theme.stateBg(kind)
    border.width: Theme.hc ? 3 : 0
    border.color: Theme.line

    Row {
        id: row

        anchors.centerIn: parent
        spacing: 8

        Icon {
            visible: p.glyph !== ""
            name: p.glyph
            size: p.size * 1.15
            stroke: 2.2
            color: p.fg
            anchors.verticalCenter: parent.verticalCenter
        }

        Text {
            text: p.text
            color: p.fg
            font.pixelSize: p.size
            font.bold: true
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
