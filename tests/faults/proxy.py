"""A bad network between a terminal and its platform: a TCP proxy that breaks what passes, by a seed.

It stands on connections, not on packets, and cannot read what is encrypted:

- `round_trip_s` delays each direction by half, and the first bytes by one more round trip for the handshake of TCP.
- `packet_loss` is what a lossy line looks like from above TCP: a segment (1,460 bytes) that is lost comes one
  retransmission time later (at least 0.2 s, doubled for each loss in a row) and holds up all behind it; six losses in
  a row end the connection. Reordering, congestion windows and lost acknowledgements are not modelled.
- An exchange is what the client sends until the server has answered. The first exchange of TLS is its handshake and is
  let through, so that faults strike requests and answers.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

SEGMENT = 1460
RETRANSMIT_S = 0.2
MOST_LOSSES = 6
SETTLED_S = 0.08
"""An answer counts as whole when the server has been silent so long."""
TLS_HANDSHAKE = 0x16
PORTAL = b"<!doctype html><title>Wi-Fi</title><p>Please sign in to this network.</p>"


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the network is. Shares are from 0 to 1: of connections, of exchanges, or of segments."""

    refuse: float = 0.0
    """Connections that are reset as soon as they stand."""
    half_open: float = 0.0
    """Connections that are taken and never answered, as when a router has died."""
    portal: float = 0.0
    """Connections that a log-in page answers."""
    reset: float = 0.0
    """Exchanges that are reset in the middle of the request."""
    lose_answer: float = 0.0
    """Exchanges whose request gets through, and whose answer is lost with the connection."""
    truncate: float = 0.0
    """Exchanges whose answer is cut in the middle."""
    packet_loss: float = 0.0
    round_trip_s: float = 0.0
    bytes_per_s: float = 0.0
    """0 is as fast as it goes."""


class _BrokenError(Exception):
    """The connection is to be reset now."""


class Proxy:
    """Takes connections on `port` of the loopback and passes them on to `upstream`, through the weather."""

    def __init__(self, upstream: tuple[str, int], weather: Weather, seed: int = 1) -> None:
        self.upstream = upstream
        self.weather = weather
        self.done: Counter[str] = Counter()
        self.port = 0
        self._dice = random.Random(seed)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._open: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin; `port` is known afterwards."""
        self._thread.start()
        assert self._ready.wait(10), "the proxy did not start"

    def stop(self) -> None:
        """End, and every connection with it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop = loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(self._take, "127.0.0.1", 0, backlog=256))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        loop.run_forever()
        server.close()
        for task in self._open:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*self._open, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def draw(self, name: str, share: float) -> bool:
        """Say whether a fault strikes, and count it."""
        strikes = self._dice.random() < share
        self.done[name] += strikes
        return strikes

    def late(self, size: int) -> float:
        """Return by how many seconds retransmission delays `size` bytes.

        Raises:
            _BrokenError: too many losses in a row.
        """
        delay = 0.0
        for _ in range(0, size, SEGMENT):
            losses = 0
            while self.draw("lost segments", self.weather.packet_loss):
                delay += max(RETRANSMIT_S, self.weather.round_trip_s) * 2**losses
                losses += 1
                if losses == MOST_LOSSES:
                    raise _BrokenError
        return delay

    def part_of(self, size: int) -> int:
        """Return a random part of `size` bytes, at least one less."""
        return self._dice.randrange(max(1, size))

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.done["connections"] += 1
        up_writer: asyncio.StreamWriter | None = None
        try:
            with suppress(_BrokenError, OSError):
                if self.draw("refused", self.weather.refuse):
                    raise _BrokenError
                if self.draw("half-open", self.weather.half_open):
                    await asyncio.sleep(3600)
                if self.draw("portal", self.weather.portal):
                    await self._portal(reader, writer)
                    return
                up_reader, up_writer = await asyncio.open_connection(*self.upstream)
                await _Pair(self, reader, writer, up_reader, up_writer).run()
        except asyncio.CancelledError:
            # Only `stop` cancels; a cancelled handler would be reported by the server.
            pass
        finally:
            for end in (writer, up_writer):
                if end is not None:
                    _reset(end)
            self._open.discard(task)

    async def _portal(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        writer.write(head % len(PORTAL) + PORTAL)
        await writer.drain()
        await reader.read(65536)


class _Pair:
    """One connection and its other half."""

    def __init__(
        self,
        proxy: Proxy,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> None:
        self._proxy = proxy
        self._down = (reader, writer)
        self._up = (up_reader, up_writer)
        self._exchange = 0
        self._answering = True
        self._fate = ""
        self._tls = False

    async def run(self) -> None:
        """Pass on until one side ends, or a fault ends both."""
        halves = [asyncio.ensure_future(half) for half in (self._requests(), self._answers())]
        try:
            await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for half in halves:
                half.cancel()
            await asyncio.gather(*halves, return_exceptions=True)

    async def _requests(self) -> None:
        reader, writer = self._down[0], self._up[1]
        line = _Line(self._proxy, writer, behind_s=self._proxy.weather.round_trip_s)
        try:
            while data := await reader.read(65536):
                if self._answering:
                    self._next_exchange(data)
                if self._fate == "reset":
                    await line.send(data[: self._proxy.part_of(len(data))])
                    await line.settle()
                    return
                await line.send(data)
        finally:
            line.close()

    async def _answers(self) -> None:
        reader, writer = self._up[0], self._down[1]
        line = _Line(self._proxy, writer)
        try:
            while data := await reader.read(65536):
                self._answering = True
                if self._fate == "lose_answer":
                    # Let the server finish what it says: then it has done what was asked, and nobody hears of it.
                    with suppress(TimeoutError):
                        while await asyncio.wait_for(reader.read(65536), SETTLED_S):
                            continue
                    return
                if self._fate == "truncate":
                    await line.send(data[: self._proxy.part_of(len(data))])
                    await line.settle()
                    return
                await line.send(data)
            await line.settle()
        finally:
            line.close()

    def _next_exchange(self, data: bytes) -> None:
        self._answering = False
        self._tls = self._tls or (self._exchange == 0 and data[0] == TLS_HANDSHAKE)
        self._exchange += 1
        weather = self._proxy.weather
        self._fate = ""
        if self._exchange == 1 and self._tls:
            return
        self._proxy.done["exchanges"] += 1
        shares = {"lose_answer": weather.lose_answer, "reset": weather.reset, "truncate": weather.truncate}
        self._fate = next((name for name, share in shares.items() if self._proxy.draw(name, share)), "")


class _Line:
    """One direction: bytes arrive in order, each after its delay."""

    def __init__(self, proxy: Proxy, writer: asyncio.StreamWriter, behind_s: float = 0.0) -> None:
        self._proxy = proxy
        self._writer = writer
        self._behind = behind_s
        self._free_at = 0.0
        self._queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._task = asyncio.ensure_future(self._deliver())

    async def send(self, data: bytes) -> None:
        """Put bytes on their way; returns before they have arrived."""
        if self._task.done():
            raise _BrokenError
        weather, now = self._proxy.weather, asyncio.get_running_loop().time()
        at = now + weather.round_trip_s / 2 + self._behind + self._proxy.late(len(data))
        self._behind = 0.0
        if weather.bytes_per_s:
            at += len(data) / weather.bytes_per_s
        self._free_at = max(at, self._free_at)
        self._queue.put_nowait((self._free_at, data))

    async def settle(self) -> None:
        """Wait until all has arrived."""
        await self._queue.join()

    def close(self) -> None:
        """Forget what is still on its way."""
        self._task.cancel()

    async def _deliver(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            at, data = await self._queue.get()
            if (wait := at - loop.time()) > 0:
                await asyncio.sleep(wait)
            self._writer.write(data)
            with suppress(OSError):
                await self._writer.drain()
            self._queue.task_done()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST, as a dead line does, not with a polite FIN."""
    handle = writer.get_extra_info("socket")
    if handle is not None:
        with suppress(OSError):
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def proxied(upstream: tuple[str, int], weather: Weather, seed: int = 1) -> Iterator[Proxy]:
    """Run a proxy for as long as it is needed."""
    proxy = Proxy(upstream, weather, seed)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
