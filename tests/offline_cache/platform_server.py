"""A small honest platform on real sockets: idempotent, with per-item answers, and faults on demand."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from contracts import digest
from tests.offline_cache.support import SHANGHAI


class Platform(ThreadingHTTPServer):
    """State and faults. `effects` is the list of ids in the order they took effect: doubles would show."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            self.scheme = "https"
        self.gate = threading.Lock()
        self.effects: list[str] = []
        self.stored: dict[str, dict[str, Any]] = {}
        self.batches: list[list[str]] = []
        self.sizes: list[int] = []
        self.calls: list[str] = []
        self.beats: list[dict[str, Any]] = []
        self.faults: deque[str] = deque()
        self.fault_paths: tuple[str, ...] = ("/v1/submissions:batch",)
        self.reject: dict[str, str] = {}
        self.poison: set[str] = set()
        self.documents: dict[str, tuple[str, Any]] = {}
        self.spoil: Callable[[dict[str, Any]], object] | None = None
        self.next_s = 30
        self.high_water = 0
        self.next_number = 0
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no error of the server."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Platform

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to stderr."""

    def do_GET(self) -> None:
        self.server.calls.append(f"GET {self.path}")
        if self._fault("before"):
            return
        if self.path == "/v1/time":
            self._json(200, {"server_time": datetime.now(SHANGHAI).isoformat()})
        elif self.path in self.server.documents:
            etag, envelope = self.server.documents[self.path]
            if self.headers.get("If-None-Match") == etag:
                self._send(304, b"", "application/json", {"ETag": etag})
            else:
                self._json(200, envelope, {"ETag": etag})
        elif self.path.startswith("/v1/submissions/"):
            found = self.server.stored.get(self.path.rpartition("/")[2])
            if found is None:
                self._problem(404, "not-found")
            else:
                self._json(200, {"status": "accepted", "receipt": found["receipt"]})
        else:
            self._problem(404, "not-found")

    def do_DELETE(self) -> None:
        self.server.calls.append(f"DELETE {self.path}")
        self.rfile.read(int(self.headers["Content-Length"]))
        if not self._fault("before"):
            self._send(204, b"", "application/json")

    def do_POST(self) -> None:
        self.server.calls.append(f"POST {self.path}")
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self._fault("before"):
            return
        if self.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        body = json.loads(raw)
        if self.path == "/v1/heartbeat":
            self.server.beats.append(body)
            etags = {
                name: self.server.documents[path][0] for name, path in PATHS.items() if path in self.server.documents
            }
            self._json(
                200,
                {
                    "next_s": self.server.next_s,
                    "server_time": datetime.now(SHANGHAI).isoformat(),
                    "high_water": self.server.high_water,
                    "commands": [],
                    "etags": etags,
                },
            )
        elif self.path == "/v1/submissions:batch":
            self._batch(body, len(raw))
        else:
            self._problem(404, "not-found")

    def _batch(self, body: dict[str, Any], size: int) -> None:
        ids = [item["id"] for item in body["items"]]
        with self.server.gate:
            self.server.batches.append(ids)
            self.server.sizes.append(size)
            if self.server.poison & set(ids):
                self._problem(500, "internal")
                return
            results = [self._take(item) for item in body["items"]]
        if self._fault("after"):
            return
        answer = {"results": results, "high_water": 1, "gaps": []}
        self._json(200, answer if self.server.spoil is None else self.server.spoil(answer))

    def _take(self, item: dict[str, Any]) -> dict[str, Any]:
        server, item_id = self.server, item["id"]
        known = server.stored.get(item_id)
        if known is not None:
            if known["digest"] != item["digest"]:
                return {
                    "id": item_id,
                    "status": "rejected",
                    "receipt": None,
                    "problem": {"code": "digest-conflict", "status": 409},
                }
            return {"id": item_id, "status": "duplicate", "receipt": known["receipt"], "problem": None}
        if digest(item["body"]) != item["digest"]:
            code: str | None = "digest-mismatch"
        else:
            code = server.reject.get(item_id)
        if code == "waiting":
            return {"id": item_id, "status": "waiting_blobs", "receipt": None, "problem": None}
        if code == "silent":
            return {"id": item_id, "status": "something-new", "receipt": None, "problem": None}
        if code is not None:
            number, _, high = code.partition("/")
            problem = {"code": number, "status": 422, "title": "no", **({"high_water": int(high)} if high else {})}
            return {"id": item_id, "status": "rejected", "receipt": None, "problem": problem}
        server.next_number += 1
        receipt = {
            "number": f"XC-2026-1122-{server.next_number:06d}",
            "service": "YL01",
            "state": "accepted",
            "check_code": "8F3K-2Q7M",
            "result": {"name": "张小红"},
        }
        server.stored[item_id] = {**item, "receipt": receipt}
        server.effects.append(item_id)
        return {"id": item_id, "status": "accepted", "receipt": receipt, "problem": None}

    def _fault(self, when: str) -> bool:
        """Do what the next fault says, if this is its path and its moment; True when the request is done with."""
        server = self.server
        after = ("drop-after-commit", "hang-after-commit")
        if self.path not in server.fault_paths or not server.faults or (server.faults[0] in after) != (when == "after"):
            return False
        fault = server.faults.popleft()
        match fault:
            case "500" | "503" | "408":
                self._problem(int(fault), "unavailable")
            case "401" | "403" | "400" | "413" | "422":
                self._problem(int(fault), f"no-{fault}")
            case "429":
                self._send(429, b"{}", "application/problem+json", {"Retry-After": "1"})
            case "204":
                self._send(204, b"", "text/html")
            case "html":
                self._send(200, b"<html>log in to the hotel</html>", "text/html")
            case "html-404":
                self._send(404, b"<html>not here</html>", "text/html")
            case "redirect":
                self._send(302, b"", "text/html", {"Location": "http://127.0.0.1:1/login"})
            case "half-json":
                self._send(200, b'{"results": [', "application/json")
            case "wrong-json":
                self._json(200, {"results": "many", "high_water": 1, "gaps": []})
            case "huge":
                self._json(200, {"results": [], "high_water": 1, "gaps": [], "more": "x" * 10_000_000})
            case "bomb":
                self._send(200, bomb(), "application/json", {"Content-Encoding": "gzip"})
            case "deep":
                self._send(200, b'{"results": ' + b"[" * 200_000, "application/json")
            case "hang" | "hang-after-commit":
                server.released.wait(20)
                self.close_connection = True
            case "cut":
                self.wfile.write(
                    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"re'
                )
                self._reset()
            case "close" | "drop-after-commit":
                self._reset()
            case "ok":
                return False
            case _:
                raise AssertionError(fault)
        return True

    def _reset(self) -> None:
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _problem(self, status: int, code: str) -> None:
        body = json.dumps({"type": "about:blank", "title": code, "status": status, "code": code}).encode()
        self._send(status, body, "application/problem+json")

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(value).encode(), "application/json", headers)

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


PATHS = {"index": "/v1/catalogue/index", "profile": "/v1/profile"}


def bomb() -> bytes:
    """Return gzip that unpacks to 150 MB of JSON, made without ever holding them."""
    packer = zlib.compressobj(6, wbits=31)
    return b"".join([packer.compress(b"{"), *(packer.compress(b" " * 2**20) for _ in range(150)), packer.flush()])


@contextmanager
def platform(tls: ssl.SSLContext | None = None) -> Iterator[Platform]:
    """Run a platform on a free port."""
    server = Platform(tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
