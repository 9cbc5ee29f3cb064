pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"
import "../nodes"

// The body of a page: joined cards behind, nodes before, arrows below when there is more.
Item {
    id: body

    required property Bridge bridge
    property alias controlsTop: flow.controls_top
    readonly property PageFlow flow: flow

    Repeater {
        model: flow.boxes

        Card {
            required property rect modelData

            x: modelData.x
            y: modelData.y
            width: modelData.width
            height: modelData.height
        }
    }

    PageFlow {
        id: flow

        anchors.fill: parent
        gap: Theme.gap
        gutter: Theme.gutter
        pager: pager.implicitHeight + (Theme.seated ? 12 : 16)

        Repeater {
            model: body.bridge.body_nodes
            onItemAdded: flow.arrange()
            onItemRemoved: flow.arrange()

            NodeView {
                onResized: flow.arrange()
            }
        }
    }

    Pager {
        id: pager

        flow: flow
        anchors.bottom: parent.bottom
        width: parent.width
        height: implicitHeight
    }
}
