"""The simulated provider's two doors, HTTP and the control socket, and the faults of both."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import socketserver
import struct
import threading
from collections.abc import Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central_platform.clock import ShiftedClock, SystemClock
from central_platform.payments import protocol
from central_platform.payments.protocol import MOST_BYTES, Found, ProtocolError, Question
from central_platform.payments.simulator.till import Till
from central_platform.payments.states import Call

FAULTS = {
    "slow": "the answer comes after longer than anybody waits",
    "500": "nothing is done, status 500",
    "cut": "it is done, and the connection breaks before the answer",
    "garbage": "it is done, and the answer is no message",
    "stranger": "it is done, and the answer is signed by somebody else",
    "replay": "it is done, and the answer is that of another question",
    "decline": "it is refused",
    "mute": "no notice is sent",
    "held": "notices wait until the fault is over",
    "twice": "each notice is sent twice",
    "wrong-amount": "the notice tells another amount",
    "wrong-signature": "the notice is signed by somebody else",
    "clock": "the notice is a day old",
}
OF_NOTICES = frozenset({"mute", "held", "twice", "wrong-amount", "wrong-signature", "clock"})
SLOW_S = 8.0
NOTICE_TICK_S = 0.02
NOTICE_S = 5.0


class Simulator:
    """One provider. Every method may be called from any thread."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._clock = ShiftedClock(SystemClock())
        self._lock = threading.Lock()
        self._fault = ""
        self._call: Call | None = None
        self._left = 0
        self._stranger = Ed25519PrivateKey.generate()
        self._stop = threading.Event()
        self._notices = threading.Thread(target=self._notify, name="notices", daemon=True)
        self._notices.start()

    def close(self) -> None:
        """End; a notice under way is waited for."""
        self._stop.set()
        self._notices.join()
        self._till.close()

    # HTTP

    def handle(self, path: str, data: bytes) -> bytes | int | None:
        """Answer a question: bytes, a status, or None to break the connection."""
        try:
            question = protocol.read_question(data, self._till.merchants(), self._clock.now())
        except ProtocolError:
            return 400
        if protocol.PATHS[question.call] != path:
            return 404
        fault = self._take(question.call)
        if fault == "500":
            return 500
        try:
            found = "refused" if fault == "decline" else self._do(question)
        except (KeyError, ValueError, TypeError):
            return 400
        return self._answer(question, found, fault)

    def _do(self, question: Question) -> Found | str:
        body, now = question.body, self._clock.now().timestamp()
        match question.call:
            case Call.CREATE:
                return self._till.create(question.merchant, body, now)
            case Call.QUERY:
                return self._till.query(str(body["number"]), now)
            case Call.CLOSE:
                return self._till.close_order(question.merchant, str(body["number"]), now)
            case Call.REFUND:
                return self._till.refund(str(body["number"]), str(body["refund"]), int(body["fen"]), now)

    def _answer(self, question: Question, found: Found | str, fault: str) -> bytes | None:
        key = self._stranger if fault == "stranger" else self._till.key
        if fault == "replay":
            question = Question(question.call, question.merchant, "00" * 16, question.body)
        match fault:
            case "slow":
                self._stop.wait(SLOW_S)
            case "cut":
                return None
            case "garbage":
                return b'{"signed": \xff'
        return protocol.answer(question, found, key, self._clock.now())

    # Notices

    def _notify(self) -> None:
        while not self._stop.wait(NOTICE_TICK_S):
            with self._lock:
                fault = self._fault if self._fault in OF_NOTICES else ""
            if fault == "held":
                continue
            found = self._till.next_notice(self._clock.now().timestamp())
            if found is None:
                continue
            fault = self._take(None)
            if fault == "mute":
                self._till.told(found["id"], 0, 0.0, taken=True)
                continue
            taken = self._tell(found, fault)
            if fault == "twice":
                self._tell(found, fault)
            self._till.told(found["id"], found["tries"], self._clock.now().timestamp(), taken=taken)

    def _tell(self, found: Mapping[str, Any], fault: str) -> bool:
        at = self._clock.now() - timedelta(days=1 if fault == "clock" else 0)
        key = self._stranger if fault == "wrong-signature" else self._till.key
        fen = found["fen"] // 2 if fault == "wrong-amount" else found["fen"]
        data = protocol.notify(found["number"], found["merchant"], key, at, secrets.token_hex(16), fen)
        headers = {"Content-Type": "application/json"}
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    found["notify_url"], data=data, headers=headers, timeout=NOTICE_S, verify=found["ca"] or True
                )
                return answer.ok
        except (requests.RequestException, OSError):
            return False

    # Control

    def control(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one control line.

        Raises:
            ValueError: it is not understood.
        """
        if unknown := set(request) - KNOWN:
            raise ValueError(f"not understood: {', '.join(sorted(unknown))}")
        now = self._clock.now().timestamp()
        if "merchant" in request:
            self._till.admit(str(request["merchant"]), str(request["key"]), str(request.get("ca", "")))
        if "advance" in request:
            self._clock.advance(float(request["advance"]))
        if "fault" in request:
            self._set_fault(request)
        if "pay" in request:
            fen = int(request["fen"]) if "fen" in request else None
            why = self._till.pay(str(request["pay"]), fen, now, late=bool(request.get("late", False)))
            return {"paid": not why, "why": why}
        if "refuse" in request:
            return {"why": self._till.decline(str(request["refuse"]))}
        if request.get("status"):
            return {"orders": self._till.orders(), "now": self._clock.now().isoformat()}
        return {}

    def _set_fault(self, request: Mapping[str, Any]) -> None:
        name = str(request["fault"])
        if name != "none" and name not in FAULTS:
            raise ValueError(f"fault is one of none, {', '.join(FAULTS)}")
        call = Call(str(request["call"])) if request.get("call") else None
        with self._lock:
            self._fault, self._call = ("", None) if name == "none" else (name, call)
            self._left = int(request.get("count") or 1_000_000)

    def _take(self, call: Call | None) -> str:
        """Return the fault of the next answer to `call`, or of the next notice; it is used up by that."""
        with self._lock:
            of_notices = self._fault in OF_NOTICES
            fits = of_notices if call is None else not of_notices and self._call in (None, call)
            if not self._fault or not fits:
                return ""
            fault, self._left = self._fault, self._left - 1
            if self._left <= 0:
                self._fault = ""
            return fault


KNOWN = frozenset(
    ("merchant", "key", "ca", "advance", "fault", "count", "call", "pay", "fen", "late", "refuse", "status")
)


class HttpServer(ThreadingHTTPServer):
    """Takes questions on a port of the loopback interface."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, simulator: Simulator) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.simulator = simulator

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A platform that was killed is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to stderr."""

    def do_POST(self) -> None:
        """Answer one question."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            self._send(413, b"{}")
            return
        answer = self.server.simulator.handle(self.path, self.rfile.read(int(length)))
        if answer is None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        elif isinstance(answer, int):
            self._send(answer, b"{}")
        else:
            self._send(200, answer)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class ControlServer(socketserver.ThreadingUnixStreamServer):
    """Takes control lines on a UNIX socket that only its owner may use."""

    daemon_threads = True

    def __init__(self, path: Path, simulator: Simulator) -> None:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Lines)
        finally:
            os.umask(before)
        self.simulator = simulator


class _Lines(socketserver.StreamRequestHandler):
    server: ControlServer

    def handle(self) -> None:
        """Answer line by line."""
        with contextlib.suppress(OSError):
            for line in self.rfile:
                try:
                    request = json.loads(line)
                    if not isinstance(request, dict):
                        raise ValueError("a request is an object")
                    answer = self.server.simulator.control(request)
                except (ValueError, TypeError, KeyError) as error:
                    answer = {"error": str(error)}
                self.wfile.write(json.dumps(answer).encode() + b"\n")
