"""Processes to be killed and frozen at any instant, and what they said until then."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def frozen(child: subprocess.Popen[Any]) -> Iterator[None]:
    """SIGSTOP, then SIGCONT: a process that hangs and holds what it holds."""
    child.send_signal(signal.SIGSTOP)
    # Sent is not yet taken: it is frozen when the kernel says so.
    while Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0] not in "TZ":
        time.sleep(0.002)
    try:
        yield
    finally:
        child.send_signal(signal.SIGCONT)


class Process:
    """A child that says one line for each promise it has made."""

    def __init__(self, *arguments: str) -> None:
        """Start `python ARGUMENTS`."""
        self.child = subprocess.Popen(
            [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self._said = b""

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.child.poll() is None

    def lines(self) -> list[str]:
        """Return the whole lines that it has said so far; a line that was cut off in the middle was never said."""
        self._hear(0.0)
        return self._said.decode().split("\n")[:-1]

    def listen(self, seconds: float) -> None:
        """Let it run and read what it says."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and self._hear(left):
            continue

    def first_words(self, within_s: float = 30.0) -> bool:
        """Wait until it has said something; False when it ended or stayed silent."""
        return self._hear(within_s)

    def kill(self) -> list[str]:
        """`kill -9`; returns all that it had said by then."""
        self.child.kill()
        self.child.wait(30)
        while self._hear(1.0):
            continue
        assert self.child.stdout is not None
        self.child.stdout.close()
        return self._said.decode().split("\n")[:-1]

    def _hear(self, within_s: float) -> bool:
        assert self.child.stdout is not None
        if self.child.stdout.closed or not select.select([self.child.stdout], [], [], within_s)[0]:
            return False
        heard = os.read(self.child.stdout.fileno(), 1 << 20)
        self._said += heard
        return bool(heard)
