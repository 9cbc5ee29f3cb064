pragma ComponentBehavior: Bound

import QtQuick

// Choices as big rows, paged when there are many.
PanelBase {
    id: p

    implicitHeight: 380

    OptionList {
        anchors.fill: parent
        items: p.node ? p.node.options : []
        chosen: p.text
        onPicked: value => p.set(value)
    }
}
