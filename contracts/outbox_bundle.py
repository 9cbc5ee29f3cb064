"""What waits in a terminal's outbox as one file that only its platform can open (docs/bundles.md has it by bytes).

    "DSOB2" LF | u32 H | header, H bytes of canonical JSON | u32 C | C bytes sealed | u16 S | signature, S bytes of DER

The sealed part is AES-256-GCM (DSOB2, suite `intl`) or SM4-GCM (DSOB3, suite `gm`) over gzip of one JSON object a line;
its key and nonce come by HKDF with SHA-256 or SM3 out of an ephemeral P-256 key and the platform's sealing key, and
everything in front of it is authenticated with it. Key agreement and signature are P-256 in both suites: SM2 is not in
our library. The signature is the device key's (ECDSA P-256, SHA-256) over everything in front of it: who opens a bundle
knows whose it is before anything is unpacked.

A terminal's logs travel in the same form under magics of their own ("DSLG2", "DSLG3"): neither passes for the other.
"""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contracts.canonical import CanonicalError, canonical
from contracts.signatures import key_id
from contracts.suites import GM, INTL, NONCE_BYTES, TAG_BYTES, Suite


class Content(StrEnum):
    """What a bundle holds."""

    OUTBOX = "outbox"
    LOGS = "logs"


MAGIC = b"DSOB2\n"
MAGIC_GM = b"DSOB3\n"
_SUITES = {
    Content.OUTBOX: {MAGIC: INTL, MAGIC_GM: GM},
    Content.LOGS: {b"DSLG2\n": INTL, b"DSLG3\n": GM},
}
_MAGIC_OF = {(kind, suite.name): magic for kind, magics in _SUITES.items() for magic, suite in magics.items()}
SALT_BYTES = 32
MOST_HEADER = 16 * 1024
MOST_PLAIN = 64 * 2**20
"""Bytes of all lines together: some 30,000 cases."""
MOST_FILE = MOST_PLAIN + 2**20
MOST_LINE = 512 * 1024
"""Bytes of one item: what a batch may carry."""
MOST_RATIO = 100
"""How much gzip may gain. Items carry ids and digests, which do not shrink: real ones stay far below."""
MOST_SIGNATURE = 80
_INFO = {
    (Content.OUTBOX, INTL.name): b"doorstep outbox bundle 2",
    (Content.OUTBOX, GM.name): b"doorstep outbox bundle 3",
    (Content.LOGS, INTL.name): b"doorstep logs 2",
    (Content.LOGS, GM.name): b"doorstep logs 3",
}
_ITEM_OVERHEAD = 1


class BundleError(ValueError):
    """The file cannot be used; nothing of it was. `code` is one of:

    not-a-bundle, truncated, too-large, damaged (signature, tag or header), other-platform (sealed for another key),
    malformed (signed and sealed well, and its content is not what a terminal writes).
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """What may be read without any key. Nothing personal.

    `certificate` is the terminal's, in PEM; `kid` names the sealing key; `ephemeral`, an uncompressed point, and
    `salt`, 32 bytes, are hexadecimal. `items` were captured between `first` and `last`; `left` more did not fit.
    """

    bundle: str
    terminal: str
    made_at: str
    certificate: str
    kid: str
    ephemeral: str
    salt: str
    items: int
    first: str
    last: str
    left: int


@dataclass(frozen=True, slots=True)
class SealedBundle:
    """A bundle that was taken apart and not yet believed."""

    header: Header
    suite: Suite
    front: bytes = field(repr=False)
    body: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    content: Content = Content.OUTBOX


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the 65 bytes of a P-256 public key as an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sealing_key_id(point: bytes) -> str:
    """Return the id of a sealing key: made as that of a signing key."""
    return key_id(point)


def published(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return a sealing key as the signed index carries it: `{"kid", "key"}`."""
    point = point_of(key)
    return {"kid": sealing_key_id(point), "key": point.hex()}


def read_published(value: object) -> ec.EllipticCurvePublicKey:
    """Read what `published` made.

    Raises:
        ValueError: it is no such key, or its id is another's.
    """
    if not isinstance(value, Mapping):
        raise ValueError("there is no sealing key")
    point = bytes.fromhex(str(value.get("key")))
    if sealing_key_id(point) != value.get("kid"):
        raise ValueError("the id of the sealing key is another key's")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def fitting(items: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """Return the lines of the first items that fit into one bundle together."""
    lines: list[bytes] = []
    size = 0
    for item in items:
        line = canonical(item)
        size += len(line) + _ITEM_OVERHEAD
        if size > MOST_PLAIN:
            break
        lines.append(line)
    return lines


def pack(lines: Iterable[bytes]) -> bytes:
    """Return lines as they are sealed."""
    plain = b"".join(line + b"\n" for line in lines)
    packed = gzip.compress(plain, 6, mtime=0)
    # What would look like a bomb to its reader travels as it is.
    return packed if len(plain) <= MOST_RATIO * len(packed) else gzip.compress(plain, 0, mtime=0)


def seal(
    packed: bytes,
    about: Mapping[str, Any],
    recipient: ec.EllipticCurvePublicKey,
    ephemeral: ec.EllipticCurvePrivateKey,
    salt: bytes,
    sign: Callable[[bytes], bytes],
    suite: Suite = INTL,
    content: Content = Content.OUTBOX,
) -> bytes:
    """Return the bytes of a bundle.

    Args:
        packed: what `pack` made of what `fitting` returned.
        about: the fields of `Header` but `kid`, `ephemeral` and `salt`.
        recipient: the platform's sealing key.
        ephemeral: a key for this bundle and no other; forget it afterwards.
        salt: 32 random bytes.
        sign: the device key: bytes -> DER signature, ECDSA P-256 over SHA-256.
        suite: what seals it.
        content: what it holds.
    """
    header = Header(
        **about,
        kid=sealing_key_id(point_of(recipient)),
        ephemeral=point_of(ephemeral.public_key()).hex(),
        salt=salt.hex(),
    )
    text = canonical(asdict(header))
    if len(text) > MOST_HEADER:
        raise BundleError("too-large", "the header does not fit")
    front = _MAGIC_OF[content, suite.name] + struct.pack(">I", len(text)) + text
    key, nonce = _derive(ephemeral.exchange(ec.ECDH(), recipient), header, suite, content)
    body = suite.seal(key, nonce, packed, front)
    signed = front + struct.pack(">I", len(body)) + body
    signature = sign(signed)
    return signed + struct.pack(">H", len(signature)) + signature


def take_apart(data: bytes, content: Content = Content.OUTBOX) -> SealedBundle:
    """Read the outside of a bundle.

    Raises:
        BundleError: not-a-bundle, truncated, too-large or damaged.
    """
    if len(data) > MOST_FILE:
        raise BundleError("too-large", f"a bundle has at most {MOST_FILE} bytes")
    magics = _SUITES[content]
    suite = magics.get(data[: len(MAGIC)])
    if suite is None:
        if data and any(magic.startswith(data) for magic in magics):
            raise BundleError("truncated", "the file ends within its first bytes")
        raise BundleError("not-a-bundle", f"the file does not begin as a bundle of {content.value} does")
    text, at = _field(data, len(MAGIC), ">I", MOST_HEADER)
    front = data[:at]
    header = _header(text)
    body, at = _field(data, at, ">I", MOST_FILE)
    signed = data[:at]
    signature, at = _field(data, at, ">H", MOST_SIGNATURE)
    if at != len(data):
        raise BundleError("damaged", "something is behind the end of the bundle")
    return SealedBundle(header, suite, front, body, signed, signature, content)


def check_signature(bundle: SealedBundle, device: ec.EllipticCurvePublicKey) -> None:
    """Make sure that the holder of this key wrote the bundle, to the last byte.

    Raises:
        BundleError: damaged.
    """
    try:
        device.verify(bundle.signature, bundle.signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise BundleError("damaged", "the terminal's signature does not fit: the file was changed") from None


def open_bundle(bundle: SealedBundle, key: ec.EllipticCurvePrivateKey) -> list[dict[str, Any]]:
    """Return the items, in the order of the terminal. Each has an `id` of its own; the rest is the caller's to check.

    Raises:
        BundleError: damaged, too-large or malformed.
    """
    try:
        ephemeral = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(bundle.header.ephemeral))
        shared = key.exchange(ec.ECDH(), ephemeral)
        secret, nonce = _derive(shared, bundle.header, bundle.suite, bundle.content)
        if len(bundle.body) <= TAG_BYTES:
            raise BundleError("damaged", "the sealed part is empty")
        packed = bundle.suite.open(secret, nonce, bundle.body, bundle.front)
    except (InvalidTag, ValueError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError("damaged", "the sealed part cannot be opened") from None
    items = [_item(line) for line in _unpack(packed).split(b"\n") if line]
    if len(items) != bundle.header.items:
        raise BundleError("malformed", f"the header promises {bundle.header.items} items, there are {len(items)}")
    if len({item["id"] for item in items}) != len(items):
        raise BundleError("malformed", "an id is there twice")
    return items


def _derive(shared: bytes, header: Header, suite: Suite, content: Content) -> tuple[bytes, bytes]:
    info = _INFO[content, suite.name] + b"\0" + header.kid.encode() + b"\0" + header.ephemeral.encode()
    algorithm = hashes.SM3() if suite is GM else hashes.SHA256()
    derived = HKDF(algorithm, suite.key_bytes + NONCE_BYTES, bytes.fromhex(header.salt), info).derive(shared)
    return derived[: suite.key_bytes], derived[suite.key_bytes :]


def _unpack(packed: bytes) -> bytes:
    most = min(MOST_PLAIN, MOST_RATIO * len(packed))
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = stream.decompress(packed, most + 1)
    except zlib.error:
        raise BundleError("malformed", "the items are not gzip") from None
    if len(plain) > most:
        raise BundleError("too-large", f"unpacked the items have more than {most} bytes")
    if not stream.eof or stream.unused_data:
        raise BundleError("malformed", "the items are not one whole gzip member")
    return plain


def _item(line: bytes) -> dict[str, Any]:
    if len(line) > MOST_LINE:
        raise BundleError("too-large", f"an item has at most {MOST_LINE} bytes")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise BundleError("malformed", "an item is not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or not 0 < len(value["id"]) <= 64:
        raise BundleError("malformed", "an item is no object with an id")
    return value


def _header(text: bytes) -> Header:
    try:
        value = json.loads(text)
        header = Header(**{name: value[name] for name in Header.__slots__})
        whole = canonical(asdict(header)) == text
        hexadecimal = (bytes.fromhex(header.ephemeral), bytes.fromhex(header.salt))
    except (ValueError, KeyError, TypeError, RecursionError, CanonicalError):
        raise BundleError("damaged", "the header cannot be read") from None
    words = (header.bundle, header.terminal, header.made_at, header.certificate, header.kid, header.first, header.last)
    numbers = (header.items, header.left)
    if not all(isinstance(word, str) for word in words) or not all(type(number) is int for number in numbers):
        raise BundleError("damaged", "the header holds values of another kind")
    if not whole or not all(hexadecimal):
        raise BundleError("damaged", "the header is not in its canonical form")
    return header


def _field(data: bytes, at: int, kind: str, most: int) -> tuple[bytes, int]:
    """Return the length-prefixed field at `at`, and where the next one begins."""
    begin = at + struct.calcsize(kind)
    if begin > len(data):
        raise BundleError("truncated", "the file ends before its end")
    (size,) = struct.unpack(kind, data[at:begin])
    if size > most:
        raise BundleError("damaged", "a length in the file is impossible")
    if begin + size > len(data):
        raise BundleError("truncated", "the file ends before its end")
    return data[begin : begin + size], begin + size
