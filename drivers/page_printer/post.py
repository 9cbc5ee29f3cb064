"""One HTTP POST that ends: on a connection of its own, in time, with an answer of bounded length.

`http.client` speaks HTTP; what it takes for a socket is a `_Wire`, whose every wait is cut into slices. Between two
slices the `Guard` is asked: a cancelled command does not sit out a printer that says nothing, or one byte a second.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import select
import socket
import ssl
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from typing import TYPE_CHECKING, Any

from drivers.page_printer.address import Address
from drivers.page_printer.codec import MOST_BYTES
from drivers.transport.base import NoReply, OpenCause, OpenFailed, TransportClosed, TransportError, open_cause

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 16_384
SLICE_S = 0.1
"""No single wait is longer."""
CONNECT_S = 3.0
HTTP_OK = 200

Check = Callable[[], None]
"""Asked at least every 0.2 s; raises what ends the exchange."""


class IppError(Exception):
    """Something answered, and it is not the answer that was wanted."""


class AnswerError(IppError):
    """What answered does not speak IPP over HTTP: its HTTP status, when that is the reason, is `http`."""

    def __init__(self, message: str, http: int | None = None) -> None:
        super().__init__(message)
        self.http = http


class Guard:
    """How long an exchange may take, and who may end it before."""

    def __init__(self, monotonic: Callable[[], float], seconds: float, check: Check) -> None:
        self._monotonic = monotonic
        self._ends_at = monotonic() + seconds
        self._check = check

    def narrowed(self, seconds: float) -> Guard:
        """A guard that ends after `seconds`, or with this one."""
        return Guard(self._monotonic, min(seconds, self._ends_at - self._monotonic()), self._check)

    def slice(self) -> float:
        """Return how long to wait before asking again.

        Raises:
            NoReply: the time is up. Or whatever `check` raises.
        """
        self._check()
        left = self._ends_at - self._monotonic()
        if left <= 0:
            raise NoReply("the printer did not answer in time")
        return min(SLICE_S, left)


class Post:
    """One exchange. `sent` counts the bytes of the body that the system has taken, also after a failure."""

    def __init__(self, address: Address, trust: ssl.SSLContext | None, guard: Guard) -> None:
        """`trust` None: without TLS."""
        self._address = address
        self._trust = trust
        self._guard = guard
        self._wire: _Wire | None = None
        self._head = 0

    @property
    def sent(self) -> int:
        """Bytes of the body that have left."""
        return 0 if self._wire is None or not self._head else self._wire.sent - self._head

    def perform(self, body: bytes, media_type: str) -> bytes:
        """Send `body` and return the body of the answer, at most `MOST_BYTES`.

        Raises:
            OpenFailed, TransportClosed, NoReply: not reachable, cut, or out of time.
            AnswerError: not HTTP, another status than 200, or too long. Or whatever the guard's check raises.
        """
        self._wire = wire = _dial(self._address, self._trust, self._guard)
        connection = HTTPConnection(self._address.host, self._address.port)
        connection.sock = wire
        try:
            connection.putrequest("POST", self._address.path)
            connection.putheader("Content-Type", media_type)
            connection.putheader("Content-Length", str(len(body)))
            connection.putheader("Connection", "close")
            connection.endheaders()
            self._head = wire.sent
            return self._exchange(connection, wire, body)
        except RemoteDisconnected as error:
            raise TransportClosed("the printer hung up without an answer") from error
        except (HTTPException, ValueError) as error:
            raise AnswerError(f"no HTTP: {type(error).__name__}") from error
        finally:
            connection.close()
            wire.hang_up()

    def _exchange(self, connection: HTTPConnection, wire: _Wire, body: bytes) -> bytes:
        try:
            wire.sendall(body)
        except TransportClosed:
            # A printer that wants nothing of this may say so and hang up before it has read everything.
            with contextlib.suppress(TransportError, HTTPException, ValueError):
                return _read(connection)
            raise
        return _read(connection)


def _read(connection: HTTPConnection) -> bytes:
    with contextlib.closing(connection.getresponse()) as response:
        if response.status != HTTP_OK:
            raise AnswerError(f"HTTP status {response.status}", response.status)
        return _body(response)


def _body(response: HTTPResponse) -> bytes:
    found = bytearray()
    while piece := response.read(CHUNK):
        found += piece
        if len(found) > MOST_BYTES:
            raise AnswerError("the answer does not end")
    return bytes(found)


class _Wire:
    """What `http.client` takes for a socket. Closed by whoever dialled: `http.client` lets go while it still reads."""

    def __init__(self, plug: socket.socket, guard: Guard) -> None:
        self._plug = plug
        self._guard = guard
        self.sent = 0

    def sendall(self, data: bytes) -> None:
        """Send everything, counting.

        Raises:
            TransportClosed, NoReply: or whatever the guard's check raises.
        """
        view = memoryview(data)
        while view:
            taken = _attempt(self._plug, self._guard, select.POLLOUT, partial(self._plug.send, view[:CHUNK]))
            self.sent += taken
            view = view[taken:]

    def receive(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer` with what is there as soon as something is; 0 at the end.

        Raises:
            TransportClosed, NoReply: or whatever the guard's check raises.
        """
        return _attempt(self._plug, self._guard, select.POLLIN, lambda: self._plug.recv_into(buffer))

    def makefile(self, mode: str) -> io.BufferedReader:
        """The incoming side, as `http.client` reads it."""
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """Nothing: see `hang_up`."""

    def hang_up(self) -> None:
        """Close the connection."""
        self._plug.close()


class _Incoming(io.RawIOBase):
    def __init__(self, wire: _Wire) -> None:
        super().__init__()
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        return self._wire.receive(buffer)


def _attempt(plug: socket.socket, guard: Guard, event: int, act: Callable[[], int]) -> int:
    """Do `act` on a socket that does not block, as soon as it can be done, and return what it returns."""
    while True:
        slice_s = guard.slice()
        wanted = event
        try:
            return act()
        except ssl.SSLWantReadError:
            wanted = select.POLLIN
        except ssl.SSLWantWriteError:
            wanted = select.POLLOUT
        except BlockingIOError:
            pass
        except (OSError, ValueError) as error:
            raise TransportClosed("the connection to the printer broke") from error
        _wait(plug, wanted, slice_s)


def _wait(plug: socket.socket, event: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(plug, event)
    return bool(poll.poll(seconds * 1000))


def _dial(address: Address, trust: ssl.SSLContext | None, guard: Guard) -> _Wire:
    """Connect to the first address that answers.

    Raises:
        OpenFailed: none does, or it cannot prove who it is. Or whatever the guard's check raises.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OpenFailed(f"{address.host}: no such host", OpenCause.UNREACHABLE) from error
    failure = OpenFailed(f"{address.host}: no address", OpenCause.UNREACHABLE)
    for family, kind, protocol, _, where in found:
        try:
            return _Wire(_connected(socket.socket(family, kind, protocol), where, address, trust, guard), guard)
        except OpenFailed as error:
            failure = error
        except OSError as error:
            failure = OpenFailed(f"{address.uri}: cannot be reached", open_cause(error.errno))
    raise failure


def _connected(
    plug: socket.socket, where: Any, address: Address, trust: ssl.SSLContext | None, guard: Guard
) -> socket.socket:
    try:
        plug.setblocking(False)
        number = plug.connect_ex(where)
        if number == errno.EINPROGRESS:
            number = _outcome(plug, guard.narrowed(CONNECT_S))
        if number:
            raise OSError(number, os.strerror(number))
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if trust is not None:
            plug = secured = trust.wrap_socket(plug, server_hostname=address.host, do_handshake_on_connect=False)
            _shake_hands(secured, guard)
    except BaseException:
        plug.close()
        raise
    return plug


def _outcome(plug: socket.socket, guard: Guard) -> int:
    """Return the error number with which connecting ended, 0 when it worked."""
    try:
        while not _wait(plug, select.POLLOUT, guard.slice()):
            pass
    except NoReply:
        return errno.ETIMEDOUT
    return plug.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def _shake_hands(plug: ssl.SSLSocket, guard: Guard) -> None:
    def act() -> int:
        plug.do_handshake()
        return 0

    try:
        _attempt(plug, guard, select.POLLIN, act)
    except TransportClosed as error:
        raise OpenFailed("the printer cannot prove who it is", OpenCause.DENIED) from error
