import QtQuick
import "../components"

// A secondary button in the body.
ActionKey {
    implicitHeight: Math.max(104, wordsHeight + 40)
    size: 36
}
