pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A sentence of a cover.
Spoken {
    id: t

    implicitHeight: words.implicitHeight

    Text {
        id: words

        width: parent.width
        wrapMode: Text.Wrap
        text: t.node.text
        color: Theme.heroInk2
        font.pixelSize: Theme.landscape ? Math.min(Theme.f(32), 40) : Theme.f(38)
    }
}
