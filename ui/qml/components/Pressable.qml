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
    Accessible.description: node ? node.described : ""
    Accessible.onPressAction: activate()
    onPressed: Guard.down(b)
    onReleased: Qt.callLater(Guard.up, b)
    onCanceled: Guard.up(b)
    onClicked: {
        if (clicks && Guard.accepts(b))
            activate();
    }
    onTickableChanged: tell()
    onTickedChanged: tell()
    Component.onCompleted: tell()
    Component.onDestruction: Guard.up(b)

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
}
