pragma Singleton

import QtQuick

// What the world last said of itself, and the one way to change it.
QtObject {
    id: world

    property bool reached: false                // the world has answered
    property bool lost: false                   // it has stopped answering
    property bool running: false
    property string screen
    property string terminalName
    property var cards: []                      // [{id, label, sub, kind, age}]
    property string pad
    property string phoneWho                    // whose phone it is: the id of a card
    property string phoneNumber
    property bool codeShown: false
    property var messages: []                   // [{text, at}] oldest first
    property string paper: "full"
    property string cover: "closed"
    property var receipts: []                   // file addresses, newest first
    property string network: "up"
    property string platform: "ok"
    property bool headphones: false
    property bool faceAble: false               // there is a camera, and faces for it
    property string faceWhy                     // or why not
    property string faceWho                     // who is before the camera: the id of a card
    property string faceAttack
    property string faceScene: "normal"
    property string faceDoing                   // what they are doing just now
    property bool faceWatched: false            // the camera is on
    property var devices: ({})                  // kind -> state word
    property var findings: ({})                 // kind -> part in zh and en, and whose turn it is
    property var faults: ({})                   // device -> names that can be set
    property var broken: ({})                   // device -> name that is set
    property var wireLines: null                // the list models, made in Python
    property var logLines: null
    property var outbox: ({})                   // state -> count
    property int busy: 0                        // actions under way
    property string chosen                      // the card in the visitor's hand
    property string note                        // how the last action went
    property bool noteOk: true

    signal wanted(string request)
    signal asked(string device, Item opener)    // which faults?

    function send(request: var): void {
        busy += 1;
        wanted(JSON.stringify(request));
    }

    function card(id: string): var {
        for (const card of cards)
            if (card.id === id)
                return card;
        return null;
    }

    function deviceState(kind: string): string {
        return devices[kind] ?? "";
    }

    function stateKind(state: string): string {
        if (state === "online")
            return "ok";
        if (state === "busy" || state === "starting" || state === "")
            return "info";
        return state === "user_action" ? "warn" : "error";
    }

    onCardsChanged: {
        if (card(chosen) === null)
            chosen = cards.length > 0 ? cards[0].id : "";
    }
}
