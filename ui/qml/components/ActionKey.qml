pragma ComponentBehavior: Bound

import QtQuick

// One action: icon and words. style: primary | secondary. Disabled, it says what is missing.
Pressable {
    id: b

    property int size: 42
    property real squeeze: 1
    readonly property bool primary: node.style === "primary"
    readonly property bool on: node.checkable && node.checked
    readonly property bool after: node.icon === "next" || node.icon === "right"
    readonly property real wordsHeight: words.implicitHeight
    readonly property color inkColor: !open ? Theme.ink2 : primary || on ? Theme.brandInk : Theme.brand

    implicitWidth: measure.implicitWidth + (node.icon === "" ? 0 : Math.min(Theme.f(size) * 1.2, 76) + 16) + 56
    corner: 26
    shade: primary ? Theme.primaryShadow : Theme.shadow
    fill: !open ? Theme.sunken : primary ? (down ? Theme.brandDown : Theme.brand) : on ? Theme.brand : Theme.surface
    edgeWidth: (primary || on) && open ? 0 : open ? Theme.edge : 2
    edgeColor: open ? Theme.touch : Theme.line
    Accessible.role: node.checkable ? Accessible.CheckBox : Accessible.Button
    tickable: node.checkable
    ticked: node.checked

    background: Item {
        Rectangle {
            visible: !Theme.hc && b.open
            y: 5
            width: parent.width
            height: parent.height
            radius: b.corner
            color: b.shade
        }

        Rectangle {
            anchors.fill: parent
            radius: b.corner
            color: b.down && b.open && !b.primary && !b.on ? Theme.pressed : b.fill
            border.width: b.edgeWidth
            border.color: b.edgeColor
        }

        SpeakMark {
            on: b.node.speaking
        }

        FocusRing {
            target: b
            corner: b.corner
        }
    }

    TextMetrics {
        id: metrics

        text: b.node.text
        font.family: words.font.family
        font.bold: true
        font.pixelSize: Theme.f(b.size)
    }

    Item {
        id: measure

        implicitWidth: metrics.advanceWidth
    }

    Row {
        anchors.centerIn: parent
        spacing: 16
        layoutDirection: b.after ? Qt.RightToLeft : Qt.LeftToRight

        Icon {
            id: glyph

            readonly property bool on: b.node.icon !== ""
            visible: on
            name: b.node.icon
            color: b.inkColor
            size: Math.min(Theme.f(b.size) * 1.2, 76) * b.squeeze
            stroke: 2
            anchors.verticalCenter: parent.verticalCenter
        }

        Text {
            id: words

            readonly property real room: b.width - 20 - (glyph.on ? glyph.width + 16 : 0)

            width: Math.min(implicitWidth, room)
            text: b.node.text
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
            color: b.inkColor
            font.pixelSize: Theme.whole(text, Math.floor(Theme.f(b.size) * b.squeeze), room)
            font.bold: true
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
