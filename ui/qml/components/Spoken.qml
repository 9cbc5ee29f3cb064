pragma ComponentBehavior: Bound

import QtQuick
import Doorstep

// Something that is read, not pressed: in the accessible tree, a focus stop when the page is read out.
Item {
    id: s

    property NodeItem node: null
    property string nid: node ? node.nid : ""
    property string help: node ? node.described : ""
    property real corner: 20
    property real ringMargin: 0

    function activate(): void {
    }

    objectName: nid
    activeFocusOnTab: Theme.voice
    Accessible.role: Accessible.StaticText
    Accessible.name: node ? node.heard : ""
    Accessible.description: node && nid === node.nid ? Words.described(node, help) : help

    FocusRing {
        z: 10
        target: s
        corner: s.corner
        anchors.margins: s.ringMargin
    }

    SpeakMark {
        z: 9
        anchors.margins: -4
        radius: s.corner
        on: s.node ? s.node.speaking : false
    }
}
