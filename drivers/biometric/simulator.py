"""A biometric adapter in a process of its own: `python -m drivers.biometric.simulator --modality palm ...`.

On a pty (`--pty-link`) or on a TCP port (`--tcp PORT`, 0 chooses one; the first line on stdout then says where).
Control lines: `{"decision": "accept"|"reject"|"not_enrolled"|"poor_sample"}`, `{"seconds": 2.0}` that a comparison
takes, `{"state": "ready"|"sensor_fault"|...}`, `{"status": true}` and `{"fault": NAME, "count": N}`, NAME one of
`virtual_module.FAULTS`, "unplug", or "none", which also plugs in again.
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
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from drivers.biometric.codec import State
from drivers.biometric.messages import Decision, Modality
from drivers.biometric.virtual_module import VirtualModule
from drivers.transport.far_end import ControlSocket, PtyWire, UnpluggedError

BAUD = 115200
TICK_S = 0.02
_KEYS = {"decision", "seconds", "state", "status", "fault", "count"}


class Bench:
    """The module and its plug; shared by the wire's thread and the control socket's."""

    def __init__(self, module: VirtualModule, plug: Callable[[bool], object]) -> None:
        self._module = module
        self._plug = plug
        self._plugged = True
        self._lock = threading.Lock()

    def turn(self, data: bytes) -> bytes:
        """Take what arrived and return what is to be sent."""
        with self._lock:
            now = time.monotonic()
            return self._module.received(data, now) + self._module.due(now)

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := request.keys() - _KEYS:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        with self._lock:
            if "decision" in request:
                self._module.decision = Decision(str(request["decision"]))
            if "seconds" in request:
                self._module.seconds = float(str(request["seconds"]))
            if "state" in request:
                self._module.state = _state(str(request["state"]))
        if "fault" in request:
            self._fault(str(request["fault"]), request.get("count"))
        return self._status() if request.get("status") else {}

    def _fault(self, name: str, count: object) -> None:
        if name == "unplug":
            self._plugged = False
            self._plug(False)
            with self._lock:
                self._module.power_cycle()
            return
        with self._lock:
            self._module.faults.set(name, None if count is None else int(str(count)))
            if name == "none":
                self._module.state, self._module.seconds = State.READY, 0.0
        if name == "none" and not self._plugged:
            self._plugged = True
            self._plug(True)

    def _status(self) -> dict[str, object]:
        module = self._module
        return {
            "plugged": self._plugged,
            "modality": module.modality.value,
            "decision": module.decision.value,
            "compared": module.compared,
            "cancelled": module.cancelled,
            "faults": module.faults.on,
        }


def _state(word: str) -> State:
    try:
        return State[word.upper()]
    except KeyError:
        raise ValueError(f"state: expected one of {', '.join(state.name.lower() for state in State)}") from None


class TcpWire:
    """One listener, one connection at a time."""

    def __init__(self, port: int) -> None:
        self._listener = _listen(port)
        self.port: int = self._listener.getsockname()[1]
        self._peer: socket.socket | None = None
        self._wanted = True

    def request_plugged(self, plugged: bool) -> None:
        """From any thread: the wire's thread does it within a tick."""
        self._wanted = plugged

    def turn(self, turn: Callable[[bytes], bytes]) -> None:
        """Wait a tick for bytes or a connection, and answer."""
        if not self._wanted:
            self._drop()
            self._listener.close()
            time.sleep(TICK_S)
            return
        if self._listener.fileno() < 0:
            self._listener = _listen(self.port)
        peer = self._peer or self._listener
        ready, _, _ = select.select([peer], [], [], TICK_S)
        if ready and self._peer is None:
            self._peer, _ = self._listener.accept()
            self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return
        self._exchange(bool(ready), turn)

    def _exchange(self, ready: bool, turn: Callable[[bytes], bytes]) -> None:
        data = b""
        with contextlib.suppress(OSError):
            if ready and self._peer is not None:
                data = self._peer.recv(4096)
        if ready and not data:
            self._drop()
        answer = turn(data)
        with contextlib.suppress(OSError):
            if answer and self._peer is not None:
                self._peer.sendall(answer)

    def close(self) -> None:
        """Hang up and stop listening."""
        self._drop()
        self._listener.close()

    def _drop(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(4)
    return listener


def _pty_turn(wire: PtyWire, turn: Callable[[bytes], bytes]) -> None:
    # Only this thread touches the wire, so its tick is also the module's clock.
    with contextlib.suppress(UnpluggedError):
        if answer := turn(wire.receive(TICK_S)):
            wire.send(answer)


def main() -> None:
    """Run the simulator until it is told to end."""
    parser = argparse.ArgumentParser(description="A voiceprint, palm or iris module's adapter, without the sensor.")
    parser.add_argument("--modality", type=Modality, choices=list(Modality), required=True)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--pty-link", type=Path, help="where the symbolic link to the pty goes")
    where.add_argument("--tcp", type=int, metavar="PORT", help="listen on 127.0.0.1:PORT, 0 chooses one")
    parser.add_argument("--control", type=Path, required=True, help="UNIX socket that takes JSON lines")
    parser.add_argument("--baud", type=int, default=BAUD)
    parser.add_argument("--unpaced", action="store_true", help="as fast as the machine")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    module = VirtualModule(options.modality)
    if options.pty_link is not None:
        pty = PtyWire(options.pty_link, options.baud, paced=not options.unpaced)
        pty.apply()
        bench = Bench(module, pty.request_plugged)
        said: dict[str, object] = {"uri": f"serial:{options.pty_link}?baud={options.baud}"}
        step: Callable[[], None] = partial(_pty_turn, pty, bench.turn)
        close: Callable[[], None] = pty.close
    else:
        tcp = TcpWire(options.tcp)
        bench = Bench(module, tcp.request_plugged)
        said = {"uri": f"tcp://127.0.0.1:{tcp.port}", "port": tcp.port}
        step, close = partial(tcp.turn, bench.turn), tcp.close
    control = ControlSocket(options.control, lambda request: {**bench.control(request), **said})
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    parent = os.getppid()
    try:
        while not ended.is_set() and not (options.with_parent and os.getppid() != parent):
            step()
    finally:
        control.close()
        close()


if __name__ == "__main__":
    main()
