"""Receipts onto paper: laid out and drawn off the loop, printed once, reported truthfully."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from drivers.device import Completion, Report, Status
from drivers.receipt_printer import (
    Bitmap,
    EscposPrinter,
    JournalError,
    Mode,
    OptionError,
    Slip,
    choose,
    features_of,
    line_speed,
    printed_of,
)
from drivers.receipt_printer import Print as PrintCommand
from drivers.transport import UriError, parse_uri
from kiosk_app.conductor import Performer, Record
from kiosk_app.documents import UncoveredCharacterError, page_of, render, slip_of
from kiosk_app.documents.page import Number, Page, Title
from kiosk_app.receipts import paper_of
from kiosk_app.visit.effects import Effect, Print, PrintTrial
from kiosk_app.visit.events import DeviceChanged, PrintEnded, PrintStarted
from kiosk_app.visit.paper import UNCOVERED
from kiosk_app.visit.selftest import JOB
from kiosk_app.words import say
from offline_cache import PrintJournal, Store
from provisioning import DeviceSpec

if TYPE_CHECKING:
    from kiosk_app.equipment.office import Office
    from kiosk_app.terminal import Options, Terminal

PRINT_SECONDS = 90.0
"""Long enough for a hot head to cool. A printer that says nothing is given up long before that by its driver."""
KIND = "receipt_printer"


class Printing:
    """One receipt printer. A job's id is `<submission>.<copy>`: the journal and the log know nothing else of it.

    There is no wiper: nothing is spooled, a page lives until it is printed, at most `PRINT_SECONDS`, and a receipt that
    is coming out when its visit ends is still the resident's.
    """

    def __init__(
        self,
        spec: DeviceSpec | None,
        store: Store,
        options: Options,
        terminal: Terminal,
        office: Office | None,
        record: Record,
    ) -> None:
        self._terminal = terminal
        self._office = office
        self._record = record
        self._draw = ThreadPoolExecutor(1, "receipts")
        self._printer: EscposPrinter | None = None
        self._mode = Mode.RASTER
        self._native_codes = False
        self._open: set[str] = set()
        self.last: Status | None = None
        if spec is None:
            return
        try:
            transport = parse_uri(spec.uri)
            features = features_of(spec.options)
            self._mode = choose(line_speed(spec.uri), spec.options, features)
        except (UriError, OptionError):
            return
        self._native_codes = "qr" in features
        journal = PrintJournal(store, JournalError)
        self._printer = EscposPrinter(spec.id, transport, journal, options.clock, options.random_bytes)

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {Print: self._print, PrintTrial: self._print_trial}

    def start(self) -> None:
        """Close what a power cut left open as unknown, then start."""
        if self._printer is None:
            self._terminal.post(DeviceChanged(KIND, "no_device", {}))
            return
        for job in self._printer.recover():
            self._record("print_finished", {"job": job, "outcome": "unknown", "cause": "none"})
            self._report(job, "unknown")
        self._printer.start(self._hear)

    def nudge(self) -> None:
        """Something was plugged in or pulled out: look at once. Any thread."""
        if self._printer is not None:
            self._printer.nudge()

    def stop(self) -> None:
        """End the printer's owner."""
        if self._printer is not None:
            self._printer.stop()
        self._draw.shutdown(wait=False, cancel_futures=True)

    @property
    def idle(self) -> bool:
        """True when no page is being drawn or printed."""
        return not self._open

    def _print(self, effect: Print) -> None:
        """Loop's thread: take what must be said now, draw and print elsewhere."""
        conductor = self._terminal.conductor
        model = paper_of(effect.job, conductor.state, self._terminal.shelf.desk(), effect.copy)
        if model is None or self._printer is None:
            self._terminal.post(PrintEnded(effect.job, "not_printed", "offline"))
            return
        self._open.add(effect.job)
        self._draw.submit(self._render, effect.job, lambda: page_of(model))

    def _print_trial(self, effect: PrintTrial) -> None:
        """A slip with a number; it is no receipt, and nothing of it is reported as one."""
        if self._printer is None:
            self._terminal.post(PrintEnded(effect.job, "not_printed", "offline"))
            return
        self._open.add(effect.job)
        lang = self._terminal.conductor.state.prefs.lang
        lines = (Title(say(lang, "tech.trial.receipt")), Number(say(lang, "tech.trial.slip.label"), effect.number))
        self._draw.submit(self._render, effect.job, lambda: Page(lines))

    def _render(self, job: str, page: Callable[[], Page]) -> None:
        try:
            sheet = self._sheet(page())
        except UncoveredCharacterError:
            self._not_printed(job, UNCOVERED)
            return
        except (ValueError, OSError):
            # A code too long for the paper, or no font at all: nothing was sent, and the page must not wait for ever.
            self._not_printed(job, "device_fault")
            return
        if self._printer is not None:
            self._terminal.post(PrintStarted(job))
            self._printer.submit(PrintCommand(job, PRINT_SECONDS, job, (sheet,)))

    def _sheet(self, page: Page) -> Bitmap | Slip:
        """As a picture, or in the printer's own letters where a picture would take too long."""
        if self._mode is Mode.RAW:
            return slip_of(page, native_codes=self._native_codes)
        return render(page)

    def _hear(self, report: Report) -> None:
        """Printer's thread."""
        match report:
            case Status(state=state, detail=detail):
                self.last = report
                self._terminal.post(DeviceChanged(KIND, state.value, dict(detail)))
            case Completion(id=job):
                done = printed_of(report)
                cause = done.cause.value if done.cause else ""
                self._terminal.post(PrintEnded(job, done.outcome.value, cause))
                self._report(job, done.outcome.value)
                self._open.discard(job)

    def _not_printed(self, job: str, why: str) -> None:
        self._terminal.post(PrintEnded(job, "not_printed", why))
        self._open.discard(job)

    def _report(self, job: str, outcome: str) -> None:
        submission = job.rpartition(".")[0]
        if self._office is not None and submission != JOB:
            body = {"job": job, "outcome": outcome, "submission": submission}
            self._office.queue("print_result", submission, body)
