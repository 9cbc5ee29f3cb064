pragma ComponentBehavior: Bound

import QtQuick

// The receipt printer from its side, its front to the right: what hands do to its paper.
// step: open | core | jam | roll | close. Lines only in high contrast; the words beside it say the same.
Image {
    id: pic

    property string step
    property real room: 480
    readonly property bool loaded: status === Image.Ready
    readonly property string line: Theme.hc ? "#FFFFFF" : Theme.soft ? "#3A362E" : "#20344E"
    readonly property string body: Theme.hc ? "#000000" : Theme.soft ? "#CFC9BB" : "#C9D6E6"
    readonly property string lid: Theme.hc ? "#000000" : Theme.soft ? "#BDB6A6" : "#A9BCD6"
    readonly property string tray: Theme.hc ? "#000000" : Theme.soft ? "#6F6A5E" : "#4B5F78"
    readonly property string sheet: Theme.hc ? "#000000" : "#FFFFFF"
    readonly property string skin: Theme.hc ? "#000000" : "#F2C9A1"
    readonly property string act: String(Theme.hc ? "#FFD800" : Theme.brand)
    readonly property string good: Theme.hc ? "#00E5FF" : "#0A6B43"
    readonly property string bad: Theme.hc ? "#FFD800" : "#9B1C1C"

    readonly property string base: shape("M80 220 h300 v96 a22 22 0 0 1 -22 22 h-256 a22 22 0 0 1 -22 -22 z", body) + shape("M112 220 h214 v14 a107 84 0 0 1 -214 0 z", tray)
    readonly property string cover: shape("M80 218 v-24 a24 24 0 0 1 24 -24 h252 a24 24 0 0 1 24 24 v24 z", lid)
    readonly property string opened: '<g transform="rotate(-36 84 220)">' + cover + '</g>'
    readonly property string key: '<circle cx="352" cy="262" r="14" fill="' + good + '" stroke="' + line + '" stroke-width="5"/>'

    function shape(d: string, fill: string): string {
        return '<path d="' + d + '" fill="' + fill + '" stroke="' + line + '" stroke-width="6" stroke-linejoin="round"/>';
    }

    function stroke(d: string, colour: string, width: real): string {
        return '<path d="' + d + '" fill="none" stroke="' + colour + '" stroke-width="' + width + '" stroke-linecap="round" stroke-linejoin="round"/>';
    }

    // A roll of radius r around x, y; its paper leaves from below or from above towards the front.
    function roll(x: real, y: real, r: real, below: bool): string {
        const edge = below ? y + r : y - r;
        const out = stroke("M" + x + " " + edge + " H" + (x + r + 36), line, 16) + stroke("M" + x + " " + edge + " H" + (x + r + 36), sheet, 7);
        return '<circle cx="' + x + '" cy="' + y + '" r="' + r + '" fill="' + sheet + '" stroke="' + line + '" stroke-width="6"/>' + '<circle cx="' + x + '" cy="' + y + '" r="' + r * 0.62 + '" fill="none" stroke="' + line + '" stroke-width="3"/><circle cx="' + x + '" cy="' + y + '" r="' + r * 0.26 + '" fill="' + tray + '" stroke="' + line + '" stroke-width="5"/>' + out;
    }

    // Somebody stands in front: head and shoulders.
    function person(x: real, y: real): string {
        return '<circle cx="' + x + '" cy="' + (y - 30) + '" r="15" fill="' + skin + '" stroke="' + line + '" stroke-width="5"/>' + shape("M" + (x - 26) + " " + (y + 24) + " v-12 a26 24 0 0 1 52 0 v12 z", act);
    }

    function scene(name: string): string {
        switch (name) {
        case "open":
            return opened + base + key + '<circle cx="352" cy="262" r="26" fill="none" stroke="' + act + '" stroke-width="6"/>' + shape("M372 272 l56 34 a13 13 0 0 1 -13 23 l-60 -36 a13 13 0 1 1 17 -21 z", skin) + stroke("M404 196 C420 150 410 104 376 66 m0 0 l2 36 m-2 -36 l34 12", act, 10);
        case "core":
            return opened + base + '<circle cx="219" cy="264" r="40" fill="none" stroke="' + (Theme.hc ? line : "#DCE5F0") + '" stroke-width="4" stroke-dasharray="10 9"/><circle cx="330" cy="166" r="38" fill="' + sheet + '" stroke="' + line + '" stroke-width="6"/><circle cx="330" cy="166" r="24" fill="' + tray + '" stroke="' + line + '" stroke-width="5"/>' + stroke("M250 244 L292 206", act, 10) + stroke("M366 134 L420 86 m0 0 l-34 4 m34 -4 l-8 33", act, 10);
        case "jam":
            return opened + base + stroke("M208 268 l26 -40 l16 34 l26 -48 l20 34 l24 -44 l26 26 h66", line, 20) + stroke("M208 268 l26 -40 l16 34 l26 -48 l20 34 l24 -44 l26 26 h66", sheet, 10) + stroke("M424 230 h40 m0 0 l-20 -18 m20 18 l-20 18", act, 10) + stroke("M330 196 l8 -14 l8 14 l8 -14 l8 14 l8 -14 l8 14", bad, 5);
        case "roll":
            return shape("M10 200 h124 v78 h-124 z", body) + roll(72, 152, 56, true) + person(204, 262) + '<circle cx="72" cy="314" r="28" fill="' + good + '"/>' + stroke("M59 315 l10 10 l18 -21", Theme.hc ? "#000000" : "#FFFFFF", 7) + shape("M254 200 h124 v78 h-124 z", body) + roll(316, 152, 56, false) + person(448, 262) + '<circle cx="316" cy="314" r="26" fill="none" stroke="' + bad + '" stroke-width="6"/>' + stroke("M306 304 l20 20 m0 -20 l-20 20", bad, 8);
        default:
            return stroke("M372 214 h52 q30 0 30 34 v34", line, 18) + stroke("M372 214 h52 q30 0 30 34 v34", sheet, 9) + base + cover + key + stroke("M230 40 v92 m0 0 l-28 -28 m28 28 l28 -28", act, 12) + stroke("M60 150 l-26 -16 M60 196 h-32 M400 150 l26 -16", act, 7);
        }
    }

    width: Math.min(room, height * 480 / 350)
    sourceSize: Qt.size(Math.max(1, Math.round(width)), Math.max(1, Math.round(width * 350 / 480)))
    fillMode: Image.PreserveAspectFit
    retainWhileLoading: true
    Accessible.ignored: true
    source: "image://svg/" + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 350">' + scene(step) + '</svg>')
}
