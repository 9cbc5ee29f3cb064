"""A biometric adapter without its sensor, pure: what it answers to which bytes, and when. For simulators and tests."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.biometric import codec
from drivers.biometric.codec import (
    ECHO_BYTES,
    Cancel,
    CompareNow,
    Frame,
    FrameParser,
    Hello,
    Judged,
    Message,
    Ping,
    Pong,
    Prompted,
    Refusal,
    Refused,
    State,
    Taken,
    Welcome,
)
from drivers.biometric.messages import Decision, Modality, Prompt
from drivers.transport.faults import Faults

FAULTS = (
    "bad-crc",
    "truncate",
    "noise",  # before every answer
    "silent",
    "silent-verdict",  # taken, and then nothing, not even to a ping
    "late-verdict",  # of the comparison before, in front of the true one
    "twice",  # every answer
    "another",  # a verdict on somebody else, accepted
    "flood",  # verdicts without end that nobody asked for
    "version",
    "wrong-modality",
    "refuse-busy",
    "refuse-fault",
    "unknown-type",  # frames of a type that is not listed before every answer
)
_PROMPTS = {Modality.VOICE: Prompt.SPEAK, Modality.PALM: Prompt.PLACE_HAND, Modality.IRIS: Prompt.LOOK}
FLOOD_BYTES = 64 * 1024


@dataclass(slots=True)
class _Running:
    sequence: int
    subject: bytes
    ends_at: float


class VirtualModule:
    """Compares everybody with `decision`, after `seconds`."""

    def __init__(self, modality: Modality) -> None:
        self.modality = modality
        self.faults = Faults(FAULTS)
        self.decision = Decision.ACCEPT
        self.seconds = 0.0
        self.state = State.READY
        self.compared = 0
        self.cancelled = 0
        self._parser = FrameParser()
        self._running: _Running | None = None
        self._last: Frame | None = None

    def received(self, data: bytes, now: float) -> bytes:
        """Take bytes; return what is answered at once."""
        return b"".join(self._answer(frame, now) for frame in self._parser.feed(data))

    def due(self, now: float) -> bytes:
        """Return the verdict, when a comparison has run its time."""
        running = self._running
        if running is None or now < running.ends_at:
            return b""
        self._running = None
        if self.faults.happens("silent-verdict"):
            return b""
        self.compared += 1
        before, self._last = self._last, self._judge(running)
        late = self._bytes(before) if before is not None and self.faults.happens("late-verdict") else b""
        if self.faults.happens("another"):
            stranger = Judged(Decision.ACCEPT, bytes(ECHO_BYTES))
            late += self._bytes(Frame(running.sequence, stranger))
        return late + self._bytes(self._last)

    def power_cycle(self) -> None:
        """Forget everything that was going on."""
        self._running = self._last = None
        self._parser.reset()

    def _answer(self, frame: Frame, now: float) -> bytes:
        if self.faults.happens("silent"):
            return b""
        if self.faults.happens("flood"):
            stranger = self._bytes(Frame(frame.sequence ^ 0x8000, Judged(Decision.ACCEPT, bytes(ECHO_BYTES))))
            return stranger * (FLOOD_BYTES // max(1, len(stranger)))
        if self._running is None and "silent-verdict" in self.faults.on and isinstance(frame.message, Ping):
            return b""
        reply = self._reply(frame, now)
        return self._bytes(Frame(frame.sequence, reply)) if reply is not None else self._more(frame)

    def _more(self, frame: Frame) -> bytes:
        """What a comparison says while it begins, or says again."""
        if self._last is not None and self._last.sequence == frame.sequence:
            return self._bytes(self._last)
        taken = self._bytes(Frame(frame.sequence, Taken()))
        return taken + self._bytes(Frame(frame.sequence, Prompted(_PROMPTS[self.modality])))

    def _reply(self, frame: Frame, now: float) -> Message | None:
        """Return the one reply to a question; None when there are others or none."""
        match frame.message:
            case Hello():
                self._running = self._last = None
                others = [modality for modality in Modality if modality is not self.modality]
                modality = others[0] if self.faults.happens("wrong-modality") else self.modality
                return Welcome(codec.VERSION + self.faults.happens("version"), modality, self.state)
            case Ping():
                return Pong(State.BUSY if self._running else self.state)
            case Cancel():
                running, self._running = self._running, None
                self.cancelled += running is not None and running.sequence == frame.sequence
                return Refused(Refusal.CANCELLED)
            case CompareNow(subject=subject):
                return self._begin(frame.sequence, subject, now)
            case _:
                return Refused(Refusal.NOT_UNDERSTOOD)

    def _begin(self, sequence: int, subject: bytes, now: float) -> Message | None:
        if self.faults.happens("refuse-busy"):
            return Refused(Refusal.BUSY)
        if self.state in (State.SENSOR_FAULT, State.SERVICE_FAULT) or self.faults.happens("refuse-fault"):
            return Refused(Refusal.FAULT)
        known = (self._last, self._running)
        if not any(each is not None and each.sequence == sequence for each in known):
            self._running = _Running(sequence, subject, now + self.seconds)
        return None

    def _judge(self, running: _Running) -> Frame:
        return Frame(running.sequence, Judged(self.decision, running.subject[:ECHO_BYTES]))

    def _bytes(self, frame: Frame) -> bytes:
        raw = codec.encode(frame)
        if self.faults.happens("bad-crc"):
            raw = raw[:-1] + bytes((raw[-1] ^ 0x5A,))
        if self.faults.happens("truncate"):
            raw = raw[: len(raw) // 2]
        if self.faults.happens("unknown-type"):
            raw = _unlisted() + raw
        if self.faults.happens("noise"):
            raw = b"\x00\xd0\xff\xd0\x0b\xff\xff" + raw
        return raw * 2 if self.faults.happens("twice") else raw


def _unlisted() -> bytes:
    """A whole frame of a type that the protocol does not have."""
    raw = bytearray(codec.encode(Frame(0, Ping())))
    raw[len(codec.MAGIC) + 2] = 0xEE
    return bytes(raw[:-2]) + codec.checksum(bytes(raw[:-2]))
