pragma Singleton

import QtQuick

// One finger at a time, and the second of two quick strikes on the same place is a tremor, not a wish.
QtObject {
    id: guard

    property int strike: 400
    property string page
    property var owner: null
    property var last: null
    property string lastPage
    property double lastAt: 0

    function down(item: var): void {
        if (owner === null) {
            owner = item;
        }
    }

    function up(item: var): void {
        if (owner === item)
            owner = null;
    }

    // Called when a press ends inside: may it act?
    function accepts(item: var): bool {
        if (owner !== null && owner !== item)
            return false;
        const now = Date.now();
        const soon = now - lastAt < strike;
        if (soon && (last === item || lastPage !== page))
            return false;
        last = item;
        lastAt = now;
        lastPage = page;
        return true;
    }
}
