pragma ComponentBehavior: Bound

import QtQuick

// Where we are. Number, word and tick; the line behind is decoration.
Spoken {
    id: steps

    nid: "page.steps"

    property var names: []
    property int now: 1
    property color ground: Theme.heroEnd
    readonly property real cell: Math.min(190, width / Math.max(1, names.length) - 6)
    readonly property real pitch: names.length > 1 ? (width - 110) / (names.length - 1) : 0

    implicitHeight: 74 + labels.height
    Accessible.name: [Words.fill("step_of", [now, names.length, names[now - 1] ?? ""])].concat(names.map((name, i) => (i + 1) + " " + name)).join(Words.of("comma"))

    Item {
        id: labels

        height: Theme.f(30) * 1.45 * (twoLines ? 2 : 1)
        property bool twoLines: false
    }

    Rectangle {
        x: 55
        y: 26
        width: parent.width - 110
        height: 4
        color: Theme.hc ? "#FFFFFF" : Qt.rgba(1, 1, 1, 0.35)
    }

    Rectangle {
        x: 55
        y: 25
        width: steps.pitch * (steps.now - 1)
        height: 6
        color: Theme.hc ? Theme.brand : Theme.heroInk
    }

    Repeater {
        model: steps.names

        Item {
            id: dot

            required property int index
            required property string modelData
            readonly property bool past: dot.index + 1 < steps.now
            readonly property bool here: dot.index + 1 === steps.now

            x: dot.index * steps.pitch
            width: 110
            height: parent.height

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                width: 56
                height: 56
                radius: 28
                color: dot.here ? (Theme.hc ? Theme.brand : Theme.heroInk) : (Theme.hc ? "#000000" : dot.past ? steps.ground : Qt.darker(steps.ground, 1.12))
                border.width: dot.here ? 0 : 3
                border.color: dot.past || Theme.hc ? Theme.heroInk : "#9FBDE4"

                Text {
                    visible: !dot.past
                    anchors.centerIn: parent
                    text: dot.index + 1
                    font.pixelSize: 30
                    font.bold: true
                    color: dot.here ? (Theme.hc ? "#000000" : Theme.heroTop) : Theme.heroInk
                }

                Icon {
                    visible: dot.past
                    anchors.centerIn: parent
                    name: "check"
                    size: 36
                    stroke: 2.6
                    color: Theme.heroInk
                }
            }

            Text {
                y: 68
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.horizontalCenterOffset: dot.index === 0 ? Math.max(0, (Math.min(implicitWidth, steps.cell) - 110) / 2) : dot.index === steps.names.length - 1 ? -Math.max(0, (Math.min(implicitWidth, steps.cell) - 110) / 2) : 0
                width: Math.min(implicitWidth, steps.cell)
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.WordWrap
                text: dot.modelData
                color: dot.here ? Theme.heroInk : Theme.heroInk2
                font.pixelSize: Math.min(Theme.f(30), 36)
                font.bold: dot.here
                onLineCountChanged: if (lineCount > 1)
                    labels.twoLines = true
            }
        }
    }
}
