pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A province, then one of its cities; a municipality is both. Text is the code of six digits, a province's own while the
// city is still to be chosen.
PanelBase {
    id: p

    readonly property string province: text.slice(0, 2) + "0000"
    readonly property var provinces: node ? node.options.filter(o => o.parent === "") : []
    readonly property var cities: node ? node.options.filter(o => o.parent === province) : []
    readonly property bool inside: cities.length > 0

    function named(value: string): string {
        const found = provinces.find(o => o.value === value);
        return found ? found.text : "";
    }

    implicitHeight: Theme.grow > 1.1 ? 330 : 380

    PadKey {
        id: crumb

        visible: p.inside
        width: p.width
        height: 76
        code: "level"
        word: p.named(p.province)
        ear: Words.of("back_level") + " " + word
        glyph: "back"
        size: Math.min(Theme.f(32), 40)
        onChosen: p.set("")
    }

    OptionList {
        y: crumb.visible ? 92 : 0
        width: p.width
        height: p.height - y
        columns: width < 700 || (Theme.grow > 1.2 && Words.latin) ? 2 : p.inside || Theme.grow > 1.2 ? 3 : 4
        rowHeight: 84                           // names of one line: the more of them in sight, the fewer pages
        items: p.inside ? p.cities : p.provinces
        chosen: p.text
        onPicked: value => p.set(value)
    }
}
