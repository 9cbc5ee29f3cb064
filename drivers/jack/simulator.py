"""A headphone jack on a pty, in a process of its own: `python -m drivers.jack.simulator --pty-link P --control S`.

It writes what the kernel writes: 24 bytes an event. A pty has no switches to ask for, so the jack repeats what it says
now and then. Control lines: `{"plug": true | false}`, `{"status": true}` and `{"fault": NAME}`, NAME one of `FAULTS`,
"unplug" (the sound card goes away), or "none", which also brings it back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from drivers.jack.codec import Contact, event
from drivers.transport.far_end import PtyWire, arguments, serve
from drivers.transport.faults import Faults

FAULTS = ("chatter", "stuck")
"""A plug that goes in or out makes the contacts flutter; the switch no longer moves whatever the plug does."""
CHATTER = 12
CHATTER_S = 0.05
"""A worn jack: twenty changes a second."""
AGAIN_S = 0.4


class Simulator:
    """A jack. `received` runs on the wire's thread, `control` on the socket's."""

    def __init__(self, wire: PtyWire) -> None:
        self._wire = wire
        self._faults = Faults(FAULTS)
        self._lock = threading.Lock()
        self._plugged = False
        self._said = Contact.OUT
        self._moved = False
        self._next = 0.0

    def received(self, _data: bytes) -> None:
        """Say what the contacts are at, when that changed or was not said for a while."""
        with self._lock:
            contact, moved, self._moved = self._said, self._moved, False
            chatters = moved and "chatter" in self._faults.on
        if chatters:
            other = Contact.OUT if contact is Contact.IN else Contact.IN
            for n in range(CHATTER):
                self._say(other if n % 2 else contact)
                time.sleep(CHATTER_S)
        if moved or time.monotonic() >= self._next:
            self._say(contact)

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := set(request) - {"plug", "fault", "status"}:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        if "fault" in request:
            self._fault(str(request["fault"]))
        with self._lock:
            if "plug" in request:
                self._plugged = bool(request["plug"])
            now = Contact.IN if self._plugged else Contact.OUT
            if now is not self._said and "stuck" not in self._faults.on:
                self._said, self._moved = now, True
            status = {"plugged": self._plugged, "there": self._wire.plugged, "faults": self._faults.on}
        self._wire.wake()
        return status if request.get("status") else {}

    def _fault(self, name: str) -> None:
        if name == "unplug":
            self._wire.request_plugged(False)
            return
        with self._lock:
            self._faults.set(name)
        if name == "none":
            self._wire.request_plugged(True)

    def _say(self, contact: Contact) -> None:
        self._next = time.monotonic() + AGAIN_S
        if self._wire.plugged:
            self._wire.send(event(contact, time.monotonic()))


def main() -> None:
    """Run the simulator until it is told to end."""
    options = arguments("A headphone jack on a pty.", 115200).parse_args()
    wire = PtyWire(options.pty_link, options.baud, paced=not options.unpaced)
    simulator = Simulator(wire)
    serve(options, wire, simulator.control, simulator.received)


if __name__ == "__main__":
    main()
