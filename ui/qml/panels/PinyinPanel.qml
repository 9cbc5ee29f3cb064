pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// Chinese by pinyin, letters and digits. Letters wait in the composition until a word is chosen; nothing is remembered.
PanelBase {
    id: p

    property string mode: home                  // pinyin | name | latin | digits
    property string letters                     // composition
    property int from: 0
    property bool upper: false
    property bool ready: false                  // what waited here before has been taken up again
    readonly property string home: node !== null && node.panel === "name" ? "name" : "pinyin"
    readonly property bool chinese: mode === "pinyin" || mode === "name"
    readonly property var words: chinese && letters !== "" ? Guard.bridge.words_for(letters, mode === "name") : []
    readonly property real gap: height > 470 ? 14 : 10
    readonly property real kh: Math.max(64, (height - 4 * gap) / 5)
    readonly property real kg: 10
    readonly property real kw: (width - 9 * kg) / 10
    readonly property int face: Math.min(Theme.f(44), Math.round(kh * 0.6), Math.round(kw * 0.62))
    readonly property var rows: mode === "digits" ? ["1234567890", "-/:;()@.,?", "，。？！、：（）"] : ["qwertyuiop", "asdfghjkl", "zxcvbnm"]

    function keep(): void {
        if (ready && Guard.bridge !== null && node.nid !== "")
            Guard.bridge.compose(node.nid, text, letters, mode);
    }

    function commit(word: string, used: int): void {
        letters = letters.slice(used);
        from = 0;
        add(word);
    }

    function add(piece: string): void {
        if (node.limit > 0 && text.length + piece.length > node.limit)
            return;
        set(text + piece);
    }

    function key(code: string): void {
        if (code === "erase") {
            if (letters !== "") {
                letters = letters.slice(0, -1);
                from = 0;
            } else {
                set(text.slice(0, -1));
            }
        } else if (code === "clear") {
            letters = "";
            set("");
        } else if (code === "readback") {
            node.ask("readback");
        } else if (code === "space") {
            if (letters !== "" && words.length > 0)
                commit(words[0].word, words[0].used);
            else
                add(" ");
        } else if (code === "shift") {
            upper = !upper;
        } else if (code.startsWith("mode_")) {
            mode = code.slice(5);
            letters = "";
            from = 0;
        } else if (chinese && /^[a-z]$/.test(code)) {
            letters = letters + code;
            from = 0;
        } else {
            add(upper && mode === "latin" ? code.toUpperCase() : code);
        }
    }

    implicitHeight: 5 * 64 + 4 * 10
    onLettersChanged: keep()
    onTextChanged: keep()
    Component.onCompleted: {
        const waiting = Guard.bridge !== null && node !== null ? Guard.bridge.composition(node.nid, text) : [];
        if (waiting.length === 2) {
            mode = waiting[1];
            letters = waiting[0];
        }
        ready = true;
    }

    // candidates
    Item {
        width: p.width
        height: p.kh

        Rectangle {
            anchors.fill: parent
            radius: 18
            color: Theme.sunken
            border.width: Theme.hc ? 3 : 0
            border.color: Theme.line
        }

        Text {
            id: composed

            visible: p.letters !== ""
            x: 16
            width: Math.min(implicitWidth, 180)
            anchors.verticalCenter: parent.verticalCenter
            text: p.letters
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 27
            color: Theme.ink
            font.pixelSize: Math.min(Theme.f(36), 44)
            font.bold: true
        }

        Text {
            visible: p.letters === ""
            x: 24
            width: parent.width - 48
            anchors.verticalCenter: parent.verticalCenter
            text: p.chinese ? Words.of("no_candidates") : Words.of("type_to_fill")

            readonly property string nid: "panel.how"

            function activate(): void {
            }

            objectName: nid
            activeFocusOnTab: Theme.voice
            Accessible.role: Accessible.StaticText
            Accessible.name: text

            FocusRing {
                corner: 12
            }

            color: Theme.ink2
            font.pixelSize: Math.min(Theme.f(30), 40)
        }

        Row {
            id: row

            readonly property real room: p.width - x - 2 * 92 - 24
            readonly property int fit: {
                let used = 0;
                let n = 0;
                for (let i = p.from; i < p.words.length; i++) {
                    used += cell(p.words[i].word) + 10;
                    if (used > room)
                        break;
                    n++;
                }
                return Math.max(1, n);
            }

            function cell(word: string): real {
                return Math.max(84, word.length * p.face * 1.02 + 28);
            }

            visible: p.letters !== ""
            x: composed.x + composed.width + 20
            height: parent.height
            spacing: 10

            Repeater {
                model: p.letters === "" ? [] : p.words.slice(p.from, p.from + row.fit)

                PadKey {
                    required property int index
                    required property var modelData

                    y: 3
                    width: row.cell(modelData.word)
                    height: p.kh - 8
                    corner: 16
                    code: "word." + modelData.word
                    word: modelData.word
                    ear: modelData.like === "" ? word : Words.fill("which_character", [word, modelData.like, word])
                    size: p.face
                    onChosen: p.commit(modelData.word, modelData.used)
                }
            }
        }

        PadKey {
            visible: p.words.length > 0
            x: p.width - 2 * 88 - 14
            y: 3
            width: 84
            height: p.kh - 8
            corner: 16
            code: "words_before"
            word: ""
            ear: Words.of("previous")
            glyph: "left"
            size: 36
            open: p.from > 0
            onChosen: p.from = Math.max(0, p.from - row.fit)
        }

        PadKey {
            visible: p.words.length > 0
            x: p.width - 88
            y: 3
            width: 84
            height: p.kh - 8
            corner: 16
            code: "words_after"
            word: ""
            ear: Words.of("more")
            glyph: "right"
            size: 36
            open: p.from + row.fit < p.words.length
            onChosen: p.from = p.from + row.fit
        }
    }

    // letters
    Repeater {
        model: p.rows

        Item {
            id: line

            required property int index
            required property string modelData

            y: (index + 1) * (p.kh + p.gap)
            width: p.width
            height: p.kh

            Repeater {
                model: line.modelData.split("")

                PadKey {
                    required property int index
                    required property string modelData

                    x: (line.width - line.modelData.length * (p.kw + p.kg) + p.kg) / 2 + index * (p.kw + p.kg) - (line.index === 2 && p.mode !== "digits" ? (p.kw + p.kg) / 2 : 0)
                    width: p.kw
                    height: p.kh
                    corner: 18
                    code: modelData
                    word: p.upper && p.mode === "latin" ? modelData.toUpperCase() : modelData
                    ear: /[a-z0-9]/.test(modelData) ? word : Words.of("mark_" + modelData)
                    size: p.face
                    onChosen: p.key(modelData)
                }
            }
        }
    }

    PadKey {
        x: p.width - width
        y: 3 * (p.kh + p.gap)
        width: p.mode === "digits" ? p.kw * 1.5 : p.kw * 2
        height: p.kh
        corner: 18
        code: "erase"
        word: p.mode === "digits" ? "" : Words.of("erase")
        ear: Words.of("erase")
        glyph: "erase"
        size: Math.min(Theme.f(28), 34)
        onChosen: p.key("erase")
    }

    Row {
        id: foot

        readonly property var keys: p.mode === "latin" ? ["mode_" + p.home, "mode_digits", "shift", "space", "clear", "readback"] : p.mode === "digits" ? ["mode_" + p.home, "mode_latin", "space", "clear", "readback"] : [p.mode === "name" ? "mode_pinyin" : "mode_name", "mode_latin", "mode_digits", "space", "clear", "readback"]

        y: 4 * (p.kh + p.gap)
        spacing: 10

        Repeater {
            model: foot.keys

            PadKey {
                required property string modelData
                readonly property var names: ({
                        "mode_pinyin": "pinyin_mode",
                        "mode_name": "name_mode",
                        "mode_latin": "latin_mode",
                        "mode_digits": "digit_mode"
                    })
                readonly property string name: names[modelData] ?? modelData

                width: (p.width - (foot.keys.length - 1) * 10) / foot.keys.length
                height: p.kh
                corner: 18
                code: modelData
                word: Words.of(name)
                ear: modelData.startsWith("mode_") ? Words.of(name + "_ear") : word
                size: Math.min(Theme.f(30), 38)
                lit: modelData === "shift" && p.upper
                onChosen: p.key(modelData)
            }
        }
    }
}
