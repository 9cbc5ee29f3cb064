"""The parent of `kiosk run`: starts the terminal, has it relieved by a fresh one, starts it again when it falls.

It imports next to nothing and is told nothing but the words of `roster`: no name or number ever reaches it.
"""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from kiosk_app.roster import LEAVE, Ended, Event, Kill, Quit, Roster, Said, Start, Started, Stop, Tell, decide

LEAVE_S = 10.0
"""How long the old process gets to end: what its calls carry is safe in the store."""
DRAW_S = 30.0
"""How long a fresh one gets to draw."""
END_S = 8.0
"""How long an orderly end gets."""
TICK_S = 60.0


class Keeper:
    """Keeps one terminal running. One thread."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        leave_s: float = LEAVE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`command` starts a terminal; `--lead FD` and, for one that relieves another, `--relief` are added."""
        self._leave_s = leave_s
        self._command = tuple(command)
        self._now = monotonic
        self._roster = Roster()
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._leads: dict[int, socket.socket] = {}
        self._late: dict[int, float] = {}
        self._start_at: float | None = None
        self._code: int | None = None
        self._select = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        self._select.register(self._woken, selectors.EVENT_READ, None)

    def stop(self, *_: object) -> None:
        """End everything, soon; also as a signal handler."""
        with contextlib.suppress(OSError):
            self._waker.send(b"!")

    def run(self) -> int:
        """Keep it running until it ends by itself or is told to; returns the exit code."""
        before = {number: signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._start(relief=False)
            while self._code is None:
                for key, _ in self._select.select(self._pause()):
                    self._read(key.data)
                self._look_at_the_clock()
            return self._code
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._close()

    def _pause(self) -> float:
        due = [*self._late.values(), *([self._start_at] if self._start_at is not None else [])]
        return min(TICK_S, max(0.0, min(due, default=self._now() + TICK_S) - self._now()))

    def _start(self, *, relief: bool) -> None:
        ours, theirs = socket.socketpair()
        extra = ("--lead", str(theirs.fileno()), *(("--relief",) if relief else ()))
        with theirs:
            child = subprocess.Popen((*self._command, *extra), pass_fds=(theirs.fileno(),))
        ours.setblocking(False)
        self._children[child.pid], self._leads[child.pid] = child, ours
        self._select.register(ours, selectors.EVENT_READ, child.pid)
        if relief:
            self._late[child.pid] = self._now() + DRAW_S
        self._take(Started(child.pid, relief))

    def _read(self, pid: int | None) -> None:
        if pid is None:
            self._woken.recv(64)
            self._take(Stop())
            return
        try:
            data = self._leads[pid].recv(4096)
        except OSError:
            data = b""
        if not data:
            self._ended(pid)
            return
        for word in data.decode("ascii", "replace").split():
            self._late.pop(pid, None)
            self._take(Said(pid, word))

    def _ended(self, pid: int) -> None:
        """The line is cut: the process is gone, or of no more use."""
        lead = self._leads.pop(pid)
        self._select.unregister(lead)
        lead.close()
        self._late.pop(pid, None)
        child = self._children.pop(pid)
        try:
            code = child.wait(END_S)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        self._take(Ended(pid, code))

    def _take(self, event: Event) -> None:
        self._roster, orders = decide(self._roster, event)
        for order in orders:
            match order:
                case Start(relief, after_s):
                    if after_s:
                        self._start_at = self._now() + after_s
                    else:
                        self._start(relief=relief)
                case Tell(pid, word):
                    with contextlib.suppress(OSError, KeyError):
                        self._leads[pid].send(f"{word}\n".encode("ascii"))
                    if word == LEAVE:
                        self._late[pid] = self._now() + self._leave_s
                case Kill(pid):
                    self._children[pid].terminate()
                    self._late[pid] = self._now() + END_S
                case Quit(code):
                    self._code = code

    def _look_at_the_clock(self) -> None:
        now = self._now()
        for pid in [pid for pid, at in self._late.items() if at <= now]:
            del self._late[pid]
            self._children[pid].kill()
        if self._start_at is not None and self._start_at <= now:
            self._start_at = None
            if not self._roster.stopping:
                self._start(relief=False)

    def _close(self) -> None:
        for child in self._children.values():
            child.kill()
            child.wait()
        for lead in (*self._leads.values(), self._woken, self._waker):
            lead.close()
        self._select.close()


def keep(command: Sequence[str]) -> int:
    """Run a terminal, and the next one, until told to stop; returns the exit code."""
    return Keeper((sys.executable, *command)).run()
