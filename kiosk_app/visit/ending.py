"""Submitting, the outcome, its paper, the rating and the farewell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracts.plain import MOST_CHAT, plain
from kiosk_app.visit.certificate import print_certificate
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import (
    CallHost,
    CancelTimer,
    DeletePending,
    Effect,
    LeavePayment,
    Log,
    Print,
    Rate,
    Say,
    StartTimer,
)
from kiosk_app.visit.events import (
    Accepted,
    Edited,
    PendingDeleted,
    PrintEnded,
    PrintStarted,
    Rejected,
    Saved,
    SaveFailed,
    Stirred,
    TimerFired,
    Unanswered,
)
from kiosk_app.visit.flow import (
    PATIENCE_SECONDS,
    RECALL_SECONDS,
    RECALLS,
    blank,
    finish,
    home,
    to_attract,
)
from kiosk_app.visit.hours import bell
from kiosk_app.visit.sealed import certificate_of
from kiosk_app.visit.state import (
    Case,
    Farewell,
    Outcome,
    Payment,
    PrintState,
    Rating,
    Receipt,
    Review,
    State,
    Submitting,
    SupplementReview,
    Timer,
    Verdict,
)
from kiosk_app.visit.table import Result, on, press

ANSWER_SECONDS = 8.0
MOST_COPIES = 3
"""Copies of one receipt after the first; then somebody of the place looks at the printer."""
UNRATED = frozenset({Verdict.REFUSED, Verdict.DELETED, Verdict.UNSURE})


@on(Submitting, event=Saved)
def saved(state: State, event: Saved, desk: Desk) -> Result:
    """Committed: now the screen may say saved. On line we wait a little for the platform's answer."""
    case = Case(
        submission=event.submission,
        provisional=event.provisional,
        verdict=Verdict.SAVED,
        saved_at=desk.now.isoformat(timespec="minutes"),
        payment=_paid(state, event.submission),
        amends=state.visit.answering,
    )
    kept = _noted(state.with_visit(case=case))
    logs = (Log("saved", {"submission": event.submission, "service": state.visit.service}),)
    if not state.world.online:
        moved, effects = _outcome(kept, desk)
        return moved, (*logs, *effects)
    waits = (StartTimer(Timer.SLOW, PATIENCE_SECONDS), StartTimer(Timer.ANSWER, ANSWER_SECONDS))
    return replace(kept, place=Submitting(saved=True)), (*logs, *waits)


def _noted(state: State) -> State:
    """An answer that is committed here is not asked for again in this visit."""
    mine = state.visit.mine
    case = mine.find(state.visit.answering) if mine is not None else None
    if mine is None or case is None or case.asked is None:
        return state
    return state.with_visit(mine=replace(mine, sent=mine.sent | {case.asked.id}), answering="")


def _asked_again(state: State, number: str) -> State:
    """An answer that was not taken may be given anew, unless the platform says otherwise."""
    mine = state.visit.mine
    case = mine.find(number) if mine is not None else None
    if mine is None or case is None or case.asked is None:
        return state
    return state.with_visit(mine=replace(mine, sent=mine.sent - {case.asked.id}))


def _paid(state: State, submission: str) -> Payment | None:
    """The payment of this very case."""
    payment = state.visit.payment
    return payment if payment is not None and payment.submission == submission else None


@on(Submitting, event=SaveFailed)
def save_failed(state: State, event: SaveFailed, desk: Desk) -> Result:
    """Nothing was kept and nothing is promised; the answers are still here. What was paid for is tried again behind the
    screen, and nobody pays a second time.
    """
    if state.visit.payment is not None:
        return unsure(state, state.visit.payment, desk)
    notice = f"save_{event.why}"
    again = SupplementReview(notice) if state.visit.answering else Review(notice=notice)
    return state.at(again), (Log("service_refused", {"service": state.visit.service, "why": "store"}),)


@on(Submitting, event=Unanswered)
def unanswered(state: State, event: Unanswered, desk: Desk) -> Result:
    """Sent, and nobody answered: it may have arrived. Never sent anew; the same id asks again by itself."""
    case = state.visit.case
    if case is None or case.submission != event.submission:
        return state, ()
    verdict = Verdict.CONFIRMING if state.world.online else Verdict.SAVED
    moved, effects = _outcome(state.with_visit(case=replace(case, verdict=verdict)), desk)
    return moved, (CancelTimer(Timer.ANSWER), CancelTimer(Timer.SLOW), *effects)


@on(Submitting, event=TimerFired)
def answer_late(state: State, event: TimerFired, desk: Desk) -> Result:
    """The resident has waited long enough."""
    case = state.visit.case
    if event.name != Timer.ANSWER or case is None:
        return state, ()
    return unanswered(state, Unanswered(case.submission), desk)


@press(Submitting, node="actions.leave")
def not_waited_for(state: State, argument: str, desk: Desk) -> Result:
    """The resident need not wait any longer, and does not."""
    case, place = state.visit.case, state.place
    if case is None or not (isinstance(place, Submitting) and place.slow):
        return state, ()
    return unanswered(state, Unanswered(case.submission), desk)


@on(Submitting, Outcome, Receipt, Rating, event=Accepted)
def accepted(state: State, event: Accepted, desk: Desk) -> Result:
    """The platform took it. If a provisional receipt is already out, the page says the new number."""
    case = state.visit.case
    if case is None or case.submission != event.submission:
        return state, ()
    taken = replace(case, verdict=Verdict.ACCEPTED, receipt=event.receipt, problem="")
    known, ruling = state.with_visit(case=replace(taken, certificate=certificate_of(event.receipt))), taken.ruling
    logs: tuple[Effect, ...] = (
        Log("accepted", {"submission": event.submission, "number": str(event.receipt.get("number", ""))}),
        *(() if ruling is None else (Log("ruled", {"rule": ruling.rule, "outcome": ruling.outcome}),)),
        CancelTimer(Timer.ANSWER),
        CancelTimer(Timer.SLOW),
    )
    if isinstance(state.place, Submitting):
        moved, effects = _outcome(known, desk)
        return moved, (*logs, *effects)
    printing, sheets = print_certificate(replace(known, page=state.page + 1))
    return printing, (*logs, *sheets)


@on(Submitting, Outcome, Receipt, Rating, event=Rejected)
def rejected(state: State, event: Rejected, desk: Desk) -> Result:
    """The platform will not take it: said with the reason and what to do. Whoever paid for it gets the payment's number
    on paper, unless it is on one already.
    """
    case = state.visit.case
    if case is None or case.submission != event.submission:
        return state, ()
    known = replace(case, verdict=Verdict.REFUSED, problem=event.code, free=event.free)
    refused = _asked_again(state.with_visit(case=known), case.amends).at(Outcome())
    logs: tuple[Effect, ...] = (
        Log("rejected", {"submission": event.submission, "problem": event.code or "none"}),
        CancelTimer(Timer.ANSWER),
        CancelTimer(Timer.SLOW),
    )
    if known.about_money and known.print is PrintState.NONE and state.world.can_print:
        printing, slip = print_receipt(refused)
        return printing, (*logs, *slip)
    return refused, logs


def unsure(state: State, payment: Payment, desk: Desk) -> Result:
    """Nobody knows whether the money arrived, or what it was for is not in the outbox: the number to ask about."""
    case = Case(
        submission=payment.number,
        provisional=payment.number,
        verdict=Verdict.UNSURE,
        saved_at=desk.now.isoformat(timespec="minutes"),
        payment=payment,
    )
    moved, effects = _outcome(state.with_visit(case=case), desk)
    return moved, (Log("payment_unknown", {"order": payment.number}), *effects)


def _outcome(state: State, desk: Desk) -> Result:
    """Show what became of it and print the receipt at once when there is paper."""
    shown, sheets = print_certificate(state.at(Outcome()))
    if state.world.can_print:
        printing, slip = print_receipt(shown)
        return printing, (*sheets, *slip)
    return shown, sheets


def print_receipt(state: State) -> Result:
    """Start one print; a copy after the first is marked as such."""
    case = state.visit.case
    if case is None or case.print is PrintState.PRINTING:
        return state, ()
    printing = state.with_visit(case=replace(case, print=PrintState.PRINTING, print_cause=""))
    job = f"{case.submission}.{case.copies}"
    return printing, (Print(job, None, case.copies),)


@on(event=PrintStarted)
def print_started(state: State, event: PrintStarted, desk: Desk) -> Result:
    """Bytes are leaving; the page already says so."""
    return state, (Log("print_started", {"job": event.job, "copy": _copy(event.job)}),)


@on(event=PrintEnded)
def print_ended(state: State, event: PrintEnded, desk: Desk) -> Result:
    """Printed, not printed, or nobody knows: the page tells the truth and asks."""
    logs = (Log("print_finished", {"job": event.job, "outcome": event.outcome, "cause": event.cause or "none"}),)
    case = state.visit.case
    if case is None or event.job != f"{case.submission}.{case.copies}":
        return state, logs
    ended = replace(case, print=PrintState(event.outcome), print_cause=event.cause)
    known = state.with_visit(case=ended)
    if not isinstance(state.place, Outcome | Receipt):
        return known, logs
    if ended.print is PrintState.PRINTED:
        place = state.place if isinstance(state.place, Outcome) else Outcome()
        return (known.at(place) if place is not state.place else known), logs
    trouble: tuple[Effect, ...] = (CallHost("paper"),) if event.cause in {"no_paper", "jammed", "cover_open"} else ()
    return known.at(Receipt()), (*logs, *trouble)


@press(Outcome, Receipt, node="print")
def print_again(state: State, argument: str, desk: Desk) -> Result:
    """Print when nothing is printing. What may already be out counts as a copy."""
    case = state.visit.case
    if case is None or case.print is PrintState.PRINTING:
        return state, ()
    if argument == "yes":
        return state.with_visit(case=replace(case, print=PrintState.PRINTED)).at(Outcome()), ()
    if argument == "without":
        return state.at(Outcome()), ()
    if not state.world.can_print:
        return state.with_visit(case=replace(case, print=PrintState.NOT_PRINTED, print_cause="no_paper")).at(
            Receipt()
        ), (CallHost("paper"),)
    copies = case.copies + 1 if case.print in {PrintState.UNKNOWN, PrintState.PRINTED} else case.copies
    if copies > MOST_COPIES:
        return state, bell(desk, "paper")
    again = state.with_visit(case=replace(case, copies=copies))
    return print_receipt(again.at(Outcome()))


@press(Outcome, Receipt, node="host")
def call_host(state: State, argument: str, desk: Desk) -> Result:
    """Somebody of the place comes."""
    return state, bell(desk, argument or "paper")


@press(Outcome, node="delete")
def delete_pending(state: State, argument: str, desk: Desk) -> Result:
    """不办了，删掉: only what was not accepted, and not what was paid for."""
    case = state.visit.case
    if case is None or case.verdict not in {Verdict.SAVED, Verdict.CONFIRMING} or case.payment or case.amends:
        return state, ()
    return state, (DeletePending(case.submission),)


@on(Outcome, Receipt, event=PendingDeleted)
def pending_deleted(state: State, event: PendingDeleted, desk: Desk) -> Result:
    """It is gone from this machine."""
    case = state.visit.case
    if case is None or case.submission != event.submission:
        return state, ()
    return state.with_visit(case=replace(case, verdict=Verdict.DELETED)).at(Outcome()), (
        Log("deleted", {"submission": event.submission}),
    )


@press(Outcome, node="actions.again")
def another(state: State, argument: str, desk: Desk) -> Result:
    """再办一件: the same person, a new case. An unsure payment is settled behind the screen from now on."""
    case = state.visit.case
    watched = case is not None and case.verdict is Verdict.UNSURE
    moved, effects = home(replace(state, visit=blank(state.visit, "")))
    return moved, (*((CancelTimer(Timer.PAY), LeavePayment()) if watched else ()), *effects)


@press(Outcome, Receipt, node="actions.rate")
def to_rating(state: State, argument: str, desk: Desk) -> Result:
    """On to the rating when there is a case to rate, else the end."""
    case = state.visit.case
    if case is None or case.rated or case.amends or case.verdict in UNRATED:
        return finish(state, "finished")
    return state.at(Rating()), ()


@press(Receipt, node="actions.back")
def back_to_outcome(state: State, argument: str, desk: Desk) -> Result:
    """Back to the numbers."""
    return state.at(Outcome()), ()


@press(Rating, node="actions.back")
@press(Rating, node="actions.next")
def back_from_rating(state: State, argument: str, desk: Desk) -> Result:
    """From one's own words to the grades, from there to the numbers."""
    place = state.place
    assert isinstance(place, Rating)
    return state.at(replace(place, writing=False) if place.writing else Outcome()), ()


@press(Rating, node="grade")
def grade(state: State, argument: str, desk: Desk) -> Result:
    """Choose one of five; choosing again changes it, and loses nothing that was said."""
    place = state.place
    assert isinstance(place, Rating)
    if argument not in {"1", "2", "3", "4", "5"}:
        return state, ()
    return replace(state, place=replace(place, grade=int(argument))), ()


@press(Rating, node="reason")
def reason(state: State, argument: str, desk: Desk) -> Result:
    """Tick or untick a reason of a low grade."""
    place = state.place
    assert isinstance(place, Rating)
    if not place.low or argument not in {one.id for one in desk.catalogue.rating_reasons()}:
        return state, ()
    kept = tuple(r for r in place.reasons if r != argument)
    reasons = kept if argument in place.reasons else (*kept, argument)
    return replace(state, place=replace(place, reasons=reasons)), ()


@press(Rating, node="rating")
def write(state: State, argument: str, desk: Desk) -> Result:
    """One's own words about a low grade, for whoever wants to."""
    place = state.place
    assert isinstance(place, Rating)
    if argument != "write" or not place.low:
        return state, ()
    return state.at(replace(place, writing=True)), ()


@on(Rating, event=Edited)
def own_words(state: State, event: Edited, desk: Desk) -> Result:
    """What the field holds now: nothing hidden in it, and not too long."""
    place = state.place
    assert isinstance(place, Rating)
    if event.node != "rating.words" or not place.writing:
        return state, ()
    return replace(state, place=replace(place, words=plain(event.text)[:MOST_CHAT])), ()


@press(Rating, node="actions.rate")
def rate(state: State, argument: str, desk: Desk) -> Result:
    """Hand the grade in, once per case; reasons and words go with a low one only."""
    place, case = state.place, state.visit.case
    assert isinstance(place, Rating)
    if not place.grade or case is None or case.rated:
        return state, ()
    rated = state.with_visit(case=replace(case, rated=True))
    ended, effects = finish(rated, "finished")
    why = (place.reasons, place.words.strip()) if place.low else ((), "")
    return ended, (Rate(case.submission, place.grade, *why), *effects)


@press(Rating, node="actions.skip")
def skip(state: State, argument: str, desk: Desk) -> Result:
    """Rating is voluntary."""
    return finish(state, "finished")


@on(Farewell, event=TimerFired)
def farewell_over(state: State, event: TimerFired, desk: Desk) -> Result:
    """A card still on the pad is called out again; then the next resident may come."""
    place = state.place
    assert isinstance(place, Farewell)
    if event.name != Timer.FAREWELL:
        return state, ()
    if "card" in place.reminders and state.visit.card_on_pad and place.calls < RECALLS:
        again = replace(state, place=replace(place, calls=place.calls + 1))
        return again, (
            Log("reminder", {"thing": "card", "calls": place.calls + 1}),
            Say("say.take_card"),
            StartTimer(Timer.FAREWELL, RECALL_SECONDS),
        )
    ended, effects = to_attract(state, place.how)
    if not state.visit.card_on_pad:
        return ended, effects
    # Nobody came back for it: the next who comes, or staff, find out what to do with it.
    return replace(ended, world=replace(ended.world, card_left=True)), (*effects, CallHost("card"))


@press(Farewell, node="actions.done")
def done(state: State, argument: str, desk: Desk) -> Result:
    """Everything taken."""
    place = state.place
    assert isinstance(place, Farewell)
    return to_attract(state, place.how)


@on(Farewell, event=Stirred)
def still_there(state: State, event: Stirred, desk: Desk) -> Result:
    """Packing up is not a new visit."""
    return state, ()


def receipt_fields(case: Case) -> Mapping[str, Any]:
    """The platform's receipt, or nothing yet."""
    return case.receipt or {}


def _copy(job: str) -> int:
    """The copy number behind the dot of a job's name."""
    return int(job.rpartition(".")[2])
