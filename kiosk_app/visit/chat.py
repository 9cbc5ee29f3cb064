"""打字问人工: staff of the hotline answered by text. The page of the visit waits beneath and loses nothing."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import (
    AskDuty,
    Effect,
    Log,
    OpenChat,
    PollChat,
    Replay,
    Say,
    SendChat,
    StartTimer,
)
from kiosk_app.visit.events import (
    ChatDuty,
    ChatMissing,
    ChatNews,
    ChatSent,
    ChatUnsent,
    Edited,
    Event,
    KeyPressed,
    Pressed,
)
from kiosk_app.visit.flow import IDLE_TECHNICIAN_SECONDS, idle_seconds
from kiosk_app.visit.state import (
    Aloud,
    Farewell,
    Help,
    IdleWarning,
    OutOfService,
    Paying,
    State,
    TechnicianCode,
    Timer,
)
from kiosk_app.visit.table import Result, on, press
from kiosk_app.visit.talk import ASKED_AGAIN, AT_ONCE, CAN_WRITE, MOST_LINES, Chatting, Line, Link, Post, Talk

POLL_S = 3.0
AWAY_S = 10.0
"""How often staff's answers are asked for: while the page shows, and while the resident is elsewhere."""
AGAIN_S = 15.0
"""After so long it is asked again by itself whether somebody is there now."""
SHORT = 56
"""Characters of a message that stands beside what is being written."""
IDLE_CHAT_SECONDS = 180.0
"""Whoever waits for an answer, or reads one, may stand still longer; so may whoever is busy with a phone."""
REFUSED = {
    "chat-nobody": Link.NOBODY,
    "chat-closed": Link.ENDED,
    "chat-unknown": Link.ENDED,
    "chat-full": Link.FULL,
    "offline": Link.OFFLINE,
}
"""What a refusal means for the talk; any other word is a platform that is busy."""


def offered(state: State) -> bool:
    """True where staff can be written to: a visit may be going on, and nobody else works the machine."""
    return (
        not isinstance(state.place, Farewell | OutOfService | TechnicianCode)
        and state.technician is None
        and not state.visit.helped
    )


def quiet_seconds(state: State) -> float:
    """How long nobody may stir before the warning."""
    if state.technician is not None:
        return IDLE_TECHNICIAN_SECONDS
    usual = idle_seconds(state.prefs)
    busy = state.visit.talk.shown or isinstance(state.place, Paying)
    return max(usual, IDLE_CHAT_SECONDS) if busy else usual


def over(state: State) -> State:
    """The page of the talk lies over the visit whenever nothing lies over it."""
    return replace(state, cover=Chatting()) if state.cover is None and state.visit.talk.shown else state


@press(node="cover.chat")
def open_page(state: State, argument: str, desk: Desk) -> Result:
    """From help, which every page has. Nothing is sent yet."""
    if not isinstance(state.cover, Help) or not offered(state):
        return state, ()
    shown = replace(state.visit.talk, shown=True, writing=False, older=0)
    aside = replace(state.visit.remark, shown=False)
    opened = _with(replace(state, cover=Chatting(), page=state.page + 1, aloud=False), shown).with_visit(remark=aside)
    if shown.link in CAN_WRITE:
        return opened, _look_soon(shown)
    return _ask(opened)


def beside_writing(state: State) -> Line | None:
    """What staff said last, where it has room above the field: short, at the usual size, without a caption."""
    last = next((line for line in reversed(state.visit.talk.lines) if not line.mine), None)
    prefs = state.prefs
    roomy = not (prefs.elder or prefs.voice or prefs.size > 1.0)
    return last if last is not None and roomy and len(last.text) <= SHORT else None


def watch(state: State, event: Event, desk: Desk) -> Result | None:
    """Answer what concerns the page of the talk; None leaves the event to everybody else."""
    talk = state.visit.talk
    match event:
        case Edited("chat.text", text):
            return _with(state, talk.typed(text)), ()
        case Edited():
            return state, ()
        case KeyPressed("back"):
            return _back(state)
        case Pressed(node):
            return _pressed(state, node, desk)
        case _:
            return None


def tick(state: State) -> Result:
    """Time to look: for news of an open talk, or whether somebody is there by now."""
    talk = state.visit.talk
    if talk.link is Link.OPEN:
        return state, (PollChat(talk.seen),)
    if talk.link in ASKED_AGAIN and talk.shown:
        return state, (AskDuty(),)
    return state, ()


def _pressed(state: State, node: str, desk: Desk) -> Result | None:
    talk = state.visit.talk
    match node:
        case "actions.back":
            return _back(state)
        case "chat.text" | "actions.write" if talk.link in CAN_WRITE:
            return _turn(state, replace(talk, writing=True)), ()
        case "actions.send":
            return _send(state, desk)
        case "chat.again":
            return _send_again(state)
        case "chat.tell":
            return _with(state, talk if talk.begun else replace(talk, tell=not talk.tell)), ()
        case "chat.older":
            return _with(state, replace(talk, older=talk.older + AT_ONCE)), ()
        case "chat.retry":
            return _ask(state)
        case "actions.listen":
            return _listen(state)
        case _ if node.startswith(("dock.", "cover.", "ways.", "sign.")):
            return None
        case _:
            return state, (Log("unexpected_event", {"state": "Chatting", "event": "Pressed"}),)


def _back(state: State) -> Result:
    """From writing to what was said; from there to the page that waited, exactly as it was."""
    talk = state.visit.talk
    if talk.writing:
        return _turn(state, replace(talk, writing=False)), ()
    return replace(_turn(state, replace(talk, shown=False)), cover=None, aloud=False), ()


def _ask(state: State) -> Result:
    link = Link.ASKING if state.world.online else Link.OFFLINE
    known = _with(state, replace(state.visit.talk, link=link))
    return known, (AskDuty(),) if state.world.online else (StartTimer(Timer.CHAT, AGAIN_S),)


def _send(state: State, desk: Desk) -> Result:
    talk = state.visit.talk
    text = talk.draft.strip()
    if not talk.writing or not text or talk.link not in CAN_WRITE:
        return state, ()
    if len(talk.lines) >= MOST_LINES:
        return _turn(state, replace(talk, writing=False, link=Link.FULL)), ()
    written = replace(talk.added(text, desk.now, mine=True), draft="", writing=False, older=0)
    first = () if talk.begun else (Log("chat_opened", {"context": talk.tell and bool(state.visit.service)}),)
    return _turn(state, written), (*first, *_opening(state), SendChat(written.lines[-1].n, text))


def _send_again(state: State) -> Result:
    talk = state.visit.talk
    line = talk.unsent
    if line is None or talk.link not in CAN_WRITE:
        return state, ()
    return _with(state, talk.marked(line.n, Post.SENDING)), (*_opening(state), SendChat(line.n, line.text))


def _opening(state: State) -> tuple[Effect, ...]:
    """Open the talk where it is not open: no name or number goes along, and the service only if that is allowed."""
    talk = state.visit.talk
    if talk.link is Link.OPEN:
        return ()
    if not talk.tell:
        return (OpenChat(state.prefs.lang),)
    return (OpenChat(state.prefs.lang, state.visit.service, type(state.place).__name__.lower()),)


def _listen(state: State) -> Result:
    """Read it to me; others may hear it, so that is asked first."""
    if state.world.headphones or state.aloud or state.prefs.text_only:
        return state, (Replay("page"),)
    return replace(state, cover=Aloud("page")), ()


@on(event=ChatDuty)
def duty(state: State, event: ChatDuty, desk: Desk) -> Result:
    """Somebody is there to answer, or will be at another time."""
    talk = state.visit.talk
    if talk.link is not Link.ASKING and talk.link not in ASKED_AGAIN:
        return state, ()
    link = Link.READY if event.on_duty else Link.NOBODY
    known = _with(state, replace(talk, link=link, opens=event.opens, closes=event.closes))
    return known, () if event.on_duty else (StartTimer(Timer.CHAT, AGAIN_S),)


@on(event=ChatMissing)
def missing(state: State, event: ChatMissing, desk: Desk) -> Result:
    """The platform could not be asked: said once, and looked again by itself."""
    talk = state.visit.talk
    if talk.link is Link.OPEN:
        if event.why in REFUSED and event.why != "offline":
            return _with(state, replace(talk, link=REFUSED[event.why])), ()
        return _with(state, replace(talk, lost=True)), (StartTimer(Timer.CHAT, AGAIN_S),)
    if talk.link is Link.ASKING or talk.link in ASKED_AGAIN:
        link = Link.OFFLINE if event.why == "offline" else Link.BUSY
        return _with(state, replace(talk, link=link)), (StartTimer(Timer.CHAT, AGAIN_S),)
    return state, ()


@on(event=ChatSent)
def sent(state: State, event: ChatSent, desk: Desk) -> Result:
    """It arrived; from now on answers are looked for."""
    talk = state.visit.talk
    if not any(line.mine and line.n == event.n for line in talk.lines):
        return state, ()
    link = Link.OPEN if talk.link in CAN_WRITE else talk.link
    arrived = replace(talk.marked(event.n, Post.SENT), link=link, lost=False)
    if talk.link is not Link.OPEN:
        # Another talk than before: its messages are counted anew.
        arrived = replace(arrived, seen=0)
    return _with(state, arrived), _look_soon(arrived)


@on(event=ChatUnsent)
def unsent(state: State, event: ChatUnsent, desk: Desk) -> Result:
    """It did not arrive, or nobody knows: it stays, and can be sent again without standing there twice."""
    talk = state.visit.talk
    if not any(line.mine and line.n == event.n for line in talk.lines):
        return state, ()
    link = REFUSED.get(event.why, talk.link) if event.why != "offline" else talk.link
    again = (StartTimer(Timer.CHAT, AGAIN_S),) if link in ASKED_AGAIN else ()
    return _with(state, replace(talk.marked(event.n, Post.FAILED), link=link)), again


@on(event=ChatNews)
def news(state: State, event: ChatNews, desk: Desk) -> Result:
    """What staff wrote. An answer to a visit that is over finds no open talk and goes nowhere."""
    talk = state.visit.talk
    if talk.link is not Link.OPEN:
        return state, ()
    after = replace(talk, seen=max(talk.seen, event.last), lost=False)
    for text in event.texts[: MOST_LINES - len(talk.lines)]:
        after = after.added(text, desk.now, mine=False)
    if event.closed:
        after = replace(after, link=Link.ENDED)
    effects: tuple[Effect, ...] = (PollChat(after.seen),) if event.more else _look_soon(after)
    if event.texts and not talk.shown:
        effects = (Say("say.chat_new"), *effects)
    elif event.texts and talk.writing and beside_writing(_with(state, after)) is None:
        effects = (Say("say.chat_back"), *effects)
    if event.texts and talk.shown and not isinstance(state.cover, IdleWarning):
        # Who was given something to read is given the time to read it.
        effects = (*effects, StartTimer(Timer.IDLE, quiet_seconds(state)))
    return _with(state, after), effects


def _look_soon(talk: Talk) -> tuple[Effect, ...]:
    if talk.link is not Link.OPEN:
        return ()
    return (StartTimer(Timer.CHAT, POLL_S if talk.shown else AWAY_S),)


def _with(state: State, talk: Talk) -> State:
    return state.with_visit(talk=talk)


def _turn(state: State, talk: Talk) -> State:
    """Another page of the talk: introduced anew."""
    return replace(_with(state, talk), page=state.page + 1)
