"""Technician mode: in by card and one-time code, a menu of tools, out again. No visit is open meanwhile.

The card on the reader of the waiting page, or of one that is out of service, asks for the code. In a visit the card
counts only while the help page lies open, so that a resident's pages read no cards that they do not ask for; whoever
is here is told and has half a minute, once more if wanted, then the visit ends as it does for whoever has left.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CancelTimer, CheckTechnician, Effect, Log, Say, StartTimer, UseTool
from kiosk_app.visit.events import CardRead, Edited, Event, ServiceWithheld, TechnicianChecked, ToolTold
from kiosk_app.visit.flow import finish, home, to_attract
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Guide,
    Help,
    Home,
    Identify,
    Listing,
    Lock,
    OutOfService,
    Prefs,
    State,
    Submitting,
    Technical,
    Technician,
    TechnicianCalled,
    TechnicianCode,
    Timer,
    Visit,
    Way,
)
from kiosk_app.visit.table import Result, default, on, press
from kiosk_app.visit.typed import digits
from kiosk_app.visit.workbench import TOOLS, Tool, register

CODE_DIGITS = 6
CALLED_SECONDS = 30
LONGER_SECONDS = 120
WITHHELD = "technician"
REASONS = ("repair", "supplies", "closed")
"""Why a technician takes a terminal out of service: words of the page that residents see."""


def hear(state: State, event: Event, desk: Desk) -> Result | None:
    """Answer a technician's card; None when it is nobody's or the visit's own."""
    if not isinstance(event, CardRead) or state.technician is not None or state.visit.own_card:
        return None
    technician = desk.technician(event.person.id_number)
    if not technician:
        return None
    called = Log("technician_called", {"technician": technician})
    match state.place:
        case Attract() | OutOfService() if not (state.visit.talk.shown or state.visit.remark.shown):
            asked, effects = to_attract(state, "technician")
            return asked.at(TechnicianCode(technician)), (*effects, called)
        case TechnicianCode():
            return state, ()
        case _ if isinstance(state.cover, TechnicianCalled):
            return state, ()
        case Farewell():
            return replace(state, awaited=technician), (called,)
        case Home() | Listing() | Guide() | Identify(way=Way.OPEN) if not isinstance(state.cover, Help):
            return _call(state, technician, called)
        case _ if isinstance(state.cover, Help):
            return _call(state, technician, called)
    return None


def _call(state: State, technician: str, called: Log) -> Result:
    told = replace(state, cover=TechnicianCalled(technician, CALLED_SECONDS), page=state.page + 1, aloud=False)
    return told, (CancelTimer(Timer.IDLE), CancelTimer(Timer.TICK), StartTimer(Timer.CALLED, 1.0), called)


def tick(state: State) -> Result:
    """One second less for whoever is here. What is being handed in is not cut off."""
    cover = state.cover
    if not isinstance(cover, TechnicianCalled):
        return state, ()
    if cover.remaining > 1 or isinstance(state.place, Submitting):
        left = replace(state, cover=replace(cover, remaining=max(1, cover.remaining - 1)))
        return left, (StartTimer(Timer.CALLED, 1.0),)
    return _give_way(state, cover)


def _give_way(state: State, cover: TechnicianCalled) -> Result:
    ended, effects = finish(replace(state, cover=None, awaited=cover.technician), "technician")
    return ended, (CancelTimer(Timer.CALLED), *effects)


@press(node="called.longer")
def longer(state: State, argument: str, desk: Desk) -> Result:
    """The resident needs longer: once."""
    cover = state.cover
    if not isinstance(cover, TechnicianCalled) or cover.longer:
        return state, ()
    return replace(state, cover=replace(cover, remaining=LONGER_SECONDS, longer=True)), (Say("called.granted"),)


@press(node="called.end")
def give_way(state: State, argument: str, desk: Desk) -> Result:
    """The resident is done."""
    cover = state.cover
    return _give_way(state, cover) if isinstance(cover, TechnicianCalled) else (state, ())


def settle(after: State) -> State:
    """The waiting page gives way to a technician who was waited for, and to what they have decided."""
    if isinstance(after.place, Attract | OutOfService) and after.cover is None and after.awaited:
        return replace(after, awaited="").at(TechnicianCode(after.awaited))
    talks = after.visit.talk.shown or after.visit.remark.shown
    why = after.world.halted or after.world.withheld
    if why and isinstance(after.place, Attract) and after.cover is None and not talks:
        return after.at(OutOfService(why))
    return after


@on(event=ServiceWithheld)
def withheld(state: State, event: ServiceWithheld, desk: Desk) -> Result:
    """Out of service by hand, or back."""
    known = replace(state, world=replace(state.world, withheld=event.why))
    mine = isinstance(state.place, OutOfService) and state.place.why == state.world.withheld
    return (known.at(Attract()) if mine and state.world.withheld else known), ()


@on(TechnicianCode, event=Edited)
def typed(state: State, event: Edited, desk: Desk) -> Result:
    """The code as it grows."""
    place = state.place
    assert isinstance(place, TechnicianCode)
    if event.node != "technician.code" or place.busy:
        return state, ()
    return replace(state, place=replace(place, code=digits(event.text, CODE_DIGITS), notice="")), ()


@press(TechnicianCode, node="technician.code")
def code_field(state: State, argument: str, desk: Desk) -> Result:
    """The field has its panel already."""
    return state, ()


@press(TechnicianCode, node="actions.check")
def check(state: State, argument: str, desk: Desk) -> Result:
    """Compare it."""
    place = state.place
    assert isinstance(place, TechnicianCode)
    if place.busy or len(place.code) != CODE_DIGITS:
        return state, ()
    asked = replace(state, place=replace(place, busy=True, code="", notice=""))
    return asked, (CheckTechnician(place.technician, place.code),)


def shut(state: State) -> bool:
    """True while nobody is served here."""
    world = state.world
    return bool(world.halted or world.withheld or world.power == "low") or world.lock is not Lock.NONE


@press(TechnicianCode, node="actions.resident")
def as_resident(state: State, argument: str, desk: Desk) -> Result:
    """A technician is a resident too: a visit like any other."""
    if shut(state):
        return state, ()
    return home(state.with_visit(own_card=True))


@press(TechnicianCode, node="actions.back")
def back_out(state: State, argument: str, desk: Desk) -> Result:
    """Not now."""
    return to_attract(state, "left")


@on(TechnicianCode, event=TechnicianChecked)
def checked(state: State, event: TechnicianChecked, desk: Desk) -> Result:
    """In, or why not."""
    place = state.place
    assert isinstance(place, TechnicianCode)
    if not place.busy or event.technician != place.technician:
        return state, ()
    if event.why:
        minutes = -(-event.locked_s // 60)
        again = replace(place, busy=False, notice=event.why, minutes=minutes)
        return replace(state, place=again, page=state.page + 1), ()
    fresh = replace(state, visit=Visit(), prefs=Prefs(lang=state.prefs.lang, voice=state.prefs.voice), cover=None)
    entered = replace(fresh, technician=Technician(event.technician, event.name)).at(Technical())
    return entered, (Log("technician_entered", {"technician": event.technician}),)


def opened(state: State, tool: str) -> tuple[Effect, ...]:
    """The audit's entry of a page that was opened."""
    if state.technician is None:
        return ()
    return (Log("technician_opened", {"technician": state.technician.id, "tool": tool}),)


@press(Technical, node="tool")
def open_tool(state: State, argument: str, desk: Desk) -> Result:
    """Open a tool of the menu."""
    tool = TOOLS.get(argument)
    if state.technician is None or tool is None or not tool.offered(state, desk):
        return state, ()
    there, effects = tool.open(state, desk)
    return there, (*opened(state, argument), *effects)


@press(Technical, node="actions.back")
def to_menu(state: State, argument: str, desk: Desk) -> Result:
    """Back to the menu; from the menu out, by the other key only."""
    place = state.place
    assert isinstance(place, Technical)
    if place.sure:
        return state.at(replace(place, sure="", told="")), ()
    return (state.at(Technical()) if place.tool else state), ()


@press(Technical, node="actions.again")
def look_again(state: State, argument: str, desk: Desk) -> Result:
    """Ask the tool once more."""
    place = state.place
    assert isinstance(place, Technical)
    if not place.tool or place.busy:
        return state, ()
    return state.at(replace(place, lines=None, told="", busy=True)), (_use(state, place.tool, ""),)


@press(Technical, node="do")
def do(state: State, argument: str, desk: Desk) -> Result:
    """Do what a line offers; what residents feel is asked about once more."""
    place = state.place
    assert isinstance(place, Technical)
    offered = {line.act for line in place.lines or () if line.act}
    if state.technician is None or place.busy or argument not in offered:
        return state, ()
    if argument.partition(".")[0] in ASKED_TWICE and place.sure != argument:
        return state.at(replace(place, sure=argument, told="")), ()
    working = replace(place, sure="", told="", busy=True)
    return state.at(working), (_use(state, place.tool, argument),)


ASKED_TWICE = frozenset({"restart", "out", "open"})


@press(Technical, node="actions.sure")
def sure(state: State, argument: str, desk: Desk) -> Result:
    """Yes, do it."""
    place = state.place
    assert isinstance(place, Technical)
    return do(state, place.sure, desk) if place.sure else (state, ())


@on(Technical, event=ToolTold)
def told(state: State, event: ToolTold, desk: Desk) -> Result:
    """What the tool found or did; an answer to a page that was left changes nothing."""
    place = state.place
    assert isinstance(place, Technical)
    if event.tool != place.tool or state.technician is None:
        return state, ()
    shown = replace(place, lines=event.lines, told=event.told, busy=False, sure="")
    return replace(state, place=shown, page=state.page + 1), ()


def _use(state: State, tool: str, act: str) -> UseTool:
    return UseTool(tool, act, state.technician.id if state.technician is not None else "")


def looking(tool: str, icon: str) -> Tool:
    """Return a tool whose page is made of lines."""

    def open_(state: State, desk: Desk) -> Result:
        return state.at(Technical(tool, busy=True)), (_use(state, tool, ""),)

    return Tool(tool, icon, open_)


for _tool in (
    looking("status", "info"),
    looking("devices", "card"),
    looking("supplies", "print"),
    looking("outbox", "upload"),
    looking("about", "lock"),
    looking("service", "refresh"),
    looking("network", "wifi"),
    looking("logs", "doc"),
):
    register(_tool)

default("an answer to a technician's page that was left changes nothing", TechnicianChecked, ToolTold)
