from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from kiosk_app.lab.cable import Cable, Plug


@pytest.fixture
def cable() -> Iterator[Cable]:
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    def echo(connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(1024):
                    connection.sendall(data.upper())
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    found = Cable(server.getsockname())
    yield found
    found.close()
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def connect(cable: Cable) -> socket.socket:
    found = socket.create_connection(("127.0.0.1", cable.port), 5)
    found.settimeout(5)
    return found


def test_bytes_go_through_both_ways(cable: Cable) -> None:
    with connect(cable) as line:
        line.sendall(b"hello")
        assert line.recv(16) == b"HELLO"


def test_pulled_cable_breaks_what_is_connected(cable: Cable) -> None:
    with connect(cable) as line:
        line.sendall(b"a")
        assert line.recv(16) == b"A"
        cable.plug(Plug.DOWN)
        assert line.recv(16) == b""


def test_pulled_cable_answers_nobody(cable: Cable) -> None:
    cable.plug(Plug.DOWN)
    with connect(cable) as line:
        assert line.recv(16) == b""


def test_plugged_in_again_it_works(cable: Cable) -> None:
    cable.plug(Plug.DOWN)
    cable.plug(Plug.UP)
    with connect(cable) as line:
        line.sendall(b"again")
        assert line.recv(16) == b"AGAIN"


def test_dropped_answer_never_comes_back(cable: Cable) -> None:
    cable.drop_answers(1)
    with connect(cable) as line:
        line.sendall(b"once")
        assert line.recv(16) == b""
    with connect(cable) as line:
        line.sendall(b"twice")
        assert line.recv(16) == b"TWICE"
