"""A relay board with locks and doors behind it, pure: what it answers to which bytes. For simulators and tests."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.relays import lcus, modbus
from drivers.relays.modbus import Answer, Bits, Fault, Function, Refused, Request, Written
from drivers.transport.faults import Faults

FAULTS = (
    "silent",
    "bad-crc",
    "noise",  # before every answer
    "exception",  # every request is refused with code 4
    "stuck",  # relays no longer move
    "jam",  # no door opens
    "contact-broken",  # every door reads as open
    "contact-short",  # every door reads as shut
    "flutter",  # contacts that never settle
    "late",  # another unit's answer instead
)
FORMS = ("none", "text", "bytes")
"""How a board of the LCUS class answers the query."""


class VirtualBoard:
    """Relays and contacts. `doors` maps a lock's channel to the input of its door; a shut door closes its contact."""

    def __init__(self, channels: int = 4, inputs: int = 4, doors: Mapping[int, int] | None = None) -> None:
        self.faults = Faults(FAULTS)
        self.coils = dict.fromkeys(range(1, channels + 1), False)
        self.contacts = dict.fromkeys(range(1, inputs + 1), False)
        self.doors = dict(doors or {})
        for door in self.doors.values():
            self.contacts[door] = True
        self.moves: list[tuple[int, bool]] = []
        self._flutter = False

    def switch(self, channel: int, on: bool) -> None:
        """Current on a coil, or off it; a lock lets its door spring open."""
        self.moves.append((channel, on))
        if self.faults.happens("stuck"):
            return
        self.coils[channel] = on
        if on and channel in self.doors and not self.faults.happens("jam"):
            self.contacts[self.doors[channel]] = False

    def power_cycle(self) -> None:
        """Every relay falls off."""
        self.coils = dict.fromkeys(self.coils, False)

    def seen(self) -> dict[int, bool]:
        """What the inputs read."""
        found = dict(self.contacts)
        for door in self.doors.values():
            if self.faults.happens("contact-broken"):
                found[door] = False
            if self.faults.happens("contact-short"):
                found[door] = True
            if self.faults.happens("flutter"):
                self._flutter = not self._flutter
                found[door] = self._flutter
        return found


class LcusFarEnd:
    """Bytes in, bytes out, for the LCUS class."""

    def __init__(self, board: VirtualBoard, form: str) -> None:
        self._board = board
        self._form = form
        self._heard = b""

    def received(self, data: bytes) -> bytes:
        """Obey whole frames; answer queries."""
        self._heard += data
        sent = b""
        while self._heard:
            if self._heard[:1] == lcus.QUERY:
                self._heard = self._heard[1:]
                sent += self._states()
            elif self._heard[0] != lcus.HEAD:
                self._heard = self._heard[1:]
            elif len(self._heard) < 4:
                break
            else:
                move = lcus.decode_switch(self._heard[:4])
                self._heard = self._heard[4 if move else 1 :]
                if move and move[0] in self._board.coils and "silent" not in self._board.faults.on:
                    self._board.switch(*move)
        return sent

    def _states(self) -> bytes:
        board = self._board
        if self._form == "none" or board.faults.happens("silent"):
            return b""
        noise = b"\x00\xfe" if board.faults.happens("noise") else b""
        if self._form == "bytes":
            return noise + bytes(board.coils.values())
        return noise + b"".join(b"CH%d:%s \r\n" % (n, b"ON" if on else b"OFF") for n, on in board.coils.items())


class ModbusFarEnd:
    """Bytes in, bytes out, for Modbus RTU."""

    def __init__(self, board: VirtualBoard, unit: int = 1) -> None:
        self._board = board
        self._unit = unit
        self._heard = b""

    def received(self, data: bytes) -> bytes:
        """Answer whole requests."""
        self._heard = (self._heard + data)[-64:]
        sent = b""
        at = 0
        while at + 8 <= len(self._heard):
            try:
                request = modbus.decode_request(self._heard[at : at + 8])
            except modbus.FrameError:
                at += 1
                continue
            self._heard, at = self._heard[at + 8 :], 0
            if request.unit == self._unit:
                sent += self._bytes(request)
        return sent

    def _bytes(self, request: Request) -> bytes:
        faults = self._board.faults
        if faults.happens("silent"):
            return b""
        raw = modbus.encode_answer(request, self._answer(request))
        if faults.happens("late"):
            other = Request(request.unit % 247 + 1, request.function, request.address, request.value)
            raw = modbus.encode_answer(other, self._answer(request))
        if faults.happens("bad-crc"):
            raw = raw[:-1] + bytes((raw[-1] ^ 0x5A,))
        return b"\x00\x01\xff" + raw if faults.happens("noise") else raw

    def _answer(self, request: Request) -> Answer:
        board, address = self._board, request.address
        if board.faults.happens("exception"):
            return Refused(Fault.FAILURE)
        if request.function is Function.WRITE_COIL:
            if address + 1 not in board.coils:
                return Refused(Fault.ADDRESS)
            if request.value not in (modbus.ON, modbus.OFF):
                return Refused(Fault.VALUE)
            board.switch(address + 1, request.value == modbus.ON)
            return Written()
        states = board.coils if request.function is Function.READ_COILS else board.seen()
        wanted = range(address + 1, address + 1 + request.value)
        if not wanted or not set(wanted) <= states.keys():
            return Refused(Fault.ADDRESS)
        return Bits(tuple(states[number] for number in wanted))
