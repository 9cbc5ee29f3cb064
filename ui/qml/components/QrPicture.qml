pragma ComponentBehavior: Bound

import QtQuick

// A QR code drawn exactly: whole pixels for each module where there is room, else as large as fits.
Rectangle {
    id: p

    property string text

    color: "#FFFFFF"

    Image {
        readonly property real room: Math.min(p.width, p.height)
        readonly property real module: implicitWidth < 1 ? 0 : room < implicitWidth * 2 ? room / implicitWidth : Math.floor(room / implicitWidth)

        x: Math.round((p.width - width) / 2)
        y: Math.round((p.height - height) / 2)
        width: implicitWidth * module
        height: implicitHeight * module
        smooth: false
        cache: false
        Accessible.ignored: true
        source: p.text === "" ? "" : "image://qr/" + encodeURIComponent(p.text)
    }
}
