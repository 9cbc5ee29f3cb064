pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"
import "../nodes"

// A page over the page: what is under it stays as it is, unseen, unheard, untouched.
Item {
    id: cover

    required property Bridge bridge
    readonly property bool tool: bridge.cover === "technician"
    readonly property bool waiting: bridge.cover === "suspended"

    Rectangle {
        anchors.fill: parent
        color: Theme.page
    }

    Rectangle {
        id: zone

        width: Theme.landscape ? parent.width * 0.46 : parent.width
        height: Theme.landscape ? parent.height : split.zone_height

        gradient: Gradient {
            GradientStop {
                position: 0
                color: cover.waiting ? Theme.heroWaitTop : Theme.heroTop
            }

            GradientStop {
                position: 1
                color: cover.waiting ? Theme.heroWaitEnd : Theme.heroEnd
            }
        }
    }

    CoverFlow {
        id: split

        anchors.fill: parent
        side: Theme.margin
        landscape: Theme.landscape
        least: Theme.landscape ? 0 : cover.bridge.cover === "paper" ? 440 : 620

        Repeater {
            model: cover.bridge.cover_nodes
            onItemAdded: split.arrange()
            onItemRemoved: split.arrange()

            NodeView {
                onResized: split.arrange()
            }
        }
    }

    BrandBar {
        x: Theme.margin
        y: 44
        width: zone.width - 2 * Theme.margin
        bridge: cover.bridge
        activeFocusOnTab: false          // here the caption stands in its place; the page underneath has it as a stop
    }
}
