pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A sheet to sign on with a finger, and a key for whoever confirms instead. The sheet holds what came back: smoothed.
PanelBase {
    id: p

    readonly property string ink: node ? node.ink : ""
    readonly property var confirmation: node && node.options.length > 0 ? node.options[0] : null
    readonly property bool confirmed: node !== null && node.style === "confirmed"
    readonly property real keyHeight: Math.max(88, Theme.f(38) * 1.5 + 24)
    readonly property real gap: 16

    implicitHeight: 290 + gap + keyHeight

    Rectangle {
        id: sheet

        readonly property string nid: "panel.sheet"

        objectName: nid
        x: (p.width - width) / 2
        width: Math.min(p.width, (p.height - p.keyHeight - p.gap) * 2.5)
        height: width * 0.4
        radius: 22
        color: Theme.field
        border.width: 4
        border.color: Theme.touch
        Accessible.role: Accessible.Graphic
        Accessible.name: Words.of("sign_here")

        Rectangle {
            x: sheet.width * 0.06
            y: sheet.height * 0.8
            width: sheet.width - 2 * x
            height: 3
            color: Theme.ink2
        }

        Text {
            visible: p.ink === "" && pen.live === ""
            anchors.centerIn: parent
            width: parent.width - 60
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.Wrap
            text: Words.of("sign_here")
            color: Theme.ink2
            font.pixelSize: Math.min(Theme.f(38), sheet.height * 0.22)
        }

        Ink {
            anchors.fill: parent
            strokes: p.ink
            live: pen.live
        }

        MouseArea {
            id: pen

            property string live
            property int points

            function at(x: real, y: real): string {
                const unit = 1000 / sheet.width;
                return Math.round(Math.min(sheet.width, Math.max(0, x)) * unit) + "," + Math.round(Math.min(sheet.height, Math.max(0, y)) * unit);
            }

            anchors.fill: parent
            onPressed: mouse => {
                points = 1;
                live = at(mouse.x, mouse.y);
            }
            onPositionChanged: mouse => {
                if (points >= 2000)
                    return;
                points += 1;
                live += " " + at(mouse.x, mouse.y);
            }
            onReleased: {
                const drawn = live;
                live = "";
                p.node.edit(p.ink === "" ? drawn : p.ink + ";" + drawn);
            }
            onCanceled: live = ""
        }
    }

    Row {
        id: keys

        y: sheet.height + p.gap
        width: p.width
        spacing: p.gap

        PadKey {
            width: (keys.width - keys.spacing) * 0.3
            height: p.keyHeight
            code: "clear"
            word: Words.of("clear")
            glyph: "trash"
            size: Math.min(Theme.f(34), 44)
            wraps: true
            open: p.text !== ""
            fill: open ? Theme.surface : Theme.sunken
            onChosen: p.node.edit("")
        }

        PadKey {
            width: (keys.width - keys.spacing) * 0.7
            height: p.keyHeight
            code: p.confirmation ? p.confirmation.value : ""
            word: p.confirmation ? p.confirmation.text : ""
            size: Theme.whole(word, Theme.f(Words.latin ? 34 : 38), width - 84)
            wraps: true
            lit: p.confirmed
            fill: lit ? Theme.brand : Theme.surface
            glyph: lit ? "boxcheck" : "box"
            Accessible.role: Accessible.CheckBox
            tickable: true
            ticked: lit
            onChosen: p.node.edit(p.confirmed ? "" : p.confirmation.value)
        }
    }
}
