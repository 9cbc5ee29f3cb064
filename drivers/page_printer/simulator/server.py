"""The wire of the simulated printer: a TCP port that speaks HTTP, as badly as the panel wants."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from drivers.page_printer import codec
from drivers.page_printer.protocol import MEDIA_TYPE, Operation
from drivers.page_printer.simulator.answers import KEYWORDS, Answers, foreign
from drivers.page_printer.simulator.machine import Machine, Then

CHUNK = 16_384
DRIP_S = 0.05
IDLE_S = 30.0
MOST_BODY = 64 << 20
RESET = struct.pack("ii", 1, 0)
_POWER = {"on": (True,), "off": (False,), "cycle": (False, True)}


class Server:
    """Listens on 127.0.0.1 while there is power, and serves each connection on a thread of its own."""

    def __init__(self, port: int, machine: Machine, answers: Answers, path: str, certificate: Path | None) -> None:
        """`certificate`: a PEM file with certificate and key, for TLS."""
        self.machine = machine
        self.answers = answers
        self.path = path
        self.tls: ssl.SSLContext | None = None
        if certificate is not None:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._listener = _listen(port)
        self.port: int = self._listener.getsockname()[1]
        self._accept()

    def power(self, on: bool) -> None:
        """Off: connections break and the port is closed; on: the same port again. A queue's own power stays on."""
        self.machine.power(on)
        if self.machine.cups:
            return
        with self._lock:
            if on and self._listener.fileno() < 0:
                self._listener = _listen(self.port)
                self._accept()
            elif not on:
                with contextlib.suppress(OSError):
                    self._listener.shutdown(socket.SHUT_RDWR)
                self._listener.close()
                for connection in self._connections:
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)

    def control(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one control line.

        Raises:
            ValueError: the line is not understood.
        """
        for when, at in (("after_sheets", self.machine.after_sheets), ("after_jobs", self.machine.after_jobs)):
            if when in request:
                self._later(at, request[when], {name: value for name, value in request.items() if name != when})
                return {}
        self._do(request)
        return self._status() if request.get("status") else {}

    def _later(self, at: Callable[[int, Then], None], count: object, request: Mapping[str, object]) -> None:
        if not isinstance(count, int) or count < 1:
            raise ValueError("after_sheets and after_jobs are numbers from 1")
        self._changes(request)  # a wrong value is refused now, not in the middle of a print
        at(count, lambda: self._do(request))

    def _do(self, request: Mapping[str, object]) -> None:
        for change in self._changes(request):
            change()

    def _changes(self, request: Mapping[str, object]) -> list[Callable[[], None]]:
        if unknown := request.keys() - {"set", "power", "status"}:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        found: list[Callable[[], None]] = []
        if "set" in request:
            values = request["set"]
            if not isinstance(values, Mapping):
                raise ValueError("set takes an object")
            self.machine.panel.changed(values)
            found.append(lambda: self.machine.set(self.machine.panel.changed(values)))
        if "power" in request:
            word = str(request["power"])
            if word not in _POWER:
                raise ValueError("power is on, off or cycle")
            found.extend(partial(self.power, on) for on in _POWER[word])
        return found

    def _status(self) -> dict[str, object]:
        machine = self.machine
        with machine.changed:
            return {
                "printed": [str(path) for path in machine.tray.printed],
                "sheets": machine.sheets,
                "spoiled": machine.spoiled,
                "powered": machine.powered,
                "panel": machine.panel.as_json(),
                "asked": dict(self.answers.counts),
                "jobs": [
                    {
                        "id": job.id,
                        "name": job.name,
                        "user": job.user,
                        "state": job.state.name.lower(),
                        "sheets": job.sheets,
                        "copies": job.copies,
                        "kept": len(job.document),
                        "asked": job.asked,
                    }
                    for job in machine.jobs.values()
                ],
            }

    def _accept(self) -> None:
        threading.Thread(target=self._serve, args=(self._listener,), name="listener", daemon=True).start()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection, peer), daemon=True).start()

    def _talk(self, connection: socket.socket, peer: Any) -> None:
        connection.settimeout(IDLE_S)
        try:
            with contextlib.suppress(OSError):
                if self.tls is not None:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                with self._lock:
                    self._connections.add(connection)
                Handler(connection, peer, self)
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(16)
    return listener


class _Cut(OSError):  # noqa: N818  what a cut cable is to the handler
    pass


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, connection: socket.socket, peer: Any, printer: Server) -> None:
        self._printer = printer
        super().__init__(connection, peer, printer)  # type: ignore[arg-type]  # only handed back to us

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a printer has no console."""

    def do_GET(self) -> None:
        """A printer's own page is not simulated."""
        self.send_error(404)

    def do_POST(self) -> None:
        """One IPP request."""
        machine = self._printer.machine
        if machine.panel.silent:
            self._wait(lambda: not machine.panel.silent)
            self.close_connection = True
            return
        try:
            body = self._body()
            request = codec.decode(body)
        except codec.CodecError:
            self.send_error(400)
            return
        except _Cut:
            self._break()
            return
        if self.path != self._printer.path:
            self.send_error(404)
            return
        keyword = KEYWORDS.get(request.code, "")
        spoilt = machine.panel.answer if machine.panel.answer_to in ("all", keyword) else "ok"
        if spoilt == "401":
            self.send_error(401)
            return
        answer = self._printer.answers.answer(request)
        with contextlib.suppress(_Cut):
            self._say(spoilt, codec.encode(answer), foreign(answer))
        if request.code == Operation.PRINT_JOB:
            self.wfile.flush()
            machine.answered()

    def _body(self) -> bytes:
        """The body, by length or in chunks as CUPS sends it; cut in its middle where the panel wants that."""
        pieces = self._chunks() if "chunked" in self.headers.get("Transfer-Encoding", "").lower() else self._counted()
        found = bytearray()
        for piece in pieces:
            found += piece
            printing = found[2:4] == Operation.PRINT_JOB.to_bytes(2, "big")
            half = int(self.headers.get("Content-Length", "0")) // 2
            if printing and self._printer.machine.panel.document == "cut" and len(found) >= half:
                raise _Cut
            if len(found) > MOST_BODY:
                raise codec.CodecError("too long")
        return bytes(found)

    def _counted(self) -> Iterator[bytes]:
        left = int(self.headers.get("Content-Length", "0"))
        while left > 0 and (piece := self.rfile.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
        if left:
            raise _Cut

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(64).split(b";")[0] or b"0", 16):
            while size > 0 and (piece := self.rfile.read(min(CHUNK, size))):
                size -= len(piece)
                yield piece
            self.rfile.readline(64)
        self.rfile.readline(64)

    def _say(self, spoilt: str, answer: bytes, other: bytes) -> None:
        match spoilt:
            case "500":
                self.send_error(500)
            case "garbage":
                self._http(b"<html><body>It works!</body></html>", "text/html")
            case "noise":
                self.wfile.write(bytes(range(128, 256)) * 8 + b"\r\n\r\n")
                self.close_connection = True
            case "truncated":
                self._http(answer[: len(answer) // 2])
            case "foreign":
                self._http(other)
            case "cut":
                self._http(answer, declared=len(answer) + 1)
                self._break()
            case "endless":
                self._endless()
            case "slow":
                self._slow(answer)
            case _:
                self._http(answer)

    def _http(self, body: bytes, kind: str = MEDIA_TYPE, declared: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if declared is None else declared))
        self.end_headers()
        self.wfile.write(body)

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", MEDIA_TYPE)
        self.send_header("Connection", "close")
        self.end_headers()
        while self._printer.machine.panel.answer == "endless":
            self.wfile.write(bytes(CHUNK))

    def _slow(self, answer: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        for at in range(len(answer)):
            if self._printer.machine.panel.answer != "slow":
                raise _Cut
            self.wfile.write(answer[at : at + 1])
            self._wait(lambda: False, DRIP_S)

    def _wait(self, until: Callable[[], bool], seconds: float | None = None) -> None:
        with self._printer.machine.changed:
            self._printer.machine.changed.wait_for(until, seconds)

    def _break(self) -> None:
        """As when the cable is cut: a reset, and nothing more."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
