"""The one local control socket of a running terminal: doctor, outbox, audit, services and update speak to it.

A UNIX socket of mode 0600; the peer's user id is asked of the kernel and must be the terminal's own or root. One JSON
object a line in, one a line out, then the connection ends:

    {"command": "doctor", "lang": "zh"}   ->   {"ok": true, "result": {...}}
                                               {"ok": false, "error": "unknown-command", "detail": "..."}

Errors: bad-request, too-large, unknown-command, not-allowed, busy, timed-out, unreachable (the platform), failed.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from typing import Any

Handler = Callable[[Mapping[str, Any]], Any]
"""Called on the loop's thread with the request; returns JSON, or a Future of JSON when somebody else is still at it."""
Post = Callable[[Callable[[], None]], None]
PeerUid = Callable[[socket.socket], int]
Heard = Callable[[str, str], None]
"""Told of each request: command and outcome (`ok` or the error word)."""

MAX_REQUEST = 64 * 1024
MAX_ANSWER = 8 * 1024 * 1024
MAX_CLIENTS = 8
READ_S = 5.0
ANSWER_S = 20.0
SLOW_S = 300.0
SLOW = frozenset(
    {
        "audit-export",
        "audit-verify",
        "logs-export",
        "outbox-export",
        "outbox-import-answers",
        "readiness",
        "self-test",
        "services-import",
    }
)
"""Commands that walk through years, or through a whole stick: they take minutes, and nothing of the terminal waits."""
_MAX_PATH = 100
_NOBODY = frozenset({"busy", "timed-out", "unreachable"})


class ControlError(Exception):
    """A running terminal refused or failed; `word` is one of the errors above. Commands exit with `exit_code`."""

    def __init__(self, word: str, detail: str = "") -> None:
        self.word = word
        self.exit_code = (
            3
            if word in {"busy", "timed-out", "unreachable"}
            else 2
            if word in {"unknown-command", "bad-request"}
            else 1
        )
        super().__init__(f"{word}: {detail}" if detail else word)


class AlreadyRunningError(Exception):
    """Another terminal answers on this socket."""


def peer_uid(connection: socket.socket) -> int:
    """Return the user id of the process at the other end, as the kernel knows it (SO_PEERCRED)."""
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(uid)


class ControlServer:
    """Listens from `start` to `stop`; handlers run one after the other on the loop, by `post`."""

    def __init__(
        self,
        path: Path,
        handlers: Mapping[str, Handler],
        post: Post,
        *,
        allowed: Callable[[int], bool] | None = None,
        peer: PeerUid = peer_uid,
        heard: Heard | None = None,
        answer_s: float = ANSWER_S,
        read_s: float = READ_S,
    ) -> None:
        own = os.getuid()
        self._path = path
        self._handlers = dict(handlers)
        self._post = post
        self._allowed = allowed if allowed is not None else lambda uid: uid in (own, 0)
        self._peer = peer
        self._heard = heard
        self._answer_s = answer_s
        self._read_s = read_s
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._slots = threading.BoundedSemaphore(MAX_CLIENTS)

    def start(self) -> None:
        """Take the socket and listen.

        Raises:
            AlreadyRunningError: a living terminal has it.
            OSError: the folder cannot be written, or the path is too long for a UNIX socket.
        """
        if len(os.fsencode(self._path)) > _MAX_PATH:
            raise OSError(f"a UNIX socket's path has at most {_MAX_PATH} bytes: choose a shorter state folder")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _alive(self._path):
            raise AlreadyRunningError(str(self._path))
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Bound under another name and moved into place when its mode is right: nobody can connect in between.
        hidden = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            hidden.unlink(missing_ok=True)
            listener.bind(str(hidden))
            hidden.chmod(0o600)
            listener.listen(MAX_CLIENTS)
            hidden.replace(self._path)
        except OSError:
            listener.close()
            hidden.unlink(missing_ok=True)
            raise
        self._socket = listener
        self._thread = threading.Thread(target=self._accept, args=(listener,), daemon=True, name="control")
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and remove the socket."""
        listener, self._socket = self._socket, None
        if listener is None:
            return
        self._path.unlink(missing_ok=True)
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        if self._thread is not None:
            self._thread.join(2.0)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if not self._slots.acquire(blocking=False):
                _send(connection, _refusal("busy", "too many clients"))
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True, name="control-client").start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(self._read_s)
                command, answer = self._converse(connection)
                if self._heard is not None:
                    # Told before it is answered: the log holds every request in the order of the answers.
                    outcome = "ok" if answer["ok"] else str(answer["error"])
                    heard = self._heard
                    self._post(lambda: heard(command, outcome))
                _send(connection, answer)
        except OSError:
            return  # The client went away; nothing is owed to it.
        finally:
            self._slots.release()

    def _converse(self, connection: socket.socket) -> tuple[str, dict[str, Any]]:
        if not self._allowed(self._peer(connection)):
            return "none", _refusal("not-allowed", "this socket belongs to another user")
        line = _read_line(connection, MAX_REQUEST)
        if line is None:
            return "none", _refusal("too-large", f"a request has at most {MAX_REQUEST} bytes")
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict) or not isinstance(request.get("command"), str):
            return "none", _refusal("bad-request", 'one JSON object with "command" per line')
        handler = self._handlers.get(request["command"])
        if handler is None:
            return "none", _refusal("unknown-command", "known: " + ", ".join(sorted(self._handlers)))
        return request["command"], self._run(handler, request)

    def _run(self, handler: Handler, request: Mapping[str, Any]) -> dict[str, Any]:
        done: Future[Any] = Future()

        def on_loop() -> None:
            if not done.set_running_or_notify_cancel():
                return  # Nobody waits any more.
            try:
                done.set_result(handler(request))
            except Exception as error:  # noqa: BLE001 - a command must not end the terminal
                done.set_exception(error)

        self._post(on_loop)
        try:
            result = done.result(self._answer_s)
            if isinstance(result, Future):
                result = result.result(SLOW_S if request["command"] in SLOW else self._answer_s)
        except FutureTimeoutError:
            done.cancel()
            return _refusal("timed-out", "the terminal is busy")
        except ControlError as error:
            return _refusal(error.word, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a handler throws is told by its kind only
            return _refusal("failed", type(error).__name__)
        return {"ok": True, "result": result}


def ask(path: Path, request: Mapping[str, Any], timeout: float = ANSWER_S + READ_S) -> Any | None:
    """Ask the running terminal and return its result; None when no terminal is running.

    A result is never None itself: handlers answer with objects or lists.

    Raises:
        ControlError: the terminal refused, failed or did not answer in time.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(str(path))
        except PermissionError as error:
            raise ControlError("not-allowed", "run this as the terminal's user") from error
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            return None
        except OSError as error:
            raise ControlError("failed", type(error).__name__) from error
        with contextlib.suppress(OSError):  # A refusal may already be waiting to be read.
            connection.sendall(json.dumps(dict(request), ensure_ascii=False).encode() + b"\n")
        try:
            line = _read_line(connection, MAX_ANSWER)
            answer = json.loads(line) if line else None
        except TimeoutError as error:
            raise ControlError("timed-out", "the terminal does not answer") from error
        except (OSError, ValueError) as error:
            raise ControlError("failed", "the answer cannot be read") from error
    if not isinstance(answer, dict):
        raise ControlError("failed", "the terminal hung up")
    if not answer.get("ok"):
        raise ControlError(str(answer.get("error")), str(answer.get("detail", "")))
    return answer["result"]


def _alive(path: Path) -> bool:
    if not path.exists():
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
        return True


def _read_line(connection: socket.socket, limit: int) -> bytes | None:
    """Return the bytes up to the line break or the end; None when there are more than `limit`."""
    data = bytearray()
    while b"\n" not in data:
        part = connection.recv(65536)
        if not part:
            break
        data += part
        if len(data) > limit:
            return None
    return bytes(data).partition(b"\n")[0]


def _refusal(word: str, detail: str) -> dict[str, Any]:
    return {"ok": False, "error": word, "detail": detail}


def _send(connection: socket.socket, answer: Mapping[str, Any]) -> None:
    try:
        data = json.dumps(answer, ensure_ascii=False).encode()
    except (TypeError, ValueError):
        data = json.dumps(_refusal("failed", "the answer is not JSON")).encode()
    connection.sendall(data + b"\n")
