pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// Whose lab this is, what the terminal is at, how the last action went.
Rectangle {
    id: h

    readonly property int waiting: (World.outbox["ready"] ?? 0) + (World.outbox["waiting"] ?? 0)
    readonly property int dead: World.outbox["dead"] ?? 0

    signal languageWanted

    function status(): string {
        const parts = [Say.of("terminal") + " " + (World.terminalName === "" ? "" : World.terminalName + " ") + (World.running ? Say.of("running") : Say.of("stopped"))];
        if (World.screen !== "")
            parts.push(Say.of("screen") + " " + World.screen);
        parts.push(Say.of("outbox") + " " + h.waiting);
        if (h.dead > 0)
            parts.push(Say.of("outbox_dead") + " " + h.dead);
        return parts.join(" · ");
    }

    // Everything back to how a morning begins.
    function reset(): void {
        if (!World.running)
            World.send({
                "do": "power",
                "set": "on"
            });
        for (const device in World.faults)
            World.send({
                "do": "fault",
                "device": device,
                "name": "none"
            });
        World.send({
            "do": "lift"
        });
        if (World.faceAble)
            World.send({
                "do": "face",
                "who": null
            });
        World.send({
            "do": "show-qr",
            "who": null
        });
        World.send({
            "do": "paper",
            "set": "full"
        });
        World.send({
            "do": "cover",
            "set": "closed"
        });
        World.send({
            "do": "platform",
            "set": "ok"
        });
        World.send({
            "do": "network",
            "set": "up"
        });
        World.send({
            "do": "headphones",
            "set": false
        });
    }

    color: Paint.head

    Row {
        x: 18
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12

        Rectangle {
            width: 34
            height: 34
            radius: 10
            color: Paint.headInk
            anchors.verticalCenter: parent.verticalCenter

            Icon {
                anchors.centerIn: parent
                name: "house"
                size: 25
                color: Theme.glyph
            }
        }

        Text {
            text: Say.of("title") + " " + Say.also("title")
            color: Paint.headInk
            font.pixelSize: 20
            font.bold: true
            anchors.verticalCenter: parent.verticalCenter
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }

        Pill {
            text: Say.of("simulated")
            kind: "warn"
            size: 13
            anchors.verticalCenter: parent.verticalCenter
        }

        Text {
            objectName: "status"
            text: h.status()
            color: Paint.headInk2
            font.pixelSize: 14
            anchors.verticalCenter: parent.verticalCenter
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }

    Row {
        anchors.right: parent.right
        anchors.rightMargin: 18
        anchors.verticalCenter: parent.verticalCenter
        spacing: 8

        Text {
            objectName: "note"
            width: Math.min(implicitWidth, 320)
            elide: Text.ElideRight
            text: World.busy > 0 ? Say.of("doing") : World.note
            color: World.busy > 0 ? Paint.headInk2 : World.noteOk ? Paint.wireFrom : Theme.errBg
            font.pixelSize: 14
            anchors.verticalCenter: parent.verticalCenter
            Accessible.role: Accessible.StatusBar
            Accessible.name: text
        }

        LabButton {
            objectName: "language"
            text: Say.of("language")
            glyph: "globe"
            hint: Say.of("language_hint")
            onClicked: h.languageWanted()
        }

        LabButton {
            objectName: "reset"
            text: Say.of("reset")
            glyph: "refresh"
            kind: "on"
            hint: Say.of("reset_hint")
            onClicked: h.reset()
        }
    }
}
