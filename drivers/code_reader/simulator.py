"""A code reader on a pty, in a process of its own: `python -m drivers.code_reader.simulator --pty-link P --control S`.

Control lines: `{"show": text}` (null takes the code away), `{"status": true}` and `{"fault": NAME, "count": N}`,
NAME one of `FAULTS`, "unplug", or "none", which also plugs in again; a fault without a count stays on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from drivers.code_reader.codec import ACK, LONGEST, TRIGGER
from drivers.transport.far_end import PtyWire, arguments, serve
from drivers.transport.faults import Faults

FAULTS = ("noise", "long", "binary", "silent", "split")
BAUD = 9600
WINDOW_S = 5.0
"""How long the reader looks for a code after a trigger."""
NOISE = bytes.fromhex("00FF8013FE02000001")
BINARY = bytes(byte for byte in range(256) if byte not in (0x0A, 0x0D))


class Simulator:
    """A reader that scans once for each trigger. `received` runs on the wire's thread, `control` on the socket's."""

    def __init__(self, wire: PtyWire) -> None:
        self._wire = wire
        self._faults = Faults(FAULTS)
        self._lock = threading.Lock()
        self._shown: str | None = None
        self._looking_until = 0.0
        self._heard = b""
        self._triggers = self._codes = 0

    def received(self, data: bytes) -> None:
        """Take bytes from the wire, and scan when a trigger is on and a code is shown."""
        if data and self._wire.line_speed() == self._wire.baud:
            self._heard = (self._heard + data)[-256:]
            while TRIGGER in self._heard:
                self._heard = self._heard.partition(TRIGGER)[2]
                self._triggered()
        with self._lock:
            text = self._shown if time.monotonic() < self._looking_until else None
            if text is None:
                return
            self._looking_until = 0.0
            self._codes += 1
            sent, chunk = self._scanned(text)
        self._wire.send(sent, chunk)

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := set(request) - {"show", "fault", "count", "status"}:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        if "fault" in request:
            self._fault(str(request["fault"]), request.get("count"))
        if "show" in request:
            with self._lock:
                self._shown = None if request["show"] is None else str(request["show"])
            self._wire.wake()
        if not request.get("status"):
            return {}
        with self._lock:
            return {
                "shown": self._shown is not None,
                "plugged": self._wire.plugged,
                "faults": self._faults.on,
                "triggers": self._triggers,
                "codes": self._codes,
            }

    def _triggered(self) -> None:
        with self._lock:
            self._triggers += 1
            if self._faults.happens("silent"):
                return
            self._looking_until = time.monotonic() + WINDOW_S
        self._wire.send(ACK)

    def _scanned(self, text: str) -> tuple[bytes, int]:
        sent = text.encode() + b"\r"
        if self._faults.happens("noise"):
            sent = NOISE + sent
        if self._faults.happens("long"):
            sent = b"A" * (LONGEST + 64) + b"\r"
        if self._faults.happens("binary"):
            sent = BINARY + b"\r"
        return sent, 1 if self._faults.happens("split") else 64

    def _fault(self, name: str, count: object) -> None:
        if name == "unplug":
            self._wire.request_plugged(False)
            return
        with self._lock:
            self._faults.set(name, None if count is None else int(str(count)))
            if name == "none":
                self._looking_until = 0.0
        if name == "none":
            self._wire.request_plugged(True)


def main() -> None:
    """Run the simulator until it is told to end."""
    options = arguments("A code reader of the GM65 class on a pty.", BAUD).parse_args()
    wire = PtyWire(options.pty_link, options.baud, paced=not options.unpaced)
    simulator = Simulator(wire)
    serve(options, wire, simulator.control, simulator.received)


if __name__ == "__main__":
    main()
