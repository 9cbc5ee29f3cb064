pragma Singleton

import QtQuick
import Doorstep

// Whether a press may act: no second half of a double strike, and, with hold to press, a finger that has rested.
QtObject {
    id: guard

    property Bridge bridge: null
    readonly property real hold: bridge ? bridge.hold : 0

    function now(): real {
        return bridge ? bridge.now() : 0;
    }

    // A press that began at `since` ends inside `place`: does it count?
    function accepts(place: string, since: real): bool {
        if (bridge === null || now() - since < hold)
            return false;
        return bridge.accepts(place);
    }
}
