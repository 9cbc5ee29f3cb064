"""From nobody to a chosen service: attract, home, lists, guide, progress."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.identity import Level
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Log, VerifyToken
from kiosk_app.visit.events import CodeRead, Stirred
from kiosk_app.visit.flow import closed_because, finish, home, open_guide, proceed
from kiosk_app.visit.state import Attract, Guide, Home, Identify, Listing, Progress, State, Way
from kiosk_app.visit.table import Result, on, press


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


@press(Home, Listing, Guide, node="service")
def choose(state: State, argument: str, desk: Desk) -> Result:
    """Open the guide of a service."""
    return open_guide(state, argument, desk)


@press(Home, Listing, node="theme")
def open_theme(state: State, argument: str, desk: Desk) -> Result:
    """List the services of one theme of life."""
    return state.at(Listing(theme=argument)), ()


@press(Home, Listing, node="all")
def open_all(state: State, argument: str, desk: Desk) -> Result:
    """List every service."""
    return state.at(Listing()), ()


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
    return proceed(state, desk, service.level)


@press(Home, Listing, Guide, Progress, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """One page back; from the first page back to the start."""
    match state.place:
        case Home():
            return finish(state, "left")
        case Guide():
            return state.at(Home()), ()
        case _:
            return state.at(Home()), ()
