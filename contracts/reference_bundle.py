"""All signed documents of a platform as one file for a USB stick (docs/bundles.md has it by bytes).

    "DSRB1" LF | u32 M | manifest, M bytes: a signed envelope | the documents, one behind the other

The manifest names every document with its size and the SHA-256 of its bytes, in the order in which they follow; each
document is a signed envelope as the wire carries it, in canonical JSON. The same content gives the same bytes.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.canonical import CanonicalError, canonical, digest_bytes
from contracts.clips import MOST_DOCUMENT
from contracts.signatures import Envelope, SignatureError, verify

MAGIC = b"DSRB1\n"
HEAD = len(MAGIC) + 4
KIND = "reference-bundle"
INDEX = "index"
MOST_MANIFEST = 2**20
MOST_FILE = 256 * 2**20
MOST_ONE = MOST_DOCUMENT + 64 * 1024
"""Bytes of one document: the largest are clips, with room for the envelope."""
_NAME = re.compile(r"index|service/[A-Z]{2}\d{2}|voice/(?:[A-Z]{2}\d{2}|reference)|profile/[A-Z]{2}-\d{4}")


class StickError(ValueError):
    """The file cannot be used. `code`: not-a-bundle, truncated, too-large, damaged, signature or malformed."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """One document: `name` (index, service/ID, voice/ID, profile/TERMINAL), and where its bytes lie in the file."""

    name: str
    offset: int
    size: int
    digest: str


def pack(documents: Mapping[str, Envelope], version: int, sign: Callable[[object], Envelope]) -> bytes:
    """Return the bytes of a bundle; the index goes first, the rest by name.

    Raises:
        StickError: too-large.
    """
    order = sorted(documents, key=lambda name: (name != INDEX, name))
    bodies = {name: canonical(documents[name]) for name in order}
    listed = [{"name": n, "size": len(bodies[n]), "digest": digest_bytes(bodies[n])} for n in order]
    manifest = canonical(sign({"kind": KIND, "version": 1, "catalogue": version, "documents": listed}))
    data = b"".join((MAGIC, struct.pack(">I", len(manifest)), manifest, *bodies.values()))
    if len(data) > MOST_FILE or len(manifest) > MOST_MANIFEST or any(len(body) > MOST_ONE for body in bodies.values()):
        raise StickError("too-large", f"a bundle has at most {MOST_FILE} bytes, a document {MOST_ONE}")
    return data


def manifest_size(head: bytes) -> int:
    """Return the size of the manifest that follows the first `HEAD` bytes of a file.

    Raises:
        StickError: not-a-bundle, truncated or damaged.
    """
    if not head.startswith(MAGIC):
        code = "truncated" if head and MAGIC.startswith(head) else "not-a-bundle"
        raise StickError(code, "the file does not begin as a reference bundle does")
    if len(head) < HEAD:
        raise StickError("truncated", "the file ends within its first bytes")
    (size,) = struct.unpack(">I", head[len(MAGIC) :])
    if not 0 < size <= MOST_MANIFEST:
        raise StickError("damaged", "the length of the manifest is impossible")
    return int(size)


def read_manifest(data: bytes, file_size: int, trusted: Mapping[str, bytes]) -> dict[str, Entry]:
    """Return the documents by name.

    Raises:
        StickError: truncated, too-large, damaged, signature or malformed.
    """
    if file_size > MOST_FILE:
        raise StickError("too-large", f"a bundle has at most {MOST_FILE} bytes")
    try:
        value = verify(json.loads(data), trusted)
    except SignatureError as error:
        raise StickError("signature", f"{error}: the bundle is not from this terminal's platform") from None
    except (ValueError, RecursionError, CanonicalError):
        raise StickError("damaged", "the manifest cannot be read") from None
    offset, entries = HEAD + len(data), {}
    try:
        if value["kind"] != KIND or not isinstance(value["documents"], list):
            raise ValueError
        for item in value["documents"]:
            name, size, digest = str(item["name"]), item["size"], str(item["digest"])
            if type(size) is not int or not 0 < size <= MOST_ONE or not _NAME.fullmatch(name) or name in entries:
                raise ValueError
            entries[name] = Entry(name, offset, size, digest)
            offset += size
    except (ValueError, KeyError, TypeError):
        raise StickError("malformed", "the manifest is signed and not what a platform writes") from None
    if INDEX not in entries:
        raise StickError("malformed", "there is no index in the bundle")
    if file_size != offset:
        code = "truncated" if file_size < offset else "damaged"
        raise StickError(code, f"the manifest promises {offset} bytes, the file has {file_size}")
    return entries
