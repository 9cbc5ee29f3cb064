"""Talking to the printer: ask what it is, send a job and learn what became of it, clear what it holds.

Nothing here decides whether to print again: that is never decided by a machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from drivers.device import ErrorKind
from drivers.receipt_printer import codec, status
from drivers.receipt_printer.codec import Acknowledged, Cleared, RealTime, Reply, Sensor, StatusBack
from drivers.receipt_printer.status import MEANINGS, Bits, PrinterState
from drivers.transport.base import Transport, TransportClosed, TransportError, WriteTimeout

CHUNK = 4096
SLICE_S = 0.1
"""No single wait is longer, so that cancelling and faults are seen in time."""
STATUS_TRIES = 3
STATUS_TIMEOUT_S = 0.3
STALL_S = 5.0
"""A printer that takes no byte for so long, and told no reason that passes, has stopped."""
PAUSE_S = 60.0
"""So long may a hot head or the feed button hold a job up."""
ACK_S = 30.0
"""From the last byte to the acknowledgement: more than the slowest mechanism needs for what its buffer holds."""
CLEAR_TIMEOUT_S = 0.5
PROBE_TIMEOUT_S = 1.0
LAST_WORD_S = 0.3
"""After a fault with everything sent, the acknowledgement of a receipt just finished may still be on its way."""


class Outcome(StrEnum):
    """What became of a job. Only PRINTED and NOT_PRINTED are known."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


class Ack(StrEnum):
    """How a printer says that a job is on paper."""

    PROCESS_ID = "process_id"
    PAPER_SENSOR = "paper_sensor"
    """By answering GS r 1, which it does in order: weaker, the data before it have left the buffer."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class End:
    """How the sending of a job ended. `sent` counts bytes that the system accepted."""

    outcome: Outcome
    cause: ErrorKind | None
    sent: int


class Stop(Exception):  # noqa: N818  not an error of this module: the caller's wish
    """Raised by `check`: end the job now, for this reason."""

    def __init__(self, cause: ErrorKind) -> None:
        super().__init__(str(cause))
        self.cause = cause


Check = Callable[[], None]
"""Called at least every 0.2 s; raises `Stop` when the job is cancelled or out of time."""


class Link:
    """One open connection to one printer. `monotonic` gives seconds."""

    def __init__(self, transport: Transport, monotonic: Callable[[], float]) -> None:
        self._transport = transport
        self._monotonic = monotonic
        self._parser = codec.ReplyParser()
        self._unsolicited: deque[Reply] = deque(maxlen=64)

    # Bytes.

    def write(self, data: bytes, timeout: float) -> int:
        """Write; returns how many bytes were accepted in time.

        Raises:
            TransportClosed: with the accepted count.
        """
        try:
            return self._transport.write(data, timeout)
        except WriteTimeout as error:
            return error.accepted

    def replies(self, timeout: float) -> list[Reply]:
        """Return the replies that arrive within `timeout` seconds, as soon as there are some.

        Raises:
            TransportClosed: the other end is gone.
        """
        end = self._monotonic() + timeout
        while True:
            left = end - self._monotonic()
            found = self._parser.feed(self._transport.read(256, max(0.0, left)))
            if found or left <= 0:
                return found

    def take_unsolicited(self) -> list[Reply]:
        """Return what came while something else was awaited, and what is there now."""
        self._unsolicited.extend(self.replies(0.0))
        found = list(self._unsolicited)
        self._unsolicited.clear()
        return found

    def await_reply(self, kind: type[Reply] | Callable[[Reply], bool], timeout: float) -> Reply | None:
        """Return the first reply of a kind; others are kept for `take_unsolicited`."""
        wanted = (lambda reply: isinstance(reply, kind)) if isinstance(kind, type) else kind
        end = self._monotonic() + timeout
        found: Reply | None = None
        while found is None and (left := end - self._monotonic()) > 0:
            for reply in self.replies(left):
                if found is None and wanted(reply):
                    found = reply
                else:
                    self._unsolicited.append(reply)
        return found

    # Questions.

    def query(self) -> Bits | None:
        """DLE EOT 1 to 4; None when the printer does not answer three times, which is never "ready".

        "Off line" without a cause is asked again once: something may have ended between the four answers.

        Raises:
            TransportClosed: the other end is gone.
        """
        bits = self._query()
        if bits is not None and bits.state is PrinterState.OFFLINE:
            return self._query()
        return bits

    def _query(self) -> Bits | None:
        answers = []
        for n in range(1, 5):
            value = self._ask_realtime(n)
            if value is None:
                return None
            answers.append(value)
        return status.from_realtime(*answers)

    def _ask_realtime(self, n: int) -> int | None:
        request = codec.realtime_status(n)
        for _ in range(STATUS_TRIES):
            # A stray status byte can be left by picture data that look like a request: drop what nobody asked for.
            self._unsolicited.extend(reply for reply in self.replies(0.0) if not isinstance(reply, RealTime))
            if self.write(request, STATUS_TIMEOUT_S) < len(request):
                continue
            reply = self.await_reply(RealTime, STATUS_TIMEOUT_S)
            if isinstance(reply, RealTime):
                return reply.value
        return None

    def probe(self, process_id: bytes) -> Ack:
        """Find out how this printer acknowledges; nothing is printed.

        Raises:
            TransportClosed: the other end is gone.
        """
        self.write(codec.INITIALISE + codec.request_ack(process_id), PROBE_TIMEOUT_S)
        wanted = Acknowledged(process_id)
        if self.await_reply(lambda reply: reply == wanted, PROBE_TIMEOUT_S) is not None:
            return Ack.PROCESS_ID
        # A model that does not know the request may have taken it for text: the line is emptied by ESC @.
        self.write(codec.INITIALISE + codec.PAPER_SENSOR, PROBE_TIMEOUT_S)
        return Ack.PAPER_SENSOR if self.await_reply(Sensor, PROBE_TIMEOUT_S) is not None else Ack.NONE

    # Orders.

    def enable_status_back(self) -> None:
        """From now on the printer tells changes by itself; one that is blocked does so when it no longer is.

        Raises:
            TransportClosed: the other end is gone.
        """
        self.write(codec.STATUS_BACK, STATUS_TIMEOUT_S)

    def initialise(self) -> None:
        """Defaults, line emptied, and automatic status on again: it is off after ESC @.

        Raises:
            TransportClosed: the other end is gone.
        """
        self.write(codec.INITIALISE + codec.STATUS_BACK, STATUS_TIMEOUT_S)

    def recover(self) -> None:
        """Ask a printer with a recoverable error to recover and to drop what it holds.

        Raises:
            TransportClosed: the other end is gone.
        """
        self.write(codec.RECOVER, STATUS_TIMEOUT_S)

    def clear(self) -> bool:
        """Drop what the printer holds, in real time. True when it said that it did.

        Raises:
            TransportClosed: the other end is gone.
        """
        if self.write(codec.CLEAR_BUFFERS, CLEAR_TIMEOUT_S) < len(codec.CLEAR_BUFFERS):
            return False
        return self.await_reply(Cleared, CLEAR_TIMEOUT_S) is not None

    def start_afresh(self) -> None:
        """Bring a ready printer that was interrupted back to a clean strip of paper: clear, flush, cut.

        Raises:
            TransportClosed: the other end is gone.
        """
        self.clear()
        # A picture cut short swallows what follows it until it is complete.
        self.write(codec.FLUSH + codec.INITIALISE + codec.CUT, STALL_S)


def send_job(
    link: Link, payload: bytes, ack: Ack, process_id: bytes, check: Check, monotonic: Callable[[], float]
) -> End:
    """Send `payload` and wait until the printer says that it is on paper. Never raises for anything the printer does.

    `payload` ends with the request that `ack` says. Nothing accepted = NOT_PRINTED; acknowledged = PRINTED; all else is
    UNKNOWN.
    """
    progress = _Progress()
    try:
        with _typed_stop():
            _send(link, payload, progress, check, monotonic)
            _await_ack(link, ack, process_id, progress, check, monotonic)
    except Stop as stop:
        outcome = Outcome.UNKNOWN if progress.sent else Outcome.NOT_PRINTED
        return End(outcome, stop.cause, progress.sent)
    return End(Outcome.PRINTED, None, progress.sent)


class _Progress:
    """How far a job is. `paused`: the printer told a state that passes by itself."""

    def __init__(self) -> None:
        self.sent = 0
        self.paused = False

    def hear(self, replies: list[Reply]) -> None:
        """Take note of what the printer tells by itself.

        Raises:
            Stop: for the first status that stops a print; a hot head or the feed button only pauses it.
        """
        for reply in replies:
            if isinstance(reply, StatusBack):
                meaning = MEANINGS[status.from_status_back(reply.data).state]
                if meaning.error is not None and not meaning.passes:
                    raise Stop(meaning.error)
                self.paused = meaning.passes


@contextmanager
def _typed_stop() -> Iterator[None]:
    try:
        yield
    except TransportError as error:
        raise Stop(ErrorKind.OFFLINE) from error


def _send(link: Link, payload: bytes, progress: _Progress, check: Check, monotonic: Callable[[], float]) -> None:
    moved_at = monotonic()
    while progress.sent < len(payload):
        check()
        progress.hear(link.take_unsolicited())
        try:
            accepted = link.write(payload[progress.sent : progress.sent + CHUNK], SLICE_S)
        except TransportClosed as error:
            progress.sent += error.accepted
            raise
        progress.sent += accepted
        if accepted:
            moved_at = monotonic()
        elif monotonic() - moved_at > (PAUSE_S if progress.paused else STALL_S):
            raise Stop(ErrorKind.TIMEOUT)


def _await_ack(
    link: Link, ack: Ack, process_id: bytes, progress: _Progress, check: Check, monotonic: Callable[[], float]
) -> None:
    """Return when acknowledged; duplicates and other jobs' acknowledgements are not ours."""
    if ack is Ack.NONE:
        raise Stop(ErrorKind.TIMEOUT)

    def ours(reply: Reply) -> bool:
        return isinstance(reply, Sensor) if ack is Ack.PAPER_SENSOR else reply == Acknowledged(process_id)

    until = monotonic() + ACK_S
    held_until = until + PAUSE_S
    pending = link.take_unsolicited()
    while not any(ours(reply) for reply in pending):
        try:
            progress.hear(pending)
        except Stop:
            if link.await_reply(ours, LAST_WORD_S) is None:
                raise
            break
        check()
        now = monotonic()
        if progress.paused:
            until = min(now + ACK_S, held_until)
        if now >= until:
            raise Stop(ErrorKind.TIMEOUT)
        pending = link.replies(SLICE_S)
    if ack is Ack.PAPER_SENSOR:
        # The weak acknowledgement counts only if the printer is well afterwards.
        bits = link.query()
        error = ErrorKind.TIMEOUT if bits is None else MEANINGS[bits.state].error
        if error is not None:
            raise Stop(error)
