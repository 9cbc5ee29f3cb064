"""The child's end of `drivers.host`: one socket to the owner, and the promise to die with it.

Kept small on purpose: a child that imports this and nothing else of ours stays under 12 MB.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator

from drivers.host_frames import CorruptStreamError, Frames, Wire

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
EXIT_OWNER_GONE = 0
EXIT_CORRUPT = 3
OWNER_ARGUMENTS = ("--owner-fd", "--owner-pid")
CHUNK = 64 * 1024


class Owner:
    """The process that started us: messages go up with `send` (any thread), down with `messages` (one thread)."""

    def __init__(self, sock: socket.socket, wire: Wire) -> None:
        self._sock = sock
        self._wire = wire
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Send one message. An owner that is gone ends this process."""
        frame = self._wire.encode(message)
        try:
            with self._lock:
                self._sock.sendall(frame)
        except OSError:
            os._exit(EXIT_OWNER_GONE)

    def messages(self) -> Iterator[object]:
        """Yield what the owner says until it closes; a stream that makes no sense ends this process."""
        frames = Frames(self._wire)
        while True:
            try:
                data = self._sock.recv(CHUNK)
            except OSError:
                return
            if not data:
                return
            try:
                yield from frames.feed(data)
            except CorruptStreamError:
                os._exit(EXIT_CORRUPT)


def leave_no_core() -> None:
    """No core file of this process, and no look into it by the user's other processes; children decide anew."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def connect(wire: Wire) -> Owner:
    """Take over the socket named on the command line and tie this process's life to its owner's.

    The kernel kills us when the owner's thread dies (PR_SET_PDEATHSIG); we leave no core file (a core would hold
    spoken words), are not readable by the user's other processes, and ignore Ctrl-C, which is the owner's.
    """
    fd = int(_argument(OWNER_ARGUMENTS[0]))
    owner_pid = int(_argument(OWNER_ARGUMENTS[1]))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    leave_no_core()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.getppid() != owner_pid:
        os._exit(EXIT_OWNER_GONE)
    sock = socket.socket(fileno=fd)
    sock.set_inheritable(False)
    return Owner(sock, wire)


def _argument(name: str) -> str:
    try:
        return sys.argv[sys.argv.index(name) + 1]
    except (ValueError, IndexError):
        sys.stderr.write(f"{name} is missing: this module is started by drivers.host\n")
        raise SystemExit(2) from None
