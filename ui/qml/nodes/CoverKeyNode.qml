import QtQuick
import "../components"

// A button of a cover, as large as the moment needs and its share of a row allows.
ActionKey {
    readonly property bool large: node.style === "primary" && width >= 360

    implicitWidth: 360
    implicitHeight: large ? Math.max(180, wordsHeight + 60) : Math.max(116, wordsHeight + (Theme.landscape ? 20 : 36))
    size: large ? 70 : 44
}
