pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// The cards a visitor could hold. The chosen one is also the owner of the phone.
LabCard {
    id: p

    function note(card: var): string {
        const plain = card.kind === "resident" || !Say.has("kind_" + card.kind);
        return [plain ? "" : Say.of("kind_" + card.kind), card.sub].filter(part => part !== "").join(" · ");
    }

    height: 526
    glyph: "card"
    word: "card"
    stateText: World.pad === "" ? Say.of("card_off") : Say.of("card_on")
    stateKind: World.pad === "" ? "info" : "ok"

    ListView {
        id: list

        objectName: "card.list"
        x: -5
        width: p.room + 10
        height: parent.height - 30
        clip: true
        topMargin: 5
        bottomMargin: 5
        leftMargin: 5
        spacing: 4
        model: World.cards
        keyNavigationEnabled: false
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: Say.of("card_list")

        delegate: Choice {
            id: row

            required property var modelData
            required property int index

            objectName: "card.choose." + modelData.id
            width: p.room
            implicitHeight: 34
            title: modelData.age > 0 ? modelData.label + " · " + Say.fill("years", [modelData.age]) : modelData.label
            note: p.note(modelData)
            tag: World.pad === modelData.id ? Say.of("card_on") : ""
            on: World.chosen === modelData.id
            onClicked: World.chosen = modelData.id
            onActiveFocusChanged: {
                if (activeFocus)
                    list.positionViewAtIndex(index, ListView.Contain);
            }

            Icon {
                visible: World.pad === row.modelData.id
                anchors.right: parent.right
                anchors.rightMargin: -7
                y: -7
                name: "ok"
                size: 20
                stroke: 2.4
                color: Theme.okInk
            }
        }
    }

    Text {
        visible: World.cards.length === 0
        text: Say.of("card_none")
        color: Theme.ink2
        font.pixelSize: 14
    }

    DeviceLine {
        y: parent.height - 22
        kind: "card_reader"
    }

    buttons: [
        LabButton {
            objectName: "card.present"
            text: Say.of("card_present")
            kind: "on"
            able: World.chosen !== ""
            onClicked: World.send({
                "do": "present",
                "card": World.chosen
            })
        },
        LabButton {
            objectName: "card.lift"
            text: Say.of("card_lift")
            onClicked: World.send({
                "do": "lift"
            })
        },
        BreakButton {
            device: "card_reader"
        },
        MendButton {
            device: "card_reader"
        }
    ]
}
