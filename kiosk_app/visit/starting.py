"""From nobody to a chosen service: attract, home, lists, guide, progress."""

from __future__ import annotations

from dataclasses import replace

from contracts.plain import plain
from kiosk_app.identity import Level
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Log, VerifyToken
from kiosk_app.visit.events import CodeRead, Edited, Stirred
from kiosk_app.visit.flow import closed_because, finish, home, open_guide, proceed
from kiosk_app.visit.state import Attract, Guide, Home, Identify, Listing, Progress, Search, State, Way
from kiosk_app.visit.table import Result, on, press

MOST_SOUGHT = 40
"""Characters of what is looked for."""


@press(Attract, node="start")
def start(state: State, argument: str, desk: Desk) -> Result:
    """Any of the three equal starts."""
    if argument == "ear":
        state = replace(state, prefs=replace(state.prefs, voice=True, text_only=False))
    return home(state)


@press(Attract, node="elder")
def start_elder(state: State, argument: str, desk: Desk) -> Result:
    """Start in 长辈版."""
    return home(replace(state, prefs=replace(state.prefs, elder=True)))


@on(Attract, event=CodeRead)
def code_starts(state: State, event: CodeRead, desk: Desk) -> Result:
    """A code shown to a waiting terminal starts a visit."""
    started, effects = home(state)
    waiting = started.at(Identify(need=Level.L1, goal="home", way=Way.OPEN, busy="token"))
    return waiting, (*effects, VerifyToken(event.raw, "visit"))


@on(Attract, event=Stirred)
def nothing_yet(state: State, event: Stirred, desk: Desk) -> Result:
    """Somebody moved; the page already says what to do."""
    return state, ()


@press(Home, Listing, Search, Guide, node="service")
def choose(state: State, argument: str, desk: Desk) -> Result:
    """Open the guide of a service."""
    return open_guide(state, argument, desk)


@press(Home, Listing, node="theme")
def open_theme(state: State, argument: str, desk: Desk) -> Result:
    """List the services of one theme of life."""
    return state.at(Listing(theme=argument)), ()


@press(Home, Listing, Search, node="all")
def open_all(state: State, argument: str, desk: Desk) -> Result:
    """List every service."""
    return state.at(Listing()), ()


@press(Home, node="audiences")
def open_audiences(state: State, argument: str, desk: Desk) -> Result:
    """我是……: ask who somebody is; nothing of the answer is kept."""
    return state.at(Listing(asking=True)), ()


@press(Listing, node="audience")
def open_audience(state: State, argument: str, desk: Desk) -> Result:
    """List the services for them."""
    return state.at(Listing(audience=argument)), ()


@press(Listing, node="list.more")
def on_in_list(state: State, argument: str, desk: Desk) -> Result:
    """The next services of a long list."""
    return _turned(state, 1)


@press(Listing, node="list.before")
def back_in_list(state: State, argument: str, desk: Desk) -> Result:
    """The services before."""
    return _turned(state, -1)


def _turned(state: State, parts: int) -> Result:
    place = state.place
    assert isinstance(place, Listing)
    return state.at(replace(place, part=max(0, place.part + parts))), ()


@press(Home, Listing, node="find")
def ask_words(state: State, argument: str, desk: Desk) -> Result:
    """Find a service by what people call it."""
    return state.at(Search()), ()


@on(Search, event=Edited)
def typed(state: State, event: Edited, desk: Desk) -> Result:
    """What is looked for, as it grows."""
    place = state.place
    assert isinstance(place, Search)
    if event.node != "search.words" or place.shown:
        return state, ()
    return replace(state, place=Search(plain(event.text)[:MOST_SOUGHT])), ()


@press(Search, node="search")
def field(state: State, argument: str, desk: Desk) -> Result:
    """The field has its panel already."""
    return state, ()


@press(Search, node="actions.find")
def find(state: State, argument: str, desk: Desk) -> Result:
    """Look for it."""
    place = state.place
    assert isinstance(place, Search)
    return (state.at(replace(place, shown=True)) if place.words.strip() else state), ()


@press(Home, node="progress")
def follow(state: State, argument: str, desk: Desk) -> Result:
    """Ask where my cases stand: whoever asks proves who they are first."""
    if not state.world.online:
        return state.at(Progress(waiting=False, missing=True)), ()
    return proceed(state, desk, Level.L1, goal="progress")


@press(Guide, node="actions.start")
def begin_service(state: State, argument: str, desk: Desk) -> Result:
    """Start the service when it can be done here and now."""
    service = desk.service(state.visit.service)
    if service is None or closed_because(state, desk):
        why = closed_because(state, desk) or "unknown"
        return state, (Log("service_refused", {"service": state.visit.service, "why": why}),)
    return proceed(state, desk, service.level.proofs)


@press(Home, Listing, Search, Guide, Progress, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """One page back; from the first page back to the start."""
    match state.place:
        case Home():
            return finish(state, "left")
        case Listing(audience=audience) if audience:
            return state.at(Listing(asking=True)), ()
        case Listing(theme=theme) if theme:
            return state.at(Listing()), ()
        case Search(words, shown=True):
            return state.at(Search(words)), ()
        case Guide(came=came) if came is not None:
            return state.at(came), ()
        case _:
            return state.at(Home()), ()
