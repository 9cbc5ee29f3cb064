import QtQuick
import "../components"

// A button of the action row.
ActionKey {
    implicitHeight: Math.max(120, wordsHeight + 32)
    size: node.style === "primary" ? 46 : 42
}
