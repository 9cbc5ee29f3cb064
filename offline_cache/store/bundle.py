"""The outbox as one sealed file on a USB stick, which the platform alone can open."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric import ec

from contracts import INTL, Suite, outbox_bundle, uuid7
from offline_cache.errors import NoSealingKey
from offline_cache.faces import Clock, RandomBytes
from offline_cache.store.keyfile import sync_directory

Sign = Callable[[bytes], bytes]
"""The device key: bytes -> DER signature, ECDSA P-256 over SHA-256."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. `first` and `last` are when the oldest and the newest item were captured, "" without any;
    `left` more did not fit into one bundle.
    """

    bundle: str
    items: int
    dead: int
    first: str
    last: str
    left: int
    size: int


class Sealer:
    """Makes bundles of one terminal for one platform."""

    def __init__(
        self,
        terminal: str,
        certificate_pem: str,
        sign: Sign,
        sealing: object,
        clock: Clock,
        random_bytes: RandomBytes,
        suite: Suite = INTL,
    ) -> None:
        """`sealing` is what the signed index carries under that name; `suite` that of the site profile.

        Raises:
            NoSealingKey: the index is missing, or from a platform that takes no bundles.
        """
        try:
            self._recipient = outbox_bundle.read_published(sealing)
        except ValueError as error:
            raise NoSealingKey(f"{error}: bring the terminal on line once, or import a reference bundle") from None
        self._terminal = terminal
        self._certificate = certificate_pem
        self._sign = sign
        self._clock = clock
        self._random_bytes = random_bytes
        self._suite = suite

    def seal_logs(self, lines: Sequence[bytes]) -> bytes:
        """Return what a technician takes along: lines of canonical JSON, each with an `id`, oldest first."""
        now = self._clock.now()
        about = {
            "bundle": uuid7(int(now.timestamp() * 1000), self._random_bytes),
            "terminal": self._terminal,
            "made_at": now.isoformat(timespec="milliseconds"),
            "certificate": self._certificate,
            "items": len(lines),
            "first": "",
            "last": "",
            "left": 0,
        }
        return self._sealed(lines, about, outbox_bundle.Content.LOGS)

    def seal(self, items: Sequence[Mapping[str, Any]], dead: Collection[str]) -> tuple[bytes, Exported]:
        """Return a bundle of as many of the items as fit, oldest first; `dead` are the ids of dead letters."""
        lines = outbox_bundle.fitting(items)
        taken, now = items[: len(lines)], self._clock.now()
        moments = [str(item["captured_at"]) for item in taken]
        about = {
            "bundle": uuid7(int(now.timestamp() * 1000), self._random_bytes),
            "terminal": self._terminal,
            "made_at": now.isoformat(timespec="milliseconds"),
            "certificate": self._certificate,
            "items": len(lines),
            "first": min(moments, default=""),
            "last": max(moments, default=""),
            "left": len(items) - len(lines),
        }
        data = self._sealed(lines, about, outbox_bundle.Content.OUTBOX)
        count = sum(item["id"] in dead for item in taken)
        return data, Exported(
            str(about["bundle"]), len(lines), count, min(moments, default=""), max(moments, default=""),
            len(items) - len(lines), len(data),
        )  # fmt: skip

    def _sealed(self, lines: Sequence[bytes], about: Mapping[str, Any], content: outbox_bundle.Content) -> bytes:
        # A key for this file only, forgotten at once: not even the terminal can open the bundle again.
        ephemeral = ec.generate_private_key(ec.SECP256R1())
        salt = self._random_bytes(outbox_bundle.SALT_BYTES)
        packed = outbox_bundle.pack(lines)
        return outbox_bundle.seal(packed, about, self._recipient, ephemeral, salt, self._sign, self._suite, content)


@contextlib.contextmanager
def durably(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to that takes its place whole or not at all, mode 0600 where the file system knows modes.

    It is on the disk when the block ends; when that raises, what was there before stays.

    Raises:
        OSError: the place cannot be written.
    """
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    # A stick is somebody else's: its links are not followed.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(half, flags, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def read_capped(path: Path, most: int) -> bytes:
    """Return the bytes of a file on a stick.

    Raises:
        OSError: it cannot be read, or is no plain file.
        ValueError: it has more than `most` bytes.
    """
    # A pipe or a device in a file's place must not hold the terminal: it is opened without waiting, then refused.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not os.path.isfile(f"/proc/self/fd/{file.fileno()}"):
            raise OSError(f"{path.name} is no plain file")
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"{path.name} has more than {most} bytes")
    return data
