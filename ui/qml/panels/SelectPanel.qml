pragma ComponentBehavior: Bound

import QtQuick
import "../components"

// Choices as big rows, paged when there are many; one of them, or so many as the field takes, in the order of ticking.
PanelBase {
    id: p

    function pick(value: string): void {
        if (node.picks < 2) {
            set(value);
            return;
        }
        const now = text === "" ? [] : text.split(",");
        const at = now.indexOf(value);
        if (at >= 0)
            now.splice(at, 1);
        else if (now.length < node.picks)
            now.push(value);
        set(now.join(","));
    }

    implicitHeight: 380

    OptionList {
        anchors.fill: parent
        // Ticks are compared with one another: as many of them in sight as can be read.
        columns: width < 700 || (Theme.grow > 1.2 && (picks < 2 || Words.latin)) ? 1 : 2
        items: p.node ? p.node.options : []
        chosen: p.text
        picks: p.node ? p.node.picks : 1
        onPicked: value => p.pick(value)
    }
}
