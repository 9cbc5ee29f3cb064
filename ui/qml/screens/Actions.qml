pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"
import "../nodes"

// The action row: back, finish, side action, primary at the right.
ActionFlow {
    id: row

    required property Bridge bridge

    row: 120
    least: Theme.seated ? 0.56 : Theme.grow > 1.1 ? 0.76 : 0.9

    Repeater {
        model: row.bridge.action_nodes
        onItemAdded: row.arrange()
        onItemRemoved: row.arrange()

        NodeView {
            onResized: row.arrange()
        }
    }
}
