pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// The question or state of a cover.
Spoken {
    id: t

    activeFocusOnTab: true
    Accessible.role: Accessible.Heading
    implicitHeight: words.implicitHeight

    Text {
        id: words

        width: parent.width
        wrapMode: Text.Wrap
        text: t.node.text
        color: Theme.heroInk
        font.pixelSize: Theme.landscape ? Math.min(Theme.f(62), 60) : Theme.f(88)
        font.bold: true
    }
}
