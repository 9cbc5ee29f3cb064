"""Who are you? All ways listen at once; a way that fails leads to another, five failures lead to people."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.identity import (
    CardEvidence,
    Level,
    SocialCardEvidence,
    TokenEvidence,
    expired,
    needs_guardian,
)
from kiosk_app.identity import Way as Offer
from kiosk_app.visit import body_ways, face, shown, with_guardian
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import VerifyToken
from kiosk_app.visit.events import (
    CardFailed,
    CardGone,
    CardRead,
    CodeFailed,
    CodeRead,
    TokenAccepted,
    TokenRefused,
)
from kiosk_app.visit.flow import begin, means_of
from kiosk_app.visit.proof import failed, fresh, identified, offered, person_here, told
from kiosk_app.visit.state import (
    Attract,
    CardShown,
    FaceStage,
    Guide,
    Home,
    Identify,
    Listing,
    MyCase,
    State,
    Way,
    WithGuardian,
)
from kiosk_app.visit.table import Result, on, press

SOCIAL = "social"
READER_BROKEN = "device_fault"


@on(Attract, Home, Listing, Guide, Identify, CardShown, WithGuardian, event=CardRead)
def card_read(state: State, event: CardRead, desk: Desk) -> Result:
    """A card: at the start it begins a visit, for the witness it is the host's, else it is the resident's."""
    place = state.place
    if isinstance(place, Identify) and place.way is Way.WITNESS:
        if event.layout == SOCIAL:
            return replace(state, place=replace(place, notice="witness_no_card"), page=state.page + 1), ()
        return replace(state, place=replace(place, host_id=event.person.id_number, notice=""), page=state.page + 1), ()
    started, effects = begin(state.with_visit(card_on_pad=True))
    if isinstance(place, CardShown):
        started = shown.back_where_it_was_laid(started, place)
    elif isinstance(place, Attract):
        started = started.at(Home())
    after, more = _card(started, event, desk)
    return after, (*effects, *more)


def _card(state: State, event: CardRead, desk: Desk) -> Result:
    place = state.place
    if isinstance(place, WithGuardian) or (isinstance(place, Identify) and place.guardian):
        return with_guardian.card(state, event, desk)
    if expired(event.person, desk.now.date()):
        return failed(_asking(state), "card", "card_expired")
    person = state.visit.person
    if isinstance(place, Guide) and person is not None and needs_guardian(person, desk.now.date()):
        beside = with_guardian.candidate(state, event, desk)
        if beside is not None:
            return beside
    if event.layout == SOCIAL:
        return identified(state, event.person, SocialCardEvidence(event.person), SOCIAL, desk)
    if shown.asks(event, state.visit):
        return shown.show(state, event)
    card = CardEvidence(event.person, event.layout, photo=event.photo)
    return identified(state, event.person, card, "card", desk)


def _asking(state: State) -> State:
    """A page that can say what happened: the one that asks who it is."""
    if isinstance(state.place, Identify | WithGuardian):
        return state
    return state.at(Identify(need=Level.L1, goal="home"))


@on(Attract, Home, Listing, Guide, Identify, CardShown, WithGuardian, event=CardFailed)
def card_failed(state: State, event: CardFailed, desk: Desk) -> Result:
    """The card was there and could not be used. A reader that is broken says so without one: nobody came, and whoever
    is busy elsewhere is not called away.
    """
    if event.why == READER_BROKEN and not isinstance(state.place, Identify | CardShown | WithGuardian):
        return state, ()
    started, effects = begin(state)
    after, more = failed(_asking(started), "card", f"card_{event.why}")
    return after, (*effects, *more)


@on(event=CardGone)
def card_gone(state: State, event: CardGone, desk: Desk) -> Result:
    """The pad is empty again: nothing to remind of."""
    lifted = state.with_visit(card_on_pad=False)
    return replace(lifted, world=replace(lifted.world, card_left=False)), ()


@on(Home, Listing, Guide, Identify, event=CodeRead)
def code_read(state: State, event: CodeRead, desk: Desk) -> Result:
    """A code is opaque: only the platform can say whose it is, and only now."""
    started, effects = begin(state.with_visit(phone_used=True))
    started = _asking(started)
    place = started.place
    assert isinstance(place, Identify)
    if not state.world.online:
        after, more = failed(replace(started, place=fresh(place)), "code", "code_offline")
        return after, (*effects, *more)
    waiting = started.at(fresh(place, busy="token"))
    return waiting, (*effects, VerifyToken(event.raw, state.visit.service or "visit"))


@on(Home, Listing, Guide, Identify, Attract, event=CodeFailed)
def code_failed(state: State, event: CodeFailed, desk: Desk) -> Result:
    """Something was shown that is no credential."""
    started, effects = begin(state)
    after, more = failed(_asking(started), "code", f"code_{event.why}")
    return after, (*effects, *more)


@on(Identify, event=TokenAccepted)
def token_accepted(state: State, event: TokenAccepted, desk: Desk) -> Result:
    """The platform vouches. An answer to a code that nobody waits for any more names nobody."""
    place = state.place
    assert isinstance(place, Identify)
    if place.busy != "token":
        return state, ()
    return identified(state, event.person, TokenEvidence(event.person, kind=event.kind), "code", desk)


@on(Identify, event=TokenRefused)
def token_refused(state: State, event: TokenRefused, desk: Desk) -> Result:
    """The platform does not."""
    place = state.place
    assert isinstance(place, Identify)
    return failed(state, "code", f"code_{event.why}") if place.busy == "token" else (state, ())


@press(Identify, node="way")
def choose_way(state: State, argument: str, desk: Desk) -> Result:
    """Change the way; nothing that was reached is lost."""
    place = state.place
    assert isinstance(place, Identify)
    if argument == "face":
        return face.choose(state, place, desk)
    if argument in body_ways.WAYS:
        return body_ways.choose(state, place, body_ways.WAYS[argument], desk)
    if argument == "phone":
        return state.at(fresh(place, way=Way.PHONE, phone="" if place.guardian else state.visit.phone)), ()
    if argument == "witness":
        if Offer.WITNESS not in offered(state, desk):
            return told(state, "witness_first_card") if person_here(state) is None else state, ()
        return state.at(fresh(place, way=Way.WITNESS, asking="pin")), ()
    by_camera = argument == "code" and not state.world.works("code_reader") and means_of(state, desk).camera
    return state.at(fresh(place, way=Way.CODE if by_camera else Way.OPEN)), ()


@press(Identify, node="actions.agree")
def agree(state: State, argument: str, desk: Desk) -> Result:
    """Yes to what this page asks, or begin again."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is Way.FACE:
        quiet = place.look.quiet and place.look.stage is not FaceStage.CONSENT
        return face.agree(state, place, desk, quiet=quiet)
    return body_ways.agree(state, place) if place.way in body_ways.WAYS.values() else (state, ())


@press(Identify, node="actions.quiet")
def agree_quietly(state: State, argument: str, desk: Desk) -> Result:
    """Yes, without turning the head or opening the mouth."""
    place = state.place
    assert isinstance(place, Identify)
    return face.agree(state, place, desk, quiet=True) if place.way is Way.FACE else (state, ())


@press(Identify, node="actions.decline")
def decline(state: State, argument: str, desk: Desk) -> Result:
    """No to what this page asks."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is Way.FACE:
        return face.decline(state, place)
    return body_ways.decline(state, place) if place.way in body_ways.WAYS.values() else (state, ())


@press(Identify, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """Back to all ways, then to the guardian's consent, the guide or the first page."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is not Way.OPEN:
        return state.at(fresh(place)), ()
    if place.guardian:
        return with_guardian.ask_again(state, place)
    if place.goal == "form" and state.visit.service:
        return state.at(Guide()), ()
    if place.goal == "supplement" and state.visit.answering:
        return state.at(MyCase(state.visit.answering)), ()
    return state.at(Home()), ()
