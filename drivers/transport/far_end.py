"""The far end of a wire, for simulators only: a pty paced to a baud rate, and a control socket."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import logging
import os
import pty
import select
import signal
import socket
import struct
import threading
import time
import tty
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

log = logging.getLogger(__name__)

BITS_PER_BYTE = 10
"""8N1: start bit, eight bits, stop bit."""
CHUNK = 64
TICK_S = 0.5
APPLY_TIMEOUT_S = 5.0
TCGETS2, TERMIOS2_BYTES, OSPEED_AT = 0x802C542A, 44, 40
"""The state of a line with its speeds as numbers (asm-generic/termbits.h): 256000 baud has no constant."""

Handler = Callable[[Mapping[str, object]], dict[str, object]]


class UnpluggedError(Exception):
    """The cable was pulled while bytes were on their way."""


class PtyWire:
    """One pty behind a symbolic link. Bytes arrive no earlier than a UART of `baud` could bring them.

    All methods but `request_plugged` and `wake` belong to one thread.
    """

    def __init__(self, link: Path, baud: int, *, paced: bool = True) -> None:
        self._link = link
        self.baud = baud
        self._paced = paced
        self._master = -1
        self._slave = -1
        self._wanted = True
        self._applied = threading.Event()
        self._wake_in, self._wake_out = os.pipe()
        os.set_blocking(self._wake_in, False)

    @property
    def plugged(self) -> bool:
        """True while the link leads somewhere."""
        return self._master >= 0

    def request_plugged(self, plugged: bool) -> bool:
        """From any thread: pull or plug the cable; returns True once the wire's thread has done it."""
        self._applied.clear()
        self._wanted = plugged
        self.wake()
        return self._applied.wait(APPLY_TIMEOUT_S)

    def wake(self) -> None:
        """From any thread: let `receive` return now."""
        os.write(self._wake_out, b"!")

    def apply(self) -> None:
        """Do what was requested: make the pty and its link, or close and remove both."""
        if self._wanted and not self.plugged:
            self._master, self._slave = pty.openpty()
            # Raw at both ends: a terminal would echo and eat control bytes.
            tty.setraw(self._master)
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            fresh = self._link.with_name(f".{self._link.name}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(self._slave))
            fresh.replace(self._link)
        elif not self._wanted and self.plugged:
            self._link.unlink(missing_ok=True)
            # The slave first: the device vanishes from under whoever has it open.
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1
        self._applied.set()

    def close(self) -> None:
        """Unplug for good."""
        self._wanted = False
        self.apply()

    def line_speed(self) -> int:
        """Return the baud rate that the other side has set."""
        return int(struct.unpack_from("I", fcntl.ioctl(self._master, TCGETS2, bytes(TERMIOS2_BYTES)), OSPEED_AT)[0])

    def receive(self, timeout: float) -> bytes:
        """Return what the other side wrote, b"" after `timeout` seconds or when the cable was pulled or plugged."""
        watched = [self._wake_in] + ([self._master] if self.plugged else [])
        ready, _, _ = select.select(watched, [], [], timeout)
        if self._wake_in in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake_in, CHUNK)
            self.apply()
            return b""
        if not ready:
            return b""
        try:
            data = os.read(self._master, 4096)
        except OSError:
            return b""
        self._pace(time.monotonic(), len(data))
        return data

    def send(self, data: bytes, chunk: int = CHUNK) -> None:
        """Send in pieces of `chunk` bytes, each released when its last bit would have left the wire.

        Raises:
            UnpluggedError: the cable was pulled meanwhile.
        """
        started = time.monotonic()
        for at in range(0, len(data), chunk):
            piece = data[at : at + chunk]
            self._pace(started, at + len(piece))
            if self.plugged and not self._wanted:
                self.apply()
            if not self.plugged:
                raise UnpluggedError
            with contextlib.suppress(OSError):
                # Nobody reads: a UART would lose the bytes as well.
                os.write(self._master, piece)

    def _pace(self, started: float, count: int) -> None:
        if self._paced:
            left = started + count * BITS_PER_BYTE / self.baud - time.monotonic()
            if left > 0:
                time.sleep(left)


class ControlSocket:
    """A UNIX socket, 0600, that takes one JSON object a line and answers with one: `{"ok": true, ...}`."""

    def __init__(self, path: Path, handler: Handler) -> None:
        self._path = path
        self._handler = handler
        self._lock = threading.Lock()
        path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        path.chmod(0o600)
        self._server.listen()
        threading.Thread(target=self._accept, name="control", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._path.unlink(missing_ok=True)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError), connection.makefile("rw", encoding="utf-8") as lines:
            for line in lines:
                lines.write(json.dumps(self._answer(line), ensure_ascii=False) + "\n")
                lines.flush()

    def _answer(self, line: str) -> dict[str, object]:
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise ValueError("expected a JSON object")
            with self._lock:
                return {"ok": True, **self._handler(request)}
        except ValueError as error:
            return {"ok": False, "error": str(error)}


def arguments(description: str, baud: int) -> argparse.ArgumentParser:
    """Return the options that every simulator on a pty has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--pty-link", type=Path, required=True, help="where the symbolic link to the pty goes")
    parser.add_argument("--control", type=Path, required=True, help="UNIX socket that takes JSON lines")
    parser.add_argument("--baud", type=int, default=baud)
    parser.add_argument("--unpaced", action="store_true", help="as fast as the machine, for fast visits")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    return parser


def serve(options: argparse.Namespace, wire: PtyWire, handler: Handler, received: Callable[[bytes], None]) -> None:
    """Run until SIGTERM or SIGINT: plug in, listen for control, hand over what arrives (b"" at least every 0.5 s)."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    parent = os.getppid()
    control: ControlSocket | None = None
    try:
        wire.apply()
        control = ControlSocket(options.control, handler)
        while not (options.with_parent and os.getppid() != parent):
            try:
                received(wire.receive(TICK_S))
            except UnpluggedError:
                log.info("unplugged while sending")
    finally:
        # The end may come at any moment, also between listening and knowing that we listen.
        if control is not None:
            control.close()
        options.control.unlink(missing_ok=True)
        wire.close()
