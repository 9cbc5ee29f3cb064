"""Readers of files on USB sticks; behind a signature may stand a terminal or a platform gone mad."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import GM, INTL, Suite, canonical, key_id, outbox_bundle, reference_bundle, sign
from offline_cache.errors import BadSignature, BadStick, Refused
from offline_cache.sync.answer_file import read_answers
from offline_cache.sync.stick import Stick
from tests.fuzz.inputs import DEEP, as_json, dump
from tests.fuzz.target import Target

_DEVICE, _PLATFORM, _EPHEMERAL = (ec.derive_private_key(number, ec.SECP256R1()) for number in (3, 5, 7))
_SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(32))
_RAW = _SIGNER.public_key().public_bytes_raw()
_TRUST = {key_id(_RAW): _RAW}
_ABOUT: dict[str, Any] = {
    "bundle": "b", "terminal": "XC-0042", "made_at": "", "certificate": "c", "items": 1, "first": "", "last": "",
    "left": 0,
}  # fmt: skip
_ITEM = b'{"id":"a","body":{}}'


def _seal(packed: bytes, suite: Suite = INTL) -> bytes:
    def by_device(data: bytes) -> bytes:
        return _DEVICE.sign(data, ec.ECDSA(hashes.SHA256()))

    return outbox_bundle.seal(packed, _ABOUT, _PLATFORM.public_key(), _EPHEMERAL, bytes(32), by_device, suite)


def _bundle(data: bytes) -> object:
    """The whole way but for the signature, which would stop almost everything at the door."""
    return outbox_bundle.open_bundle(outbox_bundle.take_apart(data), _PLATFORM)


def _items(data: bytes) -> object:
    return _bundle(_seal(outbox_bundle.pack([data])))


def _gm_items(data: bytes) -> object:
    return _bundle(_seal(outbox_bundle.pack([data]), GM))


def _packed(data: bytes) -> object:
    return _bundle(_seal(data))


def _stick(data: bytes) -> object:
    path = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/tmp") / "doorstep-fuzz-stick"
    path.write_bytes(data)
    with Stick(path, _TRUST, "XC-0042") as stick:
        return stick.catalogue_index()


def _manifest(value: object) -> object:
    data = canonical(sign(value, _SIGNER))
    return reference_bundle.read_manifest(data, reference_bundle.HEAD + len(data) + 5, _TRUST)


def _answers(value: object) -> object:
    return read_answers(canonical(sign(value, _SIGNER)), _TRUST, "XC-0042")


_INDEX = {"index": sign({"version": 1}, _SIGNER)}
_REFERENCE = reference_bundle.pack(_INDEX, 1, lambda value: sign(value, _SIGNER))
_RESULT = {"id": "1", "status": "accepted", "receipt": {"number": "n"}, "problem": {"code": "c"}}
_ANSWER = {"kind": "outbox-answers", "terminal": "XC-0042", "results": [_RESULT], "high_water": 1, "gaps": []}
_LISTED = {"name": "index", "size": 5, "digest": "sha256:0"}

_SEALED, _SEALED_GM = (_seal(outbox_bundle.pack([_ITEM]), suite) for suite in (INTL, GM))

STICKS = (
    Target("stick.bundle", _bundle, (outbox_bundle.BundleError,), (_SEALED, _SEALED_GM)),
    Target("stick.gm", _gm_items, (outbox_bundle.BundleError,), (_ITEM, DEEP)),
    Target("stick.items", _items, (outbox_bundle.BundleError,), (_ITEM, _ITEM + b"\n" + _ITEM, DEEP)),
    Target("stick.packed", _packed, (outbox_bundle.BundleError,), (outbox_bundle.pack([_ITEM]),)),
    Target("stick.reference", _stick, (BadStick, BadSignature, Refused), (_REFERENCE,)),
    # A float has no canonical form: such a value cannot have been signed.
    Target(
        "stick.manifest",
        as_json(_manifest),
        (ValueError,),
        dump({"kind": "reference-bundle", "documents": [_LISTED]}),
    ),
    Target("stick.answers", as_json(_answers), (BadStick, ValueError), dump(_ANSWER)),
)
