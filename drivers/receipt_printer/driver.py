"""The receipt printer as a device: checks, journals, prints once, and says honestly when it does not know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from drivers.device import Capabilities, Command, Completion, DeviceState, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job
from drivers.receipt_printer import bands, codec, raw, status
from drivers.receipt_printer.bitmap import Bitmap
from drivers.receipt_printer.codec import Acknowledged, StatusBack
from drivers.receipt_printer.journal import Journal, JournalError
from drivers.receipt_printer.protocol import PAUSE_S, Ack, End, Link, Outcome, Stop, send_job
from drivers.receipt_printer.slip import Slip
from drivers.receipt_printer.status import MEANINGS, RECOVERABLE, Bits, PrinterState
from drivers.transport.base import Transport, TransportClosed, TransportError, TransportFactory

log = logging.getLogger(__name__)

KIND = "receipt_printer"
TICK_S = 0.5
"""How often unsolicited status is read while idle."""
LATE_IDS = 8


@dataclass(frozen=True, slots=True)
class Print(Command):
    """Print `pages`, each cut off by itself, the whole `copies` times. `job` names it in the journal and in reports.

    A page is dots, or a slip in the printer's own letters.
    """

    job: str
    pages: tuple[Bitmap | Slip, ...]
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of a `Print`. UNKNOWN is for a person to resolve; the driver never sends a job again.

    `sent` of `total` bytes were accepted by the system. `cause` is None when printed.
    """

    outcome: Outcome
    cause: ErrorKind | None
    sent: int
    total: int
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
    return Printed(outcome, error.kind if error else ErrorKind.DEVICE_FAULT, 0, 0, None)


class EscposPrinter(DeviceOwner):
    """An ESC/POS printer on any transport.

    Status detail: `paper` (`drivers.device.Paper`), `cover` (open, closed, unknown), `cause` (the printer's state in
    one word, "" when well), `held` ("maybe" while an interrupted receipt may still come out when the fault is gone).
    Events: `printed_late` {job}: an acknowledgement for a job that was already reported as unknown.
    """

    def __init__(
        self,
        device_id: str,
        transport_factory: TransportFactory,
        journal: Journal,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        *,
        poll_s: float = 2.0,
        back_off: BackOff | None = None,
    ) -> None:
        features = frozenset({"raster", "raw", "cut", f"width_{codec.WIDTH_DOTS}"})
        super().__init__(Capabilities(device_id, KIND, features), clock=clock, back_off=back_off)
        self._factory = transport_factory
        self._journal = journal
        self._random_bytes = random_bytes
        self._poll_s = poll_s
        self._transport: Transport | None = None
        self._link: Link | None = None
        self._ack = Ack.NONE
        self._prepared = False
        self._dirty = False  # an interrupted job may have left a picture half sent or half printed
        self._held = False  # ... and the printer did not confirm that it forgot the rest
        self._tried: PrinterState | None = None  # the state in which recovery was last asked for
        self._looked_back = False
        self._next_poll = 0.0
        self._late: dict[bytes, str] = {}

    def recover(self) -> list[str]:
        """Close the jobs that an earlier run left open, as UNKNOWN, and return them. Call it before `start`.

        Raises:
            JournalError: the journal cannot be written.
        """
        jobs = self._journal.unfinished()
        for job in jobs:
            self._journal.finish(job, Outcome.UNKNOWN)
        self._dirty = self._dirty or bool(jobs)
        return jobs

    # The owner's hooks: worker thread.

    def connect(self) -> None:
        """Open, ask for the status, and make a ready printer ready for us.

        Raises:
            TransportError, CommandFailed: not reachable, or it does not answer.
        """
        self._transport = self._factory()
        self._transport.open()
        self._transport.drain_input()
        self._link = Link(self._transport, self.clock.monotonic)
        if not self._looked_back:
            self._dirty = self._dirty or bool(self._journal.unfinished())
            self._looked_back = True
        self._poll(self._link)
        if not self._prepared and not self._dirty:
            self._link.enable_status_back()

    def disconnect(self) -> None:
        """Close the connection."""
        transport, self._transport, self._link = self._transport, None, None
        self._prepared = False
        if transport is not None:
            transport.close()

    def idle(self) -> float | None:
        """Notice changes that the printer tells by itself; ask every `poll_s` seconds.

        Raises:
            TransportError, CommandFailed: gone, or silent.
        """
        link = self._open_link()
        told: Bits | None = None
        for reply in link.take_unsolicited():
            match reply:
                case StatusBack(data):
                    told = status.from_status_back(data)
                case Acknowledged(process_id) if process_id in self._late:
                    self.emit("printed_late", {"job": self._late.pop(process_id)})
                case _:
                    continue
        if self.clock.monotonic() >= self._next_poll or (told is not None and told.state in RECOVERABLE):
            self._poll(link)
        elif told is not None:
            self._settle(link, told)
        return min(TICK_S, self._poll_s)

    def execute(self, command: Command, job: Job) -> Printed:
        """Print once.

        Raises:
            CommandFailed: not a print, or one that this printer can never do.
            TransportError: the printer was gone before anything was sent.
        """
        if not isinstance(command, Print):
            raise CommandFailed(ErrorKind.REFUSED, "a receipt printer only prints")
        slips = len(command.pages) * command.copies
        if slips < 1 or any(_width(page) > codec.WIDTH_DOTS for page in command.pages):
            raise CommandFailed(ErrorKind.REFUSED, "nothing to print, or wider than the paper")
        refusal = self._wait_until_ready(self._open_link(), job, slips)
        if refusal is not None:
            return Printed(Outcome.NOT_PRINTED, refusal, 0, 0, None)
        return self._print(self._open_link(), command, job)

    def set_status(self, state: DeviceState, detail: Mapping[str, str] | None = None) -> None:
        """Report a state with every key of the detail."""
        known = {"paper": "unknown", "cover": "unknown", "cause": ""}
        held = {"held": "maybe"} if self._held else {}
        super().set_status(state, {**known, **held, **(detail or {})})

    # Before.

    def _open_link(self) -> Link:
        if self._link is None:
            raise TransportClosed("the printer is not connected")
        return self._link

    def _poll(self, link: Link) -> Bits:
        bits = link.query()
        if bits is None:
            raise CommandFailed(ErrorKind.TIMEOUT, "no answer to DLE EOT")
        self._next_poll = self.clock.monotonic() + self._poll_s
        return self._settle(link, bits)

    def _settle(self, link: Link, bits: Bits) -> Bits:
        """Take note of a status, do what it allows to put things right, and report it."""
        if bits.cover_open:
            self._tried = None  # a hand is at work: when it has closed the cover, one more request is worth it
        elif bits.state in RECOVERABLE and bits.state is not self._tried:
            self._tried = bits.state
            link.recover()
            bits = link.query() or bits
        if MEANINGS[bits.state].error is None:
            self._tried = None
            self._prepare(link)
        self._say(bits)
        return bits

    def _prepare(self, link: Link) -> None:
        if self._dirty:
            link.start_afresh()
            self._dirty = self._held = self._prepared = False
        if self._prepared:
            return
        # Cut in the middle, a set-up command swallows what follows it, as a picture does.
        self._dirty = True
        if self._ack is not Ack.PROCESS_ID:
            self._ack = link.probe(codec.ack_id(self._random_bytes(codec.ACK_ID_BYTES)))
        link.initialise()
        self._dirty, self._prepared = False, True

    def _say(self, bits: Bits) -> None:
        cause = "" if bits.state in (PrinterState.READY, PrinterState.NEAR_END) else str(bits.state)
        detail = {"paper": str(bits.paper), "cover": str(bits.cover), "cause": cause}
        self.set_status(MEANINGS[bits.state].device, detail)

    def _wait_until_ready(self, link: Link, job: Job, slips: int) -> ErrorKind | None:
        """Return why nothing can be printed now, None when it can. Nothing of the job has been sent."""
        until = self.clock.monotonic() + PAUSE_S
        while True:
            try:
                bits = self._poll(link)
            except (CommandFailed, TransportError):
                self._break_link()
                return ErrorKind.OFFLINE
            meaning = MEANINGS[bits.state]
            if meaning.error is None:
                # What is left of a roll near its end is enough for one slip, not surely for two.
                return ErrorKind.NO_PAPER if slips > 1 and bits.state is PrinterState.NEAR_END else None
            if not meaning.passes or self.clock.monotonic() >= until:
                return meaning.error
            try:
                job.wait(TICK_S)
            except CommandFailed as failure:
                return failure.error.kind

    # Once.

    def _print(self, link: Link, command: Print, job: Job) -> Printed:
        process_id = codec.ack_id(self._random_bytes(codec.ACK_ID_BYTES))
        payload = job_bytes(command.pages, command.copies, self._ack, process_id)
        started = self.clock.now()
        try:
            self._journal.begin(command.job, process_id)
        except JournalError:
            return Printed(Outcome.NOT_PRINTED, ErrorKind.DEVICE_FAULT, 0, len(payload), started)
        end = send_job(link, payload, self._ack, process_id, lambda: _check(job), self.clock.monotonic)
        try:
            self._journal.finish(command.job, end.outcome)
        except JournalError:
            log.error("%s: outcome of a print job is not in the journal", self.capabilities.device)
        if end.outcome is not Outcome.PRINTED:
            self._after_failure(link, end)
            self._late[process_id] = command.job
            while len(self._late) > LATE_IDS:
                del self._late[next(iter(self._late))]
        return Printed(end.outcome, end.cause, end.sent, len(payload), started)

    def _after_failure(self, link: Link, end: End) -> None:
        """Make the printer forget what it holds, or the next resident gets this one's receipt."""
        if end.sent:
            self._dirty = self._held = True
        try:
            if end.sent:
                self._held = not link.clear()
            self._poll(link)
        except (CommandFailed, TransportError):
            self._break_link()

    def _break_link(self) -> None:
        """The connection is no use; the owner finds out at its next turn and opens another."""
        self.disconnect()


def _check(job: Job) -> None:
    try:
        job.check()
    except CommandFailed as failure:
        raise Stop(failure.error.kind) from failure


def _width(page: Bitmap | Slip) -> int:
    """Dots of the widest part; the lines of a slip were checked when they were made."""
    pieces = page.pieces if isinstance(page, Slip) else (page,)
    return max((piece.width for piece in pieces if isinstance(piece, Bitmap)), default=0)


def job_bytes(pages: tuple[Bitmap | Slip, ...], copies: int, ack: Ack, process_id: bytes) -> bytes:
    """Return every byte of a job: set-up, each page with its cut, the request for an acknowledgement."""
    parts = (bands.encode(page) if isinstance(page, Bitmap) else raw.encode(page) for page in pages)
    slips = b"".join(part + codec.CUT for part in parts)
    requests = {Ack.PROCESS_ID: codec.request_ack(process_id), Ack.PAPER_SENSOR: codec.PAPER_SENSOR, Ack.NONE: b""}
    return codec.INITIALISE + codec.STATUS_BACK + codec.MOTION_UNITS + slips * copies + requests[ack]
