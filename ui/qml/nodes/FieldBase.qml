import QtQuick

// What the page needs to know of a field beyond its height: how high its box is without the panel.
Item {
    property real boxHeight: 0
}
