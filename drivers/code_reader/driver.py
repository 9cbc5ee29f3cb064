"""A serial code reader as a device: triggers it, waits for one code, and says nothing about what the code means."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.code_reader.codec import Acknowledged, Declined, Line, Refusal, Refused
from drivers.code_reader.dialects import GM65, PLAIN, Dialect
from drivers.device import Capabilities, Command, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.transport import NoReply, Transport, TransportError, TransportFactory

KIND = "code_reader"
UNKNOWN_FORMAT = "unknown"
ACK_S = 1.0
TRIGGER_S = 4.0
"""A trigger lasts about 5 s in the reader: it is given again before it ends."""
WRITE_S = 1.0
SLICE_S = 0.05
IDLE_S = 1.0
GAP_S = 0.5
"""A line that has begun and pauses this long was noise."""
FLOOD_S = 3.0
"""No reader talks without a pause for this long: a kilobyte takes one second at 9600 baud."""
REFUSALS = 2
"""A line that is no code is scanned again once; after the second the resident is told."""


@dataclass(frozen=True, slots=True)
class ReadCode(Command):
    """Wait for a code; the result is a `CodeRead`."""


@dataclass(frozen=True, slots=True, repr=False)
class CodeRead:
    """One code, opaque. `format` is `unknown` when the reader does not tell (serial ones do not)."""

    text: str
    format: str = UNKNOWN_FORMAT

    def __repr__(self) -> str:
        return f"CodeRead(format={self.format}, <redacted>)"


class SerialCodeReader(DeviceOwner):
    """A reader of any family in `dialects`; `acknowledges=False` is the same as the plain dialect.

    Event: `code_seen` (a code came that nobody had asked for; it is dropped).
    """

    def __init__(
        self,
        device_id: str,
        transport_factory: TransportFactory,
        *,
        clock: Clock,
        dialect: Dialect = GM65,
        acknowledges: bool = True,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        super().__init__(Capabilities(device_id, KIND), clock=clock, back_off=back_off, wait=wait)
        self._factory = transport_factory
        self._dialect = dialect if acknowledges else PLAIN
        self._transport: Transport | None = None
        self._parser = self._dialect.parser()
        self._fell_silent = False

    @property
    def dialect(self) -> Dialect:
        """The family that this reader is taken for."""
        return self._dialect

    @property
    def line(self) -> str:
        """Where it is connected, such as `serial:/dev/ttyACM0?baud=9600`."""
        return self._factory().name

    def connect(self) -> None:
        """Open the line; a reader that had fallen silent must take a trigger before it counts as back."""
        self._transport = self._factory()
        self._transport.open()
        if self._fell_silent:
            transport = self._trigger()
            end = self.clock.monotonic() + ACK_S
            while Acknowledged() not in self._parser.feed(transport.read(4096, SLICE_S)):
                if self.clock.monotonic() > end:
                    raise NoReply(f"{transport.name}: the trigger is not acknowledged")
            self._fell_silent = False

    def disconnect(self) -> None:
        """Close the line."""
        transport, self._transport = self._transport, None
        self._parser.reset()
        if transport is not None:
            transport.close()

    def execute(self, command: Command, job: Job) -> object:
        """Wait for one code."""
        if not isinstance(command, ReadCode):
            raise CommandFailed(ErrorKind.REFUSED, f"a code reader does not know {type(command).__name__}")
        self._drop_waiting(job)
        refusals = 0
        try:
            while True:
                for message in self._scan(job):
                    if isinstance(message, Line):
                        return CodeRead(message.text)
                    if isinstance(message, Declined):
                        raise CommandFailed(ErrorKind.DEVICE_FAULT, f"the trigger is declined: {message.verdict:02X}")
                    refusals += 1
                    if refusals == REFUSALS:
                        raise CommandFailed(ErrorKind.UNREADABLE, message.why)
        except CommandFailed:
            self._stop()
            raise

    def idle(self) -> float | None:
        """Drop codes that nobody asked for, and notice when the cable is pulled."""
        messages = self._parser.feed(self._open_transport().read(4096, 0.0))
        if any(isinstance(message, Line) for message in messages):
            self.emit("code_seen")
        return IDLE_S

    def _drop_waiting(self, job: Job) -> None:
        """A code scanned before this was asked for belongs to someone else."""
        transport = self._open_transport()
        end = self.clock.monotonic() + FLOOD_S
        while data := transport.read(4096, SLICE_S):
            self._parser.feed(data)
            job.check()
            if self.clock.monotonic() > end:
                raise CommandFailed(ErrorKind.DEVICE_FAULT, "the reader talks without a pause")

    def _scan(self, job: Job) -> list[Line | Refused | Declined]:
        """Trigger once and return what came of it; nothing when the trigger ran out."""
        job.check()
        transport = self._trigger()
        triggered_at = heard_at = self.clock.monotonic()
        acknowledged = not self._dialect.answers
        while True:
            data = transport.read(4096, min(SLICE_S, job.remaining()))
            heard_at = self.clock.monotonic() if data else heard_at
            messages = self._parser.feed(data)
            acknowledged = acknowledged or bool(messages)
            codes = [message for message in messages if not isinstance(message, Acknowledged)]
            if codes:
                return codes
            job.check()
            now = self.clock.monotonic()
            if now - triggered_at > TRIGGER_S + FLOOD_S:
                return [Refused(Refusal.TOO_LONG)]
            if self._parser.inside and now - heard_at < GAP_S:
                continue
            if not acknowledged and now - triggered_at > ACK_S:
                self._fell_silent = True
                raise NoReply(f"{transport.name}: the trigger is not acknowledged")
            if now - triggered_at > TRIGGER_S:
                return []

    def _trigger(self) -> Transport:
        transport = self._open_transport()
        self._parser.tear()
        if self._dialect.trigger:
            transport.write(self._dialect.trigger, WRITE_S)
        return transport

    def _stop(self) -> None:
        """Put the lamp out; a line that breaks now is noticed by the next look."""
        transport = self._transport
        if transport is None or not self._dialect.stop:
            return
        try:
            transport.write(self._dialect.stop, WRITE_S)
        except TransportError:
            return

    def _open_transport(self) -> Transport:
        if self._transport is None:
            raise NoReply("not connected")
        return self._transport
