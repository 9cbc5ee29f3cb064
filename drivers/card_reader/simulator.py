"""A card reader on a pty, in a process of its own: `python -m drivers.card_reader.simulator --pty-link P --control S`.

Control lines, several keys in one or one each, every line answered by one line:
`{"present": {card}}`, `{"remove": true}`, `{"keep_found": true}`, `{"rf_delay": 1.0}`, `{"status": true}`,
`{"forget_gaps": true}` (between finds, for the status), `{"baud": 9600}` (the module's own rate),
`{"wrong_rate": "silent" | "garbage"}` (what it says to somebody at another rate) and
`{"fault": NAME, "count": N}`, NAME one of `virtual_sam.FAULTS`, "unplug", or "none", which also plugs in again;
a fault without a count stays on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from drivers.card_reader import codec
from drivers.card_reader.cards import addresses_from_json, card_from_json, encode_text
from drivers.card_reader.codec import FrameParser
from drivers.card_reader.virtual_sam import Answer, VirtualSam
from drivers.transport.far_end import PtyWire, arguments, serve

GARBAGE = bytes.fromhex("FE00F8806AE000AA9600FF")


class Simulator:
    """Joins a virtual SAM and a wire. `received` runs on the wire's thread, `control` on the control socket's."""

    def __init__(self, wire: PtyWire, rf_delay: float) -> None:
        self._wire = wire
        self._rf_delay = rf_delay
        self._wrong_rate = "silent"
        self._sam = VirtualSam(time.monotonic)
        self._parser = FrameParser(codec.SHORTEST_REQUEST)
        self._lock = threading.Lock()  # around the SAM; never held while waiting for the wire

    def received(self, data: bytes) -> None:
        """Take bytes from the wire and answer the commands in them."""
        if not data:
            return
        if self._wire.line_speed() != self._wire.baud:
            # At another rate a UART hears only noise; some modules answer it, which the other side hears as noise too.
            self._parser.reset()
            if self._wrong_rate == "garbage":
                self._wire.send(GARBAGE)
            return
        damaged = self._parser.damaged
        frames = self._parser.feed(data)
        for frame in frames:
            with self._lock:
                answer = self._sam.answer(codec.unframe(frame, codec.SHORTEST_REQUEST))
            self._send(answer)
        if not frames and self._parser.damaged > damaged:
            self._send(self._sam.refuse())

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := set(request) - {
            "present",
            "remove",
            "fault",
            "count",
            "keep_found",
            "rf_delay",
            "forget_gaps",
            "status",
            "wrong_rate",
            "baud",
        }:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        with self._lock:
            if request.get("remove"):
                self._sam.remove()
            if "present" in request:
                described = request["present"]
                if not isinstance(described, Mapping):
                    raise ValueError("present: expected an object")
                text, photo = card_from_json(described)
                self._sam.present(encode_text(text), photo, addresses_from_json(described))
            if "keep_found" in request:
                self._sam.keep_found = bool(request["keep_found"])
            if "rf_delay" in request:
                self._rf_delay = float(str(request["rf_delay"]))
            if "wrong_rate" in request:
                if request["wrong_rate"] not in ("silent", "garbage"):
                    raise ValueError("wrong_rate: expected silent or garbage")
                self._wrong_rate = str(request["wrong_rate"])
            if "baud" in request:
                if request["baud"] not in codec.BAUDS:
                    raise ValueError(f"baud: expected one of {codec.BAUDS}")
                self._wire.baud = int(str(request["baud"]))
        if request.get("forget_gaps"):
            self._sam.shortest_find_gap = None
        if "fault" in request:
            self._fault(str(request["fault"]), request.get("count"))
        return self._status() if request.get("status") else {}

    def _fault(self, name: str, count: object) -> None:
        if name == "unplug":
            self._wire.request_plugged(False)
            with self._lock:
                self._sam.power_cycle()
            return
        with self._lock:
            self._sam.faults.set(name, None if count is None else int(str(count)))
        if name == "none":
            self._wire.request_plugged(True)

    def _status(self) -> dict[str, object]:
        sam = self._sam
        return {
            "card": sam.card_present,
            "plugged": self._wire.plugged,
            "keep_found": sam.keep_found,
            "baud": self._wire.baud,
            "faults": sam.faults.on,
            "commands": sam.commands,
            "finds": sam.finds,
            "reads": sam.reads,
            "shortest_find_gap": sam.shortest_find_gap,
        }

    def _send(self, answer: Answer | None) -> None:
        if answer is None:
            return
        delay = answer.delay + (self._rf_delay if answer.is_read else 0.0)
        if delay > 0:
            time.sleep(delay)
        self._wire.send(answer.data, answer.chunk)
        if answer.unplug:
            # The cable is pulled only after the other side has had time to read what is already there.
            time.sleep(0.05)
            self._wire.close()
            self._sam.power_cycle()
        if answer.new_baud is not None:
            self._wire.baud = answer.new_baud


def main() -> None:
    """Run the simulator until it is told to end."""
    parser = arguments("An identity card reader that speaks the SAM_V protocol on a pty.", codec.BAUDS[0])
    parser.add_argument("--rf-delay", type=float, default=0.0, help="seconds a card takes to be read (real ones: 1)")
    options = parser.parse_args()
    wire = PtyWire(options.pty_link, options.baud, paced=not options.unpaced)
    simulator = Simulator(wire, options.rf_delay)
    serve(options, wire, simulator.control, simulator.received)


if __name__ == "__main__":
    main()
