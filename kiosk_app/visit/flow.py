"""Where a visit goes next: the few moves that several places share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk_app.identity import (
    BIOMETRICS,
    TRIES_BEFORE_ANOTHER,
    Level,
    Means,
    Missing,
    Way,
    missing,
    needs_guardian,
)
from kiosk_app.services import Material, eligible, prefill, problems, visible_fields
from kiosk_app.services.signing import without_outlived
from kiosk_app.visit.body import evidence_json
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CancelTimer, CloseChat, Effect, FetchPrefill, FindCases, Log, StartTimer, Wipe
from kiosk_app.visit.licences import offered
from kiosk_app.visit.sealed import Sheet
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Form,
    Guide,
    Home,
    Identify,
    Listing,
    Materials,
    Prefs,
    PrintState,
    Progress,
    Review,
    Search,
    State,
    Supplement,
    Timer,
    Visit,
    WithGuardian,
)
from kiosk_app.visit.table import Result
from kiosk_app.visit.talk import Talk

IDLE_SECONDS = 60.0
IDLE_ELDER_SECONDS = 120.0
IDLE_VOICE_SECONDS = 180.0
IDLE_TECHNICIAN_SECONDS = 90.0
"""With the warning: two minutes of nothing close technician mode."""
WARNING_SECONDS = 30
FAREWELL_SECONDS = 8.0
RECALL_SECONDS = 10.0
PATIENCE_SECONDS = 3.0
"""How long anybody waits for the network before there is a way on without it."""
RECALLS = 3


def idle_seconds(prefs: Prefs) -> float:
    """How long nobody may stir before the warning (requirements E, Timeouts)."""
    if prefs.voice:
        return IDLE_VOICE_SECONDS
    return IDLE_ELDER_SECONDS if prefs.elder else IDLE_SECONDS


def consistent(prefs: Prefs, headphones: bool) -> Prefs:
    """The same wishes without those that contradict: text only speaks nothing, a dark screen needs a voice."""
    if prefs.text_only:
        return replace(prefs, voice=False, screen_off=False)
    if not (prefs.voice or headphones):
        return replace(prefs, screen_off=False)
    return prefs


def guided(state: State) -> Result:
    """Voice guidance on, and the page introduces itself; nobody's page leads to the first one."""
    prefs = replace(state.prefs, voice=True, text_only=False)
    known = replace(state, prefs=prefs, page=state.page + 1)
    return home(replace(known, cover=None)) if isinstance(state.place, Attract) else (known, ())


def begin(state: State) -> tuple[State, tuple[Effect, ...]]:
    """Mark that a visit has begun; the first call of a visit logs it."""
    if state.visit.started:
        return state, ()
    return state.with_visit(started=True), (Log("visit_began", {}),)


def home(state: State) -> Result:
    """Show what can be done here."""
    started, effects = begin(state)
    return started.at(Home()), effects


def blank(visit: Visit, service: str) -> Visit:
    """The same visit before a service of which nothing was answered yet."""
    return replace(
        visit,
        service=service,
        answers={},
        sources={},
        prefilled=frozenset(),
        consent=False,
        papers={},
        case=None,
        payment=None,
        answering="",
        attempt=0,
    )


def open_guide(state: State, service_id: str, desk: Desk) -> Result:
    """Explain a service. What was answered for another service is dropped."""
    if desk.service(service_id) is None:
        return state, (Log("service_refused", {"service": service_id, "why": "unknown"}),)
    started, effects = begin(state)
    visit = started.visit
    if visit.service != service_id or visit.case is not None:
        visit = blank(visit, service_id)
    came = state.place if isinstance(state.place, Listing | Search) else None
    return replace(started, visit=visit).at(Guide(came)), (*effects, Log("service_opened", {"service": service_id}))


def proceed(state: State, desk: Desk, need: Level, goal: str = "form") -> Result:
    """Go on to the goal when the level is reached, else ask who it is; a child's case asks for the guardian too."""
    visit, online = state.visit, state.world.online
    nameless = goal in {"progress", "supplement"} and visit.person is None
    child = goal == "form" and of_child(state, desk, need)
    if nameless or visit.level(online) < (min(need, Level.L1) if child else need):
        return state.at(Identify(need=need, goal=goal)), ()
    if goal == "supplement" and visit.answering:
        return state.at(Supplement()), ()
    if goal in {"progress", "supplement"}:
        return state.at(Progress(waiting=True)), find_cases(state)
    if child and not closed_because(state, desk):
        lacks = guardian_lacks(state, desk, need)
        if lacks == (Missing.PROOF,):
            return state.at(Identify(need=need, goal=goal, guardian=True)), ()
        if lacks:
            return state.at(WithGuardian(need=need, goal=goal)), ()
    return open_form(state, desk)


def of_child(state: State, desk: Desk, need: Level) -> bool:
    """True when the applicant is a child whose guardian must stand by at this level."""
    person = state.visit.person
    return need > Level.L0 and person is not None and needs_guardian(person, desk.now.date())


def guardian_lacks(state: State, desk: Desk, need: Level) -> tuple[Missing, ...]:
    """What is still needed of the guardian of this visit."""
    person = state.visit.person
    if person is None:
        return ()
    return missing(state.visit.guardian, person, need, state.world.online, desk.now.date())


def entitled(state: State, desk: Desk, need: Level) -> bool:
    """True when the case may be handed in: the level is reached, by the guardian where the applicant is a child."""
    if of_child(state, desk, need):
        return state.visit.level(state.world.online) >= Level.L1 and not guardian_lacks(state, desk, need)
    return state.visit.level(state.world.online) >= need


def means_of(state: State, desk: Desk) -> Means:
    """What can be used here and now. A camera may stand in for the code reader."""
    world, ready = state.world, {"online", "busy", "starting"}
    tried = state.visit.failures.get(Way.FACE, 0) + state.visit.unclear
    return Means(
        online=world.online,
        card_reader=world.device("card_reader").state in ready,
        code_reader=world.device("code_reader").state in ready or world.works("camera"),
        social_card_reader=world.works("social_card_reader"),
        witness=desk.site.has_witness,
        camera=world.works("camera"),
        biometrics=frozenset(way for way in BIOMETRICS if world.works(f"biometric_{way}")),
        refused=state.visit.closed,
        behind=frozenset({Way.FACE} if tried >= TRIES_BEFORE_ANOTHER else ()),
    )


def find_cases(state: State) -> tuple[Effect, ...]:
    """Ask where the cases of this visit's person stand."""
    person = state.visit.person
    if person is None:
        return ()
    ask = FindCases(person.id_number, evidence_json(state.visit.evidence), person.name)
    return ask, StartTimer(Timer.SLOW, PATIENCE_SECONDS)


def closed_because(state: State, desk: Desk) -> str:
    """Why the chosen service cannot be started now: a word of the table, empty when it can."""
    service = desk.service(state.visit.service)
    if service is None or not service.live:
        return "not_live"
    if not desk.offered(service.id):
        return "not_here"
    if desk.catalogue.package(service.id) is None:
        return "starting"
    if not state.world.online and not desk.keeps(service):
        return "offline" if state.world.looked else "starting"
    if eligible(service, state.visit.person, desk.now.date()) is not None:
        return "not_eligible"
    return ""


def open_form(state: State, desk: Desk) -> Result:
    """Ask the platform what it holds when somebody is known, then show the questions."""
    person, visit = state.visit.person, state.visit
    why = closed_because(state, desk)
    if why:
        return state.at(Guide()), (Log("service_refused", {"service": visit.service, "why": why}),)
    if person is not None and state.world.online and not visit.sources:
        waiting = state.at(Form(waiting=True))
        proofs = evidence_json(visit.evidence)
        ask = FetchPrefill(person.id_number, visit.service, proofs, person.name, _licensed(state, desk))
        return waiting, (ask, StartTimer(Timer.SLOW, PATIENCE_SECONDS))
    return fill(state, desk, {}, {})


def _licensed(state: State, desk: Desk) -> bool:
    """True when a licence may take the place of a paper of the service."""
    service = desk.service(state.visit.service)
    return service is not None and any(m.scan is not None and m.scan.licence for m in service.materials)


def fill(state: State, desk: Desk, fields: Mapping[str, str], sources: Mapping[str, Mapping[str, str]]) -> Result:
    """Fill in what card, platform and package know, marked with its source; what was typed wins."""
    typed = state.visit.answers
    found = prefill(desk.form(state.visit.service), state.visit.person, fields, sources, desk.now.date())
    visit = replace(
        state.visit,
        answers={**found.answers, **typed},
        sources=found.sources,
        prefilled=frozenset(k for k in found.answers if k not in typed) | (state.visit.prefilled & typed.keys()),
    )
    return show_form(replace(state, visit=visit), desk)


def show_form(state: State, desk: Desk) -> Result:
    """Show the first question that nobody has answered yet, also one that may be left out; else the review."""
    unasked = [s for s in top_scopes(state, desk) if s not in state.visit.answers]
    waiting = {first_open(state, desk), *unasked[:1]}
    scope = next((s for s in scopes(state, desk) if s in waiting), "")
    return (state.at(Form(current=scope)), ()) if scope else to_materials(state, desk)


def materials_of(state: State, desk: Desk) -> tuple[Material, ...]:
    """The papers that are asked for here: all that may be photographed where there is a document camera, elsewhere
    those that must be there, and those in whose place the platform holds a licence.
    """
    service = desk.service(state.visit.service)
    if service is None:
        return ()
    here = state.world.device("document_scanner").state != "no_device"
    return tuple(
        m for m in service.materials if m.scan is not None and (here or m.required or offered(state, m) is not None)
    )


def to_materials(state: State, desk: Desk, after: str = "") -> Result:
    """The first paper (behind `after`) of which nothing is known yet, else the review."""
    found = materials_of(state, desk)
    codes = [m.code for m in found]
    rest = found[codes.index(after) + 1 :] if after in codes else found
    papers = state.visit.papers
    for one in (*rest, *found):
        if one.code not in papers or papers[one.code].given is None:
            return state.at(Materials(one.code)), ()
    return state.at(Review()), ()


def before_materials(state: State, desk: Desk, code: str = "") -> Result:
    """The paper before `code` (from the review: the last one), then the last question, then the guide."""
    codes = [m.code for m in materials_of(state, desk)]
    earlier = codes[: codes.index(code)] if code in codes else codes
    if earlier:
        return state.at(Materials(earlier[-1])), ()
    asked = [s for s in top_scopes(state, desk) if s not in state.visit.prefilled]
    return state.at(Form(current=asked[-1]) if asked else Guide()), ()


def scopes(state: State, desk: Desk) -> tuple[str, ...]:
    """The scopes of the questions that show now, in order."""
    form = desk.form(state.visit.service)
    return tuple(f.scope for f in visible_fields(form, state.visit.answers))


def top_scopes(state: State, desk: Desk) -> tuple[str, ...]:
    """The same without what is asked of the entries of groups."""
    form = desk.form(state.visit.service)
    return tuple(f.scope for f in visible_fields(form, state.visit.answers) if not f.number)


def without_unasked(state: State, desk: Desk) -> State:
    """Forget the answers to questions that an earlier answer has taken away, at the moment when the resident goes on.

    What nobody typed stays, in case its question comes back; it is not sent either. A signature that was given for
    other answers goes too, and is asked for again.
    """
    visit, shown = state.visit, frozenset(scopes(state, desk))
    kept = {scope: text for scope, text in visit.answers.items() if scope in shown or scope in visit.prefilled}
    signed = without_outlived(desk.form(visit.service), kept)
    return state if signed == visit.answers else state.with_visit(answers=signed)


def problem_of(state: State, desk: Desk, scope: str) -> str:
    """What is wrong with one answer, as a sentence; empty when it is fine."""
    form = desk.form(state.visit.service)
    found = problems(form, state.visit.answers, desk.now.date(), state.prefs.lang)
    return next((p.text for p in found if p.scope == scope), "")


def first_open(state: State, desk: Desk) -> str:
    """The first question with a problem that the platform or the card did not answer."""
    form = desk.form(state.visit.service)
    wrong = {p.scope for p in problems(form, state.visit.answers, desk.now.date(), state.prefs.lang)}
    asked = [s for s in scopes(state, desk) if s in wrong]
    return asked[0] if asked else ""


def finish(state: State, how: str) -> Result:
    """End the visit: nothing personal stays; what belongs to the resident is called out."""
    visit = state.visit
    if not visit.started:
        return to_attract(state, how)
    reminders = []
    if visit.card_on_pad:
        reminders.append("card")
    if visit.remark.paper or (visit.case is not None and visit.case.print is PrintState.PRINTED):
        reminders.append("receipt")
    sealed = visit.case.certificate if visit.case is not None else None
    if sealed is not None and sealed.sheet in {Sheet.PRINTING, Sheet.PRINTED, Sheet.UNKNOWN}:
        reminders.append("certificate")
    if visit.phone_used:
        reminders.append("phone")
    ended = replace(state, visit=Visit(card_on_pad=visit.card_on_pad, started=True), cover=None)
    return ended.at(Farewell(how=how, reminders=tuple(reminders))), (
        CancelTimer(Timer.IDLE),
        CancelTimer(Timer.TICK),
        CancelTimer(Timer.ANSWER),
        CancelTimer(Timer.SLOW),
        CancelTimer(Timer.AIM),
        CancelTimer(Timer.PAY),
        *_end_talk(visit.talk),
        Log("visit_ended", {"how": how}),
        Wipe(how),
        StartTimer(Timer.FAREWELL, FAREWELL_SECONDS),
    )


def to_attract(state: State, how: str) -> Result:
    """Back to the start for the next resident: preferences reset."""
    fresh = replace(state, visit=Visit(), prefs=Prefs(), cover=None, technician=None)
    who = state.technician
    left = (Log("technician_left", {"technician": who.id, "how": how}),) if who is not None else ()
    return fresh.at(Attract()), (
        *left,
        CancelTimer(Timer.IDLE),
        CancelTimer(Timer.TICK),
        CancelTimer(Timer.ANSWER),
        CancelTimer(Timer.SLOW),
        CancelTimer(Timer.PAY),
        CancelTimer(Timer.FAREWELL),
        *_end_talk(state.visit.talk),
        Wipe(how),
    )


def _end_talk(talk: Talk) -> tuple[Effect, ...]:
    """A talk with staff ends with the visit; nothing was sent where nothing was written."""
    stop = CancelTimer(Timer.CHAT)
    if not talk.begun:
        return (stop,)
    return stop, CloseChat(), Log("chat_ended", {"sent": talk.sent, "received": talk.received})
