"""The wire between the platform and a payment provider: signed JSON over HTTP, the same for both sides. Pure.

A message is an envelope (`contracts.signatures`, Ed25519 over canonical bytes). A question carries a nonce and its
time; the answer carries the nonce of its question, so that no old answer passes for a new one. A notice answers no
question: it names an order, and whoever gets it asks. docs/payments.md is the same in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central_platform.payments.states import Call, There
from contracts.signatures import Envelope, SignatureError, key_id, sign, verify

MOST_BYTES = 64 * 1024
MOST_FEN = 100_000_000
"""A million yuan: no terminal takes more, and no answer of a provider is about more."""
SKEW_S = 300
"""A question or notice whose time is further off is old, or comes from a clock that is wrong."""
NONCE_BYTES = 16
MOST_CODE = 512
"""Characters of the text of a payment code: more make a code that no phone reads from a screen."""
PATHS: Mapping[Call, str] = {
    Call.CREATE: "/v1/orders",
    Call.QUERY: "/v1/orders:query",
    Call.CLOSE: "/v1/orders:close",
    Call.REFUND: "/v1/refunds",
}
QUESTION, ANSWER, NOTICE = "payment-question", "payment-answer", "payment-notice"
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")
WORD = re.compile(r"[a-z][a-z0-9-]{0,39}")


class ProtocolError(ValueError):
    """A message that cannot be believed. `why` is too-large, malformed, signature, other-question or stale."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Found:
    """An order as the provider has it. `code`: what a phone scans, only while it can be paid; `declined`: how often a
    phone tried and its bank refused; `simulated`: no money moves.
    """

    there: There
    fen: int = 0
    paid_fen: int = 0
    provider_no: str = ""
    code: str = field(default="", repr=False)
    declined: int = 0
    simulated: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it stands in an answer."""
        return {
            "status": self.there.value,
            "fen": self.fen,
            "paid_fen": self.paid_fen,
            "provider_no": self.provider_no,
            "code": self.code,
            "declined": self.declined,
            "simulated": self.simulated,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """One call as the provider reads it."""

    call: Call
    merchant: str
    nonce: str
    body: Mapping[str, Any] = field(repr=False)


def ask(call: Call, body: Mapping[str, Any], merchant: str, key: Ed25519PrivateKey, at: datetime, nonce: str) -> bytes:
    """Return the bytes of a question."""
    value = {"kind": QUESTION, "call": call.value, "merchant": merchant, "nonce": nonce, "at": _iso(at), "body": body}
    return json.dumps(sign(value, key), ensure_ascii=False).encode()


def read_question(data: bytes, merchants: Mapping[str, bytes], now: datetime) -> Question:
    """Return a question that one of these merchants (name -> raw public key) has signed.

    Raises:
        ProtocolError: anything else.
    """
    envelope = _envelope(data)
    merchant = envelope["signed"].get("merchant")
    key = merchants.get(merchant) if isinstance(merchant, str) else None
    if key is None:
        raise ProtocolError("signature")
    value = _opened(envelope, key, QUESTION)
    nonce, body = value.get("nonce"), value.get("body")
    if not isinstance(nonce, str) or not isinstance(body, Mapping):
        raise ProtocolError("malformed")
    _fresh(value, now)
    try:
        return Question(Call(str(value.get("call"))), str(merchant), nonce, body)
    except ValueError:
        raise ProtocolError("malformed") from None


def answer(question: Question, found: Found | str, key: Ed25519PrivateKey, at: datetime) -> bytes:
    """Return the bytes of an answer: the order, or the word why it is declined."""
    value: dict[str, Any] = {"kind": ANSWER, "call": question.call.value, "nonce": question.nonce, "at": _iso(at)}
    value |= {"declined": found} if isinstance(found, str) else {"order": found.as_json()}
    return json.dumps(sign(value, key), ensure_ascii=False).encode()


def read_answer(data: bytes, call: Call, nonce: str, provider: bytes) -> Found | str:
    """Return what the provider (raw public key) answers to this very question; a word when it declines.

    Raises:
        ProtocolError: anything else.
    """
    value = _opened(_envelope(data), provider, ANSWER)
    if value.get("nonce") != nonce or value.get("call") != call.value:
        raise ProtocolError("other-question")
    why = value.get("declined")
    if why is not None:
        if not isinstance(why, str) or not WORD.fullmatch(why):
            raise ProtocolError("malformed")
        return why
    return _found(value.get("order"))


def notify(number: str, merchant: str, key: Ed25519PrivateKey, at: datetime, nonce: str, fen: int) -> bytes:
    """Return the bytes of a notice that something happened to an order. `fen` is for people who read it on the wire."""
    value = {"kind": NOTICE, "merchant": merchant, "number": number, "fen": fen, "nonce": nonce, "at": _iso(at)}
    return json.dumps(sign(value, key), ensure_ascii=False).encode()


def read_notice(data: bytes, merchant: str, provider: bytes, now: datetime) -> str:
    """Return the number of the order that a notice is about.

    Raises:
        ProtocolError: it is not from the provider, not for this merchant, or old.
    """
    value = _opened(_envelope(data), provider, NOTICE)
    number = value.get("number")
    if value.get("merchant") != merchant or not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise ProtocolError("malformed")
    _fresh(value, now)
    return number


def _envelope(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise ProtocolError("too-large")
    try:
        envelope = json.loads(data)
    except (ValueError, RecursionError):
        raise ProtocolError("malformed") from None
    if not isinstance(envelope, dict) or not isinstance(envelope.get("signed"), dict):
        raise ProtocolError("malformed")
    return envelope


def _opened(envelope: Envelope, key: bytes, kind: str) -> Mapping[str, Any]:
    try:
        value = verify(envelope, {key_id(key): key})
    except SignatureError:
        raise ProtocolError("signature") from None
    except (ValueError, RecursionError):
        raise ProtocolError("malformed") from None
    if value.get("kind") != kind:
        raise ProtocolError("malformed")
    opened: Mapping[str, Any] = value
    return opened


def _found(value: object) -> Found:
    if not isinstance(value, Mapping):
        raise ProtocolError("malformed")
    try:
        there = There(str(value.get("status")))
    except ValueError:
        raise ProtocolError("malformed") from None
    simulated, code = value.get("simulated"), _text(value, "code", MOST_CODE)
    if not isinstance(simulated, bool) or (there is There.PENDING and not code):
        raise ProtocolError("malformed")
    return Found(
        there,
        _count(value, "fen"),
        _count(value, "paid_fen"),
        _text(value, "provider_no", 64),
        code,
        _count(value, "declined"),
        simulated,
    )


def _count(value: Mapping[str, Any], name: str) -> int:
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < MOST_FEN:
        raise ProtocolError("malformed")
    return found


def _text(value: Mapping[str, Any], name: str, most: int) -> str:
    found = value.get(name)
    if not isinstance(found, str) or len(found) > most or not found.isascii() or not found.isprintable():
        raise ProtocolError("malformed")
    return found


def _fresh(value: Mapping[str, Any], now: datetime) -> None:
    try:
        at = datetime.fromisoformat(str(value.get("at")))
        off = abs((now - at).total_seconds())
    except (ValueError, TypeError):
        raise ProtocolError("malformed") from None
    if off > SKEW_S:
        raise ProtocolError("stale")


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
