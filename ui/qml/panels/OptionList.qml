pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// Rows of choices, as many as fit; two arrows when there are more. One is chosen, or several are ticked: when no more may
// be, the others close until one is unticked.
Item {
    id: list

    property var items: []
    property string chosen
    property int picks: 1                       // how many may be ticked; `chosen` are then all of them, with commas between
    property int columns: Theme.grow > 1.2 || width < 700 ? 1 : 2
    property int from: 0
    property string known
    readonly property bool several: picks > 1
    readonly property var marked: several ? chosen.split(",").filter(v => v !== "") : [chosen]
    readonly property bool full: several && marked.length >= picks
    property real rowHeight: Math.max(84, Theme.f(38) * 1.5 + 24)
    readonly property real gap: 16
    readonly property int rowsPlain: Math.max(1, Math.floor((height + gap) / (rowHeight + gap)))
    readonly property bool paged: items.length > rowsPlain * columns
    readonly property int rows: paged ? Math.max(1, rowsPlain - 1) : rowsPlain
    readonly property int perPage: rows * columns
    readonly property var shown: items.slice(from, from + perPage)
    readonly property real cellWidth: (width - (columns - 1) * 20) / columns
    readonly property real cellHeight: paged ? (height - (rows) * gap) / (rows + 1) : Math.min(120, (height - (Math.ceil(items.length / columns) - 1) * gap) / Math.max(1, Math.ceil(items.length / columns)))

    signal picked(string value)

    function home(): void {
        const at = items.findIndex(o => marked.indexOf(o.value) >= 0);
        from = at < 0 ? 0 : Math.floor(at / perPage) * perPage;
    }

    // Turns the page and goes to its first choice: whoever walks by keys or by ear would be behind them all.
    function turn(to: int): void {
        from = to;
        const first = choices.itemAt(0);
        if (first)
            first.forceActiveFocus();
    }

    // The list is handed in anew whenever the page is drawn; only another list begins at its first page.
    onItemsChanged: {
        const now = JSON.stringify(items.map(o => o.value));
        if (now === known)
            return;
        known = now;
        home();
    }
    onPerPageChanged: home()

    Repeater {
        id: choices

        model: list.shown

        PadKey {
            id: row

            required property int index
            required property var modelData

            x: (index % list.columns) * (list.cellWidth + 20)
            y: Math.floor(index / list.columns) * (list.cellHeight + list.gap)
            width: list.cellWidth
            height: list.cellHeight
            code: modelData.value
            word: modelData.text
            size: Theme.whole(word, Theme.f(Words.latin ? 34 : 38), width - (pictured ? 84 : 20))
            wraps: true
            lit: list.marked.indexOf(modelData.value) >= 0
            open: lit || !list.full
            fill: lit ? Theme.brand : open ? Theme.surface : Theme.sunken
            glyph: list.several ? (lit ? "boxcheck" : "box") : lit ? "check" : ""
            Accessible.role: list.several ? Accessible.CheckBox : Accessible.RadioButton
            tickable: true
            ticked: lit
            onChosen: list.picked(modelData.value)
        }
    }

    Row {
        visible: list.paged
        anchors.bottom: parent.bottom
        spacing: 20

        PadKey {
            width: (list.width - 20) / 2
            height: list.cellHeight
            code: "previous"
            word: Words.of("previous")
            glyph: "up"
            size: Math.min(Theme.f(34), 44)
            open: list.from > 0
            fill: open ? Theme.surface : Theme.sunken
            onChosen: list.turn(Math.max(0, list.from - list.perPage))
        }

        PadKey {
            width: (list.width - 20) / 2
            height: list.cellHeight
            code: "more"
            word: Words.of("more")
            glyph: "down"
            size: Math.min(Theme.f(34), 44)
            open: list.from + list.perPage < list.items.length
            fill: open ? Theme.surface : Theme.sunken
            onChosen: list.turn(list.from + list.perPage)
        }
    }
}
