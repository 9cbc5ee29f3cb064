"""A presence radar as a device: its status says whether somebody is near, and again at every change.

The radar talks by itself and is only listened to. A terminal that has died while settings were open left it silent:
then, and only then, it is told to go on.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.device import Capabilities, Command, DeviceState, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.presence.codec import Answer, FrameError, FrameParser, Parameters, Sighting, Word, encode_command
from drivers.presence.codec import firmware as firmware_of
from drivers.presence.codec import parameters as parameters_of
from drivers.presence.nearness import Circle, Nearness
from drivers.transport import NoReply, Transport, TransportFactory

KIND = "presence"
PRESENCE = "presence"
"""Key of the status's detail: `near` or `away`."""
FIRST_S = 1.5
"""Reports come ten times a second."""
SILENT_S = 3.0
ANSWER_S = 1.0
WRITE_S = 1.0
LISTEN_S = 0.1
CHUNK = 512
NOISY = 16
"""So many bytes without a single frame are another speed, or another device."""


@dataclass(frozen=True, slots=True)
class ReadSettings(Command):
    """What the radar is and how it is set, for technicians; the result is `Settings`. Nothing is changed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Firmware such as V1.02.22062416, and parameters."""

    firmware: str
    parameters: Parameters


class PresenceRadar(DeviceOwner):
    """One HLK-LD2410. Cause `stuck` in its status: it has seen somebody for longer than anybody stays."""

    def __init__(
        self,
        device_id: str,
        transport_factory: TransportFactory,
        *,
        clock: Clock,
        circle: Circle | None = None,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        super().__init__(Capabilities(device_id, KIND), clock=clock, back_off=back_off, wait=wait)
        self._factory = transport_factory
        self._transport: Transport | None = None
        self._parser = FrameParser()
        self._nearness = Nearness(circle)
        self._heard_at = 0.0

    def connect(self) -> None:
        """Open the line and wait for a report."""
        self._transport = self._factory()
        self._transport.open()
        self._parser = FrameParser()
        self._nearness.reset()
        if not self._hears(FIRST_S):
            self._transport.write(encode_command(Word.END_CONFIG), WRITE_S)
            if not self._hears(FIRST_S):
                if self._parser.noise >= NOISY:
                    raise CommandFailed(ErrorKind.UNREADABLE, "bytes and no frames: another speed, or another device")
                raise NoReply(f"{self._transport.name}: no report")

    def disconnect(self) -> None:
        """Close the line."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def execute(self, command: Command, job: Job) -> object:
        """Read the settings; reports pause meanwhile."""
        if not isinstance(command, ReadSettings):
            raise CommandFailed(ErrorKind.REFUSED, f"a presence sensor does not know {type(command).__name__}")
        transport = self._open_transport()
        try:
            self._ask(Word.ENABLE_CONFIG, job)
            version = self._ask(Word.READ_FIRMWARE, job)
            found = self._ask(Word.READ_PARAMETERS, job)
            settings = Settings(firmware_of(version.value), parameters_of(found.value))
        except FrameError:
            raise CommandFailed(ErrorKind.UNREADABLE, "the settings cannot be understood") from None
        finally:
            transport.write(encode_command(Word.END_CONFIG), WRITE_S)
            self._heard_at = self.clock.monotonic()
        return settings

    def idle(self) -> float | None:
        """Listen, and say what changed."""
        self._take(self._parser.feed(self._open_transport().read(CHUNK, LISTEN_S)))
        if self.clock.monotonic() - self._heard_at > SILENT_S:
            raise NoReply("the reports have stopped")
        return 0.0

    def _hears(self, seconds: float) -> bool:
        """Wait for a report and take it in."""
        transport, end = self._open_transport(), self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            if self._take(self._parser.feed(transport.read(CHUNK, LISTEN_S))):
                return True
        return False

    def _take(self, messages: list[Sighting | Answer]) -> bool:
        """Take reports in and tell what they come to; True when there was one."""
        now, heard = self.clock.monotonic(), False
        for message in messages:
            if isinstance(message, Sighting):
                heard = True
                self._nearness.feed(message.nearest_cm, now)
        if heard:
            self._heard_at = now
            detail = {PRESENCE: self._nearness.presence.value}
            stuck = self._nearness.stuck(now)
            self.set_status(DeviceState.ONLINE, {**detail, "cause": "stuck"} if stuck else detail)
        return heard

    def _ask(self, word: Word, job: Job) -> Answer:
        transport = self._open_transport()
        transport.write(encode_command(word), WRITE_S)
        end = self.clock.monotonic() + ANSWER_S
        while self.clock.monotonic() < end:
            for message in self._parser.feed(transport.read(CHUNK, LISTEN_S)):
                if isinstance(message, Answer) and message.word == word:
                    if not message.done:
                        raise CommandFailed(ErrorKind.REFUSED, f"{word.name.lower()} is refused")
                    return message
            job.check()
        raise CommandFailed(ErrorKind.TIMEOUT, f"{word.name.lower()} is not answered")

    def _open_transport(self) -> Transport:
        if self._transport is None:
            raise NoReply("not connected")
        return self._transport
