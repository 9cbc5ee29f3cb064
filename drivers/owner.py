"""One owner per device: a worker thread that alone touches it, and answers every command exactly once.

A driver subclasses `DeviceOwner` and fills four hooks, all called on the worker thread: `connect`, `disconnect`,
`execute` and, if it has something to do between commands, `idle`. Deadlines and cancelling are cooperative: `execute`
waits through its `Job`.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from drivers.device import (
    Capabilities,
    Command,
    Completion,
    DeviceError,
    DeviceEvent,
    DeviceState,
    ErrorKind,
    Listener,
    Report,
    Status,
)
from drivers.transport.base import NoReply, OpenFailed, TransportError

log = logging.getLogger(__name__)

JOIN_TIMEOUT_S = 5.0
NUDGE_PAUSE_S = 0.5


class Clock(Protocol):
    """Time, handed in."""

    def now(self) -> datetime:
        """Return the wall time, aware."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""


Wait = Callable[[threading.Condition, float | None], None]
"""Waits on a held condition for so many seconds (None: until notified). Tests hand in one that moves their clock."""


def real_wait(condition: threading.Condition, seconds: float | None) -> None:
    """Wait on the condition in real time."""
    condition.wait(seconds)


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to wait before opening a device again: doubling from `first` to `most` seconds."""

    first: float = 0.5
    most: float = 10.0

    def delay(self, failures: int) -> float:
        """Return the pause after `failures` failed attempts in a row (1 or more)."""
        return float(min(self.most, self.first * 2 ** min(failures - 1, 30)))


class CommandFailed(Exception):  # noqa: N818  a verdict on a command, named like its siblings in XFS
    """Raised by `execute`: the command ends with this error and the device stays connected."""

    def __init__(self, kind: ErrorKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else str(kind))
        self.error = DeviceError(kind, detail)


class Job:
    """A command on its way. Given to `execute`; the only clock and the only sleep a driver needs."""

    def __init__(self, owner: DeviceOwner, command: Command, ends_at: float) -> None:
        self.command = command
        self.ends_at = ends_at
        self.cancelled = False
        self._owner = owner

    def remaining(self) -> float:
        """Seconds until the deadline, never negative."""
        return max(0.0, self.ends_at - self._owner.clock.monotonic())

    def check(self) -> None:
        """Go on, or raise.

        Raises:
            CommandFailed: cancelled, or the deadline has passed.
        """
        self._owner.check(self)

    def wait(self, seconds: float) -> None:
        """Wait up to `seconds`, less if cancelled or out of time, then `check`.

        Raises:
            CommandFailed: cancelled, or the deadline has passed.
        """
        self._owner.wait_for(self, seconds)


class DeviceOwner(ABC):
    """Implements `drivers.device.Device` on a worker thread of its own."""

    def __init__(
        self,
        capabilities: Capabilities,
        *,
        clock: Clock,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        self.clock = clock
        self._capabilities = capabilities
        self._back_off = back_off or BackOff()
        self._wait = wait
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}  # every command not yet completed, in order of submission
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._status: Status | None = None
        self._connected = False
        self._failures = 0
        self._last_attempt = float("-inf")
        self._next_attempt = float("-inf")
        self._idle_at: float | None = None
        self._nudged = False

    # What a driver fills in: worker thread only.

    @abstractmethod
    def connect(self) -> None:
        """Open the device and make sure that it answers; ends with `set_status`, or the status becomes online.

        Raises:
            TransportError, CommandFailed: not reachable now; tried again with back-off.
        """

    @abstractmethod
    def disconnect(self) -> None:
        """Let go of the device; called after every failure, more than once if need be."""

    @abstractmethod
    def execute(self, command: Command, job: Job) -> object:
        """Carry out one command and return its result. Call `job.check()` or `job.wait()` at least every 0.2 s.

        Raises:
            CommandFailed: the command ends with this error.
            TransportError: the command ends as offline, and the owner reconnects.
        """

    def idle(self) -> float | None:
        """Between commands, while connected: poll, and return after how many seconds to be called again (None: never).

        Raises:
            TransportError, CommandFailed: the device is offline; the owner reconnects.
        """
        return None

    # What a driver calls: worker thread only.

    def set_status(self, state: DeviceState, detail: Mapping[str, str] | None = None) -> None:
        """Report the state, if it differs from the one reported last."""
        status = Status(self._capabilities.device, self._capabilities.kind, state, dict(detail or {}))
        if status != self._status:
            self._status = status
            self._report(status)

    def emit(self, name: str, data: Mapping[str, str] | None = None) -> None:
        """Report an unsolicited event; `data` holds nothing personal."""
        self._report(DeviceEvent(self._capabilities.device, name, dict(data or {})))

    # The Device face: any thread.

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self._capabilities

    @property
    def status(self) -> Status | None:
        """The last reported status, None before the start."""
        return self._status

    def start(self, listener: Listener) -> None:
        """Begin; the first report is a `Status`. A device is started once.

        Raises:
            RuntimeError: it was started before.
        """
        with self._changed:
            if self._thread is not None or self._stopping:
                raise RuntimeError(f"{self._capabilities.device} was started before")
            self._listener = listener
            self._thread = threading.Thread(target=self._run, name=f"owner-{self._capabilities.device}", daemon=True)
            self._thread.start()

    def submit(self, command: Command) -> None:
        """Queue a command; exactly one `Completion` with its id follows (after a stop at once, on the caller's thread).

        Raises:
            ValueError: a command of this id is still on its way.
        """
        with self._changed:
            if command.id in self._jobs:
                raise ValueError(f"command {command.id} is still on its way")
            job = Job(self, command, self.clock.monotonic() + command.deadline)
            self._jobs[command.id] = job
            stopped = self._stopping
            self._changed.notify_all()
        if stopped:
            self._complete(job, error=DeviceError(ErrorKind.CANCELLED, "the device was stopped"))

    def cancel(self, command_id: str) -> None:
        """Ask a queued or running command to end; unknown ids are ignored: completions and cancels may cross."""
        with self._changed:
            job = self._jobs.get(command_id)
            if job is not None:
                job.cancelled = True
                self._changed.notify_all()

    def nudge(self) -> None:
        """Something was plugged in or pulled out: an offline device is opened now, a connected one is looked at."""
        with self._changed:
            self._nudged = True
            self._changed.notify_all()

    def stop(self) -> None:
        """End the owner; whatever is not done completes as cancelled, also when the worker hangs in a library."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(JOIN_TIMEOUT_S)
            if thread.is_alive():
                log.error("%s: the worker did not end in %g s", self._capabilities.device, JOIN_TIMEOUT_S)
            self._complete_all()

    # Deadlines: worker thread, through Job.

    def check(self, job: Job) -> None:
        """Raise if `job` must end; ends what waits behind it and has run out of time as well."""
        self._expire_waiting(job)
        if job.cancelled or self._stopping:
            raise CommandFailed(ErrorKind.CANCELLED)
        if self.clock.monotonic() >= job.ends_at:
            raise CommandFailed(ErrorKind.TIMEOUT)

    def wait_for(self, job: Job, seconds: float) -> None:
        """Wait through `job`: see `Job.wait`."""
        end = self.clock.monotonic() + seconds
        while True:
            self.check(job)
            with self._changed:
                now = self.clock.monotonic()
                if now >= end:
                    return
                if not (job.cancelled or self._stopping):
                    soonest = min([end, *(other.ends_at for other in self._jobs.values())])
                    self._wait(self._changed, max(0.0, soonest - now))

    # The worker.

    def _run(self) -> None:
        try:
            self.set_status(DeviceState.STARTING)
            while not self._stopping:
                self._turn()
        finally:
            with self._changed:
                self._stopping = True
            self._complete_all()
            self._let_go()

    def _turn(self) -> None:
        """Do the one thing that is due, or wait until something is."""
        self._expire_waiting(None)
        now = self.clock.monotonic()
        with self._changed:
            job = next(iter(self._jobs.values()), None)
            nudged, self._nudged = self._nudged, False
        if nudged:
            # The pauses begin anew: the device may need a moment more until its node may be opened. Never at once after
            # an attempt: opening a USB device can itself be an event, and must not chase its own tail.
            soon = self._last_attempt + min(self._back_off.first, NUDGE_PAUSE_S)
            self._failures, self._next_attempt = 0, min(self._next_attempt, max(now, soon))
            self._idle_at = None if self._idle_at is None else now
        # A command does not sit out a long pause: it may be the reason why someone has just plugged the cable in.
        due = self._last_attempt + self._back_off.first if job is not None else self._next_attempt
        if not self._connected and now >= min(due, self._next_attempt):
            self._attempt()
            return
        if job is not None:
            self._perform(job)
            return
        if self._connected and self._idle_at is not None and now >= self._idle_at:
            self._be_idle()
            return
        with self._changed:
            if not self._jobs and not self._stopping and not self._nudged:
                next_at = self._idle_at if self._connected else self._next_attempt
                self._wait(self._changed, None if next_at is None else max(0.0, next_at - now))

    def _attempt(self) -> None:
        if self._guarded(self.connect):
            self._connected, self._failures, self._idle_at = True, 0, self.clock.monotonic()
            if self._status is None or self._status.state in (DeviceState.STARTING, DeviceState.OFFLINE):
                self.set_status(DeviceState.ONLINE)

    def _be_idle(self) -> None:
        delays: list[float | None] = []
        if self._guarded(lambda: delays.append(self.idle())):
            self._idle_at = None if delays[0] is None else self.clock.monotonic() + delays[0]

    def _perform(self, job: Job) -> None:
        if not self._connected:
            self._complete(job, error=DeviceError(ErrorKind.OFFLINE, "the device is not connected"))
            return
        try:
            self.check(job)
            result = self.execute(job.command, job)
        except CommandFailed as failure:
            self._complete(job, error=failure.error)
        except TransportError as failure:
            self._went_offline(failure)
            self._complete(job, error=DeviceError(ErrorKind.OFFLINE, type(failure).__name__))
        except Exception as failure:  # noqa: BLE001  a driver's bug must still end the command and not the owner
            self._log_bug(failure)
            self._went_offline(failure)
            self._complete(job, error=DeviceError(ErrorKind.DEVICE_FAULT, type(failure).__name__))
        else:
            self._complete(job, result=result)
        if self._idle_at is not None:
            self._idle_at = self.clock.monotonic()

    def _guarded(self, hook: Callable[[], None]) -> bool:
        try:
            hook()
        except (TransportError, CommandFailed) as failure:
            self._went_offline(failure)
            return False
        except Exception as failure:  # noqa: BLE001  see _perform
            self._log_bug(failure)
            self._went_offline(failure)
            return False
        return True

    def _went_offline(self, failure: Exception) -> None:
        self._let_go()
        self._connected = False
        self._failures += 1
        self._last_attempt = self.clock.monotonic()
        self._next_attempt = self._last_attempt + self._back_off.delay(self._failures)
        self.set_status(DeviceState.OFFLINE, {"cause": _cause(failure)})

    def _let_go(self) -> None:
        try:
            self.disconnect()
        except Exception as failure:  # noqa: BLE001  letting go of a broken device must not end its owner
            self._log_bug(failure)

    def _expire_waiting(self, running: Job | None) -> None:
        now = self.clock.monotonic()
        with self._changed:
            waiting = [job for job in self._jobs.values() if job is not running]
        for job in waiting:
            if job.cancelled:
                self._complete(job, error=DeviceError(ErrorKind.CANCELLED))
            elif now >= job.ends_at:
                self._complete(job, error=DeviceError(ErrorKind.TIMEOUT))

    def _complete_all(self) -> None:
        with self._changed:
            left = list(self._jobs.values())
        for job in left:
            self._complete(job, error=DeviceError(ErrorKind.CANCELLED, "the device was stopped"))

    def _complete(self, job: Job, result: object | None = None, error: DeviceError | None = None) -> None:
        with self._changed:
            # Whoever takes the job out of the table is the one who answers it: this is the "exactly one".
            if self._jobs.get(job.command.id) is not job:
                return
            del self._jobs[job.command.id]
        self._report(Completion(self._capabilities.device, job.command.id, result, error))

    def _report(self, report: Report) -> None:
        listener = self._listener
        if listener is None:
            return
        try:
            listener(report)
        except Exception as failure:  # noqa: BLE001  a listener's bug must not end the device
            self._log_bug(failure)

    def _log_bug(self, failure: Exception) -> None:
        # The text of an unforeseen exception may hold what a resident's card said: only its type and place are logged.
        place = failure.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "unknown"
        log.error("%s: %s at %s", self._capabilities.device, type(failure).__name__, where)


def _cause(failure: Exception) -> str:
    match failure:
        case OpenFailed(cause=cause):
            return str(cause)
        case CommandFailed(error=error):
            return str(error.kind)
        case NoReply():
            return "silent"
        case TransportError():
            return "disconnected"
        case _:
            return "driver_fault"
