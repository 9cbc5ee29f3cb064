"""What a platform pays with: the provider in force, the bills of departments, and how often a provider is asked.

The provider is one small file of the data folder, written by `central-platform payments connect` and read anew when it
changes, so that every process of the platform goes over at once. Without it no payment is begun.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central_platform.clock import Clock
from central_platform.payments.bills import Bills, SampleBills
from central_platform.payments.provider import HttpProvider, Provider

FILE = "payments.json"
KEY = re.compile(r"[0-9a-f]{64}")
LOOK_EVERY_S = 2.0
"""The provider is asked about one order at most so often, however many ask us."""
MOST_REMEMBERED = 10_000
log = logging.getLogger("central_platform")


@dataclass(frozen=True, slots=True)
class Connection:
    """A provider: its address, our name there, and its public key (Ed25519, 64 hexadecimal digits)."""

    url: str
    merchant: str
    key: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")) or not self.merchant or not KEY.fullmatch(self.key):
            raise ValueError("a provider is an address, a name and a key of 64 hexadecimal digits")


def write(data: Path, found: Connection | None) -> None:
    """Connect the platform of a data folder to a provider, or to none; on the disk when this returns."""
    path = data / FILE
    if found is None:
        path.unlink(missing_ok=True)
        return
    half = path.with_name(f"{FILE}.{os.getpid()}")
    with half.open("w", encoding="utf-8") as file:
        json.dump({"url": found.url, "merchant": found.merchant, "key": found.key}, file)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def connected(data: Path) -> Connection | None:
    """Return the provider to which the platform of a data folder is connected; None without one, or when the file
    cannot be read.
    """
    try:
        value = json.loads((data / FILE).read_text("utf-8"))
        return Connection(str(value["url"]), str(value["merchant"]), str(value["key"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        # A file that somebody wrote by hand must not take the platform down with it.
        log.error("%s cannot be read: use `central-platform payments connect`", FILE)
        return None


class Cashier:
    """Usable from any thread."""

    def __init__(
        self,
        data: Path,
        secret: bytes,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        bills: Bills | None = None,
    ) -> None:
        """`secret`: 32 bytes of the platform's own, from which its key towards providers is made."""
        self._path = data / FILE
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self._clock = clock
        self._random_bytes = random_bytes
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._provider: Provider | None = None
        self._looked: dict[str, float] = {}
        self.bills = bills or SampleBills(secret, lambda: clock.now().date())

    @property
    def key(self) -> str:
        """The public key that a provider checks our questions with, hexadecimal."""
        return self._key.public_key().public_bytes_raw().hex()

    def provider(self) -> Provider | None:
        """Return the provider in force, or None."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        with self._lock:
            if stamp != self._stamp:
                self._stamp, self._provider = stamp, self._read()
            return self._provider

    def may_look(self, number: str) -> bool:
        """True when the provider may be asked about this order now; that counts as asked."""
        now = self._clock.monotonic()
        with self._lock:
            if now - self._looked.get(number, -LOOK_EVERY_S) < LOOK_EVERY_S:
                return False
            if len(self._looked) >= MOST_REMEMBERED:
                self._looked.clear()
            self._looked[number] = now
            return True

    def _read(self) -> Provider | None:
        found = connected(self._path.parent)
        if found is None:
            return None
        return HttpProvider(
            found.url, found.merchant, self._key, bytes.fromhex(found.key), self._clock, self._random_bytes
        )
