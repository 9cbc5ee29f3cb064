"""A biometric module as a device: a voiceprint, palm or iris unit behind the adapter that its vendor provides.

Templates, samples and scores stay behind the adapter. What crosses is an opaque reference and one of four words.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.biometric.codec import Refusal, State
from drivers.biometric.messages import Compare, Compared, Modality, Prompt
from drivers.biometric.protocol import Conversation, RefusedError, WrongModuleError
from drivers.device import Capabilities, Command, DeviceState, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.transport import NoReply, Transport, TransportFactory

IDLE_S = 3.0
_STATES = {
    State.READY: (DeviceState.ONLINE, ""),
    State.BUSY: (DeviceState.BUSY, ""),
    State.STARTING: (DeviceState.STARTING, ""),
    State.SENSOR_FAULT: (DeviceState.HARDWARE_ERROR, "sensor"),
    State.SERVICE_FAULT: (DeviceState.HARDWARE_ERROR, "service"),
}
_REFUSALS = {
    Refusal.NOT_UNDERSTOOD: ErrorKind.REFUSED,
    Refusal.BUSY: ErrorKind.REFUSED,
    Refusal.FAULT: ErrorKind.DEVICE_FAULT,
    Refusal.CANCELLED: ErrorKind.CANCELLED,
}


class BiometricModule(DeviceOwner):
    """One module of one modality. Event: `prompt` {"prompt": one of `Prompt`} while a comparison runs."""

    def __init__(
        self,
        device_id: str,
        transport_factory: TransportFactory,
        *,
        modality: Modality,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        super().__init__(Capabilities(device_id, modality.kind), clock=clock, back_off=back_off, wait=wait)
        self._factory = transport_factory
        self._modality = modality
        self._random_bytes = random_bytes
        self._transport: Transport | None = None
        self._talk: Conversation | None = None

    def connect(self) -> None:
        """Open the line and greet; a module that is not well is connected, with a hardware error."""
        self._transport = self._factory()
        self._transport.open()
        # Numbers begin anywhere, so that an answer from before a restart is not taken for one of today.
        first = int.from_bytes(self._random_bytes(4), "big")
        self._talk = Conversation(self._transport, self.clock, first)
        try:
            welcome = self._talk.greet(_go_on)
        except WrongModuleError:
            raise CommandFailed(ErrorKind.REFUSED, "another version of the adapter protocol") from None
        if welcome.modality is not self._modality:
            raise CommandFailed(ErrorKind.REFUSED, f"a {welcome.modality} module")
        self._note(welcome.state)

    def disconnect(self) -> None:
        """Close the line."""
        transport, self._transport, self._talk = self._transport, None, None
        if transport is not None:
            transport.close()

    def execute(self, command: Command, job: Job) -> object:
        """Compare once."""
        if not isinstance(command, Compare):
            raise CommandFailed(ErrorKind.REFUSED, f"this module does not know {type(command).__name__}")
        job.check()
        try:
            decision = self._conversation().compare(command.subject, job.remaining(), self._prompt, job.check)
        except RefusedError as refused:
            self._note(self._conversation().ping(job.check))
            raise CommandFailed(_REFUSALS[refused.why], str(refused)) from None
        self.set_status(DeviceState.ONLINE)
        return Compared(decision)

    def idle(self) -> float | None:
        """See that it is alive, and well."""
        self._note(self._conversation().ping(_go_on))
        return IDLE_S

    def _prompt(self, prompt: Prompt) -> None:
        self.emit("prompt", {"prompt": prompt.value})

    def _note(self, state: State) -> None:
        device_state, cause = _STATES[state]
        self.set_status(device_state, {"cause": cause} if cause else None)

    def _conversation(self) -> Conversation:
        if self._talk is None:
            raise NoReply("not connected")
        return self._talk


def _go_on() -> None:
    """Nothing can interrupt a question asked between commands; each ends within `TRIES` answers' time."""
