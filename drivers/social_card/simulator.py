"""A social-security card in a process of its own: `python -m drivers.social_card.simulator --tcp 0 --control S`.

`--vpcd HOST:PORT` puts the card into Debian's virtual reader (vpcd, 127.0.0.1:35963), `--tcp PORT` offers a slot at
`tcp-card://127.0.0.1:PORT` (0 chooses a port). The first line on stdout is one JSON object that says where the card is.

Control lines: `{"present": {card}}` (the fields of `SocialCard`; `"records"`: both, by_tag or by_number),
`{"remove": true}`, `{"remove_at": N}` (taken out instead of answering the Nth command from now), `{"delay": seconds}`
for every command, `{"status": true}` and `{"fault": NAME, "count": N}`, NAME one of `virtual_card.FAULTS`, "silent"
(commands are not answered), "unplug" (of the slot), or "none", which ends all of them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from drivers.social_card.frames import FrameError, FrameParser, Order, encode
from drivers.social_card.virtual_card import ATR, FAULTS, VirtualCard, card_from_json
from drivers.transport.far_end import ControlSocket
from drivers.transport.faults import Faults

TICK_S = 0.2
BETWEEN_CARDS_S = 0.6
_KEYS = {"present", "remove", "remove_at", "delay", "fault", "count", "status"}


class VirtualSlot:
    """The slot and the card in it; shared by wires and the control socket."""

    def __init__(self) -> None:
        self.faults = Faults((*FAULTS, "silent"))
        self.plugged = True
        self.removals = 0
        self._card: VirtualCard | None = None
        self._delay = 0.0
        self._remove_in: int | None = None
        self._commands = 0
        self._lock = threading.Lock()

    @property
    def present(self) -> bool:
        """True while a card is in it."""
        return self._card is not None

    def answer(self, payload: bytes) -> bytes | None:
        """Return what is answered to one message, None for nothing. An empty slot answers with an empty message."""
        with self._lock:
            if payload == bytes((Order.ATR,)):
                return ATR if self._card else b""
            if len(payload) == 1:
                if self._card:
                    self._card.reset()
                return None
            self._commands += 1
            if self._remove_in is not None:
                self._remove_in -= 1
                if self._remove_in <= 0:
                    self._take_out()
            if self.faults.happens("silent"):
                return None
            answer = self._card.answer(payload) if self._card else b""
            delay = self._delay
        time.sleep(delay)
        return answer

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        if unknown := request.keys() - _KEYS:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        with self._lock:
            if request.get("remove"):
                self._take_out()
            if "present" in request:
                described = request["present"]
                if not isinstance(described, Mapping):
                    raise ValueError("present: expected an object")
                style = str(described.get("records", "both"))
                self._card = VirtualCard(card_from_json(described), self.faults, style)
            if "remove_at" in request:
                self._remove_in = int(str(request["remove_at"]))
            if "delay" in request:
                self._delay = float(str(request["delay"]))
            if "fault" in request:
                self._fault(str(request["fault"]), request.get("count"))
            return self._status() if request.get("status") else {}

    def _take_out(self) -> None:
        self._card, self._remove_in = None, None
        self.removals += 1

    def _fault(self, name: str, count: object) -> None:
        if name == "unplug":
            self.plugged = False
            return
        self.faults.set(name, None if count is None else int(str(count)))
        if name == "none":
            self.plugged, self._delay, self._remove_in = True, 0.0, None

    def _status(self) -> dict[str, object]:
        return {
            "card": self._card is not None,
            "plugged": self.plugged,
            "commands": self._commands,
            "delay": self._delay,
            "faults": self.faults.on,
        }


def serve_connection(slot: VirtualSlot, connection: socket.socket, lasts: Callable[[], bool]) -> None:
    """Answer while it `lasts` and the other end does not hang up."""
    parser = FrameParser()
    connection.settimeout(TICK_S)
    with connection, contextlib.suppress(OSError, FrameError):
        while lasts():
            try:
                data = connection.recv(4096)
            except TimeoutError:
                continue
            if not data:
                return
            for payload in parser.feed(data):
                answer = slot.answer(payload)
                if not lasts():
                    return
                if answer is not None:
                    connection.sendall(encode(answer))


def serve_tcp(slot: VirtualSlot, listener: socket.socket) -> None:
    """Take connections; while the slot is unplugged they are refused."""
    port = listener.getsockname()[1]
    while True:
        listener.settimeout(TICK_S)
        try:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(
                target=serve_connection, args=(slot, connection, lambda: slot.plugged), daemon=True
            ).start()
        except TimeoutError:
            pass
        if not slot.plugged:
            listener.close()
            while not slot.plugged:
                time.sleep(TICK_S / 4)
            listener = listen(port)


def serve_vpcd(slot: VirtualSlot, host: str, port: int) -> None:
    """Be a card in a virtual reader: connected while it is in the slot."""
    while True:
        if slot.present and slot.plugged:
            with contextlib.suppress(OSError):
                _serve_one_card(slot, socket.create_connection((host, port), 2.0))
        time.sleep(TICK_S / 4)


def _serve_one_card(slot: VirtualSlot, connection: socket.socket) -> None:
    removals = slot.removals
    serve_connection(slot, connection, lambda: slot.plugged and slot.removals == removals)
    # pcscd looks every 0.4 s, and a card that was changed in between would be the same card to it.
    time.sleep(BETWEEN_CARDS_S)


def listen(port: int) -> socket.socket:
    """Listen on the loopback."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(4)
    return listener


def main() -> None:
    """Run the simulator until it is told to end."""
    parser = argparse.ArgumentParser(description="A social-security card in a virtual reader or behind TCP.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp", type=int, metavar="PORT", help="listen on 127.0.0.1:PORT, 0 chooses one")
    where.add_argument("--vpcd", metavar="HOST:PORT", help="the virtual reader of a running pcscd")
    parser.add_argument("--control", type=Path, required=True, help="UNIX socket that takes JSON lines")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    options = parser.parse_args()
    slot = VirtualSlot()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if options.tcp is not None:
        listener = listen(options.tcp)
        port = listener.getsockname()[1]
        said: dict[str, object] = {"uri": f"tcp-card://127.0.0.1:{port}", "port": port}
        worker = threading.Thread(target=serve_tcp, args=(slot, listener), daemon=True)
    else:
        host, _, number_text = options.vpcd.rpartition(":")
        said = {"uri": "pcsc:Virtual PCD"}
        worker = threading.Thread(target=serve_vpcd, args=(slot, host, int(number_text)), daemon=True)
    control = ControlSocket(options.control, lambda request: {**slot.control(request), **said})
    worker.start()
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    parent = os.getppid()
    try:
        while not ended.wait(TICK_S) and not (options.with_parent and os.getppid() != parent):
            continue
    finally:
        control.close()


if __name__ == "__main__":
    main()
