pragma ComponentBehavior: Bound

import QtQuick
import Doorstep

// One node of a list model: loads the component its plan names, keeps it while the node lives.
Item {
    id: cell

    required property NodeItem node
    required property int index
    readonly property QtObject nodeObject: node
    readonly property string nid: node.nid
    readonly property string kind: node.kind
    readonly property var inner: loader.item        // var: a cast to a QML type fails once the engine has trimmed its types
    readonly property real naturalHeight: inner ? inner.implicitHeight : 0
    readonly property real leastHeight: inner ? inner.leastHeight ?? inner.implicitHeight : 0
    readonly property real naturalWidth: inner ? inner.implicitWidth : 0
    readonly property real boxHeight: inner ? inner.boxHeight ?? 0 : 0

    signal resized

    function load(): void {
        loader.setSource(Qt.resolvedUrl(kind + "Node.qml"), {
            "node": node
        });
    }

    onKindChanged: load()
    onNaturalHeightChanged: resized()
    onLeastHeightChanged: resized()
    onNaturalWidthChanged: resized()
    onBoxHeightChanged: resized()

    Loader {
        id: loader

        anchors.fill: parent
    }
}
