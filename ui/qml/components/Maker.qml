pragma ComponentBehavior: Bound

import QtQuick
import Doorstep

// Holds what a file describes, made for a node, as large as itself. A Loader would do it, but of the properties that it
// is given for what it makes, 64 bytes of JavaScript stay for good each time (Qt 6.11.1).
FocusScope {
    id: maker

    property var item: null     // var: a cast to a QML type fails once the engine has trimmed its types

    onWidthChanged: {
        if (item !== null)
            item.width = width;
    }
    onHeightChanged: {
        if (item !== null)
            item.height = height;
    }

    function make(file: url, node: NodeItem): void {
        drop();
        const made = Qt.createComponent(file);
        if (made.status !== Component.Ready) {
            console.warn(made.errorString());
            return;
        }
        const found = made.createObject(maker, {
            "node": node
        }) as Item;
        found.width = width;
        found.height = height;
        item = found;
    }

    function drop(): void {
        if (item === null)
            return;
        const old = item;
        item = null;
        old.visible = false;
        old.destroy();
    }
}
