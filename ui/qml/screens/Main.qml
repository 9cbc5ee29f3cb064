pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"

// The whole screen: information zone, body, actions, dock; covers and the dark screen above them.
Item {
    id: root

    required property Bridge bridge
    property real pageWidth: 1080
    property real pageHeight: 1920
    readonly property bool covered: bridge.cover !== ""

    Binding {
        target: Theme
        property: "scheme"
        value: root.bridge.theme
    }

    Binding {
        target: Theme
        property: "size"
        value: root.bridge.size
    }

    Binding {
        target: Theme
        property: "elder"
        value: root.bridge.elder
    }

    Binding {
        target: Theme
        property: "voice"
        value: root.bridge.voice || root.bridge.explore
    }

    Binding {
        target: Theme
        property: "ring"
        value: root.bridge.keys || root.bridge.voice || root.bridge.explore
    }

    Binding {
        target: Theme
        property: "landscape"
        value: root.bridge.landscape
    }

    Binding {
        target: Theme
        property: "seated"
        value: root.bridge.seated
    }

    Binding {
        target: Words
        property: "map"
        value: root.bridge.words
    }

    Binding {
        target: Guard
        property: "bridge"
        value: root.bridge
    }

    Rectangle {
        anchors.fill: parent
        color: "#000000"
    }

    Item {
        id: page

        width: root.pageWidth
        height: root.pageHeight
        scale: Math.min(root.width / width, root.height / height)
        transformOrigin: Item.TopLeft
        x: (root.width - width * scale) / 2
        y: (root.height - height * scale) / 2

        Rectangle {
            anchors.fill: parent
            color: Theme.page
        }

        MouseArea {
            property real since: 0

            anchors.fill: parent
            enabled: root.bridge.screen === "attract"
            onPressed: since = Guard.now()
            onClicked: {
                if (Guard.accepts("ground", since))
                    root.bridge.background();
            }
        }

        Item {
            id: live

            anchors.fill: parent
            visible: !root.covered

            Hero {
                id: hero

                bridge: root.bridge
                width: Theme.landscape ? 660 : parent.width
                height: Theme.landscape ? dock.y : implicitHeight
                least: Theme.landscape ? 0 : 566
            }

            Caption {
                id: caption

                bridge: root.bridge
                visible: root.bridge.voice
                x: body.x
                y: Theme.landscape ? 30 : hero.height + 18
                width: body.width
                height: implicitHeight
            }

            Body {
                id: body

                readonly property real low: actions.implicitHeight > 0 ? actions.y - (Theme.seated ? 16 : 26) : dock.y - 26

                bridge: root.bridge
                x: Theme.landscape ? hero.width + Theme.margin : Theme.margin
                y: root.bridge.voice ? caption.y + caption.height + 18 : Theme.landscape ? 40 : hero.height + 24
                width: parent.width - x - Theme.margin
                height: low - y
                controlsTop: root.bridge.seated ? 1152 - y : 0
            }

            Actions {
                id: actions

                bridge: root.bridge
                x: body.x
                y: dock.y - implicitHeight - (Theme.landscape || Theme.seated ? 20 : 36)
                width: body.width
                height: implicitHeight
            }
        }

        // Made with the first cover and kept: of what QML makes of Python's types, something stays each time.
        Loader {
            id: over

            property bool wanted: false

            active: root.covered || wanted
            onLoaded: wanted = true
            visible: root.covered
            width: parent.width
            height: dock.y
            sourceComponent: Cover {
                bridge: root.bridge
            }
        }

        // Something is said though nobody asked to be read to, or over a cover: its words stand where the name of the
        // machine stands else, so that nothing under a finger moves.
        Caption {
            bridge: root.bridge
            visible: root.bridge.caption !== "" && (!root.bridge.voice || root.covered)
            x: Theme.margin - 12
            y: 28
            width: (Theme.landscape ? (root.covered ? root.pageWidth * 0.46 : 660) : root.pageWidth) - 2 * x
            height: Theme.landscape ? 180 : implicitHeight
        }

        Dock {
            id: dock

            bridge: root.bridge
            y: parent.height - height
            width: parent.width
            height: implicitHeight
        }
    }

    Rectangle {
        anchors.fill: parent
        visible: root.bridge.dark
        color: "#000000"

        MouseArea {
            anchors.fill: parent
            onClicked: {
                if (Guard.accepts("dark", 0))
                    root.bridge.wake();
            }
        }
    }
}
