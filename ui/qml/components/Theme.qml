pragma Singleton

import QtQuick

// Every colour, size and distance on the terminal. px are for 27 in, 1080 x 1920 (3.212 px per mm).
QtObject {
    id: theme

    property string scheme: "standard"          // standard | dark (high contrast) | lowglare
    property real size: 1.0                     // 1.0 | 1.25 | 1.5
    property bool elder: false
    property bool voice: false
    property bool ring: false                   // draw the focus ring
    property bool landscape: false
    property bool seated: false
    readonly property bool hc: scheme === "dark"
    readonly property bool soft: scheme === "lowglare"

    // surfaces
    readonly property color page: hc ? "#000000" : soft ? "#DAD5C9" : "#F1F5FA"
    readonly property color surface: hc ? "#000000" : soft ? "#E9E5DA" : "#FFFFFF"
    readonly property color sunken: hc ? "#000000" : soft ? "#D3CDBF" : "#E9EFF7"
    readonly property color field: hc ? "#000000" : soft ? "#EFECE3" : "#F7FAFE"
    readonly property color line: hc ? "#FFFFFF" : soft ? "#B5AE9E" : "#C9D6E6"
    readonly property color touch: hc ? "#FFFFFF" : soft ? "#6F6A5E" : "#748DAE"    // edge of whatever can be pressed, 3:1
    readonly property color hair: hc ? "#FFFFFF" : soft ? "#CBC5B7" : "#E1E9F3"
    readonly property color shadow: hc ? "#000000" : soft ? "#C8C2B4" : "#DCE5F0"
    readonly property color tray: hc ? "#000000" : soft ? "#DDD7CA" : "#EAF1FA"
    readonly property color pressed: hc ? "#333300" : soft ? "#CFC7B4" : "#D6E6FB"
    readonly property color primaryShadow: hc ? "#000000" : soft ? "#B9B2A2" : "#BCD0EA"
    // words
    readonly property color ink: hc ? "#FFFFFF" : soft ? "#1D1B16" : "#0F2138"
    readonly property color ink2: hc ? "#FFF2A8" : soft ? "#45413A" : "#43566E"
    readonly property color brand: hc ? "#FFD800" : soft ? "#24476F" : "#0B4DA2"
    readonly property color brandInk: hc ? "#000000" : soft ? "#F5F2EA" : "#FFFFFF"
    readonly property color brandDown: hc ? "#B89B00" : soft ? "#193555" : "#083A7C"
    readonly property color glyph: hc ? "#FFFFFF" : soft ? "#24476F" : "#0B3A82"
    readonly property color focus: hc ? "#00E5FF" : "#FFB300"
    // information zone
    readonly property color heroTop: hc ? "#000000" : soft ? "#26384D" : "#083A80"
    readonly property color heroEnd: hc ? "#000000" : soft ? "#31465F" : "#1153A6"
    readonly property color heroOkTop: hc ? "#000000" : soft ? "#1F3F33" : "#07503A"
    readonly property color heroOkEnd: hc ? "#000000" : soft ? "#2A5142" : "#0B6B4C"
    readonly property color heroWaitTop: hc ? "#000000" : soft ? "#4A3413" : "#5E3A00"
    readonly property color heroWaitEnd: hc ? "#000000" : soft ? "#5C431C" : "#7C4E05"
    readonly property color heroToolTop: hc ? "#000000" : "#1B2836"
    readonly property color heroToolEnd: hc ? "#000000" : "#2B3C4F"
    readonly property color heroInk: soft ? "#F3EFE6" : "#FFFFFF"
    readonly property color heroInk2: hc ? "#FFF2A8" : soft ? "#E5E0D3" : "#E9F1FB"
    readonly property color heroGlass: hc ? "#000000" : Qt.rgba(1, 1, 1, 0.08)
    readonly property color heroLine: hc ? "#FFD800" : Qt.rgba(1, 1, 1, 0.35)
    readonly property color heroBar: hc ? "#FFD800" : heroInk
    // states: always with an icon and a word, never colour alone
    readonly property color infoInk: hc ? "#FFFFFF" : soft ? "#1C3A5E" : "#0B3A82"
    readonly property color infoBg: hc ? "#000000" : soft ? "#D5D9DA" : "#E8F0FB"
    readonly property color infoLine: hc ? "#FFFFFF" : soft ? "#A3AEB8" : "#B5CDEC"
    readonly property color okInk: hc ? "#FFFFFF" : soft ? "#17452F" : "#0A6B43"
    readonly property color okBg: hc ? "#000000" : soft ? "#D3DDCE" : "#E6F5ED"
    readonly property color okLine: hc ? "#FFFFFF" : soft ? "#9CB39B" : "#A5D8BF"
    readonly property color warnInk: hc ? "#FFF2A8" : soft ? "#4A3600" : "#5B4300"
    readonly property color warnBg: hc ? "#000000" : soft ? "#E6D9B4" : "#FFF6DF"
    readonly property color warnLine: hc ? "#FFD800" : soft ? "#BFA768" : "#F0D48A"
    readonly property color warnTouch: hc ? "#FFD800" : soft ? "#7A6124" : "#A9802A"
    readonly property color errInk: hc ? "#FFFFFF" : soft ? "#7A1616" : "#9B1C1C"
    readonly property color errBg: hc ? "#000000" : soft ? "#E8D2CC" : "#FDEDEC"
    readonly property color errLine: hc ? "#FFFFFF" : soft ? "#C79C93" : "#F0B9B5"
    readonly property color lamp: hc ? "#00E5FF" : soft ? "#2A66B0" : "#2F80ED"
    readonly property color halo: hc ? "#00E5FF" : soft ? "#8AA9CC" : "#9CC3F7"

    // type: small type grows by the whole factor, large type by less, so that pages keep their shape
    readonly property real grow: elder ? Math.max(size, 1.4) : size
    readonly property int fBody: f(34)
    readonly property int fNote: f(28)
    readonly property int fHead: f(40)

    // distance
    readonly property int margin: 48
    readonly property int gutter: 28
    readonly property int gap: 20
    readonly property int radius: 28
    readonly property int edge: hc ? 4 : 2

    function f(px: real): int {
        if (px <= 36)
            return Math.round(px * grow);
        if (px <= 60)
            return Math.round(px * Math.min(grow, 1.33));
        return Math.round(px * (elder ? 1.32 : Math.min(grow, 1.12)));
    }

    // Latin words are never broken inside: the size at which the longest of `words` still fits `room` px.
    function whole(words: string, px: int, room: real): int {
        let longest = 0;
        for (const word of words.split(/[\s-]+/)) {
            if (/^[\x00-\u02ff]*$/.test(word))
                longest = Math.max(longest, word.length);
        }
        return longest === 0 ? px : Math.max(27, Math.min(px, Math.floor(room / (longest * 0.64))));
    }

    // In the landscape zone, which cannot grow, type grows less.
    function h(px: real): int {
        return landscape ? Math.round(px * Math.min(grow, 1.1)) : f(px);
    }

    function tint(name: string): color {
        if (hc)
            return brand;
        const tints = {
            "blue": "#1767C4",
            "red": "#C2384C",
            "green": "#0E7C66",
            "violet": "#6A3FB5",
            "amber": "#B45309",
            "cyan": "#0F6F9C",
            "leaf": "#15803D",
            "plum": "#9B3274",
            "slate": "#3F4F66"
        };
        const chosen = tints[name] ?? brand;
        return soft ? Qt.darker(chosen, 1.25) : chosen;
    }

    function stateInk(style: string): color {
        return style === "ok" ? okInk : style === "warn" ? warnInk : style === "error" ? errInk : infoInk;
    }

    function stateBg(style: string): color {
        return style === "ok" ? okBg : style === "warn" ? warnBg : style === "error" ? errBg : infoBg;
    }

    function stateLine(style: string): color {
        return style === "ok" ? okLine : style === "warn" ? warnLine : style === "error" ? errLine : infoLine;
    }

    function stateIcon(style: string): string {
        return style === "ok" ? "ok" : style === "warn" ? "bell" : style === "error" ? "error" : "info";
    }
}
