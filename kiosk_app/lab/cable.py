"""The network cable between terminal and platform: bytes go through unchanged until somebody pulls it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from enum import StrEnum

CHUNK = 65536
TICK_S = 0.2


class Plug(StrEnum):
    """How the cable is: plugged in; pulled (refused at once, connections break); or leading into nothing."""

    UP = "up"
    DOWN = "down"
    BLACKHOLE = "blackhole"


class Cable:
    """A TCP way from a port of its own to `target`. Methods may be called from any thread."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._plug = Plug.UP
        self._latency_s = 0.0
        self._drop_answers = 0
        self._live: set[socket.socket] = set()
        self._closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), name="cable", daemon=True).start()

    def plug(self, how: Plug) -> None:
        """Pull it or plug it in; what was connected breaks when it is pulled."""
        with self._lock:
            self._plug = how
            live = list(self._live) if how is not Plug.UP else []
        if how is Plug.DOWN:
            for connection in live:
                _break(connection)

    def latency(self, seconds: float) -> None:
        """Hold every piece of data for so long."""
        self._latency_s = seconds

    def drop_answers(self, count: int = 1) -> None:
        """Break the connection instead of bringing the next `count` answers back; the requests arrive."""
        self._drop_answers = count

    def shut(self) -> None:
        """Nobody listens at the port any more: connections are refused, as by a machine whose service is down."""
        _close(self._listener)

    def reopen(self) -> None:
        """Somebody listens there again."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), name="cable", daemon=True).start()

    def retarget(self, target: tuple[str, int]) -> None:
        """Lead to another place from now on."""
        self._target = target

    def close(self) -> None:
        """End everything."""
        self._closed = True
        _close(self._listener)
        with self._lock:
            live = list(self._live)
        for connection in live:
            _break(connection)

    def _accept(self, listener: socket.socket) -> None:
        while not self._closed:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            if self._plug is Plug.DOWN:
                _break(near)
                near.close()
                continue
            threading.Thread(target=self._join, args=(near,), name="cable-join", daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target, 5.0)
        except OSError:
            _break(near)
            near.close()
            return
        far.settimeout(None)
        with self._lock:
            self._live |= {near, far}
        back = threading.Thread(target=self._carry, args=(far, near, True), name="cable-back", daemon=True)
        back.start()
        self._carry(near, far, False)
        back.join()
        with self._lock:
            self._live -= {near, far}
        for connection in (near, far):
            connection.close()

    def _carry(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        try:
            while data := source.recv(CHUNK):
                if self._latency_s:
                    time.sleep(self._latency_s)
                while self._plug is Plug.BLACKHOLE and not self._closed:
                    time.sleep(TICK_S)
                if answers and self._drop_answers > 0:
                    self._drop_answers -= 1
                    _break(sink)
                    return
                sink.sendall(data)
        except OSError:
            _break(sink)
            return
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _close(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _break(connection: socket.socket) -> None:
    """End a connection so that both ends see it at once."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
