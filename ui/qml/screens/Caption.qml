pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// What is being said, in words. Its room is kept while the page is read out, so that nothing moves under a finger.
Rectangle {
    id: bar

    required property Bridge bridge

    implicitHeight: 112
    radius: 24
    color: Theme.infoBg
    border.width: Theme.edge
    border.color: Theme.infoLine
    Accessible.role: Accessible.StaticText
    Accessible.name: bridge.caption
    Accessible.description: Words.of("reading")
    Accessible.ignored: true

    Icon {
        id: glyph

        x: 24
        anchors.verticalCenter: parent.verticalCenter
        name: "voice"
        size: 50
        color: Theme.infoInk
    }

    Text {
        x: 92
        width: parent.width - x - 20
        height: parent.height - 12
        anchors.verticalCenter: parent.verticalCenter
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
        fontSizeMode: Text.Fit
        minimumPixelSize: 27
        text: bar.bridge.caption
        color: Theme.infoInk
        font.pixelSize: Theme.f(34)
    }
}
