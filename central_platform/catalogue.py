"""The service packages of a folder: read once, checked, signed on demand, numbered by what they contain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from central_platform.certificates.template import Template, TemplateError, read_template
from central_platform.payments.rules import Rule, read_rule
from contracts.canonical import CanonicalError, canonical, digest, digest_bytes
from contracts.clips import MANIFEST, REFERENCE, ClipFolder, ClipsError, ServiceVoice, pack, read_manifest
from contracts.faults import Fault
from contracts.ids import SERVICE_ID
from contracts.json_places import pointed
from contracts.package_faults import package_faults
from contracts.package_files import CERTIFICATE, PAYMENT, Located, PackageFiles, read_files
from contracts.package_shape import shape_faults
from contracts.rule_reader import RulesError, read_rules
from contracts.rules import RuleBook

VOICE = "voice"
LANGUAGES = ("zh", "en")
DEFAULT_CAPACITY = 6
NOTHING = {"zh": "", "en": ""}


class PackageError(ValueError):
    """A package cannot be published; the text names the file and what is wrong, one line for each fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a service. `text` is what is kept to read them again: decision.json and the kinds of the facts."""

    book: RuleBook
    text: str

    @property
    def digest(self) -> str:
        """What a stored decision names them by."""
        return digest_bytes(self.text.encode())


@dataclass(frozen=True, slots=True)
class Package:
    """One service as published: `content` is what is signed, `digest` is over its canonical bytes.

    `voice` are its clips (`contracts.clips.pack`), signed by themselves: most changes of words need no new sound, and
    a terminal that cannot get the sound still gets the words. None when it is left to the fallback. `certificate`
    is what its certificates say, `rules` decide its cases: only the platform reads those, so they are not in
    `content`.
    """

    id: str
    content: Mapping[str, Any]
    digest: str
    voice: Mapping[str, Any] | None = field(default=None, repr=False)
    voice_digest: str | None = None
    closed_at: datetime | None = None
    certificate: Template | None = field(default=None, repr=False)
    payment: Rule | None = None
    """What it costs, where it takes money here (payment.json); terminals are told with each order, not in advance."""
    rules: Rules | None = field(default=None, repr=False)

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
    def active(self) -> bool:
        """False for a service that is published but closed by a switch."""
        return self.closed_at is None

    def takes(self, captured_at: datetime) -> bool:
        """True when a case of that time is taken: what was promised before the service was switched off is kept."""
        return self.closed_at is None or captured_at < self.closed_at

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
    def load(cls, folder: Path, *, judged: bool = True) -> Catalogue:
        """Read every package of `folder`; not `judged`: whatever their files hold (see `read_package`).

        Raises:
            PackageError: anything is wrong with one of them.
        """
        packages = {package.id: package for package in _packages(folder, judged)}
        reference = folder / "reference.json"
        return cls(packages, _read(reference) if reference.exists() else {}, _read_voice(folder / REFERENCE))

    def closing(self, closed: Mapping[str, datetime]) -> Catalogue:
        """Return the same catalogue with these services switched off; ids that it does not have are no matter."""
        packages = {name: replace(found, closed_at=closed.get(name)) for name, found in self.packages.items()}
        return replace(self, packages=packages)

    def ordered(self, most_used: Sequence[str]) -> Catalogue:
        """Return the same catalogue with another order of what most people come for."""
        return replace(self, reference={**self.reference, "mostUsed": list(most_used)})

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


def read_package(folder: Path, *, judged: bool = True) -> Package:
    """Read one package folder. One that is not `judged` may be what a terminal has to refuse.

    Raises:
        PackageError: anything is wrong with the package, its clips or its certificates.
    """
    files = read_files(partial(_text, folder))
    found = list(files.broken)
    if judged and not found:
        found = files.locate(content_faults(files.content, folder.name))
    if found:
        raise PackageError(*(explained(folder, fault) for fault in found))
    content = files.content
    rules = _read_rules(folder, files)
    voice = _read_voice(folder)
    rule = _read_rule(folder / PAYMENT, files)
    certificate = _read_certificate(folder / CERTIFICATE, files)
    try:
        voice_digest = None if voice is None else digest(voice)
        return Package(
            folder.name,
            content,
            digest(content),
            voice,
            voice_digest,
            certificate=certificate,
            payment=rule,
            rules=rules,
        )
    except CanonicalError as error:
        raise PackageError(f"{folder}: {error}") from error


def content_faults(content: Mapping[str, Any], name: str) -> list[Fault]:
    """Return what is wrong with what the package `name` would publish: the shape, and if that is right, the rest."""
    return shape_faults(_validator().iter_errors(content)) or package_faults(content, name)


def explained(folder: Path, found: Located) -> str:
    """Return a fault in one line: where, what, what is expected, what to do."""
    fault = found.fault
    return f"{folder / found.where}: {fault.wrong}; expected: {fault.expected}; mend: {fault.mend}"


@cache
def _validator() -> Draft202012Validator:
    text = resources.files("contracts").joinpath("service.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def _text(folder: Path, name: str) -> str | None:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PackageError(f"{folder / name}: the file cannot be read") from error


def _entry(package: Package) -> dict[str, Any]:
    entry = {"id": package.id, "version": package.version, "digest": package.digest, "active": package.active}
    return entry if package.voice_digest is None else {**entry, "voice": package.voice_digest}


def _read_rules(folder: Path, files: PackageFiles) -> Rules | None:
    """What decides the cases of a service; None where officers do."""
    try:
        book = read_rules(files.own, files.content)
    except RulesError as error:
        raise PackageError(*(explained(folder, fault) for fault in files.locate(error.faults))) from error
    if book is None:
        return None
    kinds = {fact.name: fact.kind.value for fact in book.facts}
    return Rules(book, canonical({"decision": files.own["decision"], "kinds": kinds}).decode())


def _read_certificate(path: Path, files: PackageFiles) -> Template | None:
    """What the certificates of a package say; None for one that issues none."""
    if "certificate" not in files.own:
        return None
    try:
        return read_template(files.own["certificate"], files.content)
    except TemplateError as error:
        place = files.documents[CERTIFICATE].place(pointed(str(error).partition(":")[0]))
        raise PackageError(f"{path}:{place.line}:{place.column}: {error}") from error


def _read_rule(path: Path, files: PackageFiles) -> Rule | None:
    """A service that takes money says how much, and no other does."""
    pays = files.content["service"].get("kind") == "PAY"
    if pays != ("payment" in files.own):
        what = "a service of the kind PAY needs it" if pays else "only services of the kind PAY have one"
        raise PackageError(f"{path}: {what}")
    if not pays:
        return None
    try:
        return read_rule(files.own["payment"], files.content["data"])
    except (ValueError, TypeError, AttributeError) as error:
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


def _packages(folder: Path, judged: bool) -> Iterator[Package]:
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and SERVICE_ID.fullmatch(entry.name):
            yield read_package(entry, judged=judged)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PackageError(f"{path}: the file cannot be read") from error
    except ValueError as error:
        raise PackageError(f"{path}: this is not JSON") from error
