"""The service packages of a folder: read once, checked, signed on demand, numbered by what they contain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.canonical import CanonicalError, digest
from contracts.ids import SERVICE_ID

PARTS = {"service": "service.json", "data": "data.schema.json", "ui": "ui.schema.json", "receipt": "receipt.json"}
LANGUAGES = ("zh", "en")
DEFAULT_CAPACITY = 6
NOTHING = {"zh": "", "en": ""}


class PackageError(ValueError):
    """A package cannot be published; the text names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Package:
    """One service as published: `content` is what is signed, `digest` is over its canonical bytes."""

    id: str
    content: Mapping[str, Any]
    digest: str

    @property
    def service(self) -> Mapping[str, Any]:
        """service.json."""
        found: Mapping[str, Any] = self.content["service"]
        return found

    @property
    def active(self) -> bool:
        """False for a service that is published but closed."""
        return bool(self.service.get("live", True))

    @property
    def level(self) -> str:
        """L0, L1 or L2: the least proof of identity."""
        return str(self.service.get("level", "L0"))

    @property
    def instant(self) -> bool:
        """True when the matter is done the moment it is accepted."""
        return bool(self.service.get("instant", False))

    @property
    def limit_days(self) -> int | None:
        """Working days from acceptance to the answer; None when instant or without limit."""
        limit = self.service.get("limit") or {}
        days = limit.get("days") if limit.get("unit") == "workday" else None
        return int(days) if days is not None else None

    @property
    def books(self) -> bool:
        """True when a case takes a place in an appointment slot."""
        return self.service.get("kind") == "BOOK"

    @property
    def capacity(self) -> int:
        """Places of one slot."""
        return int(self.service.get("capacity", DEFAULT_CAPACITY))

    def words(self, *path: str, part: str = "service") -> dict[str, str]:
        """Return a pair of Chinese and English words from a part of the package; empty words when absent."""
        found: Any = self.content[part]
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        if isinstance(found, str):
            return {"zh": found, "en": found}
        if not isinstance(found, Mapping):
            return dict(NOTHING)
        return {language: str(found.get(language, "")) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a folder publishes."""

    packages: Mapping[str, Package]
    reference: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read every package of `folder`.

        Raises:
            PackageError: a file is missing, is not JSON, or has no canonical form.
        """
        packages = {package.id: package for package in _packages(folder)}
        reference = folder / "reference.json"
        return cls(packages, _read(reference) if reference.exists() else {})

    def index(self, version: int) -> dict[str, Any]:
        """Return the index object that is signed."""
        entries = [
            {"id": p.id, "version": p.service.get("version", 1), "digest": p.digest, "active": p.active}
            for p in self.packages.values()
        ]
        reference = {name: value for name, value in self.reference.items() if name not in {"halls", "listed"}}
        return {
            "version": version,
            "packages": entries,
            "halls": self.reference.get("halls", []),
            "listed": self.reference.get("listed", []),
            "reference": reference,
        }

    @property
    def digest(self) -> str:
        """The digest of what is published, without its number."""
        return digest(self.index(0))

    @property
    def closed_days(self) -> frozenset[str]:
        """Days on which no hall takes appointments, YYYY-MM-DD."""
        return frozenset(str(day) for day in self.reference.get("closedDays", []))


def read_package(folder: Path) -> Package:
    """Read one package folder.

    Raises:
        PackageError: a file is missing, is not JSON, or has no canonical form.
    """
    content: dict[str, Any] = {part: _read(folder / name) for part, name in PARTS.items()}
    content["strings"] = {language: _read(folder / "strings" / f"{language}.json") for language in LANGUAGES}
    identity = content["service"].get("id") if isinstance(content["service"], dict) else None
    if identity != folder.name:
        raise PackageError(f"{folder / 'service.json'}: the id is not the name of the folder")
    try:
        return Package(folder.name, content, digest(content))
    except CanonicalError as error:
        raise PackageError(f"{folder}: {error}") from error


def _packages(folder: Path) -> Iterator[Package]:
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and SERVICE_ID.fullmatch(entry.name):
            yield read_package(entry)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PackageError(f"{path}: the file cannot be read") from error
    except ValueError as error:
        raise PackageError(f"{path}: this is not JSON") from error
