pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A code to scan, quiet zone kept in every theme; words under it, or beside it when small. A large one has the page to
// itself: it is scanned by a hand that trembles, from where a wheelchair stands. It is smaller where it would push off the
// page what is said about it.
Spoken {
    id: c

    readonly property bool small: node.style === "small"
    readonly property bool large: node.style === "large"
    readonly property bool beside: small || width > 560
    readonly property real least: 280
    readonly property real most: Math.min(Theme.landscape || Theme.seated || Theme.grow > 1.1 ? least : 440, width * 0.46)
    readonly property real side: small ? 132 : large ? Math.min(most, height - 32) : beside ? 280 : Math.max(180, Math.min(252, width - 56, height - words.implicitHeight - 52))

    readonly property real leastHeight: large ? Math.max(Math.min(least, most), words.implicitHeight) + 32 : small || beside ? implicitHeight : 232 + words.implicitHeight

    corner: Theme.radius
    Accessible.role: Accessible.Graphic
    implicitHeight: large ? Math.max(most, words.implicitHeight) + (most > least ? 56 : 32) : small ? Math.max(132, words.implicitHeight + 16) : beside ? side + 56 : Math.min(252, width - 56) + 52 + words.implicitHeight

    Card {
        visible: !c.small
        anchors.fill: parent
    }

    Rectangle {
        id: paper

        x: c.small ? 0 : c.beside ? 28 : (c.width - width) / 2
        y: c.beside ? (c.height - height) / 2 : 24
        width: c.side
        height: c.side
        radius: c.small ? 14 : 20
        color: "#FFFFFF"
        border.width: Theme.edge
        border.color: Theme.line

        QrPicture {
            anchors.fill: parent
            anchors.margins: c.small ? 3 : 6
            text: c.node.value
        }
    }

    Column {
        id: words

        x: c.beside ? paper.x + paper.width + (c.small ? 20 : 40) : 16
        y: c.beside ? (c.height - implicitHeight) / 2 : paper.y + paper.height + 12
        width: c.width - x - 16

        Text {
            width: parent.width
            horizontalAlignment: c.beside ? Text.AlignLeft : Text.AlignHCenter
            wrapMode: Text.Wrap
            text: c.node.text
            color: Theme.ink
            font.pixelSize: Theme.f(c.small ? 30 : c.beside ? 46 : 34)
            font.bold: !c.small
        }

        Text {
            width: parent.width
            horizontalAlignment: c.beside ? Text.AlignLeft : Text.AlignHCenter
            wrapMode: Text.Wrap
            visible: text !== ""
            text: c.node.note
            color: Theme.ink2
            font.pixelSize: Theme.f(c.beside && !c.small ? 34 : 28)
        }
    }
}
