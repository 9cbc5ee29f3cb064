"""Who are you? All ways listen at once; a way that fails leads to another, five failures lead to people."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.identity import (
    CardEvidence,
    Evidence,
    Level,
    Person,
    PhoneCodeEvidence,
    TokenEvidence,
    WitnessEvidence,
    expired,
)
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CallHost, CheckPhoneCode, CheckWitness, Log, SendPhoneCode, VerifyToken
from kiosk_app.visit.events import (
    CardFailed,
    CardGone,
    CardRead,
    CodeFailed,
    CodeRead,
    Edited,
    PhoneCodeRefused,
    PhoneCodeRight,
    PhoneCodeSent,
    PhoneCodeWrong,
    TokenAccepted,
    TokenRefused,
    WitnessChecked,
)
from kiosk_app.visit.flow import begin, home, proceed
from kiosk_app.visit.state import Attract, Guide, Home, Identify, Listing, State, Way
from kiosk_app.visit.table import Result, on, press

PHONE_DIGITS = 11
CODE_DIGITS = 6
PIN_DIGITS = 6
MOST_FAILURES = 5


def digits(text: str, most: int) -> str:
    """What a finger can have typed on the number pad, cut to length."""
    return "".join(c for c in text if c.isascii() and c.isdigit())[:most]


def _identified(state: State, person: Person | None, evidence: Evidence, way: str, desk: Desk) -> Result:
    """Add evidence; a different person than before starts from nothing."""
    visit = state.visit
    if person is not None and visit.person is not None and visit.person.id_number != person.id_number:
        visit = replace(visit, evidence=(), answers={}, sources={}, prefilled=frozenset(), consent=False, phone="")
    kept = tuple(e for e in visit.evidence if type(e) is not type(evidence))
    visit = replace(visit, evidence=(*kept, evidence), person=person or visit.person)
    known = replace(state, visit=visit)
    reached = visit.level(state.world.online)
    log = Log("identified", {"level": reached.name, "way": way})
    place = state.place
    if not isinstance(place, Identify):
        return known, (log,)
    if reached >= place.need and not (place.goal == "progress" and visit.person is None):
        if place.goal == "home":
            moved, effects = home(known)
        else:
            moved, effects = proceed(known, desk, place.need, place.goal)
        return moved, (log, *effects)
    return known.at(replace(place, way=Way.OPEN, busy="", notice="", host_id="", pin="")), (log,)


def _failed(state: State, way: str, notice: str) -> Result:
    """Say kindly what happened, count it, keep the other ways open."""
    place = state.place
    counted = replace(state, visit=state.visit.failed(way))
    if isinstance(place, Identify):
        counted = replace(counted, place=replace(place, busy="", notice=notice), page=state.page + 1)
    effects: tuple[Log | CallHost, ...] = (Log("identification_failed", {"way": way, "cause": notice}),)
    if counted.visit.failures[way] >= MOST_FAILURES:
        effects = (*effects, CallHost("identify"))
    return counted, effects


@on(Attract, Home, Listing, Guide, Identify, event=CardRead)
def card_read(state: State, event: CardRead, desk: Desk) -> Result:
    """A card: at the start it begins a visit, for the witness it is the host's, else it is the resident's."""
    place = state.place
    if isinstance(place, Identify) and place.way is Way.WITNESS:
        return replace(state, place=replace(place, host_id=event.person.id_number, notice=""), page=state.page + 1), ()
    started, effects = begin(state.with_visit(card_on_pad=True))
    if expired(event.person, desk.now.date()):
        if not isinstance(place, Identify):
            started = started.at(Identify(need=Level.L1, goal="home"))
        after, more = _failed(started, "card", "card_expired")
        return after, (*effects, *more)
    if isinstance(place, Attract):
        started = started.at(Home())
    after, more = _identified(started, event.person, CardEvidence(event.person), "card", desk)
    return after, (*effects, *more)


@on(Attract, Home, Listing, Guide, Identify, event=CardFailed)
def card_failed(state: State, event: CardFailed, desk: Desk) -> Result:
    """The card was there and could not be used."""
    started, effects = begin(state)
    if not isinstance(state.place, Identify):
        started = started.at(Identify(need=Level.L1, goal="home"))
    after, more = _failed(started, "card", f"card_{event.why}")
    return after, (*effects, *more)


@on(event=CardGone)
def card_gone(state: State, event: CardGone, desk: Desk) -> Result:
    """The pad is empty again: nothing to remind of."""
    return state.with_visit(card_on_pad=False), ()


@on(Home, Listing, Guide, Identify, event=CodeRead)
def code_read(state: State, event: CodeRead, desk: Desk) -> Result:
    """A code is opaque: only the platform can say whose it is, and only now."""
    place = state.place
    started, effects = begin(state.with_visit(phone_used=True))
    if not isinstance(place, Identify):
        place = Identify(need=Level.L1, goal="home")
        started = started.at(place)
    if not state.world.online:
        after, more = _failed(started, "code", "code_offline")
        return after, (*effects, *more)
    waiting = replace(started, place=replace(place, busy="token", notice=""), page=started.page + 1)
    return waiting, (*effects, VerifyToken(event.raw, state.visit.service or "visit"))


@on(Home, Listing, Guide, Identify, Attract, event=CodeFailed)
def code_failed(state: State, event: CodeFailed, desk: Desk) -> Result:
    """Something was shown that is no credential."""
    started, effects = begin(state)
    if not isinstance(state.place, Identify):
        started = started.at(Identify(need=Level.L1, goal="home"))
    after, more = _failed(started, "code", f"code_{event.why}")
    return after, (*effects, *more)


@on(Identify, event=TokenAccepted)
def token_accepted(state: State, event: TokenAccepted, desk: Desk) -> Result:
    """The platform vouches."""
    return _identified(state, event.person, TokenEvidence(event.person), "code", desk)


@on(Identify, event=TokenRefused)
def token_refused(state: State, event: TokenRefused, desk: Desk) -> Result:
    """The platform does not."""
    return _failed(state, "code", f"code_{event.why}")


@press(Identify, node="way")
def choose_way(state: State, argument: str, desk: Desk) -> Result:
    """Change the way; nothing that was reached is lost."""
    place = state.place
    assert isinstance(place, Identify)
    way = {"phone": Way.PHONE, "witness": Way.WITNESS}.get(argument, Way.OPEN)
    fresh = Identify(need=place.need, goal=place.goal, way=way, asking="pin" if way is Way.WITNESS else "phone")
    if way is Way.PHONE:
        fresh = replace(fresh, phone=state.visit.phone)
    return state.at(fresh), ()


@on(Identify, event=Edited)
def typed(state: State, event: Edited, desk: Desk) -> Result:
    """Phone number, code or PIN as it grows."""
    place = state.place
    assert isinstance(place, Identify)
    if event.node == "identify.phone":
        place = replace(place, phone=digits(event.text, PHONE_DIGITS), notice="")
    elif event.node == "identify.code":
        place = replace(place, code=digits(event.text, CODE_DIGITS), notice="")
    elif event.node == "identify.pin":
        place = replace(place, pin=digits(event.text, PIN_DIGITS), notice="")
    return replace(state, place=place), ()


@press(Identify, node="identify")
def pick_field(state: State, argument: str, desk: Desk) -> Result:
    """Go back to the phone number, or on to the code."""
    place = state.place
    assert isinstance(place, Identify)
    if argument in {"phone", "code"} and (argument == "phone" or place.challenge):
        return replace(state, place=replace(place, asking=argument)), ()
    return state, ()


@press(Identify, node="actions.send")
def send_code(state: State, argument: str, desk: Desk) -> Result:
    """Have a code sent to the phone; a card on record binds it to its holder."""
    place = state.place
    assert isinstance(place, Identify)
    if not state.world.online:
        return _failed(state, "phone", "phone_offline")
    if len(place.phone) != PHONE_DIGITS or not place.phone.startswith("1"):
        return replace(state, place=replace(place, notice="phone_short")), ()
    person = state.visit.person
    sending = replace(place, busy="sending", notice="", code="", challenge="")
    return replace(state, place=sending), (SendPhoneCode(place.phone, person.id_number if person else ""),)


@on(Identify, event=PhoneCodeSent)
def code_sent(state: State, event: PhoneCodeSent, desk: Desk) -> Result:
    """Now the six digits."""
    place = state.place
    assert isinstance(place, Identify)
    asked = replace(place, busy="", challenge=event.challenge, masked=event.masked, asking="code", notice="")
    return replace(state.with_visit(phone_used=True), place=asked, page=state.page + 1), ()


@on(Identify, event=PhoneCodeRefused)
def code_refused(state: State, event: PhoneCodeRefused, desk: Desk) -> Result:
    """No message was sent; says why and what else there is."""
    return _failed(state, "phone", f"phone_{event.why}")


@press(Identify, node="actions.check")
def check(state: State, argument: str, desk: Desk) -> Result:
    """Compare what was typed: the phone code, or the host's card and PIN."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is Way.WITNESS:
        if not place.host_id:
            return replace(state, place=replace(place, notice="witness_no_card")), ()
        return replace(state, place=replace(place, busy="witness")), (CheckWitness(place.host_id, place.pin),)
    if len(place.code) != CODE_DIGITS:
        return replace(state, place=replace(place, notice="code_short")), ()
    return replace(state, place=replace(place, busy="checking")), (CheckPhoneCode(place.challenge, place.code),)


@on(Identify, event=PhoneCodeRight)
def code_right(state: State, event: PhoneCodeRight, desk: Desk) -> Result:
    """The phone is theirs."""
    place = state.place
    assert isinstance(place, Identify)
    known = state.with_visit(phone=place.phone)
    return _identified(known, None, PhoneCodeEvidence(place.phone), "phone", desk)


@on(Identify, event=PhoneCodeWrong)
def code_wrong(state: State, event: PhoneCodeWrong, desk: Desk) -> Result:
    """Not the digits that were sent."""
    place = state.place
    assert isinstance(place, Identify)
    again = replace(place, code="", asking="code" if event.why == "code-wrong" else "phone")
    return _failed(replace(state, place=again), "phone", f"phone_{event.why}")


@on(Identify, event=WitnessChecked)
def witness_checked(state: State, event: WitnessChecked, desk: Desk) -> Result:
    """The host stood by and confirmed who this is, or did not."""
    place = state.place
    assert isinstance(place, Identify)
    if not event.name:
        return _failed(replace(state, place=replace(place, pin="", host_id="")), "witness", "witness_wrong")
    if state.visit.person is None:
        return _failed(replace(state, place=replace(place, pin="", host_id="")), "witness", "witness_first_card")
    return _identified(state, None, WitnessEvidence(event.name, desk.now), "witness", desk)


@press(Identify, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """Back to all ways, then to the guide or the first page."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is not Way.OPEN:
        return state.at(Identify(need=place.need, goal=place.goal)), ()
    if place.goal == "form" and state.visit.service:
        return state.at(Guide()), ()
    return state.at(Home()), ()
