pragma Singleton

import QtQuick

// The window's words, in its language and, small beside it, in the other. They come from ui/lab/words.
QtObject {
    property var map: ({})
    property var other: ({})

    function of(key: string): string {
        return map[key] ?? key;
    }

    function also(key: string): string {
        return other[key] ?? "";
    }

    function has(key: string): bool {
        return key in map;
    }

    function fill(key: string, parts: var): string {
        let text = of(key);
        for (let i = 0; i < parts.length; i++)
            text = text.replace("%" + (i + 1), String(parts[i]));
        return text;
    }
}
