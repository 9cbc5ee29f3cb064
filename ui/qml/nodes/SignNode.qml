pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A clip in sign language; pressed, it stands still or goes on. icon: its file. style: play | still
Pressable {
    id: s

    readonly property real side: Theme.landscape || Theme.seated ? 200 : 300
    readonly property bool broken: clip.status === AnimatedImage.Error

    implicitHeight: Math.max(side + 24, words.implicitHeight + 40)

    Rectangle {
        x: 12
        y: (parent.height - height) / 2
        width: s.side
        height: s.side
        radius: 20
        color: Theme.sunken
        border.width: Theme.edge
        border.color: Theme.line

        AnimatedImage {
            id: clip

            anchors.fill: parent
            anchors.margins: 6
            // While the delegate is made ready for another node it may still hold the icon of one that is no clip.
            source: s.node.icon.startsWith("/") ? "file://" + s.node.icon : ""
            fillMode: Image.PreserveAspectFit
            asynchronous: true
            cache: false
            playing: true
            paused: s.node.style !== "play" || !s.visible
        }

        Icon {
            visible: s.broken
            anchors.centerIn: parent
            name: "hands"
            size: 96
            color: Theme.ink2
        }
    }

    Column {
        id: words

        x: s.side + 44
        width: parent.width - x - 24
        anchors.verticalCenter: parent.verticalCenter
        spacing: 14

        Text {
            width: parent.width
            text: s.node.note
            wrapMode: Text.Wrap
            color: Theme.ink
            font.pixelSize: Theme.f(32)
        }

        Row {
            spacing: 14
            width: parent.width

            Item {
                width: 44
                height: 44
                anchors.verticalCenter: parent.verticalCenter

                Icon {
                    visible: s.node.style !== "play"
                    name: "play"
                    size: 44
                    color: Theme.brand
                }

                Repeater {
                    model: s.node.style === "play" ? 2 : 0

                    Rectangle {
                        required property int index

                        x: 9 + 16 * index
                        y: 8
                        width: 9
                        height: 28
                        radius: 3
                        color: Theme.brand
                    }
                }
            }

            Text {
                width: parent.width - 58
                text: s.node.text
                wrapMode: Text.Wrap
                color: Theme.brand
                font.pixelSize: Theme.f(34)
                font.bold: true
            }
        }
    }
}
