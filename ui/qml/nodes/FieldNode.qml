pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// A field of a form. Closed it is one row that opens when pressed; open (current) it shows what is typed and its panel.
FieldBase {
    id: f

    property NodeItem node: null
    readonly property bool open: node.current && node.panel !== ""
    readonly property bool openBoxes: open && Theme.elder && !Theme.landscape && node.panel === "phone"
    readonly property var panel: maker.item
    readonly property string shown: open && panel ? String(panel.text) : node.value
    readonly property bool signing: node.panel === "signature"     // the panel itself shows what it holds
    readonly property bool several: node.panel === "select" && node.picks > 1
    readonly property int ticked: shown === "" ? 0 : shown.split(",").length
    readonly property bool dotted: /^[●·]/.test(formatted(shown))   // covered: smaller, or the dots would touch
    readonly property color accent: node.invalid ? (Theme.hc ? Theme.brand : "#B42318") : Theme.brand

    function px(size: real): int {
        return beside ? Theme.h(size) : Theme.f(size);
    }

    function dots(size: int): int {
        return dotted ? Math.max(27, Math.round(size * 0.62)) : size;
    }

    function option(value: string): string {
        const found = node.options.find(o => o.value === value);
        return found ? found.text : value;
    }

    function formatted(text: string): string {
        if (node.style === "secret")
            return "●".repeat(text.length);
        if (node.panel === "phone")
            return [text.slice(0, 3), text.slice(3, 7), text.slice(7)].filter(p => p !== "").join("  ");
        if (node.panel === "id")
            return [text.slice(0, 6), text.slice(6, 14), text.slice(14)].filter(p => p !== "").join("  ");
        if (node.panel === "select")
            return several ? text.split(",").map(option).join(Words.of("listed")) : option(text);
        if (node.panel === "region")
            return place(text);
        if (node.panel === "uscc")
            return [text.slice(0, 2), text.slice(2, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16)].filter(p => p !== "").join("  ");
        if (node.panel === "one_time" || node.panel === "hex")
            return (text.match(/.{1,4}/g) ?? []).join(" ");
        if (node.panel === "plate")
            return [text.slice(0, 2), text.slice(2)].filter(p => p !== "").join("  ");
        if (node.panel === "money")
            return money(text);
        if (/^\d{4}-\d{2}(-\d{2})?$/.test(text) && (node.panel === "date" || node.panel === "month"))
            return Words.fill(node.panel === "date" ? "date" : "month_year", text.split("-").map(Number));
        return text;
    }

    // The city with its province, in the order of the language.
    function place(code: string): string {
        const found = node.options.find(o => o.value === code);
        const above = found ? node.options.find(o => o.value === found.parent) : undefined;
        if (!found || !above)
            return found ? found.text : code;
        return Words.latin ? found.text + ", " + above.text : above.text + found.text;
    }

    // Of a long text the field shows the end, where somebody writes, so that the panel keeps its room; a key reads all.
    // `room`: so many Chinese characters.
    function tail(text: string, room: real): string {
        let from = text.length;
        let used = 0;
        while (from > 0) {
            used += text.charCodeAt(from - 1) > 0x2e7f ? 1 : 0.6;
            if (used > room)
                return "…" + text.slice(from);
            from -= 1;
        }
        return text;
    }

    function money(text: string): string {
        if (text === "")
            return "";
        const parts = text.split(".");
        parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
        return "¥ " + parts.join(".");
    }

    function rest(text: string): string {
        const limit = node.limit > 0 ? node.limit : 0;
        if (["date", "month", "number", "money", "plate"].indexOf(node.panel) >= 0 || limit === 0 || limit > 20)
            return "";
        return "_".repeat(Math.max(0, limit - text.length));
    }

    readonly property bool tight: Theme.grow > 1.1
    readonly property bool beside: open && Theme.landscape

    boxHeight: open ? box.implicitHeight : 0
    // A list of choices has fewer rows and its arrows when there is little room; keys of a panel cannot be smaller.
    readonly property real leastHeight: open && !beside && ["select", "address", "region"].indexOf(node.panel) >= 0 ? box.implicitHeight + 20 + 300 : implicitHeight
    implicitHeight: !open ? closed.implicitHeight : beside ? Math.max(box.implicitHeight, panel ? panel.implicitHeight : 300) : box.implicitHeight + 20 + (panel ? panel.implicitHeight : 300)

    // closed
    Pressable {
        id: closed

        visible: !f.open
        anchors.fill: parent
        node: f.node
        activeFocusOnTab: !f.open
        edgeColor: f.node.invalid ? f.accent : Theme.touch
        edgeWidth: f.node.invalid ? 4 : Theme.edge
        corner: 22
        implicitHeight: Math.max(112, closedLabel.implicitHeight + closedValue.implicitHeight + (closedHint.on ? closedHint.implicitHeight : 0) + 28)
        Accessible.role: Accessible.EditableText
        text: f.node.style === "secret" ? "" : f.node.value
        help: f.node.hint

        Text {
            id: closedLabel

            x: 24
            y: 12
            width: parent.width - 130
            wrapMode: Text.Wrap
            text: f.node.text + (f.node.required && f.node.value === "" ? "  ·  " + Words.of("required") : "")
            color: Theme.ink2
            font.pixelSize: Theme.f(30)
        }

        Text {
            id: closedValue

            x: 24
            anchors.top: closedLabel.bottom
            width: parent.width - 130
            wrapMode: Text.Wrap
            text: f.node.value === "" ? Words.of("type_to_fill") : f.formatted(f.node.value)
            color: f.node.value === "" ? Theme.ink2 : Theme.ink
            font.pixelSize: f.dots(Theme.f(38))
            font.letterSpacing: f.dotted ? 6 : 0
            font.bold: f.node.value !== ""
        }

        Text {
            id: closedHint

            readonly property bool on: text !== ""
            visible: on
            x: 24
            anchors.top: closedValue.bottom
            width: parent.width - 48
            wrapMode: Text.Wrap
            text: f.node.invalid ? f.node.hint : ""
            color: Theme.errInk
            font.pixelSize: Theme.fNote
        }

        Icon {
            visible: f.node.pressable || f.node.panel !== ""
            anchors.right: parent.right
            anchors.rightMargin: 28
            anchors.verticalCenter: parent.verticalCenter
            name: "edit"
            size: 52
            color: Theme.brand
        }
    }

    // open
    Item {
        id: box

        readonly property string nid: f.node.nid
        readonly property string help: f.node.hint

        function activate(): void {
        }

        property string text: f.node.style === "secret" ? (f.shown === "" ? "" : Words.fill("typed", [f.shown.length, f.node.limit])) : f.node.panel === "select" || f.node.panel === "region" ? f.formatted(f.shown) : f.shown

        objectName: nid
        visible: f.open
        width: f.beside ? parent.width * (["date", "month", "pinyin", "name", "region", "uscc", "plate", "web", "one_time", "hex", "signature"].indexOf(f.node.panel) >= 0 ? 0.32 : hint.text !== "" ? 0.47 : 0.4) : parent.width
        implicitHeight: f.openBoxes ? 24 + 112 + (hint.text !== "" ? hint.implicitHeight + 12 : 0) + 24 : (f.tight ? 12 : 18) + head.height + (f.signing ? 0 : (f.tight ? 6 : 12) + slot.height) + (hint.text !== "" ? hint.implicitHeight + (f.tight ? 8 : 14) : 0) + (f.tight ? 10 : 16)
        height: f.beside ? parent.height : implicitHeight
        activeFocusOnTab: f.open
        Accessible.role: Accessible.EditableText
        Accessible.name: f.node.text
        Accessible.description: Words.described(f.node, help)
        Accessible.ignored: !f.open

        Card {
            anchors.fill: parent
            edge: f.accent
        }

        SpeakMark {
            on: f.node.speaking
        }

        FocusRing {
            target: box
        }

        Item {
            id: head

            visible: !f.openBoxes
            x: 28
            y: f.tight ? 12 : 18
            width: parent.width - 56
            height: f.beside ? label.implicitHeight + (note.on ? note.implicitHeight : 0) : Math.max(label.implicitHeight, note.implicitHeight)

            Text {
                id: label

                width: note.on && !f.beside ? Math.min(implicitWidth, parent.width * 0.6) : parent.width
                wrapMode: Text.Wrap
                text: f.node.text
                color: Theme.ink
                font.pixelSize: f.px(f.tight ? 32 : 38)
                font.bold: true
            }

            Text {
                id: note

                readonly property bool on: text !== ""
                visible: on
                x: f.beside ? 0 : parent.width - width
                y: f.beside ? label.implicitHeight : (parent.height - height) / 2
                width: f.beside ? parent.width : Math.min(implicitWidth, parent.width - label.width - 24)
                horizontalAlignment: f.beside ? Text.AlignLeft : Text.AlignRight
                wrapMode: Text.Wrap
                text: f.tight || (f.beside && f.node.panel === "address") ? "" : f.node.note

                readonly property string nid: "panel.note"

                function activate(): void {
                }

                objectName: nid
                activeFocusOnTab: Theme.voice && on
                Accessible.role: Accessible.StaticText
                Accessible.name: text

                FocusRing {
                    target: note
                    corner: 12
                }

                color: Theme.ink2
                font.pixelSize: f.px(28)
            }
        }

        Rectangle {
            id: slot

            visible: !f.openBoxes && !f.signing
            x: 28
            y: head.y + head.height + (f.tight ? 6 : 12)
            width: parent.width - 56
            height: Math.max(78, typed.implicitHeight + (f.tight ? 4 : 16))
            radius: 18
            color: Theme.field
            border.width: 4
            border.color: f.accent

            Text {
                id: typed

                x: 24
                width: Math.min(implicitWidth, parent.width - 48 - (count.on ? count.width + 16 : 0) - 24)
                anchors.verticalCenter: parent.verticalCenter
                readonly property string whole: f.formatted(f.shown)
                readonly property real spare: 400 - head.height - hint.implicitHeight - 86   // beside the panel, at its smallest
                readonly property int lines: f.beside ? Math.max(1, Math.floor(spare / (font.pixelSize * 1.4))) : Theme.grow > 1.45 ? 1 : f.tight ? 2 : 3

                // The list of an address needs the room of a second line as well.
                text: f.node.panel === "pinyin" || (f.node.panel === "address" && f.tight) ? f.tail(whole, (f.node.panel === "pinyin" ? lines : 1) * Math.floor((slot.width - 80) / size)) : whole
                wrapMode: Text.Wrap
                color: Theme.ink
                readonly property int size: f.px(f.beside && whole.length > 16 ? 30 : whole.length > 24 || f.beside ? 40 : f.tight && whole.length > 16 ? 38 : 50)
                font.pixelSize: f.dots(size)
                font.letterSpacing: f.dotted ? 6 : 0
                font.bold: true
            }

            Rectangle {
                id: caret

                x: typed.text === "" ? 24 : 24 + typed.width + 8
                anchors.verticalCenter: parent.verticalCenter
                width: 5
                height: 52
                color: f.accent
            }

            Row {
                x: caret.x + 14
                y: slot.height - 22
                spacing: 12

                Repeater {
                    model: Math.min(f.rest(f.shown).length, Math.max(0, Math.floor((count.x - caret.x - 20) / 38)))

                    Rectangle {
                        width: 26
                        height: 5
                        radius: 2
                        color: Theme.ink2
                    }
                }
            }

            Text {
                id: count

                readonly property bool on: (f.several || f.rest("") !== "") && !f.beside
                visible: on
                x: parent.width - width - 24
                anchors.verticalCenter: parent.verticalCenter
                text: f.several ? Words.fill("of_choices", [f.ticked, f.node.picks]) : Words.fill("of_digits", [f.shown.length, f.node.limit])
                color: Theme.ink2
                font.pixelSize: Math.min(f.px(30), 40)
                readonly property string nid: "panel.count"

                function activate(): void {
                }

                objectName: nid
                activeFocusOnTab: Theme.voice
                Accessible.role: Accessible.StaticText
                Accessible.name: text

                FocusRing {
                    target: count
                    corner: 12
                }
            }
        }

        Row {
            visible: f.openBoxes
            anchors.horizontalCenter: parent.horizontalCenter
            y: 24
            spacing: 10

            Repeater {
                model: f.openBoxes ? [0, 1, 2, -1, 3, 4, 5, 6, -1, 7, 8, 9, 10] : []

                Item {
                    id: digit

                    required property int modelData
                    readonly property bool gap: modelData < 0
                    readonly property string mark: gap ? "" : f.shown.charAt(modelData)

                    width: gap ? 18 : 70
                    height: 112

                    Rectangle {
                        visible: !digit.gap
                        anchors.fill: parent
                        radius: 16
                        color: Theme.hc ? "#000000" : digit.mark === "" ? Theme.page : Theme.infoBg
                        border.width: digit.modelData === f.shown.length ? 6 : Theme.edge
                        border.color: digit.modelData === f.shown.length ? Theme.brand : Theme.line

                        Text {
                            anchors.centerIn: parent
                            text: digit.mark
                            color: Theme.ink
                            font.pixelSize: 72
                            font.bold: true
                        }
                    }
                }
            }
        }

        Row {
            id: hintRow

            visible: hint.text !== ""
            x: f.openBoxes ? (box.width - width) / 2 : 28
            y: f.openBoxes ? 24 + 112 + 8 : f.signing ? head.y + head.height + (f.tight ? 4 : 10) : slot.y + slot.height + (f.tight ? 4 : 10)
            spacing: 12

            Icon {
                id: hintGlyph

                visible: !f.openBoxes
                name: f.node.invalid ? "warn" : "info"
                size: 38
                stroke: 2
                color: f.node.invalid ? Theme.errInk : Theme.infoInk
                anchors.verticalCenter: parent.verticalCenter
            }

            Text {
                id: hint

                width: Math.min(implicitWidth, box.width - 56 - 52)
                wrapMode: Text.Wrap
                text: f.node.hint
                color: f.node.invalid ? Theme.errInk : Theme.infoInk
                font.pixelSize: f.openBoxes ? 51 : f.px(f.tight || f.beside ? 28 : 32)
                font.bold: true
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }

    Maker {
        id: maker

        readonly property string wanted: f.open ? f.node.panel : ""

        function load(): void {
            const files = {
                "digits": "Digits",
                "number": "Digits",
                "money": "Digits",
                "id": "Digits",
                "phone": "Digits",
                "date": "Date",
                "month": "Date",
                "select": "Select",
                "region": "Region",
                "uscc": "Code",
                "plate": "Code",
                "web": "Code",
                "one_time": "Code",
                "hex": "Code",
                "signature": "Signature",
                "address": "Address",
                "pinyin": "Pinyin",
                "name": "Pinyin"
            };
            if (wanted === "")
                drop();
            else
                make(Qt.resolvedUrl("../panels/" + files[wanted] + "Panel.qml"), f.node);
        }

        visible: f.open
        x: f.beside ? box.width + 28 : 0
        y: f.beside ? 0 : box.implicitHeight + 20
        width: parent.width - x
        height: Math.max(0, parent.height - y)
        onWantedChanged: load()
        Component.onCompleted: load()
    }
}
