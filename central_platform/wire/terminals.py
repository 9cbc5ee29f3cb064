"""Enrolment, renewal, heartbeat, time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from central_platform.wire.common import Count, Envelope, TerminalName, Text, Wire, Word
from contracts.heads import GENESIS, HASH, Alarm


class Time(Wire):
    """The platform's clock. `signed` of the statement is a TimeStatement; there is one when a nonce was given."""

    server_time: datetime
    statement: Envelope | None = None


SPKI = Annotated[str, Field(pattern=r"^[0-9a-f]{182}$", max_length=182)]
"""SubjectPublicKeyInfo of a P-256 key in DER, hexadecimal."""


class EnrolRequest(Wire):
    """A technician's one-time code and the terminal's certificate request.

    `signature` is the ECDSA P-256 signature of the device key, DER as hexadecimal, with SHA-256 over the UTF-8 bytes of
    `csr_pem`, those of `at` exactly as sent, and the canonical JSON of `inventory`, one behind the other. Without it
    the certificate's key is the device key.
    """

    code: str = Field(min_length=1, max_length=40, repr=False)
    csr_pem: str = Field(min_length=1, max_length=8192)
    inventory: dict[str, Any] = Field(default_factory=dict, description="What the terminal found in itself")
    at: str | None = Field(default=None, max_length=40)
    device_key: SPKI | None = Field(default=None, description="Signs renewals; in a TPM when there is one")
    key_protection: str = Field(default="", max_length=16, description="tpm or file: who keeps the device key")
    signature: str | None = Field(default=None, max_length=256)
    replace: bool = Field(default=False, description="Take the place of another machine that is in service here")


class EnrolmentWaits(Wire):
    """An operator has to accept the machine: ask again later with the same code and key."""

    terminal: str
    why: str = Field(description="inventory: it is not the one that was expected; asked: the slot wants an operator")
    retry_s: int


class Enrolled(Wire):
    """Who the terminal now is, and whom it trusts."""

    terminal: str
    certificate_pem: str
    ca_pem: str
    keys: dict[str, str] = Field(description="key id -> raw Ed25519 public key, hexadecimal")
    profile: Envelope


class RenewRequest(Wire):
    """A new request. Without a client certificate (it expired), and always when the device key is in a TPM, `at` and
    `signature` are required.

    `signature` is the ECDSA P-256 signature of the device key, DER as hexadecimal, with SHA-256 over the UTF-8 bytes of
    `csr_pem` followed by `at` exactly as sent, and, when there is an `inventory`, by its canonical JSON. `device_key`
    names the key when it is not the one of the request; `serial` is that of the certificate held so far.
    """

    csr_pem: str = Field(min_length=1, max_length=8192)
    at: str | None = Field(default=None, max_length=40)
    signature: str | None = Field(default=None, max_length=256)
    inventory: dict[str, Any] | None = None
    device_key: SPKI | None = None
    serial: str | None = Field(default=None, pattern=r"^[0-9a-f]{1,40}$", max_length=40)


class Renewed(Wire):
    """The new certificate."""

    certificate_pem: str


class DeviceReport(Wire):
    """One device in a heartbeat."""

    id: Word
    kind: Word
    state: Word
    detail: Any = None


class OutboxReport(Wire):
    """How much waits on the terminal."""

    ready: Count = 0
    dead: Count = 0
    oldest_s: Count | None = None


class CatalogueReport(Wire):
    """The services that the terminal has active."""

    version: Count | None = None


ChainHash = Annotated[str, Field(pattern=HASH.pattern, max_length=68, examples=[GENESIS])]
"""Hexadecimal SHA-256, or SM3 behind `sm3:`."""


class AuditPoint(Wire):
    """The terminal's own entry at a number that the platform knows; without `hash` it has no such entry."""

    seq: Count
    hash: ChainHash | None = None


class AuditClaim(Wire):
    """Where the terminal's audit chain ends.

    `since` shows that it continues what the platform countersigned last: a head is countersigned only with it.
    """

    seq: Count
    hash: ChainHash
    since: AuditPoint | None = None
    lost: Count = Field(0, description="Number of the newest entry that declares entries lost with a damaged disk")
    refused: bool = Field(False, description="The last countersignature was not made by the platform known here")


class AuditAnswer(Wire):
    """What the platform makes of the chain."""

    head: Envelope | None = Field(None, description="`signed` is an AuditHead: the countersignature")
    ask: int | None = Field(None, description="Send `since` for this number with the next heartbeat")
    alarm: Alarm | None = Field(None, description="Why the chain is not believed, until an operator has looked")


class StoreReport(Wire):
    """How a terminal keeps what waits. `key_protection` is who keeps the key; empty when it is not known."""

    key_protection: str = Field(default="", max_length=64, description="tpm, credential, file or exposed")
    free_bytes: Count | None = None
    reserve: str = Field(default="", max_length=64, description="held, given_up or none: disk for what was promised")
    damaged: Count | None = Field(default=None, description="Cases that a damage has cost, until that was seen")
    audit_waiting: Count = Field(default=0, description="Audit entries that are in memory only: the disk takes none")
    audit_lost: Count = Field(default=0, description="Audit entries that could never be written")


class ClockReport(Wire):
    """What the terminal adds to its machine's clock, by the platform's signed time; 0 when that clock is right."""

    offset_s: int = Field(default=0, ge=-(2**53), le=2**53, description="seconds")


class HeartbeatRequest(Wire):
    """A sign of life. Idempotent by nature and never queued."""

    terminal: TerminalName
    at: AwareDatetime
    mono_ms: Count = 0
    boot_id: str = Field(default="", max_length=64)
    version: str = Field(default="", max_length=64)
    state: str = Field(default="", max_length=64)
    key_protection: str = Field(default="", max_length=64, description="tpm or file: who keeps the device key")
    devices: list[DeviceReport] = Field(default_factory=list, max_length=64)
    outbox: OutboxReport = Field(default_factory=OutboxReport)
    catalogue: CatalogueReport = Field(default_factory=CatalogueReport)
    audit: AuditClaim | None = None
    clock: ClockReport = Field(default_factory=ClockReport)
    store: StoreReport = Field(default_factory=StoreReport)


class Etags(Wire):
    """What the signed documents are now; fetch those that differ from yours."""

    index: str
    profile: str
    technicians: str


class MaintenanceNotice(Wire):
    """The platform is being worked on: nothing but heartbeats and the time until then. `reason` is for technicians."""

    until: datetime
    reason: str = ""


class NearbyTerminal(Wire):
    """Another terminal that works: where to send people when this one cannot serve."""

    name: Text
    place: Text
    metres: int = Field(ge=0, description="in a straight line")
    hours: Any = Field(None, description="As in its site profile")


class HeartbeatReply(Wire):
    """When to call again, and what is new."""

    next_s: int
    server_time: datetime
    commands: list[Envelope] = Field(description="`signed` is a TerminalCommand; each until its result is here")
    etags: Etags
    high_water: int = Field(description="highest seq received from this terminal; a new outbox continues behind it")
    audit: AuditAnswer | None = None
    maintenance: MaintenanceNotice | None = None
    nearby: list[NearbyTerminal] | None = Field(None, description="Nearest first; absent when it is not known")
