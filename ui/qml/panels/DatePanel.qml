pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A date by three steppers (year, month, day) or, with the part chosen, by digits. Text is YYYY-MM-DD, or YYYY-MM.
PanelBase {
    id: p

    readonly property bool short_: node !== null && node.panel === "month"
    readonly property int count: short_ ? 2 : 3
    property int part: 0
    property string typed
    readonly property var now: new Date()
    readonly property var fields: parse(text)

    function parse(value: string): var {
        const found = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(value);
        if (!found)
            return [0, 0, 0];
        return [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
    }

    function days(year: int, month: int): int {
        return new Date(year, month, 0).getDate();
    }

    function write(next: var): void {
        const year = next[0] || now.getFullYear();
        const month = Math.min(12, Math.max(1, next[1] || 1));
        const day = Math.min(days(year, month), Math.max(1, next[2] || 1));
        const head = String(year).padStart(4, "0") + "-" + String(month).padStart(2, "0");
        set(short_ ? head : head + "-" + String(day).padStart(2, "0"));
    }

    function step(which: int, by: int): void {
        part = which;
        typed = "";
        const next = fields[0] === 0 ? [now.getFullYear(), now.getMonth() + 1, now.getDate()] : fields.slice();
        if (fields[0] !== 0) {
            const top = which === 0 ? 9999 : which === 1 ? 12 : days(next[0], next[1]);
            next[which] += by;
            if (which > 0 && next[which] > top)
                next[which] = 1;
            if (which > 0 && next[which] < 1)
                next[which] = top;
        }
        write(next);
    }

    function digit(code: string): void {
        const room = part === 0 ? 4 : 2;
        typed = (typed + code).slice(-room);
        const number = Number(typed);
        const next = fields.slice();
        const full = typed.length === room;
        const sure = part === 1 ? number > 1 : part === 2 ? number > 3 : false;
        if (!full && !sure)
            return;
        if (part === 0 && (number < 1900 || number > 2100) || part === 1 && (number < 1 || number > 12) || part === 2 && (number < 1 || number > 31)) {
            typed = "";
            return;
        }
        next[part] = number;
        write(next);
        typed = "";
        if (part < count - 1)
            part = part + 1;
    }

    function key(code: string): void {
        if (code === "clear") {
            typed = "";
            part = 0;
            set("");
        } else if (code === "today") {
            typed = "";
            write([now.getFullYear(), now.getMonth() + 1, now.getDate()]);
        } else if (code === "readback") {
            node.ask("readback");
        } else {
            digit(code);
        }
    }

    readonly property real gap: height > 460 ? 16 : 12
    readonly property real half: width * (short_ ? 0.36 : width < 820 ? 0.44 : 0.48)
    readonly property real column: (half - (count - 1) * 16) / count
    readonly property real kw: (width - half - 32 - 3 * 12) / 4
    readonly property real kh: (height - 3 * gap) / 4

    implicitHeight: 4 * 64 + 3 * 12

    Repeater {
        model: p.count

        Item {
            id: stepper

            required property int index
            readonly property string name: ["year", "month", "day"][index]
            readonly property bool active: p.part === index

            x: index * (p.column + 16)
            width: p.column
            height: p.height

            PadKey {
                width: parent.width
                height: p.kh
                code: stepper.name + "_up"
                word: ""
                ear: Words.of(stepper.name + "_up")
                glyph: "up"
                size: 40
                onChosen: p.step(stepper.index, 1)
            }

            PadKey {
                y: p.kh + p.gap
                width: parent.width
                height: 2 * p.kh + p.gap
                code: stepper.name
                word: ""
                ear: (p.fields[stepper.index] === 0 ? "" : p.fields[stepper.index] + " ") + Words.of(stepper.name)
                fill: stepper.active ? Theme.infoBg : Theme.surface
                edgeColor: stepper.active ? Theme.brand : Theme.touch
                edgeWidth: stepper.active ? 4 : Theme.edge
                onChosen: {
                    p.part = stepper.index;
                    p.typed = "";
                }

                Text {
                    anchors.horizontalCenter: parent.horizontalCenter
                    y: (parent.height - height - unit.height) / 2
                    width: parent.width - 12
                    horizontalAlignment: Text.AlignHCenter
                    fontSizeMode: Text.HorizontalFit
                    minimumPixelSize: 28
                    text: stepper.active && p.typed !== "" ? p.typed + "_" : p.fields[0] === 0 ? "—" : p.fields[stepper.index]
                    color: Theme.ink
                    font.pixelSize: Math.min(64, p.kh * 0.8)
                    font.bold: true
                }

                Text {
                    id: unit

                    anchors.horizontalCenter: parent.horizontalCenter
                    anchors.bottom: parent.bottom
                    anchors.bottomMargin: 6
                    width: parent.width - 12
                    horizontalAlignment: Text.AlignHCenter
                    fontSizeMode: Text.HorizontalFit
                    minimumPixelSize: 27
                    text: Words.of(stepper.name)
                    color: Theme.ink2
                    font.pixelSize: Math.min(Theme.f(28), 40)
                }
            }

            PadKey {
                y: 3 * (p.kh + p.gap)
                width: parent.width
                height: p.kh
                code: stepper.name + "_down"
                word: ""
                ear: Words.of(stepper.name + "_down")
                glyph: "down"
                size: 40
                onChosen: p.step(stepper.index, -1)
            }
        }
    }

    Repeater {
        model: ["1", "2", "3", "today", "4", "5", "6", "clear", "7", "8", "9", "readback", "", "0", ""]

        PadKey {
            required property int index
            required property string modelData

            visible: modelData !== ""
            x: p.half + 32 + (index % 4) * (p.kw + 12)
            y: Math.floor(index / 4) * (p.kh + p.gap)
            width: p.kw
            height: p.kh
            code: modelData
            word: modelData.length > 1 ? Words.of(modelData) : modelData
            size: modelData.length > 1 ? Math.min(Theme.f(28), 36) : Math.min(54, p.kh * 0.6)
            onChosen: p.key(modelData)
        }
    }
}
