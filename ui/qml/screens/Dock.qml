pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Doorstep
import "../components"
import "../nodes"

// Same place, same order on every page: how to see, hear, reach, and who helps.
Rectangle {
    id: dock

    required property Bridge bridge

    implicitHeight: 230
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: Theme.edge
        color: Theme.line
    }

    RowLayout {
        x: Theme.margin
        y: 22
        width: parent.width - 2 * Theme.margin
        height: 146
        spacing: 12

        Repeater {
            model: dock.bridge.dock_nodes

            NodeView {
                id: key

                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: key.node.style === "primary" && !Theme.elder ? 1.35 : 1
            }
        }
    }

    Spoken {
        x: Theme.margin - 12
        y: 176
        width: parent.width - 2 * x
        height: 48
        nid: "page.foot"
        corner: 12
        Accessible.name: [dock.bridge.hotline, dock.bridge.terminal].filter(w => w !== "").join(Words.of("comma"))

        Text {
            x: 12
            y: 2
            width: parent.width - 24 - machine.implicitWidth - 24
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 27
            text: dock.bridge.hotline
            color: Theme.ink2
            font.pixelSize: 28
        }

        Text {
            id: machine

            anchors.right: parent.right
            anchors.rightMargin: 12
            y: 2
            text: dock.bridge.terminal
            color: Theme.ink2
            font.pixelSize: 28
        }
    }
}
