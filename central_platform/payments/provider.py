"""Whoever takes the money: the interface, and a provider over HTTP that speaks `protocol`.

No call retries by itself, and every call may be repeated: an order is known by our number, a refund by the order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import requests
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central_platform.clock import Clock
from central_platform.payments import protocol
from central_platform.payments.protocol import Found, ProtocolError
from central_platform.payments.states import Call

CONNECT_S = 2.0
ANSWER_S = 4.0
"""How long a call may take altogether once it is connected: a terminal waits for it."""
MOST_AT_ONCE = 8
"""A provider that hangs must not take every thread of the platform with it."""
WAIT_FOR_TURN_S = 0.5
CHUNK = 8192


class ProviderError(Exception):
    """A call to the provider did not give its result."""


class UnclearError(ProviderError):
    """No answer that can be believed: it may or may not have been done. The text is a word for the journal."""


class DeclinedError(ProviderError):
    """The provider refuses, signed. The text is its word."""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What is to be paid. `seconds`: so long its code can be scanned; `notify_url`: where it says that it was."""

    number: str
    fen: int
    payee: str
    subject: str
    seconds: int
    notify_url: str


class Provider(Protocol):
    """What the platform needs of a provider. Every call raises `UnclearError` or `DeclinedError`."""

    def create(self, order: NewOrder) -> Found:
        """Make an order; one that is there under this number is returned as it is."""

    def query(self, number: str) -> Found:
        """Say how an order stands; absent when there is none."""

    def close(self, number: str) -> Found:
        """Make an order unpayable, also one that never arrived, and say what it is then: closed, or already paid."""

    def refund(self, number: str, fen: int) -> Found:
        """Give back what was paid, once however often it is asked for; refunded as soon as that is certain."""

    def read_notice(self, body: bytes) -> str:
        """Return the number of the order that a notice is about.

        Raises:
            ProtocolError: the notice is not from this provider.
        """


class HttpProvider:
    """A provider at an address. Usable from any thread."""

    def __init__(
        self,
        url: str,
        merchant: str,
        key: Ed25519PrivateKey,
        provider: bytes,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        """`key` signs our questions, `provider` is the raw public key of its answers."""
        self._url = url.rstrip("/")
        self._merchant = merchant
        self._key = key
        self._provider = provider
        self._clock = clock
        self._random_bytes = random_bytes
        self._turns = threading.BoundedSemaphore(MOST_AT_ONCE)

    def create(self, order: NewOrder) -> Found:
        """Make an order; one that is there under this number is returned as it is."""
        body = {
            "number": order.number,
            "fen": order.fen,
            "payee": order.payee,
            "subject": order.subject,
            "seconds": order.seconds,
            "notify_url": order.notify_url,
        }
        found = self._call(Call.CREATE, body)
        if found.fen != order.fen:
            raise UnclearError("other-order")
        return found

    def query(self, number: str) -> Found:
        """Say how an order stands; absent when there is none."""
        return self._call(Call.QUERY, {"number": number})

    def close(self, number: str) -> Found:
        """Make an order unpayable, also one that never arrived."""
        return self._call(Call.CLOSE, {"number": number})

    def refund(self, number: str, fen: int) -> Found:
        """Give back what was paid, once however often it is asked for."""
        return self._call(Call.REFUND, {"number": number, "refund": f"{number}-R", "fen": fen})

    def read_notice(self, body: bytes) -> str:
        """Return the number of the order that a notice is about.

        Raises:
            ProtocolError: the notice is not from this provider.
        """
        return protocol.read_notice(body, self._merchant, self._provider, self._clock.now())

    def _call(self, call: Call, body: Mapping[str, Any]) -> Found:
        if not self._turns.acquire(timeout=WAIT_FOR_TURN_S):
            raise UnclearError("busy")
        try:
            nonce = self._random_bytes(protocol.NONCE_BYTES).hex()
            asked = protocol.ask(call, body, self._merchant, self._key, self._clock.now(), nonce)
            data = self._post(protocol.PATHS[call], asked)
            found = protocol.read_answer(data, call, nonce, self._provider)
        except ProtocolError as error:
            raise UnclearError(error.why) from None
        finally:
            self._turns.release()
        if isinstance(found, str):
            raise DeclinedError(found)
        return found

    def _post(self, path: str, data: bytes) -> bytes:
        until = time.monotonic() + CONNECT_S + ANSWER_S
        try:
            with requests.Session() as session:
                # No proxies and no .netrc from the environment: there is one way to the money.
                session.trust_env = False
                headers = {"Content-Type": "application/json"}
                with session.post(
                    self._url + path,
                    data=data,
                    headers=headers,
                    timeout=(CONNECT_S, ANSWER_S),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if response.status_code != 200:
                        raise UnclearError(f"http-{response.status_code}")
                    return _bounded(response, until)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # The library's text may quote what was sent: only the kind of failure goes on.
            raise UnclearError(type(error).__name__) from None


def _bounded(response: requests.Response, until: float) -> bytes:
    body = bytearray()
    # What is there is taken at once: a provider that lets bytes drip would otherwise hold the line for hours.
    while chunk := response.raw.read1(CHUNK):
        body += chunk
        if len(body) > protocol.MOST_BYTES:
            raise UnclearError("too-large")
        if time.monotonic() > until:
            raise UnclearError("slow")
    return bytes(body)
