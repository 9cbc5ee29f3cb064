"""Concatenated JPEG frames to whoever connects to a UNIX socket."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from pathlib import Path
from typing import Protocol

SEND_TIMEOUT_S = 2.0
IDLE_S = 0.2


class Played(Protocol):
    """What gives the frames."""

    clients: int
    """How many are connected."""

    def next_frame(self) -> bytes:
        """The JPEG of the next moment."""


class Player:
    """Sends the newest frame to everybody connected; a slow one misses frames, never parts of them."""

    def __init__(self, path: Path, camera: Played, fps: float) -> None:
        self._path = path
        self._camera = camera
        self._period = 1.0 / fps
        self._fresh = threading.Condition()
        self._frame = b""
        self._number = 0
        path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        path.chmod(0o600)
        self._server.listen()
        threading.Thread(target=self._accept, name="camera", daemon=True).start()

    def run(self, parent: int | None) -> None:
        """Play until the process is told to end, or until `parent` is no longer the parent."""
        due = time.monotonic()
        while parent is None or os.getppid() == parent:
            if self._camera.clients == 0:
                time.sleep(min(IDLE_S, self._period))
                due = time.monotonic()
                continue
            frame = self._camera.next_frame()
            with self._fresh:
                self._frame = frame
                self._number += 1
                self._fresh.notify_all()
            due = max(due + self._period, time.monotonic() - self._period)
            time.sleep(max(0.0, due - time.monotonic()))

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
        connection.settimeout(SEND_TIMEOUT_S)
        seen = self._number
        with self._fresh:
            self._camera.clients += 1
        try:
            with connection, contextlib.suppress(OSError):
                while True:
                    with self._fresh:
                        self._fresh.wait_for(lambda: self._number != seen, SEND_TIMEOUT_S)  # noqa: B023  read at once
                        if self._number == seen:
                            continue
                        seen, frame = self._number, self._frame
                    connection.sendall(frame)
        finally:
            with self._fresh:
                self._camera.clients -= 1
