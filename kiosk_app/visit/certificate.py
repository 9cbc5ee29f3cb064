"""The certificate at the end of a case: fetched, checked and printed once; to the phone where no paper comes."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Effect, LinkCertificate, Log, PrintCertificate
from kiosk_app.visit.events import (
    CertificateChecked,
    CertificateEnded,
    CertificateLinked,
    CertificateLinkRefused,
)
from kiosk_app.visit.hours import bell
from kiosk_app.visit.sealed import UNDER_WAY, Certificate, Sheet
from kiosk_app.visit.state import Outcome, State
from kiosk_app.visit.table import Result, on, press

PRINTER = "page_printer"
MOST_TURNS = 2
"""Prints of which nobody knows whether they came out; after the second somebody of the place looks at the printer."""


def print_certificate(state: State) -> Result:
    """Have the certificate printed when there is one that is not out yet, and a printer that can.

    Where none can, the page says so and offers what is left; nothing is begun that would come out for somebody else.
    """
    sealed = certificate_in(state)
    if sealed is None or sealed.sheet in UNDER_WAY | {Sheet.PRINTED, Sheet.INVALID}:
        return state, ()
    if not state.world.can_print_sheets:
        return state, ()
    assert state.visit.case is not None
    begun = state.with_visit(sheets_out=state.visit.sheets_out | {state.visit.case.number})
    return _known(begun, replace(sealed, sheet=Sheet.CHECKING, cause="")), (
        PrintCertificate(job_of(state, sealed), sealed.document, sealed.copies),
    )


def certificate_in(state: State) -> Certificate | None:
    """The certificate of this visit's case, if it has one."""
    return state.visit.case.certificate if state.visit.case is not None else None


def job_of(state: State, sealed: Certificate) -> str:
    """The name of this print in journal and log: the case and how often it may have come out before."""
    case = state.visit.case
    assert case is not None
    return f"{case.submission}.{sealed.turn}"


@on(event=CertificateChecked)
def checked(state: State, event: CertificateChecked, desk: Desk) -> Result:
    """It is genuine and on its way to the printer."""
    logs = (Log("certificate_checked", {"job": event.job}),)
    sealed = _of_job(state, event.job)
    if sealed is None:
        return state, logs
    return _known(state, replace(sealed, sheet=Sheet.PRINTING)), logs


@on(event=CertificateEnded)
def ended(state: State, event: CertificateEnded, desk: Desk) -> Result:
    """Out, not out, or nobody knows; what failed its check is said to be so, and is not tried again."""
    logs: tuple[Effect, ...] = (
        Log("certificate_finished", {"job": event.job, "outcome": event.outcome, "cause": event.cause or "none"}),
    )
    sealed = _of_job(state, event.job)
    if sealed is None:
        return state, logs
    sheet = Sheet(event.outcome)
    known = _known(state, replace(sealed, sheet=sheet, cause=event.cause))
    if sheet in {Sheet.NOT_PRINTED, Sheet.INVALID} and known.visit.case is not None:
        known = known.with_visit(sheets_out=known.visit.sheets_out - {known.visit.case.number})
    if sheet is not Sheet.PRINTED and isinstance(state.place, Outcome):
        # A new word on the page is a new page to the ear.
        known = replace(known, page=known.page + 1)
    return known, logs


@press(Outcome, node="certificate.print")
def print_it(state: State, argument: str, desk: Desk) -> Result:
    """Print what surely did not come out."""
    sealed = certificate_in(state)
    if sealed is None or sealed.sheet not in {Sheet.NONE, Sheet.NOT_PRINTED}:
        return state, ()
    return print_certificate(state)


@press(Outcome, node="certificate.yes")
def came_out(state: State, argument: str, desk: Desk) -> Result:
    """The resident holds it."""
    sealed = certificate_in(state)
    if sealed is None or sealed.sheet is not Sheet.UNKNOWN:
        return state, ()
    return _known(state, replace(sealed, sheet=Sheet.PRINTED, cause="")), ()


@press(Outcome, node="certificate.no")
def did_not_come_out(state: State, argument: str, desk: Desk) -> Result:
    """Nothing came: once more, but not for ever."""
    sealed = certificate_in(state)
    if sealed is None or sealed.sheet is not Sheet.UNKNOWN:
        return state, ()
    if sealed.turn + 1 >= MOST_TURNS or not state.world.can_print_sheets:
        return state, bell(desk, "certificate")
    return print_certificate(_known(state, replace(sealed, turn=sealed.turn + 1)))


@press(Outcome, node="certificate.phone")
def to_phone(state: State, argument: str, desk: Desk) -> Result:
    """Ask for an address that the resident's phone may fetch it from."""
    sealed = certificate_in(state)
    if sealed is None or sealed.sheet is Sheet.INVALID or sealed.linking == "asking":
        return state, ()
    return _known(state, replace(sealed, linking="asking", link="")), (LinkCertificate(sealed.document),)


@on(Outcome, event=CertificateLinked)
def linked(state: State, event: CertificateLinked, desk: Desk) -> Result:
    """The address is there: shown as a code."""
    sealed = certificate_in(state)
    if sealed is None or sealed.document != event.document:
        return state, ()
    return _known(state, replace(sealed, linking="", link=event.url, minutes=event.minutes)), ()


@on(Outcome, event=CertificateLinkRefused)
def not_linked(state: State, event: CertificateLinkRefused, desk: Desk) -> Result:
    """No address now; it may be asked for again."""
    sealed = certificate_in(state)
    if sealed is None or sealed.document != event.document:
        return state, ()
    return _known(state, replace(sealed, linking="failed")), ()


def _of_job(state: State, job: str) -> Certificate | None:
    """The certificate that this job prints, unless the visit has gone on without it."""
    sealed = certificate_in(state)
    return sealed if sealed is not None and job_of(state, sealed) == job and sealed.sheet in UNDER_WAY else None


def _known(state: State, sealed: Certificate) -> State:
    case = state.visit.case
    assert case is not None
    return state.with_visit(case=replace(case, certificate=sealed))
