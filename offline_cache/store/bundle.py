"""The outbox as one sealed file, to carry it out of a terminal that cannot be brought back to the network.

Layout: `DSOB1` and a line feed, 12-byte nonce, then AES-256-GCM over gzip of one JSON object a line.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag

from contracts.suites import INTL, NONCE_BYTES
from offline_cache.errors import WrongKey
from offline_cache.faces import RandomBytes
from offline_cache.store.keyfile import sync_directory

MAGIC = b"DSOB1\n"


def write_bundle(path: Path, items: Iterable[Mapping[str, Any]], key: bytes, random_bytes: RandomBytes) -> int:
    """Write the items under a 32-byte key, mode 0600, durable; returns how many."""
    lines = [json.dumps(item, ensure_ascii=False) for item in items]
    nonce = random_bytes(NONCE_BYTES)
    sealed = INTL.seal(key, nonce, gzip.compress("\n".join(lines).encode(), mtime=0), MAGIC)
    half = path.with_name(path.name + ".new")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(MAGIC + nonce + sealed)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    sync_directory(path.parent)
    return len(lines)


def read_bundle(path: Path, key: bytes) -> list[dict[str, Any]]:
    """Return the items of a bundle.

    Raises:
        WrongKey: not a bundle, damaged, or sealed with another key.
    """
    data = path.read_bytes()
    head = len(MAGIC) + NONCE_BYTES
    if not data.startswith(MAGIC):
        raise WrongKey(f"{path.name} is not an outbox bundle")
    try:
        plain = gzip.decompress(INTL.open(key, data[len(MAGIC) : head], data[head:], MAGIC))
    except InvalidTag:
        raise WrongKey(f"{path.name} cannot be opened with this key") from None
    return [json.loads(line) for line in plain.decode().splitlines()]
