pragma ComponentBehavior: Bound

import QtQuick
import "../../qml/components"

// What the camera sees, drawn: who is there, in which light, and with what in their hands.
Rectangle {
    id: v

    property int age: 0
    readonly property string scene: World.faceScene
    readonly property string attack: World.faceAttack
    readonly property bool there: World.faceWho !== "" && scene !== "nobody" && scene !== "black"
    readonly property bool paper: attack === "photo" || attack === "moved_photo"
    readonly property bool flat: paper || attack === "flat_video"
    readonly property bool two: scene === "two_faces" || attack === "swap"

    radius: 13
    color: Paint.deep

    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        y: 4
        width: 8
        height: 8
        radius: 4
        color: World.faceWatched ? Paint.wireFrom : Paint.metal
    }

    Rectangle {
        id: view

        x: 6
        y: 15
        width: parent.width - 12
        height: parent.height - 21
        radius: 5
        clip: true
        color: !World.faceAble ? Paint.core : v.scene === "black" ? Paint.wire : v.scene === "backlight" ? Paint.glare : Paint.wall

        Icon {
            visible: !World.faceAble
            anchors.centerIn: parent
            name: "camera"
            size: 52
            color: Paint.radio
        }

        Icon {
            visible: World.faceAble && !v.there && v.scene !== "black"
            anchors.centerIn: parent
            name: "user"
            size: 52
            color: Paint.radio
        }

        Rectangle {
            visible: v.there && v.flat
            anchors.centerIn: parent
            anchors.verticalCenterOffset: 4
            width: v.paper ? 96 : 134
            height: v.paper ? 112 : 100
            radius: v.paper ? 3 : 9
            rotation: v.attack === "moved_photo" ? 11 : v.paper ? 3 : 0
            color: v.paper ? Paint.headInk : Paint.wire
            border.width: v.paper ? 1 : 0
            border.color: Paint.radio

            Rectangle {
                anchors.fill: parent
                anchors.margins: v.paper ? 7 : 8
                clip: true
                color: v.paper ? Paint.roll : Paint.tray

                LabFigure {
                    anchors.horizontalCenter: parent.horizontalCenter
                    y: 8
                    scale: 0.78
                    transformOrigin: Item.Top
                    hair: v.age > 60 ? Paint.grey : Paint.hair
                }
            }
        }

        // The hands that hold it.
        Repeater {
            model: v.there && v.flat ? [-1, 1] : []

            Rectangle {
                required property int modelData

                anchors.centerIn: parent
                anchors.horizontalCenterOffset: modelData * (v.paper ? 48 : 66)
                anchors.verticalCenterOffset: 30
                width: 17
                height: 25
                radius: 8
                color: Paint.skin
                border.width: 1
                border.color: Paint.radio
            }
        }

        LabFigure {
            visible: v.there && !v.flat
            x: (parent.width - width) / 2 - (v.two ? 40 : 0)
            anchors.bottom: parent.bottom
            anchors.bottomMargin: -4
            scale: v.age > 0 && v.age < 14 ? 0.8 : 1
            transformOrigin: Item.Bottom
            hair: v.age > 60 ? Paint.grey : Paint.hair
            dark: v.scene === "backlight"
            masked: v.scene === "mask"
            doing: v.scene === "frozen" ? "" : World.faceDoing
        }

        LabFigure {
            visible: v.there && v.two
            x: (parent.width - width) / 2 + (v.attack === "swap" ? 66 : 48)
            anchors.bottom: parent.bottom
            anchors.bottomMargin: -4
            scale: v.attack === "swap" ? 0.78 : 0.9
            transformOrigin: Item.Bottom
            clothes: Paint.clothes2
        }

        Rectangle {
            visible: v.scene === "dark"
            anchors.fill: parent
            radius: 5
            color: Paint.night
        }

        // A mark for what a drawing that stands still cannot show.
        Rectangle {
            visible: World.faceAble && mark.name !== ""
            anchors.right: parent.right
            anchors.top: parent.top
            anchors.margins: 6
            width: 34
            height: 34
            radius: 17
            color: Paint.headInk
            border.width: 1
            border.color: Paint.breakEdge

            Icon {
                id: mark

                anchors.centerIn: parent
                name: v.scene === "frozen" ? "clock" : v.scene === "black" ? "error" : v.scene === "nobody" ? "walk" : v.attack === "moved_photo" || v.attack === "swap" ? "refresh" : v.attack === "flat_video" ? "play" : v.attack === "wrong_order" ? "question" : ""
                size: 22
                stroke: 2
                color: Theme.errInk
            }
        }
    }
}
