pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// Big arrows when a page has more parts than one.
Item {
    id: pager

    required property PageFlow flow

    implicitHeight: Theme.seated ? 78 : 96
    visible: flow.parts > 1

    component Arrow: Pressable {
        id: arrow

        property string word
        property string glyph
        property bool after: false

        nid: after ? "pager.more" : "pager.previous"
        width: (pager.width - place.width - 40) / 2
        height: pager.height
        corner: 26
        fill: open ? Theme.surface : Theme.sunken
        edgeColor: open ? Theme.touch : Theme.line
        activeFocusOnTab: open
        Accessible.name: word

        Row {
            anchors.centerIn: parent
            spacing: 16
            layoutDirection: arrow.after ? Qt.RightToLeft : Qt.LeftToRight

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: arrow.glyph
                size: 52
                stroke: 2.2
                color: arrow.open ? Theme.brand : Theme.ink2
            }

            Text {
                anchors.verticalCenter: parent.verticalCenter
                text: arrow.word
                color: arrow.open ? Theme.brand : Theme.ink2
                font.pixelSize: Math.min(Theme.f(38), 50)
                font.bold: true
            }
        }
    }

    Arrow {
        word: Words.of("previous")
        glyph: "up"
        open: pager.flow.part > 0
        onChosen: pager.flow.turn(-1)
    }

    Text {
        id: place

        anchors.horizontalCenter: parent.horizontalCenter
        anchors.verticalCenter: parent.verticalCenter
        width: Math.max(110, implicitWidth + 16)
        horizontalAlignment: Text.AlignHCenter
        text: (pager.flow.part + 1) + " / " + pager.flow.parts
        color: Theme.ink
        font.pixelSize: Math.min(Theme.f(38), 50)
        font.bold: true

        FocusRing {
            target: place
            corner: 12
            anchors.margins: 6
        }

        readonly property string nid: "pager.place"

        function activate(): void {
        }

        objectName: nid
        activeFocusOnTab: Theme.voice
        Accessible.role: Accessible.StaticText
        Accessible.name: Words.fill("page_of", [pager.flow.part + 1, pager.flow.parts])
    }

    Arrow {
        x: pager.width - width
        word: Words.of("more")
        glyph: "down"
        after: true
        open: pager.flow.part < pager.flow.parts - 1
        onChosen: pager.flow.turn(1)
    }
}
