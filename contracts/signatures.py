"""Signed envelopes: `{"signed": <JSON>, "signatures": [{"keyid", "sig"}]}`, Ed25519 over the canonical bytes."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contracts.canonical import canonical

Envelope = dict[str, Any]
_HEAD, _MIDDLE = b'{"signed":', b',"signatures":'


class SignatureError(ValueError):
    """The envelope is malformed, or no trusted key signed it."""


def key_id(public_key: bytes) -> str:
    """Return the id of a raw 32-byte Ed25519 public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def sign(value: object, key: Ed25519PrivateKey) -> Envelope:
    """Wrap `value` in an envelope signed by `key`."""
    raw = key.public_key().public_bytes_raw()
    return {"signed": value, "signatures": [{"keyid": key_id(raw), "sig": key.sign(canonical(value)).hex()}]}


def verify(envelope: object, trusted: Mapping[str, bytes]) -> Any:
    """Return the signed value when at least one key of `trusted` (key id -> raw public key) signed it.

    Raises:
        SignatureError: no such signature verifies.
    """
    if (
        not isinstance(envelope, Mapping)
        or not isinstance(envelope.get("signatures"), list)
        or "signed" not in envelope
    ):
        raise SignatureError("this is not a signed envelope")
    _prove(canonical(envelope["signed"]), envelope["signatures"], trusted)
    return envelope["signed"]


def pack(envelope: Mapping[str, Any]) -> bytes:
    """Return an envelope as text whose signed part is canonical, so that `verify_text` need not write it anew.

    Raises:
        CanonicalError: the value has no canonical form.
    """
    return _HEAD + canonical(envelope["signed"]) + _MIDDLE + json.dumps(envelope.get("signatures", [])).encode() + b"}"


def verify_text(text: bytes, trusted: Mapping[str, bytes]) -> Any:
    """Return what `verify` returns, of an envelope in the text that `pack` wrote, or in any other.

    The signature is checked over the very bytes that are then read: a third of the time, of use for large documents.

    Raises:
        SignatureError: no such signature verifies.
    """
    signed, found, rest = text.removeprefix(_HEAD).rpartition(_MIDDLE)
    if found and text.startswith(_HEAD):
        with contextlib.suppress(SignatureError, ValueError):
            _prove(signed, json.loads(rest.removesuffix(b"}")), trusted)
            return json.loads(signed)
    try:
        return verify(json.loads(text), trusted)
    except ValueError as error:
        raise SignatureError("this is not a signed envelope") from error


def _prove(data: bytes, signatures: object, trusted: Mapping[str, bytes]) -> None:
    for item in signatures if isinstance(signatures, list) else ():
        raw = trusted.get(str(item.get("keyid"))) if isinstance(item, Mapping) else None
        if raw is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(bytes.fromhex(str(item.get("sig"))), data)
        except (InvalidSignature, ValueError):
            continue
        return
    raise SignatureError("no trusted key has signed this")
