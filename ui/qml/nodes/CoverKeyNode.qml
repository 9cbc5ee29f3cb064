import QtQuick
import "../components"

// A button of a cover, as large as the moment needs.
ActionKey {
    implicitHeight: node.style === "primary" ? Math.max(180, wordsHeight + 60) : Math.max(116, wordsHeight + 36)
    size: node.style === "primary" ? 70 : 44
}
