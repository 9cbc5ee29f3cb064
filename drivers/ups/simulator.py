"""An upsd with one supply on loopback, in a process of its own: `python -m drivers.ups.simulator --port 0 --control S`.

The first line on stdout is `{"uri": "nut://127.0.0.1:PORT/ups"}`. Control lines: `{"mains": false}`, `{"charge": 40,
"runtime": 600}`, `{"flags": "RB"}` (beside OL or OB), `{"drain": 2}` (percent a second while on battery),
`{"status": true}` and `{"fault": NAME}`, NAME one of `FAULTS`, "unplug" (no server), or "none".
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from drivers.transport.far_end import ControlSocket
from drivers.transport.faults import Faults
from drivers.ups.codec import quoted

NAME = "ups"
FAULTS = ("stale", "no-driver", "unknown", "denied", "hang", "garbage", "half", "endless")
"""Old data; no driver; another name; refused; accepts and never answers; no protocol; half an answer; no end."""
TICK_S = 0.05
LOW = 20
FULL_S = 1800
_ERRORS = {
    "stale": "DATA-STALE",
    "no-driver": "DRIVER-NOT-CONNECTED",
    "unknown": "UNKNOWN-UPS",
    "denied": "ACCESS-DENIED",
}
_KEYS = {"mains", "charge", "runtime", "flags", "drain", "fault", "status"}


class Supply:
    """A supply whose battery runs down."""

    def __init__(self) -> None:
        self.faults = Faults(FAULTS)
        self.mains = True
        self.charge = 100.0
        self.runtime: int | None = None
        self.flags = ""
        self.drain = 0.0
        self._at = time.monotonic()

    def pass_time(self) -> None:
        """Take what was used since the last look out of the battery."""
        now = time.monotonic()
        if not self.mains:
            self.charge = max(0.0, self.charge - self.drain * (now - self._at))
        self._at = now

    def variables(self) -> dict[str, str]:
        """What upsd would list."""
        words = ["OL" if self.mains else "OB", *self.flags.split()]
        if self.mains and self.charge < 100:
            words.append("CHRG")
        if not self.mains and self.charge <= LOW:
            words.append("LB")
        runtime = self.runtime if self.runtime is not None else round(FULL_S * self.charge / 100)
        return {
            "battery.charge": str(round(self.charge)),
            "battery.runtime": str(runtime),
            "device.model": 'Smart "1000"',
            "ups.status": " ".join(words),
        }


class Server:
    """Answers one question a line; connections are many and short-lived."""

    def __init__(self, port: int) -> None:
        self.supply = Supply()
        self.lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._peers: dict[socket.socket, bytes] = {}
        self.port = port
        self.questions = 0
        self.wanted = True
        self._open()

    def turn(self) -> None:
        """Wait a tick for connections and questions."""
        if not self.wanted:
            self.close()
            time.sleep(TICK_S)
            return
        if self._listener is None:
            self._open()
        assert self._listener is not None
        ready, _, _ = select.select([self._listener, *self._peers], [], [], TICK_S)
        for one in ready:
            if one is self._listener:
                peer, _ = one.accept()
                self._peers[peer] = b""
            else:
                self._hear(one)

    def close(self) -> None:
        """Hang up and stop listening."""
        for peer in self._peers:
            peer.close()
        self._peers.clear()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := set(request) - _KEYS:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        with self.lock:
            supply = self.supply
            supply.pass_time()
            if "fault" in request:
                self.wanted = request["fault"] != "unplug"
                if self.wanted:
                    supply.faults.set(str(request["fault"]))
            supply.mains = bool(request.get("mains", supply.mains))
            supply.charge = float(str(request.get("charge", supply.charge)))
            supply.drain = float(str(request.get("drain", supply.drain)))
            supply.flags = str(request.get("flags", supply.flags))
            if "runtime" in request:
                supply.runtime = None if request["runtime"] is None else int(str(request["runtime"]))
            status: dict[str, object] = {
                "mains": supply.mains,
                "charge": round(supply.charge),
                "plugged": self.wanted,
                "questions": self.questions,
                "faults": supply.faults.on,
            }
        return status if request.get("status") else {}

    def _open(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(8)
        self.port = listener.getsockname()[1]
        self._listener = listener

    def _hear(self, peer: socket.socket) -> None:
        data = b""
        with contextlib.suppress(OSError):
            data = peer.recv(4096)
        if not data:
            del self._peers[peer]
            peer.close()
            return
        *lines, rest = (self._peers[peer] + data).split(b"\n")
        self._peers[peer] = rest
        for line in lines:
            with contextlib.suppress(OSError), self.lock:
                peer.sendall(self._answer(line.decode("ascii", "replace").split()))

    def _answer(self, words: list[str]) -> bytes:
        self.questions += 1
        faults = self.supply.faults
        if faults.happens("hang"):
            return b""
        if faults.happens("garbage"):
            return b"HTTP/1.1 400 Bad Request\r\n\r\n"
        if words == ["LIST", "UPS"]:
            return f'BEGIN LIST UPS\nUPS {NAME} "simulated"\nEND LIST UPS\n'.encode()
        error = next((code for fault, code in _ERRORS.items() if faults.happens(fault)), "")
        if words[:2] != ["LIST", "VAR"] or words[2:] != [NAME]:
            error = "UNKNOWN-UPS" if words[:2] == ["LIST", "VAR"] else "UNKNOWN-COMMAND"
        if error:
            return f"ERR {error}\n".encode()
        self.supply.pass_time()
        lines = [f"VAR {NAME} {key} {quoted(value)}" for key, value in self.supply.variables().items()]
        if faults.happens("endless"):
            return f"BEGIN LIST VAR {NAME}\n".encode() + f"{lines[0]}\nVAR {NAME} x.1 {quoted('x' * 2000)}\n".encode()
        if faults.happens("half"):
            return f"BEGIN LIST VAR {NAME}\n{lines[0]}\n".encode()
        return "\n".join([f"BEGIN LIST VAR {NAME}", *lines, f"END LIST VAR {NAME}", ""]).encode()


def main() -> None:
    """Run the simulator until it is told to end."""
    parser = argparse.ArgumentParser(description="An upsd with one supply.")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 chooses one")
    parser.add_argument("--control", type=Path, required=True, help="UNIX socket that takes JSON lines")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server = Server(options.port)
    control = ControlSocket(options.control, server.control)
    sys.stdout.write(json.dumps({"uri": f"nut://127.0.0.1:{server.port}/{NAME}"}) + "\n")
    sys.stdout.flush()
    parent = os.getppid()
    try:
        while not ended.is_set() and not (options.with_parent and os.getppid() != parent):
            server.turn()
    finally:
        control.close()
        server.close()


if __name__ == "__main__":
    main()
