"""What a printer says about itself -> one word -> what the terminal makes of it.

Keywords: RFC 8011, 5.4.11 and 5.4.12, and what CUPS adds. Each word has one row in `MEANINGS`; a printer that does not
say that it is idle, processing or stopped is never "ready".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.device import DeviceState, ErrorKind, Paper
from drivers.page_printer.protocol import Described, PrinterPhase


class PrinterState(StrEnum):
    """One word for what the printer is, worst first."""

    UNKNOWN = "unknown"
    NO_PDF = "no_pdf"
    JAMMED = "jammed"
    COVER_OPEN = "cover_open"
    NO_PAPER = "no_paper"
    NO_TONER = "no_toner"
    OUTPUT_FULL = "output_full"
    FAULT = "fault"
    OFFLINE = "offline"
    STOPPED = "stopped"
    NOT_ACCEPTING = "not_accepting"
    LEFTOVER = "leftover"
    """Something of ours may still be in the queue, and must not come out for somebody else."""
    PRINTING = "printing"
    PAPER_LOW = "paper_low"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word means for the terminal. `error` None: it prints."""

    device: DeviceState
    error: ErrorKind | None


MEANINGS: dict[PrinterState, Meaning] = {
    PrinterState.UNKNOWN: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.OFFLINE),
    PrinterState.NO_PDF: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.REFUSED),
    PrinterState.JAMMED: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.JAMMED),
    PrinterState.COVER_OPEN: Meaning(DeviceState.USER_ACTION, ErrorKind.COVER_OPEN),
    PrinterState.NO_PAPER: Meaning(DeviceState.USER_ACTION, ErrorKind.NO_PAPER),
    PrinterState.NO_TONER: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.DEVICE_FAULT),
    PrinterState.OUTPUT_FULL: Meaning(DeviceState.USER_ACTION, ErrorKind.DEVICE_FAULT),
    PrinterState.FAULT: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.DEVICE_FAULT),
    PrinterState.OFFLINE: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.OFFLINE),
    PrinterState.STOPPED: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.OFFLINE),
    PrinterState.NOT_ACCEPTING: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.REFUSED),
    PrinterState.LEFTOVER: Meaning(DeviceState.HARDWARE_ERROR, ErrorKind.DEVICE_FAULT),
    PrinterState.PRINTING: Meaning(DeviceState.BUSY, None),
    PrinterState.PAPER_LOW: Meaning(DeviceState.ONLINE, None),
    PrinterState.READY: Meaning(DeviceState.ONLINE, None),
}

_ALWAYS = {
    "media-jam": PrinterState.JAMMED,
    "cover-open": PrinterState.COVER_OPEN,
    "door-open": PrinterState.COVER_OPEN,
    "interlock-open": PrinterState.COVER_OPEN,
    "media-empty": PrinterState.NO_PAPER,
    "media-needed": PrinterState.NO_PAPER,
    "connecting-to-device": PrinterState.OFFLINE,
    "offline": PrinterState.OFFLINE,
    "timed-out": PrinterState.OFFLINE,
    "shutdown": PrinterState.OFFLINE,
    "deactivated": PrinterState.STOPPED,
    "paused": PrinterState.STOPPED,
    "moving-to-paused": PrinterState.STOPPED,
    "stopping": PrinterState.STOPPED,
    "hold-new-jobs": PrinterState.STOPPED,
    "spool-area-full": PrinterState.NOT_ACCEPTING,
    "media-low": PrinterState.PAPER_LOW,
}
"""What counts however gravely it is said: one printer calls an empty tray an error, the next one a report."""
_UNLESS_REPORTED = {
    "input-tray-missing": PrinterState.NO_PAPER,
    "toner-empty": PrinterState.NO_TONER,
    "marker-supply-empty": PrinterState.NO_TONER,
    "marker-waste-full": PrinterState.NO_TONER,
    "developer-empty": PrinterState.NO_TONER,
    "opc-life-over": PrinterState.NO_TONER,
    "output-area-full": PrinterState.OUTPUT_FULL,
}
"""What a printer that goes on printing mentions as a report: another tray, another colour."""
_SEVERITIES = ("error", "warning", "report")
_OF_THE_QUEUE = frozenset({PrinterState.STOPPED, PrinterState.NOT_ACCEPTING})
"""What CUPS knows of its own queue. All else it heard from the device, and last while a job was running."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The word, and what the page says about paper and cover ("open", "closed", "unknown")."""

    word: PrinterState
    paper: Paper
    cover: str

    @property
    def detail(self) -> dict[str, str]:
        """Status detail; `cause` is "" when it prints."""
        cause = "" if MEANINGS[self.word].error is None else str(self.word)
        return {"paper": str(self.paper), "cover": self.cover, "cause": cause}


def standing(printer: Described) -> Standing:
    """What to make of what a printer says.

    An idle queue of CUPS tells what the device was like when the last job ended, and goes on telling it when paper has
    been put in: that is not held against the next job, and what it says of paper and cover is unknown.
    """
    words = {word for reason in printer.reasons if (word := _word(reason)) is not None}
    remembered: set[PrinterState] = set()
    if printer.cups and printer.phase is PrinterPhase.IDLE:
        remembered = words - _OF_THE_QUEUE
        words -= remembered
    paper = _paper(words, remembered)
    cover = "open" if PrinterState.COVER_OPEN in words else "closed"
    if PrinterState.COVER_OPEN in remembered:
        cover = "unknown"
    return Standing(_worst(words | _implied(printer)), paper, cover)


def _word(reason: str) -> PrinterState | None:
    keyword, _, severity = reason.rpartition("-")
    if severity not in _SEVERITIES:
        keyword, severity = reason, ""
    if keyword in _ALWAYS:
        return _ALWAYS[keyword]
    if keyword in _UNLESS_REPORTED:
        return _UNLESS_REPORTED[keyword] if severity != "report" else None
    return PrinterState.FAULT if severity == "error" else None


def _implied(printer: Described) -> set[PrinterState]:
    """What follows from all but the reasons."""
    by_phase = {
        None: PrinterState.UNKNOWN,
        PrinterPhase.IDLE: PrinterState.READY,
        PrinterPhase.PROCESSING: PrinterState.PRINTING,
        PrinterPhase.STOPPED: PrinterState.STOPPED,
    }
    found = {by_phase[printer.phase]}
    if not printer.takes_pdf:
        found.add(PrinterState.NO_PDF)
    if not printer.accepting:
        found.add(PrinterState.NOT_ACCEPTING)
    return found


def _worst(words: set[PrinterState]) -> PrinterState:
    return next(word for word in PrinterState if word in words)


def _paper(words: set[PrinterState], remembered: set[PrinterState]) -> Paper:
    table = (
        (PrinterState.JAMMED, Paper.JAMMED),
        (PrinterState.NO_PAPER, Paper.OUT),
        (PrinterState.PAPER_LOW, Paper.LOW),
    )
    if found := [paper for word, paper in table if word in words]:
        return found[0]
    return Paper.UNKNOWN if any(word in remembered for word, _ in table) else Paper.FULL
