pragma ComponentBehavior: Bound

import QtQuick

// The cable, and what the platform at its other end does.
LabCard {
    id: p

    glyph: "wifi"
    word: "network"
    stateText: World.network !== "up" ? Say.of("network_down") : World.platform === "ok" ? Say.of("network_up") : Say.of("platform_" + World.platform)
    stateKind: World.network !== "up" ? "error" : World.platform === "ok" ? "ok" : "warn"

    Flow {
        width: p.room
        spacing: 7
        Accessible.role: Accessible.Grouping
        Accessible.name: Say.of("platform_list")

        Repeater {
            model: ["ok", "500", "html", "hang", "close"]

            Choice {
                required property string modelData

                objectName: "platform." + modelData
                width: modelData === "ok" ? p.room : 132
                implicitHeight: 44
                title: Say.of("platform_" + modelData)
                on: World.platform === modelData
                onClicked: World.send({
                    "do": "platform",
                    "set": modelData
                })
            }
        }
    }

    buttons: [
        LabButton {
            objectName: "network.up"
            text: Say.of("network_plug")
            kind: "on"
            onClicked: World.send({
                "do": "network",
                "set": "up"
            })
        },
        LabButton {
            objectName: "network.down"
            text: Say.of("network_pull")
            onClicked: World.send({
                "do": "network",
                "set": "down"
            })
        }
    ]
}
