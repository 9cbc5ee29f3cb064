"""Papers that a service asks for: photographed by themselves once they lie well, looked at, taken again, or left out;
or an electronic licence in their place, once its holder has agreed.

The camera is on only while the page says so: `settle` (called by every step) compares what was wanted with what is.
Only where there is a document camera is anybody asked; a paper that must be there, or in whose place the platform
holds a licence, is asked for everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk_app.services import Material
from kiosk_app.visit import licences
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import (
    CancelTimer,
    DeletePending,
    DropPage,
    Effect,
    Log,
    RestCamera,
    ShowPage,
    SnapPage,
    StartTimer,
    TakePage,
)
from kiosk_app.visit.events import PageTaken, ScanEnded, SheetLies, TimerFired
from kiosk_app.visit.everywhere import timer
from kiosk_app.visit.flow import before_materials, idle_seconds, to_materials
from kiosk_app.visit.state import Materials, Outcome, State, Timer
from kiosk_app.visit.supplied import Given, Paper, ScanStage
from kiosk_app.visit.table import Result, on, press

CAMERA = "document_scanner"
AIM_SECONDS = 2.5
"""Aiming words do not follow each other faster than this: they are heard, understood and acted on."""
AT_ONCE = frozenset({"still"})
"""It lies well: whoever hears that too late moves it away again."""
AWAY = frozenset({"no_page", "too_dark"})
"""Nobody may be there."""


def wanted(state: State) -> TakePage | ShowPage | None:
    """What the document camera is to do now."""
    place = state.place
    if not isinstance(place, Materials) or state.cover is not None:
        return None
    if place.stage is ScanStage.AIM:
        return TakePage()
    return ShowPage(place.shown) if place.stage is ScanStage.LOOK else None


def settle(before: State, after: State) -> Result:
    """Have the camera do what the page shows and drop the pages that are gone, whatever the reason for the change. A
    covered look waits, ready to begin again.
    """
    effects: tuple[Effect, ...] = ()
    place = after.place
    if isinstance(place, Materials) and place.stage is ScanStage.AIM and after.cover is not None:
        after = replace(after, place=Materials(place.code))
    old, new = wanted(before), wanted(after)
    if old != new:
        effects += (CancelTimer(Timer.AIM), RestCamera()) if old is not None else ()
        effects += (new,) if new is not None else ()
    effects += tuple(DropPage(page) for page in sorted(_held(before) - _held(after)))
    return after, effects


def _held(state: State) -> frozenset[str]:
    """The pages of this visit, kept or just taken."""
    place = state.place
    kept = {page for held in state.visit.papers.values() for page in held.pages}
    return frozenset(kept | ({place.shown} if isinstance(place, Materials) and place.new else set()))


def material(state: State, desk: Desk) -> Material:
    """The material that the page is about, whatever became of the camera since."""
    place, service = state.place, desk.service(state.visit.service)
    assert isinstance(place, Materials)
    assert service is not None
    return next(m for m in service.materials if m.code == place.code and m.scan is not None)


def paper(state: State, code: str) -> Paper:
    """What there is of a material."""
    return state.visit.papers.get(code, Paper())


def _with(state: State, code: str, changed: Paper) -> State:
    return state.with_visit(papers={**state.visit.papers, code: changed})


@press(Materials, node="actions.scan")
def scan(state: State, argument: str, desk: Desk) -> Result:
    """Another page, as long as there is room for one and a camera for it."""
    place = state.place
    assert isinstance(place, Materials)
    found = material(state, desk)
    full = found.scan is not None and len(paper(state, place.code).pages) >= found.scan.pages
    if place.stage is not ScanStage.ASK or full:
        return state, ()
    if not state.world.works(CAMERA):
        return state.at(Materials(place.code, notice="camera")), ()
    own, logs = _without_licence(state, place.code)
    return _aim(own, place.code, desk.now), logs


def _without_licence(state: State, code: str) -> Result:
    """Whoever chooses another way takes their consent back."""
    if not licences.chosen(state, code):
        return state, ()
    return _with(state, code, Paper()), licences.withdrawn(state, code)


@press(Materials, node="actions.licence")
def licence(state: State, argument: str, desk: Desk) -> Result:
    """Ask whether the licence may be used; nothing is used before the answer."""
    place, found = state.place, material(state, desk)
    assert isinstance(place, Materials)
    if place.stage is not ScanStage.ASK or paper(state, place.code).pages or licences.offered(state, found) is None:
        return state, ()
    return state.at(Materials(place.code, ScanStage.CONSENT)), ()


@press(Materials, node="actions.agree")
def agree(state: State, argument: str, desk: Desk) -> Result:
    """Yes: it goes with this case, and the platform alone makes the copy."""
    place, found, service = state.place, material(state, desk), desk.service(state.visit.service)
    assert isinstance(place, Materials)
    held = licences.offered(state, found)
    if place.stage is not ScanStage.CONSENT or service is None:
        return state, ()
    if held is None:
        return state.at(Materials(place.code)), ()
    consent = licences.agreed(state, service, held, desk.now)
    moved, effects = _given(state, place.code, Paper(given=Given.LICENCE, agreed=consent), desk)
    return moved, (licences.given(state), *effects)


@press(Materials, node="actions.decline")
def decline(state: State, argument: str, desk: Desk) -> Result:
    """No, or not any more: the other ways stand there, and the licence is not used."""
    place = state.place
    assert isinstance(place, Materials)
    known, logs = _without_licence(state, place.code)
    asked = place.stage is ScanStage.CONSENT or known is not state
    return (known.at(Materials(place.code)), logs) if asked else (state, ())


def _aim(state: State, code: str, now: datetime) -> State:
    return state.at(Materials(code, ScanStage.AIM, "opening", now))


@on(Materials, event=SheetLies)
def lies(state: State, event: SheetLies, desk: Desk) -> Result:
    """What to do with the paper now. Aiming words keep their distance in time; "hold still" comes at once."""
    place = state.place
    assert isinstance(place, Materials)
    if place.stage is not ScanStage.AIM or event.lie == "good":
        return state, ()
    awake = () if event.lie in AWAY else (StartTimer(Timer.IDLE, idle_seconds(state.prefs)),)
    if event.lie == place.prompt:
        return replace(state, place=replace(place, queued="")), awake
    left = AIM_SECONDS - (desk.now - place.since).total_seconds() if place.since is not None else 0.0
    if left > 0 and event.lie not in AT_ONCE and place.prompt != "opening":
        return replace(state, place=replace(place, queued=event.lie)), (*awake, StartTimer(Timer.AIM, left))
    return replace(state, place=replace(place, prompt=event.lie, since=desk.now, queued="")), awake


@on(Materials, event=TimerFired)
def next_word(state: State, event: TimerFired, desk: Desk) -> Result:
    """The newest aiming word that had to wait."""
    place = state.place
    assert isinstance(place, Materials)
    if event.name != Timer.AIM:
        return timer(state, event, desk)
    if place.stage is not ScanStage.AIM or not place.queued:
        return state, ()
    return replace(state, place=replace(place, prompt=place.queued, since=desk.now, queued="")), ()


@press(Materials, node="actions.snap")
def snap(state: State, argument: str, desk: Desk) -> Result:
    """Take it as it lies: whoever sees the picture may know better than the camera."""
    place = state.place
    assert isinstance(place, Materials)
    return state, ((SnapPage(),) if place.stage is ScanStage.AIM else ())


@on(Materials, event=PageTaken)
def taken(state: State, event: PageTaken, desk: Desk) -> Result:
    """A page is there: it is shown, and belongs to the material once it is kept."""
    place = state.place
    assert isinstance(place, Materials)
    if place.stage is not ScanStage.AIM:
        return taken_too_late(state, event, desk)
    seen = Materials(place.code, ScanStage.LOOK, shown=event.page, lie=event.lie, new=True)
    return state.at(seen), (Log("page_taken", {"service": state.visit.service, "lie": event.lie}),)


@on(event=PageTaken)
def taken_too_late(state: State, event: PageTaken, desk: Desk) -> Result:
    """A page for somebody who has gone on: nobody wants it."""
    return state, () if event.page in _held(state) else (DropPage(event.page),)


@on(Materials, event=ScanEnded)
def ended(state: State, event: ScanEnded, desk: Desk) -> Result:
    """No page: the camera went away, or nothing was laid down for a long time."""
    place = state.place
    assert isinstance(place, Materials)
    if place.stage is ScanStage.ASK:
        return state, ()
    log = Log("scan_failed", {"why": event.why})
    if place.stage is ScanStage.LOOK:
        # The picture cannot be shown; the page is there all the same.
        return state, (log,)
    return state.at(Materials(place.code, notice="timeout" if event.why == "timeout" else "camera")), (log,)


@press(Materials, node="actions.keep")
def keep(state: State, argument: str, desk: Desk) -> Result:
    """It can be read: it belongs to the material. An old page that was looked at stays."""
    place = state.place
    assert isinstance(place, Materials)
    if place.stage is not ScanStage.LOOK:
        return state, ()
    held = paper(state, place.code)
    if place.new and place.shown not in held.pages:
        state = _with(state, place.code, Paper((*held.pages, place.shown)))
    return state.at(Materials(place.code)), ()


@press(Materials, node="actions.retake")
def retake(state: State, argument: str, desk: Desk) -> Result:
    """Not this one: it is forgotten, and the camera looks again."""
    place = state.place
    assert isinstance(place, Materials)
    if place.stage is not ScanStage.LOOK:
        return state, ()
    dropped = _without(state, place)
    if not state.world.works(CAMERA):
        return dropped.at(Materials(place.code, notice="camera")), ()
    return _aim(dropped, place.code, desk.now), ()


@press(Materials, node="actions.remove")
def remove(state: State, argument: str, desk: Desk) -> Result:
    """Take a page out again."""
    place = state.place
    assert isinstance(place, Materials)
    if place.stage is not ScanStage.LOOK:
        return state, ()
    return _without(state, place).at(Materials(place.code)), ()


def _without(state: State, place: Materials) -> State:
    held = paper(state, place.code)
    return _with(state, place.code, Paper(tuple(page for page in held.pages if page != place.shown)))


@press(Materials, node="page")
def look(state: State, argument: str, desk: Desk) -> Result:
    """Look at a page that was taken before; `argument` counts from 1."""
    place = state.place
    assert isinstance(place, Materials)
    pages = paper(state, place.code).pages
    if place.stage is not ScanStage.ASK or not argument.isdecimal() or not 0 < int(argument) <= len(pages):
        return state, ()
    return state.at(Materials(place.code, ScanStage.LOOK, shown=pages[int(argument) - 1])), ()


@press(Materials, node="actions.next")
def complete(state: State, argument: str, desk: Desk) -> Result:
    """These are all pages, or the licence that was chosen before."""
    place = state.place
    assert isinstance(place, Materials)
    held = paper(state, place.code)
    if place.stage is ScanStage.ASK and held.given is Given.LICENCE:
        return to_materials(state, desk, after=place.code)
    if place.stage is not ScanStage.ASK or not held.pages:
        return state, ()
    return _given(state, place.code, Paper(held.pages, Given.PAPER), desk)


@press(Materials, node="actions.later")
def later(state: State, argument: str, desk: Desk) -> Result:
    """It is brought to the window; only where the package says within how many days."""
    place, found = state.place, material(state, desk)
    assert isinstance(place, Materials)
    if found.scan is None or not found.scan.follow or paper(state, place.code).pages:
        return state, ()
    return _given(state, place.code, Paper(given=Given.LATER), desk)


@press(Materials, node="actions.without")
def without(state: State, argument: str, desk: Desk) -> Result:
    """There is none, and it need not be."""
    place, found = state.place, material(state, desk)
    assert isinstance(place, Materials)
    if found.required or paper(state, place.code).pages:
        return state, ()
    return _given(state, place.code, Paper(given=Given.NONE), desk)


def _given(state: State, code: str, given: Paper, desk: Desk) -> Result:
    """On to the next material, or to the review."""
    known, logs = _without_licence(state, code)
    moved, effects = to_materials(_with(known, code, given), desk, after=code)
    return moved, (*logs, *effects)


@press(Outcome, node="actions.papers")
def another_way(state: State, argument: str, desk: Desk) -> Result:
    """A licence that could not be used after all: its paper is handed in otherwise, all else stays. The refused case
    was told to its resident and needs nobody else, so it does not stay among the dead letters.
    """
    case = state.visit.case
    if case is None or case.problem != licences.UNUSABLE:
        return state, ()
    kept = {code: held for code, held in state.visit.papers.items() if held.given is not Given.LICENCE}
    moved, effects = to_materials(state.with_visit(case=None, licences=None, papers=kept), desk)
    return moved, (DeletePending(case.submission), Log("deleted", {"submission": case.submission}), *effects)


@press(Materials, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """From the camera or a page to the question; from there to the one before. What was kept stays."""
    place = state.place
    assert isinstance(place, Materials)
    if place.stage is not ScanStage.ASK:
        return state.at(Materials(place.code)), ()
    return before_materials(state, desk, place.code)


def handed_in(state: State, desk: Desk) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """What the platform is told of the papers of this case, and the pages that go along."""
    service, papers = desk.service(state.visit.service), state.visit.papers
    told: list[dict[str, Any]] = []
    pages: tuple[str, ...] = ()
    for code in (m.code for m in (service.materials if service is not None else ()) if m.scan is not None):
        held = papers.get(code)
        if held is not None and held.given is not None:
            consent = {} if held.agreed is None else {"licence": licences.told(held.agreed)}
            told.append({"code": code, "given": held.given.value, "pages": list(held.pages), **consent})
            pages += held.pages
    return told, pages
