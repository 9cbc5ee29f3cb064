"""The A4 printer as a device: checks, journals, prints once, and lets nothing of one person come out for the next."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from drivers.device import Capabilities, Command, Completion, DeviceState, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job
from drivers.page_printer.address import parse_address
from drivers.page_printer.post import AnswerError, Check, IppError
from drivers.page_printer.protocol import JOB_PREFIX, Described, JobState, Queue, RefusedError
from drivers.page_printer.run import Budget, End, Run, discard, purge
from drivers.page_printer.status import MEANINGS, PrinterState, Standing, standing
from drivers.receipt_printer import Journal, JournalError, Outcome
from drivers.transport.base import TransportError

log = logging.getLogger(__name__)

KIND = "page_printer"
MOST_PDF_BYTES = 32 << 20
PDF_MAGIC = b"%PDF-"
TICKET_BYTES = 8
SWEEP_S = 2.0
"""With a question before it no longer than an owner waits for its worker at a stop; the rest is done next time."""
_NOT_ALLOWED = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class PrintDocument(Command):
    """Print `pdf` on A4, one-sided, `copies` times. `job` names it in the journal and in reports; the printer never
    hears that name.
    """

    job: str
    pdf: bytes = field(repr=False)
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of a `PrintDocument`. UNKNOWN is for a person to resolve; the driver never sends a document again.

    `cause` is None when printed. `sheets` came out as the printer counted them, None when it does not say.
    """

    outcome: Outcome
    cause: ErrorKind | None
    sheets: int | None
    started_at: datetime | None


def printed_of(completion: Completion) -> Printed:
    """What became of the print that `completion` answers, also when it never reached the printer."""
    if isinstance(completion.result, Printed):
        return completion.result
    error = completion.error
    never_sent = {ErrorKind.OFFLINE, ErrorKind.REFUSED, ErrorKind.TIMEOUT}
    cancelled_in_queue = error is not None and error.kind is ErrorKind.CANCELLED and not error.detail
    safe = error is not None and (error.kind in never_sent or cancelled_in_queue)
    outcome = Outcome.NOT_PRINTED if safe else Outcome.UNKNOWN
    return Printed(outcome, error.kind if error else ErrorKind.DEVICE_FAULT, None, None)


class IppPrinter(DeviceOwner):
    """An A4 printer, or a queue of CUPS, that belongs to this terminal alone: at each start its queue is cleared of
    every job of the user `kiosk`.

    Status detail: `paper` (`drivers.device.Paper`), `cover` (open, closed, unknown), `cause` (one word of
    `status.PrinterState`, "" when well).
    """

    def __init__(
        self,
        device_id: str,
        uri: str,
        journal: Journal,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        *,
        poll_s: float = 5.0,
        back_off: BackOff | None = None,
    ) -> None:
        """`journal` holds only this printer's jobs.

        Raises:
            ValueError: `uri` is not ipp, ipps, http or https, or names no host.
        """
        super().__init__(Capabilities(device_id, KIND, frozenset({"a4", "pdf"})), clock=clock, back_off=back_off)
        self._queue = Queue(parse_address(uri), clock.monotonic)
        self._journal = journal
        self._random_bytes = random_bytes
        self._poll_s = poll_s
        self._moment = threading.Condition()
        self._left: set[int] = set()  # jobs of ours that are not yet known to be gone from the queue
        self._unsure = True  # there may be others, whose numbers are not known
        self._counts = False  # a job of ours has come out with its sheets counted

    def recover(self) -> list[str]:
        """Close the jobs that an earlier run left open, as UNKNOWN, and return them. Call it before `start`.

        Raises:
            JournalError: the journal cannot be written.
        """
        jobs = self._journal.unfinished()
        for job in jobs:
            self._journal.finish(job, Outcome.UNKNOWN)
        return jobs

    # The owner's hooks: worker thread.

    def connect(self) -> None:
        """Ask what the printer is, and take back whatever of ours is in its queue.

        Raises:
            TransportError, CommandFailed: not reachable, or it does not speak IPP, or not with us.
        """
        self._unsure = True
        self._counts = False
        self._visit()

    def disconnect(self) -> None:
        """Nothing: each question has a connection of its own."""

    def idle(self) -> float | None:
        """Ask how the printer is, and take back what is still to be taken back.

        Raises:
            TransportError, CommandFailed: gone, or something else answers in its place.
        """
        self._visit()
        return self._poll_s

    def execute(self, command: Command, job: Job) -> Printed:
        """Print once.

        Raises:
            CommandFailed: not a print, or one that can never be done; or cancelled or late before anything was sent.
        """
        if not isinstance(command, PrintDocument):
            raise CommandFailed(ErrorKind.REFUSED, "a page printer only prints documents")
        if command.copies < 1 or not command.pdf.startswith(PDF_MAGIC) or len(command.pdf) > MOST_PDF_BYTES:
            raise CommandFailed(ErrorKind.REFUSED, "no PDF, too large, or no copies")
        try:
            printer = self._queue.describe(job.check)
            self._sweep(printer, job.check)
        except (TransportError, IppError):
            return Printed(Outcome.NOT_PRINTED, ErrorKind.OFFLINE, None, None)
        refusal = MEANINGS[self._say(printer).word].error
        if refusal is None and command.copies > max(1, printer.most_copies):
            refusal = ErrorKind.REFUSED
        if refusal is not None:
            return Printed(Outcome.NOT_PRINTED, refusal, None, None)
        return self._print(command, printer, job)

    def set_status(self, state: DeviceState, detail: Mapping[str, str] | None = None) -> None:
        """Report a state with every key of the detail."""
        super().set_status(state, {"paper": "unknown", "cover": "unknown", "cause": "", **(detail or {})})

    # Before.

    def _visit(self) -> None:
        with _plainly():
            printer = self._queue.describe(_go_on)
            self._sweep(printer, _go_on)
            if printer.cups:
                self._tidy()
        self._say(printer)

    def _say(self, printer: Described) -> Standing:
        """Report how the printer is; what may still come out of it stops it as well."""
        stand = standing(printer)
        if (self._left or self._unsure) and MEANINGS[stand.word].error is None:
            stand = Standing(PrinterState.LEFTOVER, stand.paper, stand.cover)
        self.set_status(MEANINGS[stand.word].device, stand.detail)
        return stand

    def _sweep(self, printer: Described, check: Check) -> None:
        """Take back every job of ours, and remember those with which it did not work."""
        if not (self._left or self._unsure):
            return
        budget = Budget(self.clock.monotonic, SWEEP_S, check)
        if self._unsure:
            self._left.update(report.id for report in self._queue.jobs(budget, completed=False))
            self._unsure = False
            self._counts = self._counts or self._has_counted(printer, budget)
        for number in sorted(self._left):
            if budget.left and discard(self._queue, number, budget, self._pause).clean:
                self._left.discard(number)

    def _has_counted(self, printer: Described, budget: Budget) -> bool:
        """True when a job of ours that came out has its sheets counted; what CUPS says are not the printer's words."""
        if printer.cups:
            return False
        try:
            over = self._queue.jobs(budget, completed=True)
        except RefusedError:
            return False
        return any(report.state is JobState.COMPLETED and report.sheets for report in over)

    def _tidy(self) -> None:
        """Have CUPS forget what is over: until then it may keep the document. Right after the end it may not do so."""
        budget = Budget(self.clock.monotonic, SWEEP_S)
        for report in self._queue.jobs(budget, completed=True):
            if budget.left:
                purge(self._queue, report.id, budget)

    # Once.

    def _print(self, command: PrintDocument, printer: Described, job: Job) -> Printed:
        ticket = self._random_bytes(TICKET_BYTES).hex()
        started = self.clock.now()
        try:
            self._journal.begin(command.job, ticket.encode())
        except JournalError:
            return Printed(Outcome.NOT_PRINTED, ErrorKind.DEVICE_FAULT, None, started)
        self._unsure = True
        clock = self.clock.monotonic
        run = Run(self._queue, printer, job, clock, self._pause, self._tell, counts=self._counts)
        end = run.perform(JOB_PREFIX + ticket, command.pdf, command.copies)
        self._settle(printer, end)
        try:
            self._journal.finish(command.job, end.outcome)
        except JournalError:
            log.error("%s: outcome of a print job is not in the journal", self.capabilities.device)
        return Printed(end.outcome, end.cause, end.sheets, started)

    def _settle(self, printer: Described, end: End) -> None:
        """What is to be taken back is, when the owner is idle: at once, or before the next job."""
        counted = end.outcome is Outcome.PRINTED and bool(end.sheets) and not printer.cups
        self._counts = self._counts or counted
        self._unsure = end.unsure
        if end.number is not None:
            self._left.add(end.number)

    def _tell(self, printer: Described) -> Standing:
        """Report how the printer is while a job of ours is in it."""
        stand = standing(printer)
        self.set_status(MEANINGS[stand.word].device, stand.detail)
        return stand

    def _pause(self, seconds: float) -> None:
        with self._moment:
            self._wait(self._moment, seconds)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say a printer's no, or what is no IPP, in the words of the owner."""
    try:
        yield
    except AnswerError as error:
        kind = ErrorKind.REFUSED if error.http in _NOT_ALLOWED else ErrorKind.UNREADABLE
        raise CommandFailed(kind, str(error)) from error
    except IppError as error:
        raise CommandFailed(ErrorKind.REFUSED, str(error)) from error


def _go_on() -> None:
    """Nothing interrupts a question asked between commands: each ends within its own time."""
