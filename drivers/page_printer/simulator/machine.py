"""The printer itself: a queue, a mechanism that moves sheets in its own time, and a panel that people meddle with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.page_printer.protocol import OVER, JobState, PrinterPhase
from drivers.page_printer.simulator.panel import Panel
from drivers.page_printer.simulator.tray import Tray, pages_of

Then = Callable[[], None]


@dataclass
class SimulatedJob:
    """One job. `asked` are the attributes it came with, by name, as text."""

    id: int
    document: bytes = field(repr=False)
    pages: int
    copies: int
    name: str
    user: str
    asked: dict[str, list[str]]
    state: JobState = JobState.PENDING
    sheets: int = 0
    began: int | None = None
    stopping: bool = False

    @property
    def wanted(self) -> int:
        """Sheets to print."""
        return self.pages * self.copies

    @property
    def over(self) -> bool:
        """True when it has ended."""
        return self.state in OVER


class Machine:
    """Prints one job after the other on a thread of its own. `seconds` is the time of a sheet.

    A printer waits with `job-state` processing-stopped for what a hand must do, and keeps what it was given when the
    power goes. With `cups` this is the queue, and the panel's printer hangs behind it: jobs stay processing whatever
    happens, the queue tells of the device only while a job runs and goes on telling what it heard last, and documents
    are kept until they are purged.
    """

    def __init__(self, tray: Tray, seconds: float, *, cups: bool) -> None:
        self.tray = tray
        self.cups = cups
        self.changed = threading.Condition(threading.RLock())
        self.panel = Panel(purge="known" if cups else "ignored")
        self.powered = True
        self.jobs: dict[int, SimulatedJob] = {}
        self.sheets = 0
        self.spoiled = 0
        self._seconds = seconds
        self._numbers = 0
        self._running: SimulatedJob | None = None
        self._heard: tuple[str, ...] = ()
        self._after_sheets: list[tuple[int, Then]] = []
        self._after_jobs: list[tuple[int, Then]] = []

    # What people do.

    def set(self, panel: Panel) -> None:
        """Somebody has changed something."""
        with self.changed:
            self.panel = panel
            self.changed.notify_all()

    def power(self, on: bool) -> None:
        """The device's plug."""
        with self.changed:
            if on and not self.powered and self.panel.revives:
                for job in self.jobs.values():
                    if job.state is JobState.CANCELED:
                        job.state, job.sheets, job.stopping = JobState.PENDING, 0, False
            self.powered = on
            self.changed.notify_all()

    def after_sheets(self, count: int, then: Then) -> None:
        """Do `then` when `count` more sheets have come out."""
        with self.changed:
            self._after_sheets.append((self.sheets + count, then))

    def after_jobs(self, count: int, then: Then) -> None:
        """Do `then` when `count` more jobs have been taken, and their takers answered."""
        with self.changed:
            self._after_jobs.append((self._numbers + count, then))

    # What is asked over the wire.

    def add(self, document: bytes, copies: int, name: str, user: str, asked: dict[str, list[str]]) -> SimulatedJob:
        """Take a job."""
        with self.changed:
            self._numbers += 1
            job = SimulatedJob(self._numbers, document, pages_of(document), copies, name, user, asked)
            self.jobs[job.id] = job
            self.changed.notify_all()
            return job

    def answered(self) -> None:
        """Whoever gave a job has been told that it was taken."""
        with self.changed:
            due = [then for count, then in self._after_jobs if count <= self._numbers]
            self._after_jobs = [each for each in self._after_jobs if each[0] > self._numbers]
        for then in due:
            then()

    def cancel(self, job: SimulatedJob) -> None:
        """End a job: at once, or behind the sheet that is under way."""
        with self.changed:
            job.stopping = True
            if self.cups or job is not self._running:
                self._end(job, JobState.CANCELED)
            self.changed.notify_all()

    def purge(self, job: SimulatedJob) -> None:
        """Forget a job and its document."""
        with self.changed:
            if not job.over:
                self.cancel(job)
            self.jobs.pop(job.id, None)

    @property
    def phase(self) -> PrinterPhase:
        """`printer-state`."""
        if self.panel.paused or (not self.cups and self._obstacle() not in (None, "stalled")):
            return PrinterPhase.STOPPED
        return PrinterPhase.PROCESSING if self._running is not None else PrinterPhase.IDLE

    def reasons(self) -> tuple[str, ...]:
        """`printer-state-reasons`."""
        with self.changed:
            own: tuple[str, ...] = () if self.panel.accepting else ("spool-area-full",)
            own += ("paused",) if self.panel.paused else ()
            if not self.cups:
                return (*own, *self._device_reasons())
            if self._running is None:
                return (*own, *self._heard)
            self._heard = self._device_reasons() if self.powered else self._heard
            return (*own, *self._heard, *(() if self.powered else ("connecting-to-device",)))

    # How it works.

    def run(self) -> None:
        """Print for ever."""
        while True:
            with self.changed:
                job = next((job for job in self.jobs.values() if not job.over), None)
                if job is None or (self.panel.paused and job.began is None) or not (self.cups or self.powered):
                    self.changed.wait()
                    continue
                self._running = job
                try:
                    self._process(job)
                finally:
                    self._running = None

    def _process(self, job: SimulatedJob) -> None:
        if job.began is None:
            job.began = int(time.monotonic())
        job.state = JobState.PROCESSING
        while job.sheets < job.wanted:
            if job.over or job.stopping or self.panel.aborts:
                self._end(job, JobState.ABORTED if self.panel.aborts and not job.stopping else JobState.CANCELED)
                return
            obstacle = self._obstacle()
            if obstacle is None:
                job.state = JobState.PROCESSING
                self._sheet(job)
                continue
            by_hand = obstacle not in ("power", "stalled") and not self.cups
            job.state = JobState.STOPPED if by_hand else JobState.PROCESSING
            self.changed.wait()
        self._wait(self.panel.late_s, lambda: job.over)
        if not job.over:
            self._end(job, JobState.COMPLETED)

    def _sheet(self, job: SimulatedJob) -> None:
        """Move one sheet through; what goes wrong on its way spoils it."""
        if self._wait(self._seconds, self._disturbed):
            self.spoiled += 1
            return
        job.sheets += 1
        self.sheets += 1
        due = [then for count, then in self._after_sheets if count <= self.sheets]
        self._after_sheets = [each for each in self._after_sheets if each[0] > self.sheets]
        for then in due:
            then()

    def _wait(self, seconds: float, until: Callable[[], bool]) -> bool:
        """Let others in for so long, or until it is so; True when it is."""
        ends = time.monotonic() + seconds
        while not until() and (left := ends - time.monotonic()) > 0:
            self.changed.wait(left)
        return until()

    def _disturbed(self) -> bool:
        return not self.powered or self.panel.cover == "open" or self.panel.paper == "jammed"

    def _obstacle(self) -> str | None:
        panel = self.panel
        table = (
            (not self.powered, "power"),
            (panel.stalled, "stalled"),
            (panel.paused, "paused"),
            (panel.paper in ("out", "jammed"), "paper"),
            (panel.cover == "open", "cover"),
            (panel.toner == "empty", "toner"),
        )
        return next((word for true, word in table if true), None)

    def _end(self, job: SimulatedJob, state: JobState) -> None:
        if job.over:
            return
        self._heard = self._device_reasons() if self.powered else self._heard
        job.state = state
        if state is JobState.COMPLETED:
            self.tray.put(job.document, job.copies, job.sheets)
        if not self.cups and not self.panel.revives:
            job.document = b""

    def _device_reasons(self) -> tuple[str, ...]:
        panel = self.panel
        table = (
            (panel.paper == "low", ("media-low-warning",)),
            (panel.paper == "out", ("media-empty-error", "media-needed-error")),
            (panel.paper == "jammed", ("media-jam-error",)),
            (panel.cover == "open", ("door-open-error",)),
            (panel.toner == "low", ("toner-low-report",)),
            (panel.output == "full", ("output-area-full-error",)),
            (panel.toner == "empty", ("marker-supply-empty-error",)),
        )
        return tuple(reason for true, reasons in table if true for reason in reasons)
