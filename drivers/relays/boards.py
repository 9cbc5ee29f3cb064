"""The two families of relay boards behind one face: switch a channel, ask for channels and inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from drivers.device import ErrorKind
from drivers.owner import Clock, CommandFailed
from drivers.relays import lcus, modbus
from drivers.relays.modbus import Bits, Function, Refused, Request
from drivers.transport import NoReply, Transport

ANSWER_S = 0.5
TRIES = 3
SLICE_S = 0.05
WRITE_S = 1.0
CHUNK = 256

Check = Callable[[], None]
"""Called between waits; raises to give up (deadline, cancel)."""


class Board(Protocol):
    """One board on an open line, for one owner. Channels and inputs count from 1."""

    @property
    def confirms(self) -> bool:
        """True when the board says what its channels are at."""

    def meet(self, check: Check) -> None:
        """See that it is there, if it can tell.

        Raises:
            NoReply, TransportError: nobody answers.
            CommandFailed: it answers, and refuses.
        """

    def switch(self, channel: int, on: bool, check: Check) -> None:
        """Switch one channel; whether it did is asked by `outputs`.

        Raises: as `meet`.
        """

    def outputs(self, check: Check) -> dict[int, bool] | None:
        """Return channel -> on, None when the board never says.

        Raises: as `meet`.
        """

    def inputs(self, check: Check) -> dict[int, bool]:
        """Return input -> closed; empty for boards without.

        Raises: as `meet`.
        """


class LcusBoard:
    """A relay of the LCUS class. A board that has answered once must go on answering."""

    def __init__(self, transport: Transport, clock: Clock, channels: int) -> None:
        self._transport = transport
        self._clock = clock
        self._channels = channels
        self.confirms = False

    def meet(self, check: Check) -> None:
        """Ask what it is at; silence is the rule with many boards, and no fault."""
        self.confirms = self._asked(check) is not None

    def switch(self, channel: int, on: bool, check: Check) -> None:
        """Send the frame; nothing comes back."""
        self._transport.write(lcus.encode_switch(channel, on), WRITE_S)

    def outputs(self, check: Check) -> dict[int, bool] | None:
        """Ask, if it answers at all."""
        if not self.confirms:
            # Nothing is sent, but a pulled cable must show.
            self._transport.drain_input()
            return None
        for _ in range(TRIES):
            if (found := self._asked(check)) is not None:
                return found
        raise NoReply(f"{self._transport.name}: the query is no longer answered")

    def inputs(self, check: Check) -> dict[int, bool]:
        """It has none."""
        return {}

    def _asked(self, check: Check) -> dict[int, bool] | None:
        self._transport.drain_input()
        self._transport.write(lcus.QUERY, WRITE_S)
        end, answer, found = self._clock.monotonic() + ANSWER_S, b"", None
        while self._clock.monotonic() < end and len(answer) < CHUNK:
            data = self._transport.read(CHUNK, SLICE_S)
            if found is not None and not data:
                return found
            answer += data
            found = lcus.states_in(answer, self._channels)
            check()
        return found


class ModbusBoard:
    """A board that speaks Modbus RTU, on a serial line or through a tunnel."""

    confirms = True

    def __init__(self, transport: Transport, clock: Clock, channels: int, unit: int, inputs: int) -> None:
        self._transport = transport
        self._clock = clock
        self._channels = channels
        self._unit = unit
        self._inputs = inputs

    def meet(self, check: Check) -> None:
        """Read its coils, which moves nothing."""
        self.outputs(check)

    def switch(self, channel: int, on: bool, check: Check) -> None:
        """Write one coil. Writing it twice does no harm, so a lost answer is asked for again."""
        self._ask(Request(self._unit, Function.WRITE_COIL, channel - 1, modbus.ON if on else modbus.OFF), check)

    def outputs(self, check: Check) -> dict[int, bool] | None:
        """Read the coils."""
        return self._bits(Function.READ_COILS, self._channels, check)

    def inputs(self, check: Check) -> dict[int, bool]:
        """Read the discrete inputs that somebody is interested in."""
        return self._bits(Function.READ_INPUTS, self._inputs, check) if self._inputs else {}

    def _bits(self, function: Function, count: int, check: Check) -> dict[int, bool]:
        answer = self._ask(Request(self._unit, function, 0, count), check)
        assert isinstance(answer, Bits)
        return dict(enumerate(answer.values, 1))

    def _ask(self, request: Request, check: Check) -> modbus.Answer:
        damaged = False
        for _ in range(TRIES):
            self._transport.drain_input()
            self._transport.write(modbus.encode(request), WRITE_S)
            end, heard = self._clock.monotonic() + ANSWER_S, b""
            while self._clock.monotonic() < end and len(heard) < modbus.LONGEST:
                heard += self._transport.read(CHUNK, SLICE_S)
                answer = modbus.find_answer(request, heard)
                if isinstance(answer, Refused):
                    raise CommandFailed(ErrorKind.REFUSED, f"Modbus exception {answer.code}")
                if answer is not None:
                    return answer
                check()
            damaged = damaged or bool(heard)
        if damaged:
            raise CommandFailed(ErrorKind.UNREADABLE, "answers with a wrong checksum, or of another unit")
        raise NoReply(f"{self._transport.name}: unit {self._unit} does not answer")
