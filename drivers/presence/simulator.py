"""A presence radar on a pty, in a process of its own: `python -m drivers.presence.simulator --pty-link P --control S`.

Control lines: `{"stand": cm, "moving": false}` (null: nobody), `{"status": true}` and `{"fault": NAME}`, NAME one of
`FAULTS`, "unplug", or "none", which also plugs in again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from drivers.presence import codec
from drivers.presence.codec import BAUD, Answer, Sighting, Target, Word
from drivers.transport.far_end import PtyWire, arguments, serve
from drivers.transport.faults import Faults

FAULTS = ("silent", "garbage", "stuck", "baud", "engineering", "torn")
"""Says nothing; noise before every report; somebody for ever; another speed; engineering reports; half of each."""
EVERY_S = 0.1
NOISE = bytes.fromhex("F4F3F2F1FFFF00F4F3F2") + bytes(range(7))
PARAMETERS = bytes.fromhex("AA080808" + "14" * 9 + "19" * 9 + "0500")
FIRMWARE = bytes.fromhex("0000020116240622")
VALUES: Mapping[int, bytes] = {Word.READ_PARAMETERS: PARAMETERS, Word.READ_FIRMWARE: FIRMWARE}
NOBODY = Sighting(Target.NOBODY, 0, 0, 0, 0)


class Simulator:
    """A radar. `received` runs on the wire's thread, `control` on the socket's."""

    def __init__(self, wire: PtyWire) -> None:
        self._wire = wire
        self._faults = Faults(FAULTS)
        self._lock = threading.Lock()
        self._seen = NOBODY
        self._configuring = False
        self._heard = b""
        self._commands: list[int] = []
        self._next = 0.0
        self._ticker = threading.Thread(target=self._tick, name="tick", daemon=True)
        self._ticker.start()

    def received(self, data: bytes) -> None:
        """Answer whole commands, and report when it is time."""
        with self._lock:
            faults, seen = self._faults.on, self._seen
            answers = self._answers(data) if "silent" not in faults else b""
        right = self._wire.plugged and self._wire.line_speed() == self._wire.baud and "baud" not in faults
        if answers and right:
            self._wire.send(answers)
        if time.monotonic() < self._next or not self._wire.plugged:
            return
        self._next = time.monotonic() + EVERY_S
        if "silent" in faults or self._configuring:
            return
        sent = codec.encode_report(
            Sighting(Target.BOTH, 60, 80, 60, 80) if "stuck" in faults else seen, engineering="engineering" in faults
        )
        if "garbage" in faults:
            sent = NOISE + sent
        if "torn" in faults:
            sent = sent[: len(sent) // 2]
        self._wire.send(sent if right else bytes(byte ^ 0x5E for byte in sent[::2]))

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := set(request) - {"stand", "moving", "fault", "status"}:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        if "fault" in request:
            self._fault(str(request["fault"]))
        with self._lock:
            if "stand" in request:
                self._seen = _sighting(request["stand"], bool(request.get("moving", True)))
            status: dict[str, object] = {
                "somebody": self._seen.target is not Target.NOBODY,
                "plugged": self._wire.plugged,
                "faults": self._faults.on,
                "commands": list(self._commands),
            }
        return status if request.get("status") else {}

    def _answers(self, data: bytes) -> bytes:
        self._heard = (self._heard + data)[-256:]
        sent = b""
        while (end := self._heard.find(codec.COMMAND_END)) >= 0:
            raw, self._heard = self._heard[: end + 4], self._heard[end + 4 :]
            start = raw.find(codec.COMMAND_HEAD)
            if start < 0:
                continue
            word = codec.command_in(raw[start:])
            self._commands.append(word)
            sent += codec.encode_answer(self._obey(word))
        return sent

    def _obey(self, word: int) -> Answer:
        if word == Word.ENABLE_CONFIG:
            self._configuring = True
            return Answer(word, True, bytes.fromhex("01004000"))
        if not self._configuring:
            return Answer(word, False, b"")
        if word == Word.END_CONFIG:
            self._configuring = False
            return Answer(word, True, b"")
        return Answer(word, word in VALUES, VALUES.get(word, b""))

    def _fault(self, name: str) -> None:
        if name == "unplug":
            self._wire.request_plugged(False)
            return
        with self._lock:
            self._faults.set(name)
        if name == "none":
            self._wire.request_plugged(True)

    def _tick(self) -> None:
        while True:
            time.sleep(EVERY_S)
            self._wire.wake()


def _sighting(distance: object, moving: bool) -> Sighting:
    if distance is None:
        return NOBODY
    away = int(str(distance))
    return Sighting(Target.MOVING, away, 70, 0, 0) if moving else Sighting(Target.STILL, 0, 0, away, 50)


def main() -> None:
    """Run the simulator until it is told to end."""
    options = arguments("A presence radar on a pty.", BAUD).parse_args()
    wire = PtyWire(options.pty_link, options.baud, paced=not options.unpaced)
    simulator = Simulator(wire)
    serve(options, wire, simulator.control, simulator.received)


if __name__ == "__main__":
    main()
