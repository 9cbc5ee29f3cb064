pragma ComponentBehavior: Bound

import QtQuick

// A desktop window for people who build, teach and repair: everything a resident could hold, on a mouse.
Rectangle {
    id: root

    property var words: ({})
    property var otherWords: ({})
    readonly property QtObject world: World

    signal wanted(string request)
    signal filtered(string device)
    signal languageWanted
    signal closeWanted

    width: 1400
    height: 900
    color: Paint.desk

    Binding {
        target: Say
        property: "map"
        value: root.words
    }

    Binding {
        target: Say
        property: "other"
        value: root.otherWords
    }

    Connections {
        target: World

        function onWanted(request: string): void {
            root.wanted(request);
        }

        function onAsked(device: string, opener: Item): void {
            faults.show(device, opener);
        }
    }

    Item {
        id: sheet

        width: 1400
        height: 900
        scale: Math.min(root.width / 1400, root.height / 900)
        transformOrigin: Item.TopLeft
        x: (root.width - 1400 * scale) / 2

        Item {
            id: desk

            anchors.fill: parent
            enabled: !gone.visible && !faults.open

            LabHead {
                width: parent.width
                height: 58
                onLanguageWanted: root.languageWanted()
            }

            CardPanel {
                x: 18
                y: 76
            }

            PowerPanel {
                x: 18
                y: 616
            }

            PhonePanel {
                x: 332
                y: 76
            }

            KeysPanel {
                x: 332
                y: 346
            }

            NetworkPanel {
                x: 332
                y: 616
            }

            PaperPanel {
                x: 646
                y: 76
            }

            JackPanel {
                x: 646
                y: 616
            }

            FacePanel {
                x: 962
                y: 76
            }

            WireColumn {
                x: 962
                y: 346
                width: 420
                height: 526
                onFiltered: device => root.filtered(device)
            }
        }

        FaultList {
            id: faults

            anchors.fill: parent
        }

        Gone {
            id: gone

            anchors.fill: parent
            onCloseWanted: root.closeWanted()
        }
    }
}
