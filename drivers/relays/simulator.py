"""A relay board on a pty, in a process of its own: `python -m drivers.relays.simulator --pty-link P --control S`.

`--board lcus` (`--query none|text|bytes`) or `--board modbus` (`--unit N`); `--doors 3:1,4:2` says which lock's channel
opens the door of which input. Control lines: `{"shut": input}` (a door is closed by hand), `{"pull": input}` (opened by
hand), `{"contact": input, "closed": true}` (a PIR), `{"power": "cycle"}`, `{"status": true}` and `{"fault": NAME,
"count": N}`, NAME one of `virtual_board.FAULTS`, "unplug", or "none", which also plugs in again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from drivers.relays import lcus
from drivers.relays.virtual_board import FORMS, LcusFarEnd, ModbusFarEnd, VirtualBoard
from drivers.transport.far_end import PtyWire, arguments, serve

_KEYS = {"shut", "pull", "contact", "closed", "power", "fault", "count", "status"}


class Simulator:
    """A board. `received` runs on the wire's thread, `control` on the socket's."""

    def __init__(self, wire: PtyWire, board: VirtualBoard, answer: Callable[[bytes], bytes]) -> None:
        self._wire = wire
        self._board = board
        self._answer = answer
        self._lock = threading.Lock()

    def received(self, data: bytes) -> None:
        """Take bytes in and answer."""
        if not data or self._wire.line_speed() != self._wire.baud:
            return
        with self._lock:
            answer = self._answer(data)
        if answer:
            self._wire.send(answer)

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := set(request) - _KEYS:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        if "fault" in request:
            self._fault(str(request["fault"]), request.get("count"))
        board = self._board
        with self._lock:
            for name, closed in (("shut", True), ("pull", False), ("contact", bool(request.get("closed")))):
                if name in request:
                    board.contacts[_known(board, request[name])] = closed
            if request.get("power") == "cycle":
                board.power_cycle()
            status: dict[str, object] = {
                "coils": [n for n, on in board.coils.items() if on],
                "closed": [n for n, closed in board.contacts.items() if closed],
                "moves": [[channel, on] for channel, on in board.moves],
                "plugged": self._wire.plugged,
                "faults": board.faults.on,
            }
        return status if request.get("status") else {}

    def _fault(self, name: str, count: object) -> None:
        if name == "unplug":
            self._wire.request_plugged(False)
            return
        with self._lock:
            self._board.faults.set(name, None if count is None else int(str(count)))
        if name == "none":
            self._wire.request_plugged(True)


def _known(board: VirtualBoard, number: object) -> int:
    if not isinstance(number, int) or number not in board.contacts:
        raise ValueError(f"{number} is no input: there are {', '.join(map(str, board.contacts))}")
    return number


def main() -> None:
    """Run the simulator until it is told to end."""
    parser = arguments("A relay board on a pty.", lcus.BAUD)
    parser.add_argument("--board", choices=("lcus", "modbus"), required=True)
    parser.add_argument("--query", choices=FORMS, default="none", help="how an LCUS board answers FF")
    parser.add_argument("--unit", type=int, default=1)
    parser.add_argument("--channels", type=int, default=4)
    parser.add_argument("--inputs", type=int, default=4)
    parser.add_argument("--doors", default="", help="channel:input, by comma")
    options = parser.parse_args()
    pairs = [pair.split(":") for pair in options.doors.split(",") if pair]
    board = VirtualBoard(options.channels, options.inputs, {int(lock): int(door) for lock, door in pairs})
    far_end = LcusFarEnd(board, options.query) if options.board == "lcus" else ModbusFarEnd(board, options.unit)
    wire = PtyWire(options.pty_link, options.baud, paced=not options.unpaced)
    simulator = Simulator(wire, board, far_end.received)
    serve(options, wire, simulator.control, simulator.received)


if __name__ == "__main__":
    main()
