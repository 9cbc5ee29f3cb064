pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// Numbers, telephone layout, a bar on 5, words on every function key; X for identity numbers.
PanelBase {
    id: p

    readonly property bool idNumber: node !== null && node.panel === "id"
    readonly property int limit: node === null || node.limit <= 0 ? (idNumber ? 18 : node !== null && node.panel === "phone" ? 11 : 40) : node.limit
    readonly property real space: height > 520 ? 20 : height > 360 ? 16 : 12
    readonly property real cw: (width - 3 * 20) / 4
    readonly property real ch: Math.min(150, (height - 3 * space) / 4)
    readonly property int face: Math.min(Theme.elder ? 84 : 66, Math.max(46, ch * 0.62))
    readonly property int small: Math.min(Theme.f(34), 42)

    function key(code: string): void {
        if (code === "erase")
            set(text.slice(0, -1));
        else if (code === "clear")
            set("");
        else if (code === "readback")
            node.ask("readback");
        else if (text.length < limit)
            set(text + code);
    }

    implicitHeight: 4 * 64 + 3 * 12

    component NumberKey: PadKey {
        property int column: 0
        property int row: 0

        x: column * (p.cw + 20)
        y: row * (p.ch + p.space)
        width: p.cw
        height: p.ch
        size: p.face
        onChosen: p.key(code)
    }

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]

        NumberKey {
            required property int index
            required property string modelData

            code: modelData
            column: index === 9 ? 1 : index % 3
            row: Math.floor(index / 3)
        }
    }

    NumberKey {
        visible: p.idNumber
        code: "X"
        column: 2
        row: 3
    }

    NumberKey {
        code: "erase"
        word: Words.of("erase")
        glyph: "erase"
        size: p.small
        column: 3
    }

    NumberKey {
        code: "clear"
        word: Words.of("clear")
        glyph: "trash"
        size: p.small
        column: 3
        row: 1
    }

    NumberKey {
        code: "readback"
        word: Words.of("readback")
        glyph: "voice"
        size: p.small
        column: 3
        row: 2
    }
}
