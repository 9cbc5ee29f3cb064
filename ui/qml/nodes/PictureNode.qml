pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A drawing: deck[:reader|scanner|keypad|jack|tray], card, phone, receipt, paper:step, or an icon by name.
Spoken {
    id: p

    readonly property var parts: node.value.split(":")
    readonly property bool deck: parts[0] === "deck"
    readonly property bool paper: parts[0] === "paper"

    readonly property real leastHeight: deck ? 216 : paper ? 190 : 120
    readonly property real size: Math.min(360, height - 24)

    activeFocusOnTab: Theme.voice && (deck || node.text !== "")
    Accessible.role: Accessible.Graphic
    Accessible.ignored: !deck && node.text === ""
    Accessible.name: node.heard !== "" && node.text !== "" ? node.heard : deck ? Words.of("deck") : node.text
    implicitHeight: deck ? 216 : paper ? 320 : 220

    Loader {
        anchors.centerIn: parent
        active: p.deck
        sourceComponent: DeckPicture {
            width: p.width
            height: 216
            lit: p.parts[1] ?? ""
        }
    }

    Rectangle {
        visible: p.paper && Theme.landscape
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.page
    }

    Loader {
        anchors.centerIn: parent
        active: p.paper
        sourceComponent: PaperPicture {
            height: Math.min(620, p.height)
            room: p.width
            step: p.parts[1] ?? ""
        }
    }

    Item {
        visible: !p.deck && !p.paper
        anchors.centerIn: parent
        width: p.size * 1.6
        height: p.size

        OptionPicture {
            visible: !p.paper && p.parts[0] !== "receipt"
            anchors.fill: parent
            name: p.parts[0] === "phone" ? (p.parts[1] === "digits" ? "sms" : "qr") : p.parts[0]
        }

        ReceiptPicture {
            visible: p.parts[0] === "receipt"
            anchors.centerIn: parent
            out: 0.9
        }
    }
}
