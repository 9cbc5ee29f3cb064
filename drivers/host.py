"""One child process for a device whose library may hang, crash, leak or be taken over: speech, vision, vendor code.

The child is spawned (`python -m module`), never forked, with a bare environment and one socket. Messages are frozen
dataclasses in checked frames (`drivers.host_frames`). A child that dies, hangs or talks nonsense is killed and started
again with back-off; a dead owner takes its children along.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.host_child import CHUNK, OWNER_ARGUMENTS
from drivers.host_frames import CorruptStreamError, Frames, Ping, Pong, Wire

MAX_WAITING = 8 * 1024 * 1024
"""Bytes not yet taken by the child; more than this means that it does not read any more."""

PASSED_ON = ("PATH", "TZ", "XDG_RUNTIME_DIR", "PULSE_SERVER", "PULSE_RUNTIME_PATH", "ALSA_CONFIG_PATH")
"""All that a child inherits of the environment: where programs are, and how to reach the sound server."""


@dataclass(frozen=True, slots=True)
class Up:
    """A child runs and takes messages."""

    pid: int
    start: int


@dataclass(frozen=True, slots=True)
class Down:
    """The child is gone. `cause` is one of: exited, hung, corrupt, flooded, not_started, recycled, stopped."""

    cause: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the host waits, in seconds.

    `hang`: no answer to a ping; `first` to `longest`: back-off between starts; `steady`: after this long alive the
    back-off begins anew; `leave`: for an orderly end; `tick`: between house-keeping.
    """

    hang: float = 5.0
    first: float = 0.1
    longest: float = 10.0
    steady: float = 10.0
    leave: float = 1.0
    tick: float = 0.25


PATIENCE = Patience()
"""What suits a device in service; tests are less patient."""


class Host:
    """Owns one child process. Callbacks run on the host's own thread, one at a time."""

    def __init__(
        self,
        module: str,
        wire: Wire,
        *,
        arguments: Sequence[str] = (),
        on_message: Callable[[object], None],
        on_change: Callable[[Up | Down], None] = lambda _: None,
        on_tick: Callable[[float], None] = lambda _: None,
        patience: Patience = PATIENCE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._module, self._wire, self._arguments = module, wire, tuple(arguments)
        self._on_message, self._on_change, self._on_tick = on_message, on_change, on_tick
        self._patience, self._now = patience, monotonic
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._sock: socket.socket | None = None
        self._waiting = bytearray()
        self._stopping = False
        self._recycle = False
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._thread: threading.Thread | None = None
        self._starts = 0

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        with self._lock:
            return self._child.pid if self._child is not None else None

    def start(self) -> None:
        """Start the thread that starts the child.

        The kernel ties a child to the thread that spawned it, so that thread lives as long as the host.
        """
        self._thread = threading.Thread(target=self._run, name=f"host {self._module}", daemon=True)
        self._thread.start()

    def send(self, message: object) -> bool:
        """Send one message without ever blocking; False when no child runs (it was not and will not be sent)."""
        frame = self._wire.encode(message)
        with self._lock:
            if self._sock is None or self._stopping:
                return False
            self._waiting += frame
            self._flush_locked()
            leftover = bool(self._waiting)
        if leftover:
            self._wake()
        return True

    def set_arguments(self, *arguments: str) -> None:
        """What the next child is started with; the one that runs is left alone."""
        with self._lock:
            self._arguments = arguments

    def recycle(self) -> None:
        """Replace the child by a fresh one at once, without back-off: what it had in memory is gone with it."""
        with self._lock:
            self._recycle = True
        self._wake()

    def stop(self) -> None:
        """End the child (orderly for `leave` seconds, then killed) and the thread. The last callback is `Down`."""
        with self._lock:
            self._stopping = True
        self._wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    # The host's thread

    def _run(self) -> None:
        wait = self._patience.first
        while not self._stopped():
            born = self._now()
            try:
                self._spawn()
            except OSError:
                self._on_change(Down("not_started"))
            else:
                cause = self._serve()
                self._on_change(Down(cause, self._end(orderly=cause == "stopped")))
                if cause == "recycled":
                    continue
            if self._now() - born >= self._patience.steady:
                wait = self._patience.first
            wait = self._patience.first if self._idle(wait) else min(wait * 2, self._patience.longest)
        self._wake_in.close()
        self._wake_out.close()

    def _spawn(self) -> None:
        ours, theirs = socket.socketpair()
        root = str(Path(__file__).resolve().parent.parent)
        environment = {k: os.environ[k] for k in PASSED_ON if k in os.environ}
        environment |= {
            "LANG": "C.UTF-8",
            "PYTHONPATH": root,
            "PYTHONNOUSERSITE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        fd_name, pid_name = OWNER_ARGUMENTS
        owner = [fd_name, str(theirs.fileno()), pid_name, str(os.getpid())]
        try:
            child = subprocess.Popen(
                [sys.executable, "-P", "-X", "utf8", "-m", self._module, *owner, *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=environment,
                cwd="/",
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.setblocking(False)
        with self._lock:
            self._child, self._sock, self._recycle = child, ours, False
            self._waiting.clear()
            self._starts += 1
        self._on_change(Up(child.pid, self._starts))

    def _serve(self) -> str:
        """Carry messages until the child has to go; return why."""
        sock = self._sock
        if sock is None:
            return "exited"
        frames = Frames(self._wire)
        asked = answered = 0
        asked_at = self._now()
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            selector.register(self._wake_out, selectors.EVENT_READ)
            while True:
                with self._lock:
                    if self._stopping or self._recycle:
                        return "stopped" if self._stopping else "recycled"
                    if len(self._waiting) > MAX_WAITING:
                        return "flooded"
                    self._flush_locked()
                    wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._waiting else 0)
                selector.modify(sock, wanted)
                ready = {key.fileobj for key, events in selector.select(self._patience.tick) if events}
                if self._wake_out in ready:
                    self._drain_wake()
                if sock in ready:
                    try:
                        data = sock.recv(CHUNK)
                    except BlockingIOError:
                        data = None
                    except OSError:
                        data = b""
                    if data == b"":
                        return "exited"
                    try:
                        for message in frames.feed(data or b""):
                            if isinstance(message, Pong):
                                answered = max(answered, message.n)
                            else:
                                self._on_message(message)
                    except CorruptStreamError:
                        return "corrupt"
                now = self._now()
                if asked > answered and now - asked_at > self._patience.hang:
                    return "hung"
                if asked == answered and now - asked_at > self._patience.hang / 2:
                    asked, asked_at = asked + 1, now
                    self.send(Ping(asked))
                self._on_tick(now)

    def _end(self, *, orderly: bool) -> int | None:
        with self._lock:
            child, sock = self._child, self._sock
            self._child = self._sock = None
            self._waiting.clear()
        if sock is not None:
            sock.close()
        if child is None:
            return None
        if orderly:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return child.wait(self._patience.leave)
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGKILL)
        return child.wait()

    def _idle(self, seconds: float) -> bool:
        """Wait before the next start; True when the wait was cut short by a recycle."""
        until = self._now() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_out, selectors.EVENT_READ)
            while (left := until - self._now()) > 0:
                if selector.select(min(left, self._patience.tick)):
                    self._drain_wake()
                self._on_tick(self._now())
                with self._lock:
                    if self._stopping or self._recycle:
                        return True
        return False

    def _stopped(self) -> bool:
        with self._lock:
            return self._stopping

    def _flush_locked(self) -> None:
        while self._waiting and self._sock is not None:
            try:
                sent = self._sock.send(self._waiting)
            except BlockingIOError:
                return
            except OSError:
                self._waiting.clear()
                return
            del self._waiting[:sent]

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_in.send(b"\0")

    def _drain_wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake_out.recv(4096)
