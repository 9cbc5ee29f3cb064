"""What is decided without a printer: addresses, words, what became of a job."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.device import Completion, DeviceError, DeviceState, ErrorKind, Paper
from drivers.page_printer import Outcome, PrintDocument, Printed, printed_of
from drivers.page_printer.address import Address, parse_address
from drivers.page_printer.codec import Attribute, Group, GroupTag, Tag, Value, attribute
from drivers.page_printer.fate import Fate, outcome_of, surely_not_taken
from drivers.page_printer.protocol import Described, IppStatus, JobState, PrinterPhase, described, job_report
from drivers.page_printer.status import MEANINGS, PrinterState, standing

IDLE = Described(PrinterPhase.IDLE, (), True, True, 99, True, True, True, False)
WORKING = replace(IDLE, phase=PrinterPhase.PROCESSING)
QUEUE = replace(IDLE, cups=True)


@pytest.mark.parametrize(
    ("uri", "address", "name"),
    [
        ("ipp://p.example/ipp/print", Address("p.example", 631, "/ipp/print"), "ipp://p.example:631/ipp/print"),
        ("ipp://p.example", Address("p.example", 631, "/ipp/print"), "ipp://p.example:631/ipp/print"),
        ("ipps://p.example/", Address("p.example", 631, "/ipp/print", True), "ipps://p.example:631/ipp/print"),
        (
            "http://localhost:631/printers/A4",
            Address("localhost", 631, "/printers/A4"),
            "ipp://localhost:631/printers/A4",
        ),
        ("https://[::1]/x", Address("::1", 443, "/x", True), "ipps://[::1]:443/x"),
    ],
)
def test_addresses(uri: str, address: Address, name: str) -> None:
    assert parse_address(uri) == address
    assert address.uri == name


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "tcp://192.168.1.40:9100",
        "lp:/dev/usb/lp0",
        "ipp:///ipp/print",
        "ipp://user:secret@host/ipp/print",
        "ipp://host:99999/ipp/print",
        "ipp://host:port/ipp/print",
        "ipp://host/a b",
        "ipp://host/a\r\nX-Header: 1",
        "ipp://host/打印",
        "ipp://host/x?y=1",
    ],
)
def test_what_is_no_address_is_a_value_error(uri: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_address(uri)


@pytest.mark.parametrize(
    ("printer", "word", "paper", "cover"),
    [
        (IDLE, PrinterState.READY, Paper.FULL, "closed"),
        (WORKING, PrinterState.PRINTING, Paper.FULL, "closed"),
        (replace(IDLE, phase=None), PrinterState.UNKNOWN, Paper.FULL, "closed"),
        (replace(IDLE, phase=PrinterPhase.STOPPED), PrinterState.STOPPED, Paper.FULL, "closed"),
        (replace(IDLE, takes_pdf=False), PrinterState.NO_PDF, Paper.FULL, "closed"),
        (replace(IDLE, accepting=False), PrinterState.NOT_ACCEPTING, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("media-low-warning",)), PrinterState.PAPER_LOW, Paper.LOW, "closed"),
        (replace(WORKING, reasons=("media-low",)), PrinterState.PRINTING, Paper.LOW, "closed"),
        (
            replace(IDLE, reasons=("media-empty-error", "media-needed-error")),
            PrinterState.NO_PAPER,
            Paper.OUT,
            "closed",
        ),
        (replace(WORKING, reasons=("media-empty-warning",)), PrinterState.NO_PAPER, Paper.OUT, "closed"),
        (replace(WORKING, reasons=("media-needed-report",)), PrinterState.NO_PAPER, Paper.OUT, "closed"),
        (replace(IDLE, reasons=("media-empty-report",)), PrinterState.NO_PAPER, Paper.OUT, "closed"),
        (replace(IDLE, reasons=("input-tray-missing-report",)), PrinterState.READY, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("input-tray-missing",)), PrinterState.NO_PAPER, Paper.OUT, "closed"),
        (replace(IDLE, reasons=("media-jam-report",)), PrinterState.JAMMED, Paper.JAMMED, "closed"),
        (replace(IDLE, reasons=("cover-open", "media-empty")), PrinterState.COVER_OPEN, Paper.OUT, "open"),
        (replace(IDLE, reasons=("door-open-error",)), PrinterState.COVER_OPEN, Paper.FULL, "open"),
        (replace(IDLE, reasons=("interlock-open-warning",)), PrinterState.COVER_OPEN, Paper.FULL, "open"),
        (replace(IDLE, reasons=("toner-empty-warning",)), PrinterState.NO_TONER, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("marker-supply-empty-error",)), PrinterState.NO_TONER, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("marker-supply-empty-report",)), PrinterState.READY, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("toner-low-report",)), PrinterState.READY, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("output-area-full-error",)), PrinterState.OUTPUT_FULL, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("fuser-over-temp-error",)), PrinterState.FAULT, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("fuser-over-temp-warning",)), PrinterState.READY, Paper.FULL, "closed"),
        (replace(WORKING, reasons=("connecting-to-device",)), PrinterState.OFFLINE, Paper.FULL, "closed"),
        (replace(WORKING, reasons=("offline-report",)), PrinterState.OFFLINE, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("timed-out",)), PrinterState.OFFLINE, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("paused",)), PrinterState.STOPPED, Paper.FULL, "closed"),
        (replace(IDLE, reasons=("spool-area-full",)), PrinterState.NOT_ACCEPTING, Paper.FULL, "closed"),
        # An idle queue remembers; a working one knows.
        (replace(QUEUE, reasons=("media-empty-warning",)), PrinterState.READY, Paper.UNKNOWN, "closed"),
        (replace(QUEUE, reasons=("media-jam-report", "cover-open")), PrinterState.READY, Paper.UNKNOWN, "unknown"),
        (replace(QUEUE, reasons=("offline-report",)), PrinterState.READY, Paper.FULL, "closed"),
        (replace(QUEUE, reasons=("paused",)), PrinterState.STOPPED, Paper.FULL, "closed"),
        (
            replace(QUEUE, phase=PrinterPhase.PROCESSING, reasons=("media-empty-warning",)),
            PrinterState.NO_PAPER,
            Paper.OUT,
            "closed",
        ),
    ],
)
def test_what_a_printer_says_has_one_word(printer: Described, word: PrinterState, paper: Paper, cover: str) -> None:
    found = standing(printer)
    assert (found.word, found.paper, found.cover) == (word, paper, cover)
    prints = MEANINGS[word].error is None
    assert found.detail == {"paper": str(paper), "cover": cover, "cause": "" if prints else str(word)}


def test_every_word_has_a_meaning_and_only_what_prints_has_no_error() -> None:
    assert set(MEANINGS) == set(PrinterState)
    prints = {word for word, meaning in MEANINGS.items() if meaning.error is None}
    assert prints == {PrinterState.PRINTING, PrinterState.PAPER_LOW, PrinterState.READY}
    assert {MEANINGS[word].device for word in prints} == {DeviceState.ONLINE, DeviceState.BUSY}


ENDED = (JobState.CANCELED, JobState.ABORTED)
STOOD_STILL = Fate(JobState.CANCELED, sheets=0, counts=True, halted=True)


@pytest.mark.parametrize(
    ("fate", "outcome"),
    [
        (Fate(JobState.COMPLETED), Outcome.PRINTED),
        (Fate(JobState.COMPLETED, sheets=0, counts=True), Outcome.PRINTED),
        *[(Fate(state, started=False), Outcome.NOT_PRINTED) for state in ENDED],
        (Fate(JobState.ABORTED, sheets=0, counts=True), Outcome.NOT_PRINTED),
        (Fate(JobState.CANCELED, sheets=0, counts=True, halted=True), Outcome.NOT_PRINTED),
        (Fate(JobState.CANCELED, sheets=0, counts=True), Outcome.UNKNOWN),
        *[(replace(STOOD_STILL, state=state, disturbed=True), Outcome.UNKNOWN) for state in ENDED],
        *[(replace(STOOD_STILL, state=state, sheets=1), Outcome.UNKNOWN) for state in ENDED],
        *[(replace(STOOD_STILL, state=state, sheets=None), Outcome.UNKNOWN) for state in ENDED],
        *[(replace(STOOD_STILL, state=state, counts=False), Outcome.UNKNOWN) for state in ENDED],
        *[
            (replace(STOOD_STILL, state=state), Outcome.UNKNOWN)
            for state in (JobState.PENDING, JobState.HELD, JobState.PROCESSING, JobState.STOPPED, None)
        ],
        (Fate(None, started=False), Outcome.UNKNOWN),
        (Fate(JobState.PENDING, started=False), Outcome.UNKNOWN),
    ],
)
def test_what_became_of_a_job(fate: Fate, outcome: Outcome) -> None:
    assert outcome_of(fate) is outcome


@pytest.mark.parametrize(
    ("status", "surely"),
    [
        (IppStatus.BAD_REQUEST, True),
        (IppStatus.FORBIDDEN, True),
        (IppStatus.FORMAT_NOT_SUPPORTED, True),
        (IppStatus.VALUES_NOT_SUPPORTED, True),
        (IppStatus.DOCUMENT_FORMAT_ERROR, False),
        (IppStatus.DOCUMENT_ACCESS_ERROR, False),
        (IppStatus.INTERNAL_ERROR, False),
        (IppStatus.SERVICE_UNAVAILABLE, True),
        (IppStatus.DEVICE_ERROR, False),
        (IppStatus.TEMPORARY_ERROR, False),
        (IppStatus.NOT_ACCEPTING_JOBS, True),
        (IppStatus.BUSY, True),
        (IppStatus.JOB_CANCELED, False),
        (IppStatus.TOO_MANY_JOBS, True),
        (0x05FF, False),
    ],
)
def test_which_refusals_leave_no_paper(status: int, surely: bool) -> None:
    assert surely_not_taken(status) is surely


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (DeviceError(ErrorKind.OFFLINE), Outcome.NOT_PRINTED),
        (DeviceError(ErrorKind.TIMEOUT), Outcome.NOT_PRINTED),
        (DeviceError(ErrorKind.REFUSED), Outcome.NOT_PRINTED),
        (DeviceError(ErrorKind.CANCELLED), Outcome.NOT_PRINTED),
        (DeviceError(ErrorKind.CANCELLED, "the device was stopped"), Outcome.UNKNOWN),
        (DeviceError(ErrorKind.DEVICE_FAULT), Outcome.UNKNOWN),
    ],
)
def test_what_a_completion_without_a_result_means(error: DeviceError, outcome: Outcome) -> None:
    found = printed_of(Completion("sheets-1", "1", error=error))
    assert found == Printed(outcome, error.kind, None, None)


def test_a_printer_that_says_nothing_of_itself_can_do_nothing() -> None:
    assert described(Group(GroupTag.PRINTER)) == Described(None, (), False, False, 0, False, False, False, False)


@pytest.mark.parametrize(
    ("counted", "sheets"),
    [
        ((attribute("job-media-sheets-completed", Tag.INTEGER, 2),), 2),
        ((attribute("job-impressions-completed", Tag.INTEGER, 3),), 3),
        ((attribute("job-media-sheets-completed", Tag.INTEGER, -2),), None),
        ((Attribute("job-media-sheets-completed", (Value(Tag.UNKNOWN),)),), None),
        ((), None),
    ],
)
def test_sheets_are_what_the_printer_counted(counted: tuple[Attribute, ...], sheets: int | None) -> None:
    assert job_report(Group(GroupTag.JOB, counted), 7).sheets == sheets


@pytest.mark.parametrize(
    ("began", "started"),
    [
        ((attribute("time-at-processing", Tag.INTEGER, 5),), True),
        ((Attribute("time-at-processing", (Value(Tag.NO_VALUE),)),), False),
        ((), None),
    ],
)
def test_a_job_has_begun_when_the_printer_says_when(began: tuple[Attribute, ...], started: bool | None) -> None:
    assert job_report(Group(GroupTag.JOB, began), 7).started is started


def test_a_document_is_in_no_log() -> None:
    assert "secret" not in repr(PrintDocument("1", 1.0, "job", b"%PDF-secret"))
