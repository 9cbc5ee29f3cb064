pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// One key of a panel: `code` is its name for robots, keys and the accessible tree.
Pressable {
    id: k

    property string code
    property string word: code
    property string glyph
    property int size: 54
    property bool primary: false
    property bool lit: false
    property string ear: word
    property bool wraps: false                  // long names go on in a second line
    readonly property bool pictured: glyph !== "" && (width >= 150 || word === "")

    // A touch does not move the focus here: the narrator would say every digit of a private number aloud.
    focusPolicy: Qt.TabFocus
    nid: "key." + code
    objectName: nid
    corner: 22
    fill: primary || lit ? Theme.brand : Theme.surface
    edgeWidth: primary || lit ? 0 : Theme.edge
    edgeColor: Theme.touch
    shade: primary ? Theme.primaryShadow : Theme.shadow
    Accessible.name: open ? ear : ear + Words.of("comma") + Words.of("closed")

    Text {
        visible: !k.pictured
        anchors.centerIn: parent
        width: parent.width - 16
        height: k.wraps ? parent.height - 8 : implicitHeight
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        wrapMode: k.wraps ? Text.Wrap : Text.NoWrap
        text: k.word
        fontSizeMode: k.wraps ? Text.Fit : Text.HorizontalFit
        minimumPixelSize: 27
        color: k.primary || k.lit ? Theme.brandInk : k.open ? Theme.ink : Theme.ink2
        font.pixelSize: k.size
        font.bold: true
    }

    Rectangle {
        visible: k.code === "5" && k.word === "5"
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: k.height < 92 ? 1 : 7
        width: 22
        height: k.height < 92 ? 4 : 5
        radius: 2
        color: Theme.ink2
    }

    Row {
        visible: k.pictured
        anchors.centerIn: parent
        spacing: k.width < 190 ? 6 : 12

        Icon {
            id: picture

            name: k.glyph
            size: Math.min(k.size * 1.15, 44)
            stroke: 2
            color: k.primary || k.lit ? Theme.brandInk : k.open ? Theme.brand : Theme.ink2
            anchors.verticalCenter: parent.verticalCenter
        }

        Text {
            width: Math.min(implicitWidth, k.width - picture.width - 28)
            height: k.wraps ? k.height - 8 : implicitHeight
            verticalAlignment: Text.AlignVCenter
            wrapMode: k.wraps ? Text.Wrap : Text.NoWrap
            text: k.word
            fontSizeMode: k.wraps ? Text.Fit : Text.HorizontalFit
            minimumPixelSize: 27
            color: k.primary || k.lit ? Theme.brandInk : k.open ? Theme.brand : Theme.ink2
            font.pixelSize: k.size
            font.bold: true
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
