pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// Digits, telephone layout, a bar on 5, words on every function key; X for identity numbers, one more and one less for
// a number, a point for an amount of money.
PanelBase {
    id: p

    readonly property string kind: node === null ? "" : node.panel
    readonly property bool idNumber: kind === "id"
    readonly property bool counts: kind === "number"
    readonly property bool money: kind === "money"
    readonly property int whole: node === null || node.most === "" ? (money ? 8 : 9) : node.most.split(".")[0].length
    readonly property int limit: node === null || node.limit <= 0 ? (idNumber ? 18 : kind === "phone" ? 11 : 40) : node.limit
    readonly property real space: height > 520 ? 20 : height > 360 ? 16 : 12
    readonly property real cw: (width - 3 * 20) / 4
    readonly property real ch: Math.min(150, (height - 3 * space) / 4)
    readonly property int face: Math.min(Theme.elder ? 84 : 66, Math.max(46, ch * 0.62))
    readonly property bool roomy: cw > 200          // room for words beside the signs of more and less
    readonly property int small: Math.min(Theme.f(34), 42)

    function key(code: string): void {
        if (code === "erase")
            set(text.slice(0, -1));
        else if (code === "clear")
            set("");
        else if (code === "readback")
            node.ask("readback");
        else if (code === "plus" || code === "minus")
            set(step(code === "plus" ? 1 : -1));
        else if (counts || money)
            set(amount(code));
        else if (text.length < limit)
            set(text + code);
    }

    // A number or an amount with one key more: no zero in front, one point, two decimals, no more digits than fit.
    function amount(code: string): string {
        const at = text.indexOf(".");
        if (code === "point")
            return !money || at >= 0 ? text : (text === "" ? "0" : text) + ".";
        if (at >= 0)
            return text.length - at > 2 ? text : text + code;
        if (text === "0")
            return code;
        return text.length < whole ? text + code : text;
    }

    // One more or one less, within the bounds; an empty field begins at the lowest.
    function step(by: int): string {
        const low = node.least === "" ? 0 : Number(node.least);
        const high = node.most === "" ? Math.pow(10, whole) - 1 : Number(node.most);
        const next = text === "" ? low : Number(text) + by;
        return String(Math.min(high, Math.max(low, next)));
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
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9"]

        NumberKey {
            required property int index
            required property string modelData

            code: modelData
            column: index % 3
            row: Math.floor(index / 3)
        }
    }

    NumberKey {
        visible: p.money
        code: "point"
        word: "."
        ear: Words.of("point")
        row: 3
    }

    NumberKey {
        visible: p.counts
        code: "minus"
        word: p.roomy ? Words.of("down") : ""
        ear: Words.of("down")
        glyph: "minus"
        size: p.small
        row: 3
    }

    NumberKey {
        code: "0"
        column: 1
        row: 3
    }

    NumberKey {
        visible: p.idNumber
        code: "X"
        column: 2
        row: 3
    }

    NumberKey {
        visible: p.counts
        code: "plus"
        word: p.roomy ? Words.of("up") : ""
        ear: Words.of("up")
        glyph: "plus"
        size: p.small
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
