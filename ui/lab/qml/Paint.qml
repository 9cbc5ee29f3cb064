pragma Singleton

import QtQuick

// Colours that only the lab has: its desk, its dark column, and real things on it. The rest is Theme.
QtObject {
    readonly property color desk: "#EDF2F8"
    readonly property color head: "#1B2836"
    readonly property color headInk: "#FFFFFF"
    readonly property color headInk2: "#C8D6E6"
    readonly property color tray: "#F4F7FB"
    readonly property color edge: "#748DAE"
    readonly property color row: "#D3DEEB"
    readonly property color radio: "#8FA3BD"
    readonly property color breakEdge: "#C4554D"
    readonly property color metal: "#4B5F78"
    readonly property color deep: "#20344E"
    readonly property color live: "#15803D"
    readonly property color dead: "#B42318"
    readonly property color select: "#15803D"
    readonly property color back: "#B42318"
    readonly property color next: "#1767C4"
    readonly property color roll: "#E3EAF3"
    readonly property color core: "#C9D6E6"
    readonly property color wall: "#DCE6F2"
    readonly property color glare: "#FFF7DC"
    readonly property color skin: "#EBC7A6"
    readonly property color features: "#4A3528"
    readonly property color hair: "#3A3030"
    readonly property color grey: "#9AA5B3"
    readonly property color clothes: "#2F6DB5"
    readonly property color clothes2: "#6A7F57"
    readonly property color backlit: "#39434F"
    readonly property color lips: "#8C3B32"
    readonly property color night: Qt.rgba(0.03, 0.05, 0.08, 0.82)
    readonly property color wire: "#0F1B2A"
    readonly property color wireLine: "#2B3F57"
    readonly property color wireChip: "#22344A"
    readonly property color wireInk: "#E8EEF6"
    readonly property color wireInk2: "#9FB3CB"
    readonly property color wireText: "#D6E2F0"
    readonly property color wireTo: "#9CC3F7"
    readonly property color wireFrom: "#8FE3B4"
    readonly property color shade: Qt.rgba(0.06, 0.11, 0.17, 0.28)
    readonly property color veil: Qt.rgba(0.06, 0.11, 0.17, 0.72)
    readonly property string mono: "Noto Sans Mono CJK SC"
}
