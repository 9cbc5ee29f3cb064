"""Asking over the socket, and every way in which nobody answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.lab.bench import FarEnd
from ui.lab.client import GoneError, ask


def listening(path: Path, behave: Callable[[socket.socket], None]) -> threading.Thread:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        with listener:
            client, _ = listener.accept()
            with client:
                behave(client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


def test_answer_comes_back(tmp_path: Path) -> None:
    far = FarEnd(tmp_path / "s")
    far.open()
    try:
        assert ask(far.path, {"do": "lift"}, 5.0) == {"ok": True}
        assert far.asked == [{"do": "lift"}]
    finally:
        far.close()


def test_no_socket_is_gone(tmp_path: Path) -> None:
    with pytest.raises(GoneError):
        ask(tmp_path / "none", {"do": "state"}, 1.0)


@pytest.mark.parametrize("reply", [b"", b"{half", b"no json\n", b"[1]\n", b"\xff\n"])
def test_answer_that_is_none_is_gone(tmp_path: Path, reply: bytes) -> None:
    def behave(client: socket.socket) -> None:
        client.recv(100)
        client.sendall(reply)

    thread = listening(tmp_path / "s", behave)
    with pytest.raises(GoneError):
        ask(tmp_path / "s", {"do": "state"}, 5.0)
    thread.join(5)


def test_silence_is_gone(tmp_path: Path) -> None:
    over = threading.Event()

    def behave(_client: socket.socket) -> None:
        over.wait(10)

    thread = listening(tmp_path / "s", behave)
    with pytest.raises(GoneError):
        ask(tmp_path / "s", {"do": "state"}, 0.1)
    over.set()
    thread.join(5)
