"""What happens around every request: the lab's faults, the log, limits and gzip, and no leak when something breaks."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
import zlib
from datetime import datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central_platform import problems
from central_platform.clock import Clock
from central_platform.faults import Faults
from central_platform.logbook import Line, Logbook, safe_path
from central_platform.peer import ABORT
from central_platform.wire.common import ProblemCode
from central_platform.wire.lab import FaultMode
from central_platform.wire.submissions import MAX_BYTES

log = logging.getLogger("central_platform")
HANG_S = 600.0
PORTAL = (
    "<!doctype html><html lang=zh><meta charset=utf-8><title>Wi-Fi</title>"
    "<h1>请登录网络</h1><p>Please sign in to this network.</p></html>"
).encode()


class Outermost:
    """Logs each request, plays the lab's faults, and answers 500 without a word of what was inside."""

    def __init__(self, app: ASGIApp, clock: Clock, logbook: Logbook, faults: Faults) -> None:
        self._app = app
        self._clock = clock
        self._logbook = logbook
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._answer(scope, receive, watching)
        finally:
            query = scope.get("query_string", b"").decode("latin-1")
            path = safe_path(scope["path"], query)
            took = round((time.monotonic() - began) * 1000)
            self._logbook.add(Line(scope["method"], path, status, _iso(self._clock.now()), took))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        match self._faults.take(scope["path"]):
            case FaultMode.OK:
                await self._guarded(scope, receive, send)
            case FaultMode.ERROR:
                await problems.response(problems.problem(ProblemCode.INTERNAL))(scope, receive, send)
            case FaultMode.HTML:
                headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(PORTAL))]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": PORTAL})
            case FaultMode.HANG:
                await _until_gone(receive, HANG_S)
                await _close(scope, receive)
            case FaultMode.CLOSE:
                await _close(scope, receive)
            case FaultMode.DROP_AFTER_COMMIT:
                await self._guarded(scope, receive, _swallow)
                await _close(scope, receive)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watching(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watching)
        except Exception as error:  # noqa: BLE001 - the last resort: the text of any exception may be personal
            where = traceback.extract_tb(error.__traceback__)[-1]
            log.error("unhandled %s at %s:%s", type(error).__name__, where.filename, where.lineno)
            if not started:
                await problems.response(problems.problem(ProblemCode.INTERNAL))(scope, receive, send)


class Bodies:
    """Bounds request bodies to 512 KiB before and after unpacking, and unpacks gzip."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BYTES) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, then hand it on whole."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        encoding = headers.get(b"content-encoding", b"identity").strip().lower()
        try:
            raw = await self._read(receive)
            body = self._unpack(raw, encoding)
        except problems.Refusal as refusal:
            await problems.response(refusal.problem)(scope, receive, send)
            return
        except _GoneError:
            return
        kept = [(n, v) for n, v in scope["headers"] if n.lower() not in {b"content-encoding", b"content-length"}]
        inner: dict[str, Any] = {**scope, "headers": [*kept, (b"content-length", b"%d" % len(body))]}
        delivered = False

        async def replay() -> Message:
            nonlocal delivered
            if delivered:
                return await receive()
            delivered = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(inner, replay, send)

    async def _read(self, receive: Receive) -> bytes:
        parts = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            parts += message.get("body", b"")
            if len(parts) > self._limit:
                raise problems.Refusal(ProblemCode.TOO_LARGE)
            if not message.get("more_body", False):
                return bytes(parts)

    def _unpack(self, raw: bytes, encoding: bytes) -> bytes:
        if encoding in {b"identity", b""}:
            return raw
        if encoding != b"gzip":
            raise problems.Refusal(ProblemCode.ENCODING_UNKNOWN, "only gzip is understood")
        unpacker = zlib.decompressobj(wbits=31)
        try:
            body = unpacker.decompress(raw, self._limit + 1)
        except zlib.error as error:
            raise problems.Refusal(ProblemCode.ENCODING_UNKNOWN, "the gzip data are damaged") from error
        if len(body) > self._limit:
            raise problems.Refusal(ProblemCode.TOO_LARGE)
        if not unpacker.eof:
            raise problems.Refusal(ProblemCode.ENCODING_UNKNOWN, "the gzip data are cut short")
        return body


class _GoneError(Exception):
    """The client left while sending."""


async def _swallow(_message: Message) -> None:
    """Lose an answer on the way."""


async def _close(scope: Scope, receive: Receive) -> None:
    abort = scope.get("state", {}).get(ABORT)
    if abort is not None:
        abort()
    # Only after the server has seen the connection end does it accept that there is no answer.
    await _until_gone(receive, 5.0)


async def _until_gone(receive: Receive, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
