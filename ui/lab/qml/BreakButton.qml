pragma ComponentBehavior: Bound

import QtQuick

// Opens the list of faults that the device's simulator knows.
LabButton {
    id: b

    property string device

    objectName: "break." + device
    text: Say.of("break")
    glyph: "warn"
    kind: "break"
    spoken: Say.of("break_" + device)
    able: (World.faults[device] ?? []).length > 0
    onClicked: World.asked(b.device, b)
}
