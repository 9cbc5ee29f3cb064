pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// An address from the list of districts, streets and roads, then the house number by keys. Text is the whole address.
PanelBase {
    id: p

    property var chain: []                      // chosen options, outermost first
    property string house
    readonly property string parentValue: chain.length > 0 ? chain[chain.length - 1].value : ""
    readonly property var children_: node ? node.options.filter(o => o.parent === parentValue) : []
    readonly property bool atHouse: children_.length === 0 && chain.length > 0
    readonly property var units: ["hao", "yuan", "lou", "unit", "room"]
    readonly property var unitText: ["号", "号院", "号楼", "单元", "室"]

    function compose(): string {
        return chain.map(o => o.text).join("") + house;
    }

    function read(value: string): void {
        const found = [];
        let rest = value;
        let above = "";
        for (; ; ) {
            const next = node.options.find(o => o.parent === above && rest.startsWith(o.text));
            if (!next)
                break;
            found.push(next);
            rest = rest.slice(next.text.length);
            above = next.value;
        }
        chain = found;
        house = found.length > 0 ? rest : "";
    }

    function choose(value: string): void {
        const option = children_.find(o => o.value === value);
        if (!option)
            return;
        chain = chain.concat([option]);
        house = "";
        set(compose());
    }

    function level(): void {
        chain = chain.slice(0, -1);
        house = "";
        set(compose());
    }

    function key(code: string): void {
        const unit = units.indexOf(code);
        if (code === "erase")
            house = eraseOne(house);
        else if (code === "clear")
            house = "";
        else if (code === "readback")
            node.ask("readback");
        else if (unit >= 0) {
            if (/\d$/.test(house))
                house = house + unitText[unit];
        } else
            house = house + code;
        set(compose());
    }

    function eraseOne(value: string): string {
        for (const unit of ["号院", "号楼", "单元", "号", "室"]) {
            if (value.endsWith(unit))
                return value.slice(0, -unit.length);
        }
        return value.slice(0, -1);
    }

    implicitHeight: Theme.grow > 1.1 ? 330 : 380
    onTextChanged: {
        if (node && text !== compose())
            read(text);
    }
    Component.onCompleted: read(text)

    PadKey {
        id: crumb

        visible: p.chain.length > 0
        width: p.width
        height: 76
        code: "level"
        word: p.chain.map(o => o.text).join(" › ")
        ear: Words.of("back_level") + " " + word
        glyph: "back"
        size: Math.min(Theme.f(32), 40)
        onChosen: p.level()
    }

    OptionList {
        visible: !p.atHouse
        y: crumb.visible ? 92 : 0
        width: p.width
        height: p.height - y
        items: p.children_
        onPicked: value => p.choose(value)
    }

    Item {
        id: pad

        readonly property real gap: 12
        readonly property real kw: (width - 4 * 16) / 5
        readonly property real kh: (height - 3 * gap) / 4

        visible: p.atHouse
        y: 92
        width: p.width
        height: p.height - y

        Repeater {
            model: ["1", "2", "3", "hao", "erase", "4", "5", "6", "lou", "clear", "7", "8", "9", "unit", "readback", "yuan", "0", "-", "room", ""]

            PadKey {
                required property int index
                required property string modelData
                readonly property bool unit: p.units.indexOf(modelData) >= 0
                readonly property bool word_: modelData.length > 1

                visible: modelData !== ""
                x: (index % 5) * (pad.kw + 16)
                y: Math.floor(index / 5) * (pad.kh + pad.gap)
                width: pad.kw
                height: pad.kh
                code: modelData
                word: unit ? Words.of("house_" + modelData) : word_ ? Words.of(modelData) : modelData
                size: word_ ? Math.min(Theme.f(32), 40) : Math.min(54, pad.kh * 0.62)
                glyph: modelData === "erase" ? "erase" : modelData === "clear" ? "trash" : modelData === "readback" ? "voice" : ""
                onChosen: p.key(modelData)
            }
        }
    }
}
