"""The service packages of a folder: read once, checked, signed on demand, numbered by what they contain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from central_platform.certificates.template import Template, TemplateError, read_template
from contracts.canonical import CanonicalError, digest
from contracts.clips import MANIFEST, REFERENCE, ClipFolder, ClipsError, ServiceVoice, pack, read_manifest
from contracts.ids import SERVICE_ID

PARTS = {"service": "service.json", "data": "data.schema.json", "ui": "ui.schema.json", "receipt": "receipt.json"}
VOICE = "voice"
CERTIFICATE = "certificate.json"
LANGUAGES = ("zh", "en")
DEFAULT_CAPACITY = 6
NOTHING = {"zh": "", "en": ""}


class PackageError(ValueError):
    """A package cannot be published; the text names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Package:
    """One service as published: `content` is what is signed, `digest` is over its canonical bytes.

    `voice` are its clips (`contracts.clips.pack`), signed by themselves: most changes of words need no new sound, and
    a terminal that cannot get the sound still gets the words. None when it is left to the fallback. `certificate`
    is what its certificates say: only the platform reads that, so it is not in `content`.
    """

    id: str
    content: Mapping[str, Any]
    digest: str
    voice: Mapping[str, Any] | None = field(default=None, repr=False)
    voice_digest: str | None = None
    closed_at: datetime | None = None
    certificate: Template | None = field(default=None, repr=False)

    @property
    def service(self) -> Mapping[str, Any]:
        """service.json."""
        found: Mapping[str, Any] = self.content["service"]
        return found

    @property
    def version(self) -> int:
        """The version that its owner gave it."""
        return int(self.service.get("version", 1))

    @property
    def live(self) -> bool:
        """False for a service whose package says that it is not open yet or any more."""
        return bool(self.service.get("live", True))

    @property
    def active(self) -> bool:
        """False for a service that is published but closed, by its package or by a switch."""
        return self.live and self.closed_at is None

    def takes(self, captured_at: datetime) -> bool:
        """True when a case of that time is taken: what was promised before the service was switched off is kept."""
        return self.live and (self.closed_at is None or captured_at < self.closed_at)

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
    """Everything a folder publishes. `voice` are the clips of `reference`, in the form of a package's."""

    packages: Mapping[str, Package]
    reference: Mapping[str, Any] = field(default_factory=dict)
    voice: Mapping[str, Any] | None = field(default=None, repr=False)

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read every package of `folder`.

        Raises:
            PackageError: a file is missing, is not JSON, or has no canonical form.
        """
        packages = {package.id: package for package in _packages(folder)}
        reference = folder / "reference.json"
        return cls(packages, _read(reference) if reference.exists() else {}, _read_voice(folder / REFERENCE))

    def closing(self, closed: Mapping[str, datetime]) -> Catalogue:
        """Return the same catalogue with these services switched off; ids that it does not have are no matter."""
        packages = {name: replace(found, closed_at=closed.get(name)) for name, found in self.packages.items()}
        return replace(self, packages=packages)

    def clips(self, owner: str) -> Mapping[str, Any] | None:
        """Return the clips of a service or of `REFERENCE`; None without any.

        Raises:
            KeyError: there is no such service.
        """
        return self.voice if owner == REFERENCE else self.packages[owner].voice

    def index(self, version: int) -> dict[str, Any]:
        """Return the index object that is signed."""
        entries = [_entry(package) for package in self.packages.values()]
        reference = {name: value for name, value in self.reference.items() if name not in {"halls", "listed"}}
        voice = {} if self.voice is None else {"voice": digest(self.voice)}
        return {
            **voice,
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
        PackageError: a file is missing, is not JSON, or has no canonical form; its clips are not as their manifests
            say; or its certificates could not be issued.
    """
    content: dict[str, Any] = {part: _read(folder / name) for part, name in PARTS.items()}
    content["strings"] = {language: _read(folder / "strings" / f"{language}.json") for language in LANGUAGES}
    identity = content["service"].get("id") if isinstance(content["service"], dict) else None
    if identity != folder.name:
        raise PackageError(f"{folder / 'service.json'}: the id is not the name of the folder")
    voice = _read_voice(folder)
    certificate = _read_certificate(folder / CERTIFICATE, content)
    try:
        voice_digest = None if voice is None else digest(voice)
        return Package(folder.name, content, digest(content), voice, voice_digest, certificate=certificate)
    except CanonicalError as error:
        raise PackageError(f"{folder}: {error}") from error


def _entry(package: Package) -> dict[str, Any]:
    entry = {"id": package.id, "version": package.version, "digest": package.digest, "active": package.active}
    return entry if package.voice_digest is None else {**entry, "voice": package.voice_digest}


def _read_certificate(path: Path, content: Mapping[str, Any]) -> Template | None:
    """What the certificates of a package say; None for one that issues none."""
    if not path.exists():
        return None
    try:
        return read_template(_read(path), content)
    except TemplateError as error:
        raise PackageError(f"{path}: {error}") from error


def _read_voice(package: Path) -> dict[str, Any] | None:
    """The clips that manifests name. A language without a manifest is not baked yet; other files are not ours."""
    folders = {path.parent.name: _read_clips(path) for path in sorted((package / VOICE).glob(f"*/{MANIFEST}"))}
    if not folders:
        return None
    try:
        return pack(ServiceVoice(package.name, folders))
    except ClipsError as error:
        raise PackageError(f"{package / VOICE}: {error}") from error


def _read_clips(path: Path) -> ClipFolder:
    try:
        text = path.read_text(encoding="utf-8")
        keys = {entry.key for entry in read_manifest(text).clips.values()}
        return ClipFolder(text, {key: (path.parent / f"{key}.opus").read_bytes() for key in sorted(keys)})
    except OSError as error:
        raise PackageError(f"{error.filename}: the file cannot be read") from error
    except ValueError as error:
        raise PackageError(f"{path}: {error}") from error


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
