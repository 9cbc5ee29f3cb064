"""An uninterruptible power supply as a device, asked through NUT's `upsd`. It is only read, and nothing is switched."""

from __future__ import annotations

from drivers.device import Capabilities, Command, DeviceState, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.transport import NoReply, Transport, TransportFactory
from drivers.ups.codec import Code, LineError, ListParser, Refused, Variables, list_variables
from drivers.ups.supply import Limits, Supply, supply_of

KIND = "ups"
IDLE_S = 2.0
ANSWER_S = 3.0
WRITE_S = 1.0
SLICE_S = 0.1
CHUNK = 4096
STEP = 5
"""Percent and minutes are told in steps: each change of a status is a report."""
_REFUSALS = {
    Code.DATA_STALE: (DeviceState.HARDWARE_ERROR, "stale"),
    Code.DRIVER_NOT_CONNECTED: (DeviceState.NO_DEVICE, "no_driver"),
    Code.UNKNOWN_UPS: (DeviceState.NO_DEVICE, "unknown_ups"),
    Code.ACCESS_DENIED: (DeviceState.NO_DEVICE, "denied"),
    Code.OTHER: (DeviceState.HARDWARE_ERROR, "refused"),
}


class PowerSupply(DeviceOwner):
    """One supply. Its status's detail: `power` (mains, battery, low), `charge` in percent and `minutes` where it tells
    them; causes are those of `supply.Fault`, `stale`, `no_driver`, `unknown_ups`, `denied`, `refused`.
    """

    def __init__(
        self,
        device_id: str,
        transport_factory: TransportFactory,
        name: str,
        *,
        clock: Clock,
        limits: Limits | None = None,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        super().__init__(Capabilities(device_id, KIND), clock=clock, back_off=back_off, wait=wait)
        self._factory = transport_factory
        self._name = name
        self._limits = limits or Limits()
        self._transport: Transport | None = None

    def connect(self) -> None:
        """Connect to upsd and ask."""
        self._transport = self._factory()
        self._transport.open()
        self._look()

    def disconnect(self) -> None:
        """Hang up."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def execute(self, command: Command, job: Job) -> object:
        """Nothing is asked of a supply."""
        raise CommandFailed(ErrorKind.REFUSED, f"a power supply does not know {type(command).__name__}")

    def idle(self) -> float | None:
        """Ask again."""
        self._look()
        return IDLE_S

    def _look(self) -> None:
        match self._ask():
            case Refused(code):
                state, cause = _REFUSALS[code]
                self.set_status(state, {"cause": cause})
            case Variables(values):
                supply = supply_of(values, self._limits)
                if supply is None:
                    raise CommandFailed(ErrorKind.UNREADABLE, "ups.status says nothing of the mains")
                self.set_status(DeviceState.ONLINE, detail_of(supply))

    def _ask(self) -> Variables | Refused:
        transport = self._transport
        if transport is None:
            raise NoReply("not connected")
        transport.drain_input()
        transport.write(list_variables(self._name), WRITE_S)
        parser, end = ListParser(self._name), self.clock.monotonic() + ANSWER_S
        while self.clock.monotonic() < end:
            try:
                answer = parser.feed(transport.read(CHUNK, SLICE_S))
            except LineError as error:
                raise CommandFailed(ErrorKind.UNREADABLE, str(error)) from error
            if answer is not None:
                return answer
        raise NoReply(f"{transport.name}: no answer")


def detail_of(supply: Supply) -> dict[str, str]:
    """Return what the status says of a supply."""
    told: dict[str, str] = {"power": supply.power.value}
    if supply.fault is not None:
        told["cause"] = supply.fault.value
    if supply.charge is not None:
        told["charge"] = str(supply.charge // STEP * STEP)
    if supply.runtime_s is not None:
        minutes = supply.runtime_s // 60
        told["minutes"] = str(minutes if minutes < STEP else minutes // STEP * STEP)
    return told
