pragma ComponentBehavior: Bound

import QtQuick

// The small key in a row: change this, or look at it while held down (a press by key toggles).
Pressable {
    id: m

    property string glyph: "edit"
    property string word
    property bool held: false
    readonly property bool hold: node !== null && node.holdable

    function activate(): void {
        if (!hold) {
            node.press();
            return;
        }
        held = !held;
        if (held)
            node.hold();
        else
            node.release();
    }

    width: implicitWidth
    height: implicitHeight
    implicitWidth: row.implicitWidth + 44
    implicitHeight: Math.max(74, row.implicitHeight + 20)
    corner: 22
    clicks: !hold
    Accessible.name: word + " " + (node ? node.text : "")
    onPressed: {
        if (hold) {
            held = true;
            node.hold();
        }
    }
    onReleased: let_go()
    onCanceled: let_go()

    function let_go(): void {
        if (hold && held) {
            held = false;
            node.release();
        }
    }

    Row {
        id: row

        anchors.centerIn: parent
        spacing: 12

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            name: m.glyph
            size: Theme.f(36)
            stroke: 2
            color: Theme.brand
        }

        Text {
            anchors.verticalCenter: parent.verticalCenter
            text: m.word
            color: Theme.brand
            font.pixelSize: Theme.f(34)
            font.bold: true
        }
    }
}
