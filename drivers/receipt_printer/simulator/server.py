"""The simulator's loop: wire, control socket, paper moving in its own time."""

from __future__ import annotations

import heapq
import json
import selectors
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.receipt_printer.simulator.machine import Machine
from drivers.receipt_printer.simulator.wires import Wire

BITS_PER_BYTE = 10
"""8N1: start and stop bit included."""


class Server:
    """Runs one machine on one wire until `quit`.

    `baud` paces both directions, None = as fast as the wire. `buffer` is the receive buffer in bytes: when it is
    full, the printer stops reading.
    """

    def __init__(
        self, wire: Wire, control: Path | None, clock: Callable[[], float], baud: int | None, buffer: int
    ) -> None:
        self._wire = wire
        self._clock = clock
        self._byte_seconds = BITS_PER_BYTE / baud if baud else 0.0
        self._buffer = buffer
        self._outbox: list[tuple[float, int, bytes]] = []
        self._order = 0
        self._line_free = 0.0
        self._read_free = 0.0
        self._powered = True
        self._running = True
        self._control = self._listen(control) if control else None
        self._control_path = control
        self._clients: dict[int, tuple[socket.socket, bytearray]] = {}
        self.machine: Machine | None = None

    @staticmethod
    def _listen(path: Path) -> socket.socket:
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(8)
        return listener

    def send(self, data: bytes, delay: float) -> None:
        """Put bytes on the way out; they leave at the line's pace."""
        start = max(self._clock() + delay, self._line_free if not delay else 0.0)
        due = start + len(data) * self._byte_seconds
        if not delay:
            self._line_free = due
        self._order += 1
        heapq.heappush(self._outbox, (due, self._order, data))

    def run(self, machine: Machine) -> None:
        """Serve until told to quit."""
        self.machine = machine
        try:
            while self._running:
                self._turn(machine)
        finally:
            self._wire.close()
            if self._control is not None:
                self._control.close()
            if self._control_path is not None:
                self._control_path.unlink(missing_ok=True)

    def _turn(self, machine: Machine) -> None:
        now = self._clock()
        next_move = machine.run(now) if self._powered else None
        while self._outbox and self._outbox[0][0] <= self._clock():
            self._wire.write(heapq.heappop(self._outbox)[2])
        wants_input = self._powered and not machine.panel.stalled and machine.held < self._buffer
        reads_now = wants_input and self._read_free <= now
        due = [moment for moment in (next_move, self._outbox[0][0] if self._outbox else None) if moment is not None]
        if wants_input and not reads_now:
            due.append(self._read_free)
        timeout = max(0.0, min(due) - self._clock()) if due else None
        for fd in self._ready(reads_now, timeout):
            if self._control is not None and fd == self._control.fileno():
                connection, _ = self._control.accept()
                self._clients[connection.fileno()] = (connection, bytearray())
            elif fd in self._clients:
                self._talk(fd, machine)
            else:
                self._take(machine)

    def _ready(self, reads_now: bool, timeout: float | None) -> list[int]:
        with selectors.DefaultSelector() as selector:
            for fd in [*(self._wire.readers() if reads_now else []), *self._clients]:
                selector.register(fd, selectors.EVENT_READ)
            if self._control is not None:
                selector.register(self._control.fileno(), selectors.EVENT_READ)
            return [key.fd for key, _ in selector.select(timeout)]

    def _take(self, machine: Machine) -> None:
        data = self._wire.read()
        if self._byte_seconds and data:
            now = self._clock()
            # A short lateness is made up, a long silence is not: else the line would run faster than its baud rate.
            start = self._read_free if now - self._read_free < 0.02 else now
            self._read_free = start + len(data) * self._byte_seconds
        machine.receive(data)

    def _talk(self, fd: int, machine: Machine) -> None:
        connection, pending = self._clients[fd]
        try:
            data = connection.recv(65536)
        except OSError:
            data = b""
        if not data:
            del self._clients[fd]
            connection.close()
            return
        pending += data
        while (end := pending.find(b"\n")) >= 0:
            line = bytes(pending[:end])
            del pending[: end + 1]
            connection.sendall(json.dumps(self._answer(line, machine)).encode() + b"\n")

    def _answer(self, line: bytes, machine: Machine) -> dict[str, Any]:
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise TypeError("a request is an object")
            return self._perform(request, machine)
        except (ValueError, TypeError, KeyError) as error:
            return {"error": str(error)}

    def _perform(self, request: dict[str, Any], machine: Machine) -> dict[str, Any]:
        if "after_rows" in request:
            later = {name: value for name, value in request.items() if name != "after_rows"}
            machine.panel.changed(later.get("set", {}))  # a wrong value is refused now, not in the middle of a print
            machine.after_rows(int(request["after_rows"]), lambda: self._later(later, machine))
            return {"ok": True}
        if "set" in request:
            machine.set(request["set"])
        if "power" in request:
            self._power(str(request["power"]), machine)
        if request.get("quit"):
            self._running = False
        if request.get("status"):
            return {
                "receipts": [str(path) for path in machine.paper.receipts],
                "torn": [str(path) for path in machine.paper.torn],
                "rows": machine.paper.printed_rows,
                "held": machine.held,
                "recoveries": machine.recoveries,
                "panel": {name: getattr(machine.panel, name) for name in machine.panel.__slots__},
            }
        return {"ok": True}

    def _later(self, request: dict[str, Any], machine: Machine) -> None:
        self._perform(request, machine)

    def _power(self, word: str, machine: Machine) -> None:
        if word not in ("on", "off", "cycle"):
            raise ValueError("power is on, off or cycle")
        if word in ("off", "cycle"):
            machine.power_cycle()
            self._outbox.clear()
            self._wire.power(False)
            self._powered = False
        if word in ("on", "cycle"):
            self._wire.power(True)
            self._powered = True
