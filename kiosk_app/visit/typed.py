"""What is typed to prove who one is: the code of a phone, the PIN of a host who vouches."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.identity import GUESSING, MOST_FAILURES, PhoneCodeEvidence, WitnessEvidence
from kiosk_app.identity import Way as Offer
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CheckPhoneCode, CheckWitness, SendPhoneCode
from kiosk_app.visit.events import (
    Edited,
    PhoneCodeRefused,
    PhoneCodeRight,
    PhoneCodeSent,
    PhoneCodeWrong,
    WitnessChecked,
)
from kiosk_app.visit.proof import failed, fresh, identified, person_here, told
from kiosk_app.visit.state import Identify, State, Way
from kiosk_app.visit.table import Result, on, press

PHONE_DIGITS = 11
CODE_DIGITS = 6
PIN_DIGITS = 6


def digits(text: str, most: int) -> str:
    """What a finger can have typed on the number pad, cut to length."""
    return "".join(c for c in text if c.isascii() and c.isdigit())[:most]


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
        return failed(state, "phone", "phone_offline")
    if Offer.PHONE in _worn_out(state):
        return told(state, "phone_code-locked"), ()
    if len(place.phone) != PHONE_DIGITS or not place.phone.startswith("1"):
        return replace(state, place=replace(place, notice="phone_short")), ()
    person = person_here(state)
    sending = replace(place, busy="sending", notice="", code="", challenge="")
    return replace(state, place=sending), (SendPhoneCode(place.phone, person.id_number if person else ""),)


@on(Identify, event=PhoneCodeSent)
def code_sent(state: State, event: PhoneCodeSent, desk: Desk) -> Result:
    """Now the six digits."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is not Way.PHONE:
        return state, ()
    asked = replace(place, busy="", challenge=event.challenge, masked=event.masked, asking="code", notice="")
    return replace(state.with_visit(phone_used=True), place=asked, page=state.page + 1), ()


@on(Identify, event=PhoneCodeRefused)
def code_refused(state: State, event: PhoneCodeRefused, desk: Desk) -> Result:
    """No message was sent; says why and what else there is."""
    return failed(state, "phone", f"phone_{event.why}") if _on_phone(state) else (state, ())


@press(Identify, node="actions.check")
def check(state: State, argument: str, desk: Desk) -> Result:
    """Compare what was typed: the phone code, or the host's card and PIN."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is Way.WITNESS:
        return _check_witness(state, place)
    if place.way is not Way.PHONE or Offer.PHONE in _worn_out(state):
        return state, ()
    if len(place.code) != CODE_DIGITS:
        return replace(state, place=replace(place, notice="code_short")), ()
    return replace(state, place=replace(place, busy="checking")), (CheckPhoneCode(place.challenge, place.code),)


def _check_witness(state: State, place: Identify) -> Result:
    person = person_here(state)
    if not place.host_id:
        return replace(state, place=replace(place, notice="witness_no_card")), ()
    if person is not None and person.id_number == place.host_id:
        return told(state, "witness_self", way=Way.WITNESS, asking="pin"), ()
    return replace(state, place=replace(place, busy="witness")), (CheckWitness(place.host_id, place.pin),)


@on(Identify, event=PhoneCodeRight)
def code_right(state: State, event: PhoneCodeRight, desk: Desk) -> Result:
    """The phone is theirs."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is not Way.PHONE or not place.challenge:
        return state, ()
    known = state if place.guardian else state.with_visit(phone=place.phone)
    evidence = PhoneCodeEvidence(place.phone, challenge=place.challenge)
    return identified(known, None, evidence, "phone", desk)


@on(Identify, event=PhoneCodeWrong)
def code_wrong(state: State, event: PhoneCodeWrong, desk: Desk) -> Result:
    """Not the digits that were sent."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is not Way.PHONE:
        return state, ()
    again = replace(place, code="", asking="code" if event.why == "code-wrong" else "phone")
    after, effects = failed(replace(state, place=again), "phone", f"phone_{event.why}")
    if Offer.PHONE in _worn_out(after):
        return told(after, "phone_code-locked"), effects
    return after, effects


@on(Identify, event=WitnessChecked)
def witness_checked(state: State, event: WitnessChecked, desk: Desk) -> Result:
    """The host stood by and confirmed who this is, or did not."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is not Way.WITNESS or place.busy != "witness":
        return state, ()
    again = replace(state, place=fresh(place, way=Way.WITNESS, asking="pin"))
    if event.locked_s > 0:
        return failed(again, "witness", "witness_locked", minutes=-(-event.locked_s // 60))
    if not event.name:
        return failed(again, "witness", "witness_wrong")
    if person_here(state) is None:
        return failed(again, "witness", "witness_first_card")
    return identified(state, None, WitnessEvidence(event.name, desk.now), "witness", desk)


def _on_phone(state: State) -> bool:
    return isinstance(state.place, Identify) and state.place.way is Way.PHONE


def _worn_out(state: State) -> frozenset[str]:
    """Ways that can be guessed and were tried too often in this visit."""
    guesses = sum(count for way, count in state.visit.failures.items() if way in GUESSING)
    return frozenset(GUESSING) if guesses >= MOST_FAILURES else frozenset()
