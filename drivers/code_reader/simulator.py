"""A code reader on a pty, in a process of its own: `python -m drivers.code_reader.simulator --pty-link P --control S`.

`--dialect NAME` chooses the family (gm65, newland, newland-esc, honeywell, vguang, plain). Control lines:
`{"show": text}` (null takes the code away), `{"status": true}` and `{"fault": NAME, "count": N}`, NAME one of `FAULTS`
or `MORE_FAULTS`, "unplug", or "none", which also plugs in again; a fault without a count stays on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from drivers.code_reader.codec import LONGEST
from drivers.code_reader.virtual_reader import READERS, VirtualReader
from drivers.transport.far_end import PtyWire, arguments, serve
from drivers.transport.faults import Faults

FAULTS = ("noise", "long", "binary", "silent", "split")
"""What a person in the device lab can choose."""
MORE_FAULTS = ("flood", "late", "double", "other", "declined")
"""Talks without a pause; answers 1.5 s late; sends a code twice; answers something else; declines the trigger."""
WINDOW_S = 5.0
"""How long the reader looks for a code after a trigger."""
LATE_S = 1.5
AGAIN_S = 0.2
"""A reader that looks by itself says what it sees again after this time."""
NOISE = bytes.fromhex("00FF8013FE02000001")
BINARY = bytes(byte for byte in range(256) if byte not in (0x0A, 0x0D))
FLOOD = bytes(range(0x20, 0x7F)) * 8
FLOOD_PAUSE_S = 0.01


class Simulator:
    """A reader that scans once for each trigger. `received` runs on the wire's thread, `control` on the socket's."""

    def __init__(self, wire: PtyWire, reader: VirtualReader) -> None:
        self._wire = wire
        self._reader = reader
        self._faults = Faults(FAULTS + MORE_FAULTS)
        self._lock = threading.Lock()
        self._shown: str | None = None
        self._looks_from = 0.0
        self._looks_until = float("inf") if reader.looks_by_itself else 0.0
        self._late: list[tuple[float, bytes]] = []
        self._heard = b""
        self._triggers = self._stops = self._codes = 0

    def received(self, data: bytes) -> None:
        """Take bytes from the wire, answer, and scan when it looks and a code is shown."""
        if data and self._wire.line_speed() == self._wire.baud:
            self._hear(data)
        now = time.monotonic()
        with self._lock:
            sent = b"".join(answer for at, answer in self._late if at <= now)
            self._late = [(at, answer) for at, answer in self._late if at > now]
            chunk = 64
            if self._faults.happens("flood"):
                sent += FLOOD
                self._wire.wake()
            elif self._shown is not None and self._looks_from <= now < self._looks_until:
                code, chunk = self._scanned(self._shown)
                sent += code
                self._codes += 1
                self._rest(now + AGAIN_S)
        if sent:
            self._wire.send(sent, chunk)
        if sent.endswith(FLOOD):
            # Not faster than a reader's processor, when the wire is not paced.
            time.sleep(FLOOD_PAUSE_S)

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
                "stops": self._stops,
                "codes": self._codes,
            }

    def _hear(self, data: bytes) -> None:
        """Answer every request that is whole, in order."""
        self._heard = (self._heard + data)[-256:]
        while True:
            found = [(self._heard.find(asked), asked) for asked in self._reader.answers if asked in self._heard]
            if not found:
                return
            at, asked = min(found)
            self._heard = self._heard[at + len(asked) :]
            self._asked(asked)

    def _asked(self, asked: bytes) -> None:
        reader = self._reader
        answer = reader.answers[asked]
        with self._lock:
            self._triggers += asked == reader.counted
            self._stops += asked == reader.ends
            if self._faults.happens("silent"):
                return
            if asked == reader.begins:
                self._looks_from, self._looks_until = 0.0, time.monotonic() + WINDOW_S
            if asked == reader.ends:
                self._looks_until = 0.0
            if answer and self._faults.happens("declined"):
                answer = reader.declined
                self._rest(float("inf"))
            if answer and self._faults.happens("other"):
                answer = reader.other
            if answer and self._faults.happens("late"):
                self._late.append((time.monotonic() + LATE_S, answer))
                self._wake_after(LATE_S)
                return
        self._wire.send(answer)

    def _rest(self, until: float) -> None:
        """Look no more: a triggered reader until the next trigger, another until `until`."""
        if not self._reader.looks_by_itself:
            self._looks_from = self._looks_until = 0.0
            return
        self._looks_from, self._looks_until = until, float("inf")
        if until < float("inf"):
            self._wake_after(until - time.monotonic())

    def _wake_after(self, seconds: float) -> None:
        timer = threading.Timer(max(0.0, seconds), self._wire.wake)
        timer.daemon = True
        timer.start()

    def _scanned(self, text: str) -> tuple[bytes, int]:
        raw = text.encode()
        sent = self._reader.pack(raw)
        if self._faults.happens("double"):
            sent += sent
        if self._faults.happens("noise"):
            sent = NOISE + sent
        if self._faults.happens("long"):
            sent = self._reader.pack(b"A" * (LONGEST + 64))
        if self._faults.happens("binary"):
            sent = self._reader.pack(BINARY)
        return sent, 1 if self._faults.happens("split") else 64

    def _fault(self, name: str, count: object) -> None:
        if name == "unplug":
            self._wire.request_plugged(False)
            return
        with self._lock:
            self._faults.set(name, None if count is None else int(str(count)))
            if name == "none":
                self._rest(0.0)
                self._late.clear()
        if name == "none":
            self._wire.request_plugged(True)
        self._wire.wake()


def main() -> None:
    """Run the simulator until it is told to end."""
    parser = arguments("A code reader on a pty.", 0)
    parser.add_argument("--dialect", choices=tuple(READERS), default="gm65", help="the family it belongs to")
    options = parser.parse_args()
    reader = READERS[options.dialect]
    wire = PtyWire(options.pty_link, options.baud or reader.dialect.baud, paced=not options.unpaced)
    simulator = Simulator(wire, reader)
    serve(options, wire, simulator.control, simulator.received)


if __name__ == "__main__":
    main()
