pragma ComponentBehavior: Bound

import QtQuick

// The coloured square with the icon of a service.
Rectangle {
    id: chip

    property string glyph
    property string tint

    width: 116
    height: width
    radius: width * 0.26
    color: Theme.tint(tint)

    Icon {
        anchors.centerIn: parent
        name: chip.glyph
        size: chip.width * 0.68
        color: Theme.hc ? "#000000" : "#FFFFFF"
    }
}
