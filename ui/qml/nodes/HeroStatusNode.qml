pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A live word in the information zone, as a pill.
Spoken {
    id: s

    implicitHeight: pill.implicitHeight

    Pill {
        id: pill

        text: s.node.text
        kind: s.node.style === "" ? "info" : s.node.style
        glyph: s.node.icon
        size: Theme.h(30)
    }
}
