import QtQuick
import "../components"

// A button of the action row; its words shrink with the row's.
ActionKey {
    id: a

    readonly property Item view: a.parent ? a.parent.parent : null
    readonly property var row: view ? view.parent : null

    implicitHeight: Math.max(120, wordsHeight + 32)
    size: node.style === "primary" ? 46 : 42
    squeeze: row ? row.squeeze ?? 1 : 1
}
