pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// How far we are: value "1/2" draws that many bars, else one bar.
Spoken {
    id: p

    readonly property var parts: /^\d+\/\d+$/.test(node.value) ? node.value.split("/") : ["0", "0"]
    readonly property int now: Number(parts[0])
    readonly property int of: Number(parts[1])

    // Names that the accessible tree looks for.
    readonly property real value: now
    readonly property real minimumValue: 0
    readonly property real maximumValue: of

    Accessible.role: Accessible.ProgressBar
    implicitHeight: words.implicitHeight + 42

    Text {
        id: words

        width: parent.width
        wrapMode: Text.Wrap
        text: p.node.text
        color: Theme.heroInk
        font.pixelSize: Theme.h(34)
        font.bold: true
    }

    Row {
        anchors.bottom: parent.bottom
        spacing: Theme.gap

        Repeater {
            model: p.of > 0 ? p.of : 1

            Rectangle {
                id: bar

                required property int index
                readonly property bool full: bar.index < p.now

                width: (p.width - (Math.max(1, p.of) - 1) * Theme.gap) / Math.max(1, p.of)
                height: 24
                radius: 12
                color: full ? Theme.heroBar : Theme.hc ? "#000000" : Qt.rgba(1, 1, 1, 0.18)
                border.width: full ? 0 : 3
                border.color: Theme.heroInk

                Rectangle {
                    visible: p.of === 0 && p.node.progress > 0
                    width: Math.max(height, parent.width * p.node.progress / 100)
                    height: parent.height
                    radius: 12
                    color: Theme.heroBar
                }
            }
        }
    }
}
