"""The processes of a world: each dies with the one that started it, and says when it is ready."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

TIED = Path(__file__).with_name("tied.py")
ROOT = Path(__file__).parents[2]
READY_S = 40.0
ANSWER_S = 60.0
POLL_S = 0.01


class WorldError(Exception):
    """A part of the world did not do what it was asked."""


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for a condition of another process.

    Raises:
        WorldError: it did not come true in time.
    """
    pause = threading.Event()
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise WorldError(f"{what}: not within {seconds:g} s")
        pause.wait(POLL_S)


class Process:
    """`python -m MODULE ARGUMENTS`, with its standard error in a file; `before` is a command that becomes it."""

    def __init__(
        self,
        module: str,
        arguments: list[str],
        errors: Path,
        *,
        environment: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> None:
        self.module = module
        self.errors = errors
        command = [*before, sys.executable, "-I", "-S", str(TIED), str(os.getpid()), module, *arguments]
        with errors.open("a") as stderr:
            self.popen = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
            )

    @property
    def running(self) -> bool:
        """True while it has not ended."""
        return self.popen.poll() is None

    def first_line(self) -> str:
        """Wait for the first line of its standard output.

        Raises:
            WorldError: it ended instead.
        """
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline()
        if not line:
            raise WorldError(f"{self.module} did not start: {self.tail()}")
        return line

    def tail(self) -> str:
        """The end of its standard error."""
        return self.errors.read_text("utf-8", "replace")[-1200:] if self.errors.exists() else ""

    def kill(self) -> None:
        """SIGKILL: what a power cut does to a process."""
        if self.running:
            self.popen.send_signal(signal.SIGKILL)
        self.reap()

    def end(self) -> None:
        """Ask it to end, then make it."""
        if self.running:
            self.popen.terminate()
            try:
                self.popen.wait(5)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        self.reap()

    def reap(self) -> None:
        """Wait for its end and close what is ours."""
        self.popen.wait(10)
        if self.popen.stdout is not None:
            self.popen.stdout.close()


class JsonLines:
    """A client of a UNIX socket that takes one JSON object a line and answers with one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._pending = b""

    @property
    def path(self) -> Path:
        """Where the socket is."""
        return self._path

    def connect(self, process: Process, seconds: float = READY_S) -> None:
        """Connect as soon as somebody listens.

        Raises:
            WorldError: the process ended, or nobody listens in time.
        """

        def listens() -> bool:
            if not process.running:
                raise WorldError(f"{process.module} ended: {process.tail()}")
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self._path))
            except OSError:
                connection.close()
                return False
            connection.settimeout(ANSWER_S)
            self._socket = connection
            return True

        self.close()
        wait_until(listens, seconds, process.module)

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a line and return the answer.

        Raises:
            WorldError: refused, or the other side is gone.
        """
        with self._lock:
            if self._socket is None:
                raise WorldError("not connected")
            try:
                self._socket.sendall(json.dumps(request, ensure_ascii=False).encode() + b"\n")
                answer: dict[str, Any] = json.loads(self._line(self._socket))
            except (OSError, ValueError) as error:
                raise WorldError(f"{self._path.name}: gone ({type(error).__name__})") from error
        if "error" in answer:
            raise WorldError(f"{self._path.name}: {answer['error']}")
        return answer

    def _line(self, connection: socket.socket) -> bytes:
        while b"\n" not in self._pending:
            data = connection.recv(65536)
            if not data:
                raise ConnectionError("closed")
            self._pending += data
        line, _, self._pending = self._pending.partition(b"\n")
        return line

    def close(self) -> None:
        """Close the connection."""
        self._pending = b""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
            self._socket = None
