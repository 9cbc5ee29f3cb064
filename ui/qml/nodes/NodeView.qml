pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// One node of a list model: loads the component its plan names, keeps it while the node lives.
Item {
    id: cell

    required property NodeItem node
    required property int index
    readonly property QtObject nodeObject: node
    readonly property string nid: node.nid
    readonly property string kind: node.kind
    readonly property var inner: maker.item
    readonly property real naturalHeight: inner ? inner.implicitHeight : 0
    readonly property real leastHeight: inner ? inner.leastHeight ?? inner.implicitHeight : 0
    readonly property real naturalWidth: inner ? inner.implicitWidth : 0
    readonly property real boxHeight: inner ? inner.boxHeight ?? 0 : 0

    signal resized

    onKindChanged: maker.make(Qt.resolvedUrl(kind + "Node.qml"), node)
    onNaturalHeightChanged: resized()
    onLeastHeightChanged: resized()
    onNaturalWidthChanged: resized()
    onBoxHeightChanged: resized()

    Maker {
        id: maker

        anchors.fill: parent
    }
}
