pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// What the terminal says of one device, and what we broke on it: a word each, not only a colour.
Row {
    id: d

    property string kind
    property bool named: true
    property bool tight: false                  // room for one word: the fault, if there is one
    readonly property string state_: World.deviceState(kind)
    readonly property string broken: World.broken[kind] ?? ""
    readonly property string faultWord: broken === "" ? "" : Say.has("fault_" + broken) ? Say.of("fault_" + broken) : broken
    readonly property var finding: World.findings[kind] ?? null
    readonly property string turn: finding === null ? "" : finding[Say.of("part_in")] + " · " + Say.of("who_" + finding.who)

    spacing: 7
    Accessible.role: Accessible.StaticText
    Accessible.name: Say.of("device_" + d.kind) + ", " + label.text + (turn === "" ? "" : ", " + turn) + (faultWord === "" ? "" : ", " + faultWord)

    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        width: 9
        height: 9
        radius: 5
        color: World.stateKind(d.state_) === "ok" ? Paint.live : World.stateKind(d.state_) === "info" ? Paint.radio : Paint.dead
    }

    Text {
        id: label

        visible: !d.tight || d.faultWord === ""
        text: (!d.named ? "" : Say.of("device_" + d.kind) + " · ") + (d.state_ === "" ? Say.of("state_unknown") : Say.has("state_" + d.state_) ? Say.of("state_" + d.state_) : d.state_)
        color: Theme.ink2
        font.pixelSize: 13
        Accessible.ignored: true
    }

    Text {
        visible: !d.tight && d.turn !== ""
        text: d.turn
        color: Theme.ink2
        font.pixelSize: 13
        Accessible.ignored: true
    }

    Text {
        visible: d.faultWord !== ""
        text: d.faultWord
        color: Theme.errInk
        font.pixelSize: 13
        font.bold: true
        Accessible.ignored: true
    }
}
