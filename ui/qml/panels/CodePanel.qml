pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A code of digits and letters: every character that it can hold on one page. A number plate is led: first the
// character of the province, then a letter, then both. A one-time code has no I, L, O and U; an address is in small letters.
PanelBase {
    id: p

    readonly property bool plate: node !== null && node.panel === "plate"
    readonly property bool leads: plate && text === ""
    readonly property var sets: ({
            "plate": "ABCDEFGHJKLMNPQRSTUVWXYZ",
            "one_time": "ABCDEFGHJKMNPQRSTVWXYZ",
            "hex": "ABCDEF",
            "web": "abcdefghijklmnopqrstuvwxyz.-:/"
        })
    readonly property string letters: node === null ? "" : sets[node.panel] ?? "ABCDEFGHJKLMNPQRTUWXY"
    readonly property var marks: leads ? node.options.map(o => o.value) : ("1234567890" + letters).split("")
    readonly property int limit: node === null || node.limit <= 0 ? 18 : node.limit
    readonly property int columns: leads ? 8 : 10
    readonly property int rows: leads ? 4 : Math.floor(marks.length / columns) + 1
    readonly property real gap: height > 470 ? 14 : 10
    readonly property real kg: 10
    readonly property real kw: (width - (columns - 1) * kg) / columns
    readonly property real kh: Math.max(64, Math.min(130, (height - (rows - 1) * gap) / rows))
    readonly property int face: Math.min(Theme.f(44), Math.round(kh * 0.6), Math.round(kw * 0.62))

    function called(mark: string): string {
        const found = leads ? node.options.find(o => o.value === mark) : null;
        return found ? found.text : /[a-zA-Z0-9]/.test(mark) ? mark : Words.of("mark_" + mark);
    }

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

    implicitHeight: rows * 64 + (rows - 1) * 10

    Repeater {
        model: p.marks

        PadKey {
            required property int index
            required property string modelData

            x: (index % p.columns) * (p.kw + p.kg)
            y: Math.floor(index / p.columns) * (p.kh + p.gap)
            width: p.kw
            height: p.kh
            corner: 18
            code: modelData
            ear: p?.called(modelData) ?? ""
            size: p.face
            open: !p.plate || p.text.length !== 1 || !/[0-9]/.test(modelData)
            fill: open ? Theme.surface : Theme.sunken
            onChosen: p.key(modelData)
        }
    }

    Row {
        id: foot

        readonly property var keys: ["erase", "clear", "readback"]

        visible: !p.leads
        x: (p.marks.length % p.columns) * (p.kw + p.kg)
        y: (p.rows - 1) * (p.kh + p.gap)
        width: p.width - x
        spacing: p.kg

        Repeater {
            model: foot.keys

            PadKey {
                required property string modelData

                width: (foot.width - (foot.keys.length - 1) * foot.spacing) / foot.keys.length
                height: p.kh
                corner: 18
                code: modelData
                word: Words.of(modelData)
                glyph: modelData === "erase" ? "erase" : modelData === "clear" ? "trash" : "voice"
                size: Math.min(Theme.f(30), 38)
                onChosen: p.key(modelData)
            }
        }
    }
}
