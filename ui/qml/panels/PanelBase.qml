import QtQuick
import Doorstep

// What every panel has: the field it serves and the text as it stands. A value comes down only when it differs.
FocusScope {
    id: base

    property NodeItem node: null
    property string text: node ? node.value : ""

    function set(next: string): void {
        if (next === text)
            return;
        text = next;
        node.edit(next);
    }

    Connections {
        target: base.node

        function onChanged(): void {
            if (base.node.value !== base.text)
                base.text = base.node.value;
        }
    }
}
