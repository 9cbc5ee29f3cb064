pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// Who stands before the camera. The chosen card's owner comes, and does what the page asks, or cheats.
LabCard {
    id: p

    readonly property var person: World.card(World.faceWho)
    readonly property var next: World.card(World.chosen)
    readonly property bool there: World.faceWho !== ""
    readonly property string action: World.faceDoing !== "" && Say.has("meaning_" + World.faceDoing) ? Say.of("meaning_" + World.faceDoing) : ""
    readonly property string trouble: World.broken["camera"] ?? ""
    readonly property string who: p.person ? Say.fill("face_who", [p.person.label]) : Say.of("face_nobody")

    function stand(attack: var): void {
        World.send({
            "do": "face",
            "who": World.chosen,
            "attack": attack,
            "scene": "normal"
        });
    }

    width: 420
    glyph: "face"
    word: "face"
    stateText: !World.faceAble ? Say.of("face_off") : World.faceWatched ? Say.of("face_watched") : p.there ? Say.of("face_there") : Say.of("face_none")
    stateKind: p.there && World.faceAble ? "ok" : "info"

    FacePicture {
        objectName: "face.picture"
        width: 218
        height: 148
        age: p.person ? p.person.age : 0
        Accessible.role: Accessible.Graphic
        Accessible.name: Say.of("face_picture") + ", " + (World.faceAble ? [p.who, p.trouble === "" ? "" : Say.of("fault_" + p.trouble), p.action].filter(part => part !== "").join(", ") : why.text)
    }

    Column {
        visible: World.faceAble
        x: 232
        width: p.room - x
        spacing: 8

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            objectName: "face.who"
            text: p.who
            color: Theme.ink
            font.pixelSize: 15
            font.bold: true
        }

        Text {
            visible: text !== ""
            width: parent.width
            wrapMode: Text.Wrap
            text: p.action !== "" ? p.action : p.there ? (p.trouble === "" ? Say.of("face_obeys") : "") : p.next ? Say.fill("face_next", [p.next.label]) : ""
            color: Theme.ink2
            font.pixelSize: 13
        }

        DeviceLine {
            kind: "camera"
            tight: true
        }
    }

    Column {
        visible: !World.faceAble
        x: 232
        width: p.room - x
        spacing: 8

        Text {
            id: why

            objectName: "face.why"
            width: parent.width
            wrapMode: Text.Wrap
            text: World.faceWhy === "portraits" ? Say.of("face_why_portraits") : Say.of("face_why_camera")
            color: Theme.ink
            font.pixelSize: 15
            font.bold: true
        }

        Text {
            width: parent.width
            wrapMode: Text.Wrap
            text: World.faceWhy === "portraits" ? Say.of("face_why_portraits_sub") : Say.of("face_why_camera_sub")
            color: Theme.ink2
            font.pixelSize: 13
        }
    }

    buttons: [
        LabButton {
            objectName: "face.come"
            text: Say.of("face_come")
            spoken: Say.of("face_come_spoken")
            kind: "on"
            able: World.faceAble && World.chosen !== ""
            onClicked: p.stand(null)
        },
        LabButton {
            objectName: "face.go"
            text: Say.of("face_go")
            spoken: Say.of("face_go_spoken")
            able: World.faceAble
            onClicked: World.send({
                "do": "face",
                "who": null
            })
        },
        LabButton {
            objectName: "face.photo"
            text: Say.of("face_photo")
            spoken: Say.of("face_photo_spoken")
            kind: "break"
            able: World.faceAble && World.chosen !== ""
            onClicked: p.stand("photo")
        },
        BreakButton {
            device: "camera"
        },
        MendButton {
            device: "camera"
            able: World.faceAble
        }
    ]
}
