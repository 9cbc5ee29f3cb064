"""The way to the platform through real sockets: each thing that can stand in it is named where it stands."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from offline_cache import Way, look
from tests.offline_cache.certificates import Authority
from tests.offline_cache.support import RealClock

SECONDS = 0.6


@dataclass(frozen=True)
class Files:
    ca_path: Path
    cert_path: Path | None = None
    key_path: Path | None = None


@dataclass
class Behaviour:
    """How a server answers: paths to (status, headers, body), seconds of thinking, and which calls it drops."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    think_s: float = 0.0
    drop_every: int = 0
    ahead: timedelta = timedelta()
    calls: int = 0


def honest(behaviour: Behaviour, path: str) -> tuple[int, dict[str, str], bytes]:
    said = {"server_time": (RealClock().now() + behaviour.ahead).isoformat()} if path == "/v1/time" else {}
    padding = b" " * 65536 if path == "/v1/catalogue/index" else b""
    return 200, {"Content-Type": "application/json"}, json.dumps(said).encode() + padding


@contextmanager
def served(behaviour: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing to stderr."""

        def do_GET(self) -> None:
            behaviour.calls += 1
            if behaviour.drop_every and behaviour.calls % behaviour.drop_every == 0:
                self.close_connection = True
                return
            time.sleep(behaviour.think_s)
            status, headers, body = behaviour.answers.get(self.path) or honest(behaviour, self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is no error of the server."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent() -> Iterator[int]:
    """Takes connections and never says anything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        yield listener.getsockname()[1]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"))


def go(port: int, ours: Authority, *, plain: int | None = None, scheme: str = "https", known: bool = True) -> Way:
    files = Files(ours.ca_path, *(ours.issue("terminal") if known else (None, None)))
    return look(f"{scheme}://127.0.0.1:{port}", files, RealClock(), seconds=SECONDS, plain_port=plain or closed_port())


def test_a_way_that_leads_there_is_measured(ours: Authority) -> None:
    heard: list[Way] = []
    with served(Behaviour(), ours.server_context()) as port:
        files = Files(ours.ca_path, *ours.issue("terminal"))
        way = look(f"https://127.0.0.1:{port}", files, RealClock(), seconds=2.0, told=heard.append)
    assert (way.dns, way.connect, way.tls, way.http, way.accepted) == ("", "", "", "", "")
    assert way.skew_s == 0
    assert (way.asked, way.lost, len(way.rtts_ms)) == (8, 0, 7)
    assert way.bytes_s is not None
    assert way.bytes_s > 0
    assert [one.http for one in heard] == [None, None, None, "", ""]


def test_a_port_that_is_closed(ours: Authority) -> None:
    way = go(closed_port(), ours)
    assert (way.connect, way.tls, way.portal) == ("refused", None, False)


def test_a_name_that_nobody_has(ours: Authority) -> None:
    way = look("https://nobody.invalid", Files(ours.ca_path), RealClock(), seconds=3.0)
    assert way.dns in {"unknown", "no_server"}
    assert way.connect is None


def test_somebody_who_takes_the_call_and_says_nothing(ours: Authority) -> None:
    with silent() as port:
        assert go(port, ours).tls == "timeout"
        assert go(port, ours, scheme="http").http == "timeout"


def test_another_authority_is_named_and_never_spoken_to(ours: Authority, stranger: Authority) -> None:
    behaviour = Behaviour()
    with served(behaviour, stranger.server_context()) as port:
        way = go(port, ours)
    assert (way.tls, way.issuer, way.http) == ("authority", "Test Authority", None)
    assert behaviour.calls == 0, "nothing was asked through it"


def test_a_log_in_page_behind_another_authority(ours: Authority, stranger: Authority) -> None:
    page = Behaviour({"/": (302, {"Location": "http://login.example/"}, b"")})
    with served(Behaviour(), stranger.server_context()) as port, served(page) as plain:
        way = go(port, ours, plain=plain)
    assert (way.tls, way.portal, way.to) == ("authority", True, "login.example")


def test_a_log_in_page_that_swallows_the_port_of_the_platform(ours: Authority) -> None:
    page = Behaviour({"/": (200, {"Content-Type": "text/html"}, b"<form>")})
    with served(page) as plain:
        way = go(closed_port(), ours, plain=plain)
    assert (way.connect, way.portal) == ("refused", True)


def test_a_server_that_speaks_no_tls(ours: Authority) -> None:
    with served(Behaviour()) as port:
        assert go(port, ours).tls in {"not_tls", "closed"}


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((302, {"Location": "https://portal.example/login"}, b""), "redirect"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), "page"),
        ((200, {"Content-Type": "application/json"}, b"[]"), "page"),
        ((502, {}, b"bad gateway"), "error"),
    ],
)
def test_what_answers_in_the_place_of_the_platform(ours: Authority, answer: Any, word: str) -> None:
    with served(Behaviour({"/v1/time": answer}), ours.server_context()) as port:
        way = go(port, ours)
    assert way.http == word
    assert way.to == ("portal.example" if word == "redirect" else "")


def test_a_clock_that_is_wrong(ours: Authority) -> None:
    with served(Behaviour(ahead=timedelta(minutes=10)), ours.server_context()) as port:
        way = go(port, ours)
    assert way.skew_s is not None
    assert -602 <= way.skew_s <= -598


def test_a_certificate_that_is_not_accepted_and_one_that_is_missing(ours: Authority) -> None:
    no = (401, {"Content-Type": "application/json"}, b'{"code": "terminal-revoked"}')
    with served(Behaviour({"/v1/profile": no}), ours.server_context()) as port:
        assert go(port, ours).accepted == "terminal-revoked"
        assert go(port, ours, known=False).accepted == "none"


def test_answers_that_are_lost_are_counted(ours: Authority) -> None:
    with served(Behaviour(drop_every=4), ours.server_context()) as port:
        way = go(port, ours)
    assert way.asked == 8
    assert way.lost in {2, 3}


def test_a_slow_line_takes_no_longer_than_it_may(ours: Authority) -> None:
    began = time.monotonic()
    with served(Behaviour(think_s=0.2), ours.server_context()) as port:
        way = go(port, ours)
    assert min(way.rtts_ms) >= 200
    assert time.monotonic() - began < 8 * SECONDS
