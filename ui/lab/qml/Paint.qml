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
