pragma ComponentBehavior: Bound

import QtQuick

// Takes every fault off one device.
LabButton {
    id: b

    property string device

    objectName: "mend." + device
    text: Say.of("mend")
    kind: (World.broken[device] ?? "") === "" ? "plain" : "on"
    spoken: Say.of("mend_" + device)
    onClicked: World.send({
        "do": "fault",
        "device": b.device,
        "name": "none"
    })
}
