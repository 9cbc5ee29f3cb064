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
    readonly property real most: Theme.elder ? 600 : 580
    readonly property string tone: bridge.tone
    readonly property color upper: tone === "ok" ? Theme.heroOkTop : tone === "wait" ? Theme.heroWaitTop : tone === "tool" ? Theme.heroToolTop : Theme.heroTop
    readonly property color lower: tone === "ok" ? Theme.heroOkEnd : tone === "wait" ? Theme.heroWaitEnd : tone === "tool" ? Theme.heroToolEnd : Theme.heroEnd
    readonly property real side: Theme.margin
    readonly property real inner: width - 2 * side
    readonly property real headTop: Theme.landscape ? 222 : 164
    readonly property real badgeRoom: 88            // what the badge takes above the heading in landscape
    readonly property bool marked: bridge.mark !== ""
    readonly property real footHeight: (steps.on ? steps.implicitHeight + 8 : 0) + (facts.implicitHeight > 0 ? facts.implicitHeight + (steps.on ? 16 : 0) : 0)
    readonly property real wordsHeight: Math.max(heading.implicitHeight, badge.on && !Theme.landscape ? 150 : 0) + (badge.on && Theme.landscape ? badgeRoom : 0)
    readonly property int titleBase: bridge.screen === "attract" ? 86 : bridge.step > 0 ? 72 : 80
    readonly property int titleSize: Theme.landscape ? Theme.f(66) : Theme.f(bridge.screen === "attract" ? 86 : bridge.step > 0 && !Theme.elder ? 72 : 80)
    readonly property int leadSize: Theme.f(Theme.landscape ? 33 : 36)
    readonly property real fit: shrink()

    // The zone must leave room for what is touched: large words get smaller until they fit above the foot.
    function shrink(): real {
        if (!Theme.landscape && Theme.grow < 1.1)
            return 1;
        const room = (Theme.landscape ? height - (marked ? badgeRoom : 0) - 30 : most) - headTop - footHeight - 30;
        for (const k of [1, 0.92, 0.85]) {
            if (guess(bridge.title, titleSize * k) < titleSize * k * 2 && guess(bridge.title, titleSize * k) + guess(bridge.lead, leadSize * k) <= room)
                return k;
        }
        for (const k of [1, 0.92, 0.85, 0.78, 0.72, 0.66]) {
            if (guess(bridge.title, titleSize * k) + guess(bridge.lead, leadSize * k) <= room)
                return k;
        }
        return 0.6;
    }

    function guess(words: string, px: real): real {
        let ems = 0;
        for (let i = 0; i < words.length; i++)
            ems += words.charCodeAt(i) > 0x2000 ? 1 : 0.56;
        return Math.ceil(ems * px * 1.04 / (inner - (marked && !Theme.landscape ? 160 : 0))) * px * 1.47;
    }

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

    // Round rectangles of this size would keep 9 MB of corners; the picture keeps only what is seen of it.
    Image {
        readonly property real across: 1120
        readonly property real toLeft: hero.width * 0.76 - across / 2
        readonly property real toTop: (Theme.landscape ? 560 : 330) - across / 2

        x: Math.max(0, toLeft)
        y: Math.max(0, toTop)
        source: Theme.hc || Theme.soft ? "" : "rings.svg"
        sourceSize: Qt.size(across, across)
        sourceClipRect: Qt.rect(x - toLeft, y - toTop, hero.width - x, Theme.landscape ? 1080 : 600)
    }

    Rectangle {
        id: badge

        readonly property bool on: hero.marked
        visible: on
        x: hero.side
        y: hero.headTop + (Theme.landscape ? 0 : 16)
        width: Theme.landscape ? 76 : 132
        height: width
        radius: width / 2
        color: Theme.hc ? Theme.brand : Theme.heroInk

        Icon {
            anchors.centerIn: parent
            name: hero.bridge.mark
            size: parent.width * 0.7
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
        y: hero.marked && Theme.landscape ? hero.headTop + hero.badgeRoom : hero.headTop
        width: hero.width - x - hero.side
        implicitHeight: title.implicitHeight + (lead.on ? lead.implicitHeight + 8 : 0)
        height: implicitHeight
        activeFocusOnTab: true
        Accessible.role: Accessible.Heading
        Accessible.name: hero.bridge.title

        Text {
            id: title

            width: parent.width
            text: hero.bridge.title
            wrapMode: Text.Wrap
            color: Theme.heroInk
            font.pixelSize: Theme.landscape ? hero.titleSize * hero.fit : Math.max(hero.titleBase, hero.titleSize * hero.fit)
            font.bold: true
        }

        Spoken {
            id: lead

            readonly property bool on: leadWords.text !== ""

            nid: "page.lead"
            visible: on
            anchors.top: title.bottom
            anchors.topMargin: 8
            width: parent.width
            implicitHeight: leadWords.implicitHeight
            height: implicitHeight
            corner: 12
            Accessible.name: hero.bridge.lead

            Text {
                id: leadWords

                width: parent.width
                text: hero.bridge.lead
                wrapMode: Text.Wrap
                color: Theme.heroInk2
                font.pixelSize: Math.max(Theme.landscape ? 27 : 36, hero.leadSize * hero.fit)
            }
        }

        FocusRing {
            target: heading
            corner: 16
            anchors.topMargin: 0
            anchors.leftMargin: -14
            anchors.rightMargin: -14
            anchors.bottomMargin: -4
        }

        SpeakMark {
            anchors.margins: -4
            anchors.leftMargin: -14
            radius: 16
            on: hero.bridge.heading_speaking
        }
    }

    Steps {
        id: steps

        readonly property bool on: hero.bridge.step > 0 && hero.bridge.steps.length > 0
        visible: on
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
        y: steps.on ? steps.y + steps.implicitHeight + 16 : hero.height - implicitHeight - 32
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

    // Read after the page's own words: it is the same on every page.
    BrandBar {
        x: hero.side
        y: 44
        width: hero.inner
        bridge: hero.bridge
    }
}
