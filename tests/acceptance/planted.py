"""Planted markers: the words of invented residents in every way a program would write them, and the search for them."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from kiosk_app.lab.parts import REFERENCE_KEY
from kiosk_app.lab.people import Resident

CODINGS = ("utf-8", "utf-16-le", "gb18030")
SHORTEST = 6
"""Bytes. Anything shorter is found by chance."""
BLOCK = 1 << 23


@dataclass(slots=True)
class Place:
    """One place that was looked at: how much of it, and what was found, counted by what it is and where it lies."""

    name: str
    looked: str
    hits: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How often a marker was found."""
        return self.hits.total()

    def lines(self) -> list[str]:
        """As it is told: never the marker itself."""
        told = [f"{self.name:<34} {self.looked:>22}  {self.count} hits"]
        return told + [f"    {kind} x {count} in {where}" for (kind, where), count in sorted(self.hits.items())]


class Markers:
    """What must not be found."""

    def __init__(self) -> None:
        self._kinds: dict[bytes, str] = {}
        self._tables: list[np.ndarray] = []
        self._by_start: dict[bytes, list[bytes]] = {}
        self._longest = SHORTEST

    def __len__(self) -> int:
        return len(self._kinds)

    def plant(self, kind: str, word: str) -> None:
        """Look for a word from now on; one that is too short to be told from chance is left out."""
        for coding in CODINGS:
            try:
                self.plant_bytes(kind, word.encode(coding))
            except UnicodeEncodeError:
                continue

    def plant_bytes(self, kind: str, data: bytes) -> None:
        """Look for these bytes from now on."""
        if len(data) >= SHORTEST:
            self._kinds.setdefault(data, kind)
            self._longest = max(self._longest, len(data))
            self._tables = []

    def plant_resident(self, person: Resident) -> None:
        """Look for everything that somebody brings along, also as a biometric module would be told it."""
        self.plant("name", person.name)
        self.plant("name", person.facts.get("latin_name", ""))
        self.plant("identity number", person.id_no)
        self.plant("identity number", person.facts.get("pass_number", ""))
        self.plant("phone", person.phone)
        self.plant("phone", f"{person.phone[:3]} {person.phone[3:7]} {person.phone[7:]}")
        self.plant("bank account", person.bank)
        self.plant("bank account", " ".join(person.bank[at : at + 4] for at in range(0, len(person.bank), 4)))
        self.plant("address", person.address)
        reference = hmac.new(bytes.fromhex(REFERENCE_KEY), person.id_no.encode(), hashlib.sha256)
        self.plant_bytes("reference for a module", reference.digest())

    def plant_code(self, raw: str) -> None:
        """Look for a credential that a phone showed, and for its digest, by which it would be known again."""
        self.plant("code", raw)
        self.plant("digest of a code", hashlib.sha256(raw.encode()).hexdigest())

    def find(self, data: bytes) -> Iterator[tuple[int, str]]:
        """Yield where a marker begins and what it is."""
        if not self._kinds:
            return
        if not self._tables:
            self._prepare()
        for at in range(0, len(data), BLOCK):
            block = data[at : at + BLOCK + self._longest]
            for start in self._starts(block):
                if start < BLOCK:
                    for needle in self._by_start.get(block[start : start + SHORTEST], ()):
                        if block.startswith(needle, start):
                            yield at + start, self._kinds[needle]

    def kinds_in(self, pieces: Iterable[bytes]) -> Counter[str]:
        """Count by kind what is found in some pieces."""
        return Counter(kind for piece in pieces for _, kind in self.find(piece))

    def _starts(self, block: bytes) -> list[int]:
        """Where the first six bytes may be those of a marker: three pairs looked up, one table each."""
        octets = np.frombuffer(block, np.uint8).astype(np.uint16)
        if len(octets) < SHORTEST:
            return []
        pairs = octets[:-1] | octets[1:] << 8
        at = np.flatnonzero(self._tables[0][pairs[: len(pairs) - 4]])
        at = at[self._tables[1][pairs[at + 2]]]
        return [int(one) for one in at[self._tables[2][pairs[at + 4]]]]

    def _prepare(self) -> None:
        self._tables = [np.zeros(1 << 16, bool) for _ in range(3)]
        self._by_start = {}
        for needle in self._kinds:
            self._by_start.setdefault(needle[:SHORTEST], []).append(needle)
            for number, table in enumerate(self._tables):
                table[needle[2 * number] | needle[2 * number + 1] << 8] = True
