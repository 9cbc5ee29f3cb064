"""The way to the platform, looked at layer by layer: name, connection, TLS with our authority, HTTP, our certificate.

Each layer is tried by itself, so that what is wrong is named where it is; nothing is changed and nothing is sent but
questions that anybody may ask. What stands between (a log-in page, a proxy, another authority) is told as it shows
itself.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from offline_cache.errors import KeyRefused
from offline_cache.faces import ClientIdentity, Clock, LockedIdentity
from offline_cache.http.adapter import NO_CHECK_TIME, WRONG_DATES

LAYER_S = 4.0
QUESTIONS = 8
MOST_BYTES = 512 * 1024
PLAIN_PORT = 80
_TIME, _PROFILE, _INDEX = "/v1/time", "/v1/profile", "/v1/catalogue/index"
_WRONG_NAME = frozenset({62, 63, 64})
"""X509_V_ERR_HOSTNAME_MISMATCH and its two neighbours for addresses."""


@dataclass(frozen=True, slots=True)
class Way:
    """What was found on the way; a layer is "" when it is well, a word when it is not, None when it was not reached.

    dns: unknown, no_server. connect: refused, timeout, unreachable. tls: authority, name, dates, not_tls, closed,
    timeout; `issuer` is who signed the certificate that was shown. http: redirect (to the host `to`), page, error,
    closed, timeout. portal: True when plain HTTP is answered by a log-in page. `skew_s`: our clock minus theirs.
    accepted: none (we have no certificate), or the code of the refusal. `lost` of `asked` questions had no answer.
    """

    host: str
    port: int
    dns: str | None = None
    addresses: tuple[str, ...] = ()
    connect: str | None = None
    tls: str | None = None
    issuer: str = ""
    portal: bool = False
    http: str | None = None
    status: int = 0
    to: str = ""
    skew_s: int | None = None
    accepted: str | None = None
    rtts_ms: tuple[int, ...] = ()
    asked: int = 0
    lost: int = 0
    bytes_s: int | None = None


class _Ask:
    """One connection by HTTP, whose layers below are known to be well."""

    def __init__(self, way: Way, context: ssl.SSLContext | None, seconds: float) -> None:
        self._connection: http.client.HTTPConnection = (
            http.client.HTTPConnection(way.host, way.port, timeout=seconds)
            if context is None
            else http.client.HTTPSConnection(way.host, way.port, timeout=seconds, context=context)
        )

    def get(self, path: str, most: int = 65536) -> tuple[http.client.HTTPResponse, bytes]:
        """Return an answer and at most so many bytes of it."""
        self._connection.request("GET", path, headers={"Accept": "application/json"})
        answer = self._connection.getresponse()
        return answer, answer.read(most)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def look(
    url: str,
    identity: ClientIdentity | None,
    clock: Clock,
    *,
    seconds: float = LAYER_S,
    plain_port: int = PLAIN_PORT,
    told: Callable[[Way], object] = lambda way: None,
) -> Way:
    """Go the way to the platform at `url` as far as it leads.

    Args:
        url: of the platform.
        identity: whom to trust and who we are.
        clock: ours.
        seconds: what each layer gets.
        plain_port: where a log-in page is looked for.
        told: hears how far it is, after each layer.
    """
    parts = urlsplit(url)
    way = Way(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    way = _resolve(way, seconds)
    told(way)
    if way.dns:
        return way
    way = _connect(way, seconds)
    told(way)
    if way.connect:
        return _behind(way, plain_port, seconds)
    context = None
    if parts.scheme == "https":
        way, context = _shake(way, identity, seconds)
        told(way)
        if context is None:
            return _behind(way, plain_port, seconds)
    way = _talk(way, context, clock, seconds)
    told(way)
    if way.http:
        return way
    way = _introduce(way, context, identity, seconds)
    told(way)
    return _measure(way, context, clock, seconds)


def _resolve(way: Way, seconds: float) -> Way:
    with contextlib.suppress(ValueError):
        return replace(way, dns="", addresses=(str(ipaddress.ip_address(way.host)),))
    pool = concurrent.futures.ThreadPoolExecutor(1)
    try:
        asked = pool.submit(socket.getaddrinfo, way.host, way.port, type=socket.SOCK_STREAM)
        found = asked.result(seconds)
    except (TimeoutError, concurrent.futures.TimeoutError):
        return replace(way, dns="no_server")
    except socket.gaierror as error:
        return replace(way, dns="no_server" if error.errno == socket.EAI_AGAIN else "unknown")
    finally:
        # The resolver of the system cannot be called back; its thread ends by its own time-out.
        pool.shutdown(wait=False, cancel_futures=True)
    return replace(way, dns="", addresses=tuple(dict.fromkeys(str(row[4][0]) for row in found)))


def _connect(way: Way, seconds: float) -> Way:
    try:
        socket.create_connection((way.host, way.port), seconds).close()
    except ConnectionRefusedError:
        return replace(way, connect="refused")
    except TimeoutError:
        return replace(way, connect="timeout")
    except OSError:
        return replace(way, connect="unreachable")
    return replace(way, connect="")


def _shake(way: Way, identity: ClientIdentity | None, seconds: float) -> tuple[Way, ssl.SSLContext | None]:
    context = ssl.create_default_context(cafile=str(identity.ca_path) if identity and identity.ca_path else None)
    _show_ours(context, identity)
    word = _handshake(way, context, seconds)
    if word == "dates":
        # A clock that is wrong is named, and the rest of the way is looked at all the same.
        context.verify_flags |= NO_CHECK_TIME
        again = _handshake(way, context, seconds)
        word = again or word
        return replace(way, tls=word), None if again else context
    if word in {"authority", "name"}:
        return replace(way, tls=word, issuer=_issuer(way, seconds)), None
    return replace(way, tls=word), None if word else context


def _show_ours(context: ssl.SSLContext, identity: ClientIdentity | None) -> None:
    if identity is None or identity.cert_path is None or identity.key_path is None:
        return
    # Without it the platform says that a certificate is missing, which is told.
    with contextlib.suppress(OSError, KeyRefused, ssl.SSLError):
        password = identity.unlock() if isinstance(identity, LockedIdentity) else None
        context.load_cert_chain(identity.cert_path, identity.key_path, password or "")


def _handshake(way: Way, context: ssl.SSLContext, seconds: float) -> str:
    try:
        with (
            socket.create_connection((way.host, way.port), seconds) as raw,
            context.wrap_socket(raw, server_hostname=way.host),
        ):
            return ""
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in WRONG_DATES:
            return "dates"
        return "name" if error.verify_code in _WRONG_NAME else "authority"
    except TimeoutError:
        return "timeout"
    except ssl.SSLEOFError:
        return "closed"
    except ssl.SSLError:
        return "not_tls"
    except OSError:
        return "closed"


def _issuer(way: Way, seconds: float) -> str:
    """Who signed what was shown: only to be named, never believed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((way.host, way.port), seconds) as raw,
            context.wrap_socket(raw, server_hostname=way.host) as secure,
        ):
            shown = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
        names = shown.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (OSError, ValueError):
        return ""
    return "".join(char for char in str(names[0].value)[:60] if char.isprintable()) if names else ""


def _behind(way: Way, port: int, seconds: float) -> Way:
    """Ask by plain HTTP, as a telephone does that looks for a log-in page."""
    connection = http.client.HTTPConnection(way.host, port, timeout=min(seconds, 2.0))
    try:
        connection.request("GET", "/", headers={"Accept": "text/html"})
        answer = connection.getresponse()
        page = answer.getheader("Content-Type", "").startswith("text/html")
        to = urlsplit(answer.getheader("Location", "")).hostname or ""
    except (OSError, http.client.HTTPException, ValueError):
        return way
    finally:
        connection.close()
    elsewhere = 300 <= answer.status < 400 and to not in {"", way.host}
    return replace(way, portal=True, to=to) if elsewhere or (answer.status in {200, 511} and page) else way


def _talk(way: Way, context: ssl.SSLContext | None, clock: Clock, seconds: float) -> Way:
    ask = _Ask(way, context, seconds)
    try:
        before = clock.now()
        answer, body = ask.get(_TIME)
        after = clock.now()
    except TimeoutError:
        return replace(way, http="timeout")
    except (OSError, http.client.HTTPException):
        return replace(way, http="closed")
    finally:
        ask.close()
    way = replace(way, status=answer.status)
    if 300 <= answer.status < 400:
        to = urlsplit(answer.getheader("Location", "")).hostname or ""
        return replace(way, http="redirect", to=to)
    try:
        theirs = datetime.fromisoformat(str(json.loads(body)["server_time"]))
        skew = (before + (after - before) / 2 - theirs).total_seconds()
    except (ValueError, KeyError, TypeError, RecursionError):
        return replace(way, http="page" if answer.status < 500 else "error")
    return replace(way, http="", skew_s=round(skew))


def _introduce(way: Way, context: ssl.SSLContext | None, identity: ClientIdentity | None, seconds: float) -> Way:
    if context is None or identity is None or identity.cert_path is None:
        return replace(way, accepted="none")
    ask = _Ask(way, context, seconds)
    try:
        answer, body = ask.get(_PROFILE)
        code = json.loads(body).get("code", "refused") if answer.status in {401, 403} else ""
    except ssl.SSLError:
        # In TLS 1.3 the refusal of a certificate comes with the first answer.
        return replace(way, accepted="handshake")
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return way
    finally:
        ask.close()
    return replace(way, accepted=str(code)[:48])


def _measure(way: Way, context: ssl.SSLContext | None, clock: Clock, seconds: float) -> Way:
    """Ask some times in a row, then fetch for a while."""
    rtts, lost = [], 0
    ask = _Ask(way, context, seconds / 2)
    until = clock.monotonic() + 2 * seconds
    asked = 0
    try:
        while asked < QUESTIONS and clock.monotonic() < until:
            asked += 1
            before = time.monotonic()
            try:
                ask.get(_TIME)
            except (OSError, http.client.HTTPException):
                lost += 1
                ask.close()
                continue
            rtts.append(round((time.monotonic() - before) * 1000))
    finally:
        ask.close()
    # The first carries the handshake.
    way = replace(way, rtts_ms=tuple(rtts[1:] or rtts), asked=asked, lost=lost)
    return replace(way, bytes_s=_fetch(way, context, seconds))


def _fetch(way: Way, context: ssl.SSLContext | None, seconds: float) -> int | None:
    if way.accepted:
        return None
    ask = _Ask(way, context, seconds)
    try:
        before = time.monotonic()
        _, body = ask.get(_INDEX, MOST_BYTES)
        spent = time.monotonic() - before
    except (OSError, http.client.HTTPException):
        return None
    finally:
        ask.close()
    return round(len(body) / spent) if spent > 0 else None
