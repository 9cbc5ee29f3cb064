pragma ComponentBehavior: Bound

import QtQuick
import Doorstep
import "../components"
import "../nodes"

// The information zone: brand, heading, lead, steps, facts. Nothing here can be touched.
Item {
    id: hero

    required property Bridge bridge
    property real least: 566
    readonly property string tone: bridge.tone
    readonly property color upper: tone === "ok" ? Theme.heroOkTop : tone === "wait" ? Theme.heroWaitTop : tone === "tool" ? Theme.heroToolTop : Theme.heroTop
    readonly property color lower: tone === "ok" ? Theme.heroOkEnd : tone === "wait" ? Theme.heroWaitEnd : tone === "tool" ? Theme.heroToolEnd : Theme.heroEnd
    readonly property real side: Theme.margin
    readonly property real inner: width - 2 * side
    readonly property real headTop: Theme.landscape ? 250 : 158
    readonly property bool marked: bridge.mark !== ""
    readonly property real footHeight: (steps.visible ? steps.implicitHeight + 8 : 0) + (facts.implicitHeight > 0 ? facts.implicitHeight + (steps.visible ? 16 : 0) : 0)
    readonly property real wordsHeight: Math.max(heading.implicitHeight, badge.visible ? 150 : 0)
    readonly property Item headingItem: heading

    implicitHeight: Math.max(least, headTop + wordsHeight + (footHeight > 0 ? footHeight + 20 : 0) + 30)
    clip: true

    Rectangle {
        anchors.fill: parent

        gradient: Gradient {
            GradientStop {
                position: 0
                color: hero.upper
            }

            GradientStop {
                position: 1
                color: hero.lower
            }
        }
    }

    Repeater {
        model: Theme.hc || Theme.soft ? 0 : 3

        Rectangle {
            required property int index

            width: 520 + index * 300
            height: width
            radius: width / 2
            x: hero.width * 0.76 - width / 2
            y: (Theme.landscape ? 560 : 330) - height / 2
            color: "transparent"
            border.width: 60
            border.color: Qt.rgba(1, 1, 1, 0.045)
        }
    }

    BrandBar {
        x: hero.side
        y: 44
        width: hero.inner
        bridge: hero.bridge
    }

    Rectangle {
        id: badge

        visible: hero.marked
        x: hero.side
        y: hero.headTop + 16
        width: 132
        height: 132
        radius: 66
        color: Theme.hc ? Theme.brand : Theme.heroInk

        Icon {
            anchors.centerIn: parent
            name: hero.bridge.mark
            size: 92
            stroke: 2
            color: Theme.hc ? "#000000" : hero.upper
        }
    }

    Item {
        id: heading

        readonly property string nid: "page.heading"

        function activate(): void {
        }

        objectName: nid
        x: hero.marked && !Theme.landscape ? hero.side + 160 : hero.side
        y: hero.marked && Theme.landscape ? hero.headTop + 164 : hero.headTop
        width: hero.width - x - hero.side
        implicitHeight: title.implicitHeight + (lead.visible ? lead.implicitHeight + 8 : 0)
        height: implicitHeight
        activeFocusOnTab: true
        Accessible.role: Accessible.Heading
        Accessible.name: hero.bridge.title
        Accessible.description: hero.bridge.lead

        Text {
            id: title

            width: parent.width
            text: hero.bridge.title
            wrapMode: Text.Wrap
            color: Theme.heroInk
            font.pixelSize: Theme.f(hero.bridge.screen === "attract" ? 86 : hero.bridge.step > 0 && !Theme.elder ? 72 : 80)
            font.bold: true
        }

        Text {
            id: lead

            anchors.top: title.bottom
            anchors.topMargin: 8
            width: parent.width
            text: hero.bridge.lead
            visible: text !== ""
            wrapMode: Text.Wrap
            color: Theme.heroInk2
            font.pixelSize: Theme.f(36)
        }

        FocusRing {
            target: heading
            corner: 16
        }

        SpeakMark {
            anchors.margins: -6
            radius: 16
            on: hero.bridge.heading_speaking
        }
    }

    Steps {
        id: steps

        visible: hero.bridge.step > 0 && hero.bridge.steps.length > 0
        x: hero.side
        y: Math.max(hero.headTop + hero.wordsHeight + 20, hero.height - hero.footHeight - (Theme.landscape ? 40 : 26))
        width: hero.inner
        names: hero.bridge.steps
        now: Math.max(1, hero.bridge.step)
        ground: hero.lower
    }

    HeroFlow {
        id: facts

        x: hero.side
        y: steps.visible ? steps.y + steps.implicitHeight + 16 : hero.height - implicitHeight - 32
        width: hero.inner
        height: implicitHeight

        Repeater {
            model: hero.bridge.hero_nodes
            onItemAdded: facts.arrange()
            onItemRemoved: facts.arrange()

            NodeView {
                onResized: facts.arrange()
            }
        }
    }
}
