"""What stands around the terminal: presence sensor, relay board and power supply. Their words become events."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from drivers.device import Completion, DeviceState, Report, Status
from drivers.owner import Clock, DeviceOwner
from drivers.presence import presence
from drivers.relays import OpenLocker, RelayBoard, Switch, relays
from drivers.ups import ups
from kiosk_app.conductor import Record
from kiosk_app.health.power import LOST_S, Believed, near
from kiosk_app.visit.around import lamps
from kiosk_app.visit.events import DeviceChanged, Event, PowerChanged, PresenceChanged
from kiosk_app.visit.state import State
from provisioning import DeviceSpec

KINDS = ("presence", "relays", "ups")
SWITCH_SECONDS = 5.0
TRIED_S = 3.0
"""How long a lamp burns that a technician tries."""
COMES_S = 2.0
"""Nobody was seen for so long before somebody who comes."""


def make(spec: DeviceSpec, clock: Clock) -> DeviceOwner:
    """Make the device of a profile entry.

    Raises:
        ValueError: the address or an option cannot be understood.
    """
    match spec.kind:
        case "presence":
            return presence(spec.id, spec.uri, clock=clock, options=spec.options)
        case "relays":
            return relays(spec.id, spec.uri, clock=clock, options=spec.options)
        case _:
            return ups(spec.id, spec.uri, clock=clock, options=spec.options)


class Around:
    """One device of each kind that the profile names. Loop's thread but for reports."""

    def __init__(
        self,
        specs: Iterable[DeviceSpec],
        clock: Clock,
        on_loop: Callable[[Callable[[], None]], None],
        after: Callable[[float, Callable[[], None]], object],
        dispatch: Callable[[Event], None],
        record: Record,
    ) -> None:
        self._clock = clock
        self._on_loop = on_loop
        self._after = after
        self._dispatch = dispatch
        self._record = record
        self._count = itertools.count(1)
        self._devices: dict[str, DeviceOwner] = {}
        self._greets = True
        self._near = False
        self._away_since = clock.monotonic()
        self._believed = Believed()
        self._lit: frozenset[str] = frozenset()
        self._tried: frozenset[str] = frozenset()
        self.last: dict[str, Status] = {}
        for spec in specs:
            if spec.kind not in KINDS or spec.kind in self._devices:
                continue
            try:
                self._devices[spec.kind] = make(spec, clock)
            except ValueError:
                self._refused(spec)
                continue
            self._greets = self._greets and spec.options.get("greet") is not False

    def start(self) -> None:
        """Begin; states arrive as events."""
        self._away_since = self._clock.monotonic()
        for device in self._devices.values():
            device.start(self._hear)

    def stop(self) -> None:
        """End the owners."""
        for device in self._devices.values():
            device.stop()

    def nudge(self) -> None:
        """Something was plugged in or pulled out: look at once. Any thread."""
        for device in self._devices.values():
            device.nudge()

    def watch(self, _event: Event, state: State) -> None:
        """Switch the lamps of the site as this state wants them; what the site does not have burns nowhere."""
        board = self._devices.get("relays")
        wanted = lamps(state) | self._tried
        if not isinstance(board, RelayBoard) or wanted == self._lit:
            return
        changed, self._lit = wanted ^ self._lit, wanted
        self._switch(board, changed)

    @property
    def board(self) -> RelayBoard | None:
        """The relay board of the site, if it has one."""
        board = self._devices.get("relays")
        return board if isinstance(board, RelayBoard) else None

    def try_lamp(self, name: str) -> None:
        """Light a lamp for a moment. Loop's thread."""
        if self.board is not None:
            self._tried |= {name}
            self._lit |= {name}
            self._switch(self.board, frozenset({name}))
            self._after(TRIED_S, lambda: self._rest(name))

    def _rest(self, name: str) -> None:
        self._tried -= {name}
        if self.board is not None:
            self._lit -= {name}
            self._switch(self.board, frozenset({name}))

    def open_locker(self, name: str) -> None:
        """Pulse a lock. Loop's thread."""
        if self.board is not None:
            self.board.submit(OpenLocker(f"locker-{next(self._count)}", SWITCH_SECONDS, name))

    def _switch(self, board: RelayBoard, names: frozenset[str]) -> None:
        for name in sorted(names & (board.wiring.outputs.keys() - board.wiring.locks)):
            board.submit(Switch(f"lamp-{next(self._count)}", SWITCH_SECONDS, name, name in self._lit))

    def _refused(self, spec: DeviceSpec) -> None:
        status = Status(spec.id, spec.kind, DeviceState.NO_DEVICE, {"cause": "profile"})
        self.last[spec.kind] = status
        self._on_loop(lambda: self._dispatch(DeviceChanged(spec.kind, status.state.value, dict(status.detail))))

    def _hear(self, report: Report) -> None:
        """Drivers' threads."""
        match report:
            case Status():
                self._on_loop(lambda: self._take(report))
            case Completion(error=error) if error is not None:
                self._record(
                    "device_failed", {"device": report.device, "command": report.id, "cause": error.kind.value}
                )

    def _take(self, status: Status) -> None:
        """Loop's thread. The state is told when it changes; percent and minutes are no news to a visit."""
        before = self.last.get(status.kind)
        self.last[status.kind] = status
        if before is None or before.state is not status.state:
            self._dispatch(DeviceChanged(status.kind, status.state.value, dict(status.detail)))
            board = self._devices.get(status.kind)
            if isinstance(board, RelayBoard) and status.state is DeviceState.ONLINE:
                # What was wanted while nobody answered.
                self._switch(board, self._lit)
        now_near = near(tuple(self.last.values()))
        if now_near != self._near:
            self._near = now_near
            # Whoever stood here already has not come: after each visit a fresh process begins to look.
            comes = self._clock.monotonic() - self._away_since >= COMES_S
            self._away_since = self._clock.monotonic()
            self._dispatch(PresenceChanged(now_near, self._greets and comes))
        if status.kind == "ups":
            was_lost = self._believed.lost_at
            self._believe(self._believed.hear(status, self._clock.monotonic()))
            if was_lost is None and self._believed.lost_at is not None:
                self._after(LOST_S, self._wait)

    def _wait(self) -> None:
        self._believe(self._believed.wait(self._clock.monotonic()))

    def _believe(self, believed: Believed) -> None:
        before, self._believed = self._believed, believed
        if before.power != believed.power:
            self._dispatch(PowerChanged(believed.power))
