pragma ComponentBehavior: Bound

import QtQuick

// Somebody, as a drawing: never a portrait. Left and right are their own, so left is at the right of the picture.
Item {
    id: f

    property color hair: Paint.hair
    property color clothes: Paint.clothes
    property bool dark: false                   // the light is behind them
    property bool masked: false
    property string doing
    readonly property color skin: dark ? Paint.backlit : Paint.skin
    readonly property color lines: dark ? Paint.deep : Paint.features
    readonly property int turn: doing === "turn_left" ? 7 : doing === "turn_right" ? -7 : 0

    width: 96
    height: 116

    Rectangle {
        y: 84
        width: 96
        height: 48
        radius: 26
        color: f.dark ? Paint.deep : f.clothes
    }

    Rectangle {
        x: 38
        y: 66
        width: 20
        height: 26
        radius: 8
        color: f.skin
    }

    Rectangle {
        x: 19
        y: 2
        width: 58
        height: 56
        radius: 28
        color: f.dark ? Paint.deep : f.hair
    }

    Rectangle {
        x: 23
        y: 14
        width: 50
        height: 62
        radius: 25
        color: f.skin
    }

    Rectangle {
        x: 24
        y: 9
        width: 48
        height: 17
        radius: 9
        color: f.dark ? Paint.deep : f.hair
    }

    Repeater {
        model: [36, 55]

        Rectangle {
            required property int modelData

            x: modelData + f.turn
            y: f.doing === "blink_twice" ? 42 : 40
            width: 6
            height: f.doing === "blink_twice" ? 2 : 6
            radius: height / 2
            color: f.lines
        }
    }

    Rectangle {
        visible: !f.masked
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.horizontalCenterOffset: f.turn
        y: f.doing === "open_mouth" ? 55 : 59
        width: f.doing === "open_mouth" ? 14 : 16
        height: f.doing === "open_mouth" ? 14 : 3
        radius: height / 2
        color: f.dark ? f.lines : Paint.lips
    }

    Rectangle {
        visible: f.masked
        x: 25
        y: 51
        width: 46
        height: 25
        radius: 10
        color: Paint.headInk
        border.width: 1
        border.color: Paint.radio

        Rectangle {
            x: 6
            y: 8
            width: parent.width - 12
            height: 1
            color: Paint.core
        }

        Rectangle {
            x: 6
            y: 14
            width: parent.width - 12
            height: 1
            color: Paint.core
        }
    }
}
