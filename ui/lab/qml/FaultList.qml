pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// The faults of one device, over the desk, beside the button that asked. Escape or a press elsewhere closes it.
Item {
    id: f

    property string device
    property Item opener: null
    property point spot: Qt.point(0, 0)         // where the opener is
    readonly property bool open: device !== ""
    readonly property var names: World.faults[device] ?? []

    function show(device: string, opener: Item): void {
        f.opener = opener;
        f.device = device;
        f.spot = opener.mapToItem(f, 0, 0);
        first.forceActiveFocus(Qt.TabFocusReason);
    }

    function shut(): void {
        const back = f.opener;
        f.device = "";
        f.opener = null;
        if (back)
            back.forceActiveFocus(Qt.TabFocusReason);
    }

    visible: open
    Keys.onEscapePressed: f.shut()

    Rectangle {
        anchors.fill: parent
        color: Paint.shade

        MouseArea {
            anchors.fill: parent
            onPressed: f.shut()
        }
    }

    Rectangle {
        anchors.fill: box
        anchors.topMargin: 5
        anchors.bottomMargin: -5
        radius: 16
        color: Paint.core
    }

    Rectangle {
        id: box

        width: 444
        height: head.height + Math.ceil(f.names.length / 2) * 42 + 34
        x: Math.max(10, Math.min(f.spot.x, f.width - width - 10))
        y: Math.max(10, Math.min(f.spot.y - height - 8, f.height - height - 10))
        radius: 16
        color: Theme.surface
        border.width: 1
        border.color: Theme.line
        Accessible.role: Accessible.PopupMenu
        Accessible.name: Say.of("break_" + f.device)

        MouseArea {
            anchors.fill: parent
        }

        Item {
            id: head

            x: 14
            y: 12
            width: parent.width - 28
            height: 34

            Text {
                anchors.verticalCenter: parent.verticalCenter
                text: f.open ? Say.of("break_" + f.device) : ""
                color: Theme.ink
                font.pixelSize: 16
                font.bold: true
            }

            LabButton {
                id: first

                objectName: "faults.close"
                anchors.right: parent.right
                text: Say.of("close_list")
                glyph: "x"
                onClicked: f.shut()
            }
        }

        Repeater {
            model: f.names

            LabButton {
                id: item

                required property string modelData
                required property int index

                objectName: "fault." + modelData
                x: 14 + (index % 2) * 212
                y: head.y + head.height + 12 + Math.floor(index / 2) * 42
                width: 204
                kind: "break"
                text: Say.has("fault_" + modelData) ? Say.of("fault_" + modelData) : modelData
                onClicked: {
                    World.send({
                        "do": "fault",
                        "device": f.device,
                        "name": item.modelData
                    });
                    f.shut();
                }
            }
        }
    }
}
