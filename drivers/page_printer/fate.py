"""What became of a job, decided from what is known about it: pure, and honest about what is not known."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.page_printer.protocol import IppStatus, JobState
from drivers.receipt_printer import Outcome

_SURELY_NOT_TAKEN = frozenset(
    {
        IppStatus.OPERATION_NOT_SUPPORTED,
        IppStatus.SERVICE_UNAVAILABLE,
        IppStatus.VERSION_NOT_SUPPORTED,
        IppStatus.NOT_ACCEPTING_JOBS,
        IppStatus.BUSY,
        IppStatus.DEACTIVATED,
        IppStatus.TOO_MANY_JOBS,
    }
)
_WHILE_READING = frozenset({IppStatus.DOCUMENT_FORMAT_ERROR, IppStatus.DOCUMENT_ACCESS_ERROR})
"""Errors of the client that a printer may find in the middle of a document, when pages of it are out."""
_FIRST_SERVER_ERROR = 0x0500


@dataclass(frozen=True, slots=True)
class Fate:
    """The last that is known about a job that a printer took.

    `state` None: it cannot be asked any more. `started`: the printer began with it, or may have. `sheets`: came out, as
    it says; `counts`: it has been seen to count. Many, CUPS among them, say 0 whatever came out. `halted`: it stood
    still, for want of paper or the like, before and after it was cancelled: no sheet was on its way. `disturbed`: a jam
    or an open cover was seen while it was there, so that a sheet may hang out half.
    """

    state: JobState | None
    started: bool = True
    sheets: int | None = None
    counts: bool = False
    halted: bool = False
    disturbed: bool = False


def outcome_of(fate: Fate) -> Outcome:
    """PRINTED and NOT_PRINTED only where it is certain."""
    match fate.state:
        case JobState.COMPLETED:
            return Outcome.PRINTED
        case JobState.CANCELED | JobState.ABORTED if not fate.started:
            return Outcome.NOT_PRINTED
        case JobState.CANCELED if fate.halted and _none_out(fate):
            return Outcome.NOT_PRINTED
        case JobState.ABORTED if _none_out(fate):
            return Outcome.NOT_PRINTED
        case _:
            return Outcome.UNKNOWN


def _none_out(fate: Fate) -> bool:
    return fate.counts and fate.sheets == 0 and not fate.disturbed


def surely_not_taken(status: int) -> bool:
    """True when a Print-Job that was answered with this IPP status has left no job and no paper behind."""
    if status < _FIRST_SERVER_ERROR:
        return status not in _WHILE_READING
    return status in _SURELY_NOT_TAKEN
