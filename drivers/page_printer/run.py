"""One job: sent once, followed to its end, and taken back when it does not end. Nothing here sends a document twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.device import ErrorKind
from drivers.owner import CommandFailed, Job
from drivers.page_printer.fate import Fate, outcome_of, surely_not_taken
from drivers.page_printer.post import AnswerError, Check, IppError
from drivers.page_printer.protocol import ABSENT, Described, JobReport, JobState, Queue, RefusedError
from drivers.page_printer.status import MEANINGS, PrinterState, Standing
from drivers.receipt_printer import Outcome
from drivers.transport.base import NoReply, TransportError

POLL_S = 0.3
"""Between two looks at a job."""
LOST_S = 8.0
"""A printer that cannot be asked for so long is given up; a shorter silence is a switch that starts again."""
CLEAN_S = 4.0
"""For taking a job back: less than an owner that is stopped waits for its worker."""
LOOK_S = 0.1
_HTTP_REFUSALS = range(400, 500)

Pause = Callable[[float], None]
"""Waits so many seconds."""


class Budget:
    """Time for cleaning up: call it between two steps. `check` may end it before, as it ends an exchange."""

    def __init__(self, monotonic: Callable[[], float], seconds: float, check: Check | None = None) -> None:
        self._monotonic = monotonic
        self._ends_at = monotonic() + seconds
        self._check = check

    @property
    def left(self) -> bool:
        """True while there is some."""
        return self._monotonic() < self._ends_at

    def __call__(self) -> None:
        """Go on, or raise.

        Raises:
            NoReply: it is used up. Or whatever `check` raises.
        """
        if self._check is not None:
            self._check()
        if not self.left:
            raise NoReply("the printer did not answer in time")


@dataclass(frozen=True, slots=True)
class Discarded:
    """A job that was taken back. `report`: the last that was seen of it; `clean`: nothing of it can still come out."""

    report: JobReport | None
    clean: bool


def discard(queue: Queue, number: int, budget: Budget, pause: Pause) -> Discarded:
    """Cancel a job, see how it ended, and have it purged, so that it does not come out for the next person.

    Cancelled first and purged then: what was purged at once cannot be asked what became of it.
    """
    report: JobReport | None = None
    try:
        try:
            queue.cancel(number, budget, purge=False)
        except RefusedError as refused:
            if refused.status in ABSENT:
                return Discarded(None, clean=True)
        # Refused may also mean that it has just ended. Cancelled is not over while a sheet is on its way.
        report = queue.job(number, budget)
        while not report.over and budget.left:
            pause(LOOK_S)
            report = queue.job(number, budget)
        purge(queue, number, budget)
    except RefusedError as refused:
        return Discarded(report, clean=refused.status in ABSENT)
    except (TransportError, AnswerError):
        return Discarded(report, clean=False)
    return Discarded(report, clean=report.over)


def purge(queue: Queue, number: int, budget: Budget) -> None:
    """Have a job and its document forgotten; a printer that does not know how has nothing more to forget.

    Raises:
        TransportError, AnswerError: not known whether it did.
    """
    try:
        queue.cancel(number, budget, purge=True)
    except RefusedError:
        return


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended. `number`: a job that must still be taken back. `unsure`: there may be one without a number."""

    outcome: Outcome
    cause: ErrorKind | None
    sheets: int | None = None
    number: int | None = None
    unsure: bool = False


class _Broken(Exception):  # noqa: N818  not an error: where the straight way ends
    """The job is not followed any longer, for this reason."""

    def __init__(self, cause: ErrorKind) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Run:
    """Follows one job. `tell` reports what the printer says of itself meanwhile."""

    def __init__(
        self,
        queue: Queue,
        printer: Described,
        job: Job,
        monotonic: Callable[[], float],
        pause: Pause,
        tell: Callable[[Described], Standing],
        *,
        counts: bool,
    ) -> None:
        """`counts`: the printer has shown that its counts of sheets are true."""
        self._queue = queue
        self._printer = printer
        self._job = job
        self._monotonic = monotonic
        self._pause = pause
        self._tell = tell
        self._counts = counts
        self._started = False
        self._halted = False
        self._sheets: int | None = None
        self._disturbed = False
        self._trouble: ErrorKind | None = None
        self._lost_since: float | None = None

    def perform(self, name: str, document: bytes, copies: int) -> End:
        """Send the document as a job called `name` and return what became of it. A printer makes it raise nothing."""
        sending = self._queue.sending(name, document, copies, self._printer, self._job.check)
        number: int | None = None
        broken: ErrorKind | None = None  # why the answer did not come
        ended: ErrorKind | None = None  # ... when it was not waited for any longer
        try:
            number = self._queue.accepted(sending.perform())
        except RefusedError as refused:
            if surely_not_taken(refused.status):
                return End(Outcome.NOT_PRINTED, ErrorKind.REFUSED)
            broken = ErrorKind.DEVICE_FAULT
        except AnswerError as error:
            if error.http in _HTTP_REFUSALS:
                return End(Outcome.NOT_PRINTED, ErrorKind.REFUSED)
            broken = ErrorKind.DEVICE_FAULT
        except CommandFailed as failure:
            broken = ended = failure.error.kind
        except TransportError as failure:
            broken = ErrorKind.TIMEOUT if isinstance(failure, NoReply) else ErrorKind.OFFLINE
        if broken is not None and not sending.left:
            return End(Outcome.NOT_PRINTED, broken)
        budget = self._budget()
        if number is None:
            # The printer may have it all the same: its answer was lost, or never came.
            number = self._find(name, budget)
        if number is None:
            return End(Outcome.UNKNOWN, broken, unsure=True)
        if ended is not None:
            return self._taken_back(number, ended, budget)
        try:
            return self._ended(self._followed(number))
        except _Broken as stopped:
            return self._taken_back(number, stopped.cause, self._budget())

    def _budget(self) -> Budget:
        return Budget(self._monotonic, CLEAN_S)

    def _find(self, name: str, budget: Budget) -> int | None:
        try:
            for completed in (False, True):
                for found in self._queue.jobs(budget, completed=completed):
                    if found.name == name:
                        return found.id
        except (TransportError, IppError):
            pass
        return None

    def _followed(self, number: int) -> JobReport:
        """Return the report by which the job is over.

        Raises:
            _Broken: cancelled, out of time, or the printer cannot be asked any more.
        """
        while True:
            try:
                report = self._queue.job(number, self._job.check)
                self._note(report)
                if report.over:
                    return report
                self._look(self._job.check)
                self._lost_since = None
                self._job.wait(POLL_S)
            except CommandFailed as failure:
                raise self._stopped(failure) from failure
            except RefusedError as refused:
                if refused.status in ABSENT:
                    # Forgotten: nobody can say any more whether it was printed.
                    return JobReport(number, None)
                self._lost()
            except (TransportError, AnswerError):
                self._lost()

    def _look(self, check: Check) -> None:
        stand = self._tell(self._queue.describe(check))
        self._trouble = MEANINGS[stand.word].error
        self._disturbed = self._disturbed or stand.word in (PrinterState.JAMMED, PrinterState.COVER_OPEN)

    def _look_back(self, budget: Budget) -> None:
        """A jam since the last look ends a job as well; what cannot be seen any more is not taken to be well."""
        before, self._trouble = self._trouble, None
        try:
            self._look(budget)
        except (TransportError, IppError):
            self._disturbed = True
        # Nothing hinders it any more: it may have gone on just before it was cancelled.
        self._halted = self._halted and self._trouble is not None
        self._trouble = self._trouble or before

    def _lost(self) -> None:
        now = self._monotonic()
        if self._lost_since is None:
            self._lost_since = now
        if now - self._lost_since > LOST_S:
            raise _Broken(ErrorKind.OFFLINE)
        try:
            self._job.wait(POLL_S)
        except CommandFailed as failure:
            raise self._stopped(failure) from failure

    def _stopped(self, failure: CommandFailed) -> _Broken:
        """Out of time because the printer is gone: that is the reason a technician can use."""
        kind = failure.error.kind
        return _Broken(ErrorKind.OFFLINE if kind is ErrorKind.TIMEOUT and self._lost_since is not None else kind)

    def _note(self, report: JobReport) -> None:
        """Remember what only a job that is still there tells."""
        running = report.state in (JobState.PROCESSING, JobState.STOPPED, JobState.COMPLETED)
        self._started = self._started or running or report.started is not False
        self._sheets = report.sheets if report.sheets is not None else self._sheets
        if not report.over:
            self._halted = report.state is JobState.STOPPED

    def _ended(self, report: JobReport) -> End:
        """The job ended by itself, or at the printer."""
        if report.state is None:
            return End(Outcome.UNKNOWN, ErrorKind.DEVICE_FAULT, self._counted(None))
        if report.state is not JobState.COMPLETED:
            self._look_back(self._budget())
        outcome = outcome_of(self._fate(report.state))
        if outcome is Outcome.PRINTED:
            return End(outcome, None, self._counted(report.state))
        return End(outcome, self._trouble or ErrorKind.DEVICE_FAULT, self._counted(report.state), report.id)

    def _taken_back(self, number: int, cause: ErrorKind, budget: Budget) -> End:
        found = discard(self._queue, number, budget, self._pause)
        state = None
        if found.report is not None and found.report.over:
            self._note(found.report)
            self._look_back(budget)
            state = found.report.state
        outcome = outcome_of(self._fate(state))
        left = None if found.clean else number
        if outcome is Outcome.PRINTED:
            return End(outcome, None, self._counted(state), left)
        told = self._trouble if cause is ErrorKind.TIMEOUT and self._trouble is not None else cause
        return End(outcome, told, self._counted(state), left)

    def _fate(self, state: JobState | None) -> Fate:
        return Fate(state, self._started, self._sheets, self._counts, self._halted, self._disturbed)

    def _counted(self, state: JobState | None) -> int | None:
        """Sheets as the printer counted them: a 0 only where it is one, and of CUPS only what has come out whole.

        CUPS counts a sheet when it has sent it.
        """
        done = state is JobState.COMPLETED
        if (self._printer.cups and not done) or (self._sheets == 0 and (done or state is None or not self._counts)):
            return None
        return self._sheets
