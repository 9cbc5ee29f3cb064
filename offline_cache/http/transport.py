"""One HTTP exchange with the platform: mutual TLS, deadlines, and what every kind of failure means."""

from __future__ import annotations

import errno
import gzip
import io
import json
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from contracts.blobs import COMPLETE, OFFSET, YES
from offline_cache.errors import (
    AnswerTooLarge,
    CaptivePortal,
    KeyRefused,
    Lost,
    NetworkLost,
    NotAuthorised,
    PlatformBusy,
    Refused,
)
from offline_cache.faces import Checkpoint, ClientIdentity, Clock, LockedIdentity, no_checkpoint, offset_of
from offline_cache.http.adapter import WRONG_DATES, Dates, PlatformAdapter

RETRY_LATER = frozenset({408, 425, 429})
MAX_ANSWER = 8 * 2**20
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE"})
"""What OpenSSL says of an answer that is not TLS at all."""
GZIP_FROM = 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer: its status, its ETag, and its JSON (None for 304 and 204).

    `offset` and `complete` are those of an upload, where the answer is about one.
    """

    status: int
    etag: str
    value: Any
    offset: int | None = None
    complete: bool = False


class Transport:
    """Sends requests and turns everything that can come back into an `Answer` or a typed error.

    Each thread has its own session, so a waiting resident never queues behind a hanging batch.
    """

    def __init__(
        self,
        base_url: str,
        identity: ClientIdentity | None,
        timeouts: tuple[float, float],
        clock: Clock,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        """`timeouts` are seconds to connect and to wait for bytes."""
        self._base = base_url.rstrip("/")
        self._identity = identity
        self._timeouts = timeouts
        self._clock = clock
        self._checkpoint = checkpoint
        self._local = threading.local()
        self._generation = 0

    def renewed(self) -> None:
        """The certificate files changed: every thread connects anew at its next call."""
        self._generation += 1

    def exchange(
        self,
        method: str,
        path: str,
        payload: object | None = None,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        with_certificate: bool = True,
        dates: bool = True,
        within_s: float | None = None,
        compress: bool = False,
        most: int = MAX_ANSWER,
    ) -> Answer:
        """Make one call.

        Args:
            method: GET, HEAD, POST, PUT or DELETE.
            path: begins with a slash.
            payload: sent as JSON.
            content: sent as it is, in blocks that each have their own time-out: a slow line is no dead one.
            headers: added to ours.
            query: added to the path.
            with_certificate: whether to show the terminal's certificate.
            dates: whether the platform's certificate has to be valid now; False only to ask what time it is.
            within_s: shortens the time-outs for someone who is waiting.
            compress: whether a larger body may be gzipped.
            most: bytes of the largest answer.

        Raises:
            NetworkLost, CaptivePortal, AnswerTooLarge, PlatformBusy, Refused, NotAuthorised
        """
        sending = {"Accept": "application/json, application/problem+json", **(headers or {})}
        data: bytes | io.BytesIO | None = None
        if content is not None:
            data = io.BytesIO(content)
            sending["Content-Type"] = "application/octet-stream"
        if payload is not None:
            data = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
            sending["Content-Type"] = "application/json"
            if compress and len(data) >= GZIP_FROM:
                data = gzip.compress(data, compresslevel=6, mtime=0)
                sending["Content-Encoding"] = "gzip"
        try:
            response = self._session(with_certificate, dates).request(
                method,
                self._base + path,
                data=data,
                headers=sending,
                params=query,
                timeout=self._deadlines(within_s),
                allow_redirects=False,
                stream=True,
            )
            with response:
                body = _bounded(response, most)
        except KeyRefused as error:
            raise NetworkLost(type(error).__name__, sent=False, lost=Lost.OWN_KEY) from None
        except (requests.RequestException, OSError) as error:
            raise _network_lost(error) from None
        return self._judge(method, response, body)

    def close(self) -> None:
        """Drop this thread's connections."""
        for session in self._sessions().values():
            session.close()
        self._sessions().clear()

    def _sessions(self) -> dict[Dates, requests.Session]:
        if getattr(self._local, "generation", None) != self._generation:
            for session in getattr(self._local, "sessions", {}).values():
                session.close()
            self._local.sessions = {}
            self._local.generation = self._generation
        found: dict[Dates, requests.Session] = self._local.sessions
        return found

    def _deadlines(self, within_s: float | None) -> tuple[float, float]:
        if within_s is None:
            return self._timeouts
        limit = max(0.05, within_s)
        return min(self._timeouts[0], limit), min(self._timeouts[1], limit)

    def _session(self, with_certificate: bool, dates: bool) -> requests.Session:
        kind = Dates.ASIDE if not dates else Dates.OURS if offset_of(self._clock) else Dates.MACHINE
        sessions, identity = self._sessions(), self._identity
        session = sessions.get(kind)
        if session is None:
            session = requests.Session()
            # No proxies and no .netrc from the environment: a terminal has one way out.
            session.trust_env = False
            password = identity.unlock() if isinstance(identity, LockedIdentity) else None
            adapter = PlatformAdapter(self._checkpoint, kind, self._clock, password)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            sessions[kind] = session
        session.verify = str(identity.ca_path) if identity and identity.ca_path else True
        cert = identity.cert_path if identity and with_certificate else None
        key = identity.key_path if identity and with_certificate else None
        session.cert = (str(cert), str(key)) if cert and key else None
        return session

    def _judge(self, method: str, response: requests.Response, body: bytes) -> Answer:
        status = response.status_code
        etag = response.headers.get("ETag", "")
        offset = response.headers.get(OFFSET, "")
        at = int(offset) if offset.isascii() and offset.isdigit() else None
        complete = response.headers.get(COMPLETE, "").strip() == YES
        # Portals answer 204 as well: it means something only where nothing else can be answered.
        if status == 304 or (status == 204 and method == "DELETE"):
            return Answer(status, etag, None)
        if method == "HEAD" and 200 <= status < 300:
            if at is None:
                raise CaptivePortal("an answer without an offset to a question about an upload", sent=True)
            return Answer(status, etag, None, at, complete)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        try:
            value = json.loads(body) if kind in ("application/json", "application/problem+json") else None
        except (ValueError, RecursionError):
            value = None
        if 200 <= status < 300:
            if not isinstance(value, dict):
                raise CaptivePortal("the answer is not the platform's JSON", sent=True)
            return Answer(status, etag, value, at, complete)
        code = value.get("code") if isinstance(value, dict) else None
        if status in RETRY_LATER or status >= 500:
            raise PlatformBusy(status, self._retry_after(response), code if isinstance(code, str) else "")
        if not isinstance(value, dict) or not isinstance(code, str):
            if status in (401, 403):
                raise NotAuthorised(status)
            # A redirect, a proxy's 404 page: something stands between us and the platform.
            raise CaptivePortal(f"a {status} that is not the platform's", sent=True)
        remaining = value.get("remaining")
        tries = remaining if isinstance(remaining, int) else None
        detail, field = str(value.get("detail") or ""), str(value.get("field") or "")
        if status in (401, 403):
            raise NotAuthorised(status, code, detail, tries)
        raise Refused(status, code, detail, tries, self._retry_after(response), at, field)

    def _retry_after(self, response: requests.Response) -> float | None:
        text = response.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            at: datetime = parsedate_to_datetime(text)
            return max(0.0, (at - self._clock.now()).total_seconds())
        except (TypeError, ValueError):
            return None


def _bounded(response: requests.Response, most: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(65536):
        body += chunk
        if len(body) > most:
            # The rest is not wanted, so the connection cannot be used again.
            response.close()
            raise AnswerTooLarge("the answer is too large", sent=True)
    return bytes(body)


def _network_lost(error: Exception) -> NetworkLost:
    """Say how it was lost, and whether the request may have arrived: only a connection that never stood proves that it
    did not.
    """
    never_stood = isinstance(error, requests.exceptions.ConnectTimeout)
    dates, lost = False, Lost.NO_ANSWER if isinstance(error, requests.exceptions.Timeout) else Lost.BROKEN
    for cause in error.args:
        reason = cause.reason if isinstance(cause, MaxRetryError) else cause
        parts = (reason, *getattr(reason, "args", ()))
        # Other TLS errors may also cut off an answer; a refused certificate always comes before the request.
        refused = [part for part in parts if isinstance(part, ssl.SSLCertVerificationError)]
        never_stood = never_stood or bool(refused) or isinstance(reason, NewConnectionError)
        dates = dates or any(part.verify_code in WRONG_DATES for part in refused)
        if isinstance(reason, NewConnectionError) and lost is Lost.BROKEN:
            lost = _never_stood(reason)
        elif refused:
            lost = Lost.STRANGER
        elif any(isinstance(part, ssl.SSLError) and part.reason in _NO_TLS for part in parts):
            lost = Lost.NO_TLS
    # The library's text may quote the address with its query: only the kind of failure is passed on.
    return NetworkLost(type(error).__name__, sent=not never_stood, dates=dates, lost=lost)


def _never_stood(reason: NewConnectionError) -> Lost:
    if isinstance(reason, NameResolutionError):
        return Lost.NO_NAME
    number = getattr(reason.__cause__, "errno", None)
    return Lost.NOBODY if number == errno.ECONNREFUSED else Lost.NO_ROUTE
