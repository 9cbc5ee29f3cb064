pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// A sentence more in the information zone.
Spoken {
    id: t

    implicitHeight: words.implicitHeight

    Text {
        id: words

        width: parent.width
        wrapMode: Text.Wrap
        text: t.node.text
        color: Theme.heroInk2
        font.pixelSize: Theme.h(34)
    }
}
