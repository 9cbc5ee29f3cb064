"""Signed envelopes: `{"signed": <JSON>, "signatures": [{"keyid", "sig"}]}`, Ed25519 over the canonical bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contracts.canonical import canonical

Envelope = dict[str, Any]


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
    value = envelope["signed"]
    data = canonical(value)
    for item in envelope["signatures"]:
        raw = trusted.get(str(item.get("keyid"))) if isinstance(item, Mapping) else None
        if raw is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(bytes.fromhex(str(item.get("sig"))), data)
        except (InvalidSignature, ValueError):
            continue
        return value
    raise SignatureError("no trusted key has signed this")
