"""What is inside the signed envelopes: profile, catalogue index, package, its clips. Written for the contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from central_platform.wire.common import Text, Wire
from contracts.commands import Action


class ProfileDevice(Wire):
    """One device of a site, such as `card_reader` at `serial:/dev/ttyUSB0?baud=115200`."""

    id: str
    kind: str
    uri: str


class ProfileWitness(Wire):
    """A host of the place who may vouch: card_hash = SHA-256(salt, id number), pin_hash = scrypt(PIN, salt); hex."""

    name: str
    card_hash: str
    salt: str
    pin_hash: str


class SiteVolume(Wire):
    """Steps of the loudspeaker: how far residents may turn it up, and where each visit begins. Headphones are free."""

    cap: int = Field(10, ge=1, le=10)
    usual: int = Field(8, ge=1, le=10, description="not above cap")


class SiteScreen(Wire):
    """The picture of the screen, and how far its lower edge is above the floor."""

    width_mm: int = Field(ge=100, le=3000)
    height_mm: int = Field(ge=100, le=3000)
    lower_edge_mm: int = Field(ge=0, le=3000)


class SiteAccessibility(Wire):
    """How every visit begins."""

    size: int = Field(100, description="100, 125 or 150 per cent")
    theme: str = Field("standard", description="standard, dark or lowglare")
    lang: str = Field("zh", description="zh or en")
    voice: bool = False
    seated: bool = False


class SiteHelp(Wire):
    """Whom a resident finds here, in the host's own words."""

    words: Text
    phone: str = ""
    where: Text


class SitePartner(Wire):
    """On whose machine the terminal is a guest; a file of that machine says what `exit` does."""

    name: Text
    exit: str = Field("code", description="code or hook")


class TechnicianEntry(Wire):
    """Somebody who may work on terminals: card_hash = SHA-256(salt, id number), hex; secret in base32 (RFC 6238)."""

    id: str
    name: str
    card_hash: str
    salt: str
    secret: str
    until: datetime


class Technicians(Wire):
    """Signed: who may open technician mode at a terminal, until `expires`; kept in its encrypted store alone."""

    terminal: str
    expires: datetime
    technicians: list[TechnicianEntry]


class SiteProfile(Wire):
    """Signed: what a terminal is and does. `rev` only grows; a terminal refuses a lower one."""

    terminal: str
    rev: int
    expires: datetime
    name: Text
    place: Text
    position: dict[str, Any] = Field(description="lat and lon, WGS-84, as decimal text")
    kind: str = Field(description="community, bank, store, hall, street or park")
    services: list[str]
    devices: list[ProfileDevice]
    witnesses: list[ProfileWitness]
    hotlines: list[str]
    hours: Any = Field(
        description='"08:30-17:30" for every day; or weekday (mon to sun) -> list of spans, with `closed` (list of '
        "dates) and `open` (date -> list of spans); China time",
    )
    suite: str = Field("intl", description="intl or gm: which ciphers the site uses, from the next start on")
    audit_days: int = Field(
        190, ge=184, le=3650, description="How long the audit is kept at least, from the next start"
    )
    volume: SiteVolume | None = None
    screen: SiteScreen | None = None
    accessibility: SiteAccessibility | None = None
    help: SiteHelp | None = None
    partner: SitePartner | None = None


class IndexEntry(Wire):
    """One package: fetch it when the digest differs from yours."""

    id: str
    version: int | str
    digest: str
    active: bool
    voice: str | None = Field(None, description="Digest of its baked speech (`ServiceVoice`); absent without any")


class SealingKey(Wire):
    """The key that terminals seal bundles of their outbox to; `kid` is the first 16 hex digits of its SHA-256."""

    kid: str
    key: str = Field(description="P-256, uncompressed point, hexadecimal")


class CatalogueIndex(Wire):
    """Signed: everything that is published. `version` only grows."""

    version: int
    packages: list[IndexEntry]
    halls: list[Any]
    listed: list[Any]
    reference: dict[str, Any] = Field(description="streets, themes, window items and the like")
    voice: str | None = Field(None, description="Digest of the baked speech of all this (`ServiceVoice`)")
    sealing: SealingKey | None = Field(None, description="Absent from a platform that takes no bundles")


class ServicePackage(Wire):
    """Signed: one service. `service` follows contracts/service.schema.json, `data` is JSON Schema 2020-12."""

    service: dict[str, Any]
    data: dict[str, Any]
    ui: dict[str, Any]
    receipt: dict[str, Any]
    strings: dict[str, dict[str, Any]]


class VoiceFolder(Wire):
    """Clips of one language: the text of their manifest, and each Opus file in base64 by its key."""

    manifest: str = Field(description="JSON: lang, voice, weights, normaliser, clips by their words")
    clips: dict[str, str]


class ServiceVoice(Wire):
    """Signed: the baked speech of one service, or of `reference`, by language.

    At most 4000 clips and 8 MiB with their manifests.
    """

    service: str
    voice: dict[str, VoiceFolder]


class SealedDocument(Wire):
    """Signed: this PDF is the certificate of a case, for the terminal that asked for it."""

    kind: str = Field(description="document")
    document: str
    number: str = Field(description="of the case")
    terminal: str
    digest: str = Field(description="of the PDF")
    size: int
    title: Text
    sealed_at: datetime


class AuditHead(Wire):
    """Signed: the platform has seen this head of a terminal's audit chain."""

    kind: str = Field(description="audit_head")
    terminal: str
    life: int = Field(description="Grows when an operator accepts that the chain began anew")
    begin: int = Field(description="Number of the first head of this life")
    seq: int
    hash: str
    at: datetime


class TimeStatement(Wire):
    """Signed: what time it is, for whoever drew this nonce."""

    kind: str = Field(description="time")
    nonce: str
    time: datetime


class SeenHead(Wire):
    """One head among others."""

    seq: int
    hash: str
    at: datetime


class TerminalCommand(Wire):
    """Signed: what the platform asks of one terminal, once."""

    kind: str = Field(description="terminal_command")
    id: str
    terminal: str
    action: Action
    argument: dict[str, Any] = Field(description="lock: urgent, reason; message: zh, en, until, or nothing to end one")
    issued_at: datetime
    expires_at: datetime


class AuditHeads(Wire):
    """Signed: every head that the platform keeps of a terminal's chain in its present life, oldest first."""

    kind: str = Field(description="audit_heads")
    terminal: str
    life: int
    begin: int
    at: datetime
    heads: list[SeenHead]
    alarm: str | None
