pragma Singleton

import QtQuick

// Words of panels, pager and pictures, in the language of the page. They come from ui/words; QML has none of its own.
QtObject {
    property var map: ({})
    readonly property bool latin: of("latin") === "yes"

    function of(key: string): string {
        return map[key] ?? key;
    }

    function fill(key: string, parts: var): string {
        let text = of(key);
        for (let i = 0; i < parts.length; i++)
            text = text.replace("%" + (i + 1), String(parts[i]));
        return text;
    }
}
