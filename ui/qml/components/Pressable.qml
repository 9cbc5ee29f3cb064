pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates
import Doorstep

// Whatever can be pressed: acts when the finger leaves inside it, shows focus, speaks in the accessible tree.
AbstractButton {
    id: b

    property NodeItem node: null
    property color fill: Theme.surface
    property color edgeColor: Theme.touch
    property real edgeWidth: Theme.edge
    property real corner: Theme.radius
    property color shade: Theme.shadow
    property bool clicks: true                  // acts when a finger leaves inside it
    property bool tickable: false
    property bool ticked: false
    property bool open: node ? node.open : true
    property string nid: node ? node.nid : ""
    property string help: node ? node.described : ""
    property real since: 0                      // when the finger came to rest on it
    default property alias content: inside.data

    signal chosen

    function activate(): void {
        if (!open)
            return;
        chosen();
        if (node)
            node.press();
    }

    // The control writes its own (unused) check state into the accessible tree; ours goes there after it.
    function tell(): void {
        Accessible.checkable = tickable;
        Accessible.checked = ticked;
    }

    objectName: nid
    activeFocusOnTab: true
    checkable: false
    hoverEnabled: false
    Accessible.role: Accessible.Button
    Accessible.name: node ? node.heard : text
    Accessible.description: node && nid === node.nid ? Words.described(node, help) : help
    Accessible.onPressAction: activate()
    onPressedChanged: {
        // Also when a finger that slid off comes back: it has to rest anew.
        if (pressed)
            since = Guard.now();
    }
    onClicked: {
        if (clicks && Guard.accepts(nid, since))
            activate();
    }
    onTickableChanged: tell()
    onTickedChanged: tell()
    Component.onCompleted: tell()

    background: Item {
        Rectangle {
            visible: !Theme.hc && b.open
            y: 6
            width: parent.width
            height: parent.height
            radius: b.corner
            color: b.shade
        }

        Rectangle {
            anchors.fill: parent
            radius: b.corner
            color: b.down && b.open ? Theme.pressed : b.fill
            border.width: b.edgeWidth
            border.color: b.edgeColor
        }

        SpeakMark {
            on: b.node ? b.node.speaking : false
        }

        FocusRing {
            target: b
            corner: b.corner
        }
    }
    contentItem: Item {
        id: inside
    }

    // Hold to press: a bar that fills while the finger rests; it acts when the finger leaves a full one.
    indicator: Rectangle {
        id: filling

        visible: Guard.hold > 0 && b.down && b.clicks && b.open
        x: b.corner / 2
        y: b.height - 9
        width: b.width - b.corner
        height: 14
        radius: 7
        color: Theme.surface
        border.width: 3
        border.color: Theme.ink

        Rectangle {
            id: filled

            x: 3
            y: 3
            width: 0
            height: 8
            radius: 4
            color: Theme.ink

            NumberAnimation on width {
                running: filling.visible
                from: 0
                to: filling.width - 6
                duration: Guard.hold * 1000
            }
        }
    }
}
