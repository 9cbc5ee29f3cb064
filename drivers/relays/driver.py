"""A relay board as a device: lamps that are switched, locks that are pulsed, doors and a PIR that are looked at.

A locker counts as opened when its contact went from shut to open, and not otherwise. A lock is switched off whatever
happens; where that could not be said, it is the first thing said when the board is back.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Capabilities, Command, DeviceState, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.presence.nearness import Nearness
from drivers.relays.boards import Board
from drivers.relays.messages import PRESENCE, Door, OpenLocker, Switch, Switched, Wiring
from drivers.transport import NoReply, Transport, TransportFactory

KIND = "relays"
IDLE_S = 0.25
LOOK_S = 0.1
AGREE = 2
"""Equal looks that make a change: contacts bounce."""
MOST_LOOKS = 8
"""A contact that does not settle within so many says nothing."""
MakeBoard = Callable[[Transport], Board]


class RelayBoard(DeviceOwner):
    """One board. Its status's detail: `presence` (near, away) with a PIR, `open` (names of doors that stand open, by
    comma), `confirms` no where the board never tells; causes `left_open`, `relay_stuck`.

    Event: `door` {"name", "state": open or shut}.
    """

    def __init__(
        self,
        device_id: str,
        transport_factory: TransportFactory,
        make_board: MakeBoard,
        wiring: Wiring,
        *,
        clock: Clock,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        super().__init__(Capabilities(device_id, KIND), clock=clock, back_off=back_off, wait=wait)
        self._factory = transport_factory
        self._make_board = make_board
        self._wiring = wiring
        self._transport: Transport | None = None
        self._board: Board | None = None
        self._wanted: dict[str, bool] = {}
        self._stuck = False
        self._open_since: dict[str, float | None] = {}
        self._nearness = Nearness(wiring.circle)

    @property
    def wiring(self) -> Wiring:
        """What hangs where."""
        return self._wiring

    def connect(self) -> None:
        """Open the line; no lock may be under current, and lamps are put as they were wanted last."""
        self._transport = self._factory()
        self._transport.open()
        self._board = board = self._make_board(self._transport)
        self._stuck = False
        self._nearness.reset()
        board.meet(_go_on)
        for name in sorted(self._wiring.outputs):
            self._put(name, name not in self._wiring.locks and self._wanted.get(name, False), _go_on)
        # One that does not settle counts as open: nothing will be said to have been opened by it.
        self._open_since = {name: None if self._is_shut(name, _go_on) else self._now() for name in self._wiring.doors}
        self._tell()

    def disconnect(self) -> None:
        """Close the line."""
        transport, self._transport, self._board = self._transport, None, None
        if transport is not None:
            transport.close()

    def execute(self, command: Command, job: Job) -> object:
        """Switch, or open."""
        match command:
            case Switch(name=name, on=on) if name in self._wiring.outputs and name not in self._wiring.locks:
                self._wanted[name] = on
                confirmed = self._put(name, on, job.check)
                self._tell()
                if confirmed is False:
                    raise CommandFailed(ErrorKind.DEVICE_FAULT, f"{name}: the relay did not follow")
                return Switched(on, confirmed is True)
            case OpenLocker(name=name) if name in self._wiring.locks:
                return self._open(name, job)
            case _:
                raise CommandFailed(ErrorKind.REFUSED, f"{type(command).__name__}: not among the outputs of the site")

    def idle(self) -> float | None:
        """Look at doors, the PIR and the board itself."""
        board = self._met()
        if self._wiring.inputs:
            self._look(board.inputs(_go_on))
        self._tend(board.outputs(_go_on))
        self._tell()
        return IDLE_S

    def _open(self, name: str, job: Job) -> Door:
        """Pulse the lock, and judge by the contact alone."""
        watched = name in self._wiring.doors
        if watched and (shut := self._is_shut(name, job.check)) is not True:
            if shut is None:
                raise CommandFailed(ErrorKind.DEVICE_FAULT, f"{name}: its contact does not settle")
            return Door.WAS_OPEN
        board, channel = self._met(), self._wiring.outputs[name]
        try:
            board.switch(channel, True, job.check)
            job.wait(self._wiring.pulse_s)
        finally:
            self._release(name)
        if not watched:
            return Door.UNKNOWN
        end = self._now() + self._wiring.open_s
        while self._now() < end:
            if self._is_shut(name, job.check) is False:
                self._mark(name, shut=False)
                self._tell()
                return Door.OPENED
            job.wait(LOOK_S)
        return Door.NOT_OPENED

    def _release(self, name: str) -> None:
        """Take the current off a lock; deadlines and cancels do not count here."""
        try:
            if self._put(name, False, _go_on) is False:
                self._tell()
        except CommandFailed as failure:
            # It answers and does not obey: connecting anew switches all locks off first.
            raise NoReply("a lock could not be switched off") from failure

    def _put(self, name: str, on: bool, check: Callable[[], None]) -> bool | None:
        """Switch a channel and return whether it followed; None where the board never says."""
        board, channel = self._met(), self._wiring.outputs[name]
        board.switch(channel, on, check)
        states = board.outputs(check)
        if states is None:
            return None
        followed = states.get(channel) is on
        self._stuck = self._stuck or not followed
        return followed

    def _tend(self, states: dict[int, bool] | None) -> None:
        """Put right what is not as it was wanted: a board that has lost its power begins anew."""
        if states is None:
            return
        wiring, self._stuck = self._wiring, False
        for name, channel in sorted(wiring.outputs.items()):
            on = name not in wiring.locks and self._wanted.get(name, False)
            if states.get(channel) is not on:
                self._put(name, on, _go_on)

    def _is_shut(self, name: str, check: Callable[[], None]) -> bool | None:
        """Look at a contact until two looks agree; None for one that does not settle."""
        board, number, seen = self._met(), self._wiring.inputs[name], []
        for _ in range(MOST_LOOKS):
            seen.append(board.inputs(check)[number] is self._wiring.shut)
            check()
            if len(seen) >= AGREE and len(set(seen[-AGREE:])) == 1:
                return seen[-1]
        return None

    def _look(self, inputs: dict[int, bool]) -> None:
        for name in sorted(self._wiring.doors):
            shut = inputs[self._wiring.inputs[name]] is self._wiring.shut
            if shut is (self._open_since[name] is not None) and self._is_shut(name, _go_on) is shut:
                self._mark(name, shut)
        if PRESENCE in self._wiring.inputs:
            self._nearness.feed(0 if inputs[self._wiring.inputs[PRESENCE]] else None, self._now())

    def _mark(self, name: str, shut: bool) -> None:
        if (self._open_since[name] is not None) is shut:
            self._open_since[name] = None if shut else self._now()
            self.emit("door", {"name": name, "state": "shut" if shut else "open"})

    def _tell(self) -> None:
        now, detail = self._now(), {}
        opened = {name: since for name, since in self._open_since.items() if since is not None}
        if PRESENCE in self._wiring.inputs:
            detail["presence"] = self._nearness.presence.value
        if opened:
            detail["open"] = ",".join(sorted(opened))
        if not self._met().confirms:
            detail["confirms"] = "no"
        if self._stuck:
            self.set_status(DeviceState.HARDWARE_ERROR, {**detail, "cause": "relay_stuck"})
            return
        if any(now - since >= self._wiring.left_open_s for since in opened.values()):
            detail["cause"] = "left_open"
        elif PRESENCE in self._wiring.inputs and self._nearness.stuck(now):
            detail["cause"] = "stuck"
        self.set_status(DeviceState.ONLINE, detail)

    def _now(self) -> float:
        return self.clock.monotonic()

    def _met(self) -> Board:
        if self._board is None:
            raise NoReply("not connected")
        return self._board


def _go_on() -> None:
    """Nothing can interrupt a question asked between commands; each ends within its tries' time."""
