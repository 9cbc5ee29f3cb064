pragma Singleton

import QtQuick
import Doorstep

// Words of panels, pager and pictures, in the language of the page. They come from ui/words; QML has none of its own.
QtObject {
    property var map: ({})
    readonly property bool latin: of("latin") === "yes"

    function of(key: string): string {
        return map[key] ?? key;
    }

    // What an outside screen reader is told of a node: what our own voice says of its state, then its help. The tree has
    // no state for wrong and needed, and what is closed stays a stop, which a disabled item would not.
    function described(node: NodeItem, help: string): string {
        const closed = node.open ? "" : of("closed");
        const wrong = node.invalid ? of("wrong") : "";
        const needed = node.required ? of("required") : "";
        return [closed, wrong, needed, help].filter(part => part !== "").join(of("comma"));
    }

    function fill(key: string, parts: var): string {
        let text = of(key);
        for (let i = 0; i < parts.length; i++)
            text = text.replace("%" + (i + 1), String(parts[i]));
        return text;
    }
}
