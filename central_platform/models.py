"""The tables. Times are milliseconds since 1970 (UTC), so that SQLite and PostgreSQL keep and order them alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from central_platform.clock import BEIJING

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware datetime kept as milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Down to the database."""
        return None if value is None else round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Up from the database, in Beijing time."""
        return None if value is None else datetime.fromtimestamp(value / 1000, BEIJING)


class Base(DeclarativeBase):
    """Everything the platform keeps."""

    metadata = MetaData(naming_convention=CONVENTION)


class Terminal(Base):
    """One slot of the fleet: its enrolment code, its key, its profile."""

    __tablename__ = "terminal"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    profile: Mapped[str] = mapped_column(Text)
    profile_rev: Mapped[int] = mapped_column(Integer)
    profile_expires: Mapped[datetime] = mapped_column(Instant)
    code_selector: Mapped[str | None] = mapped_column(String(4), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_expires: Mapped[datetime | None] = mapped_column(Instant)
    code_tries: Mapped[int] = mapped_column(Integer, default=0)
    code_used_at: Mapped[datetime | None] = mapped_column(Instant)
    code_key: Mapped[str | None] = mapped_column(String(256))
    """The device key that used the code: it may ask again, no other."""
    public_key: Mapped[str | None] = mapped_column(String(256), unique=True)
    """Of the newest certificate."""
    device_key: Mapped[str | None] = mapped_column(String(256), unique=True, index=True)
    """Signs renewals. The certificate's own key, unless a TPM keeps it; None before it was noted."""
    key_protection: Mapped[str | None] = mapped_column(String(16))
    inventory: Mapped[str | None] = mapped_column(Text)
    expected: Mapped[str | None] = mapped_column(Text)
    """What the inventory has to say for the machine to be taken without an operator; None is anything."""
    ask: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """An operator accepts whatever machine comes."""
    renewed_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Technician(Base):
    """Somebody who may open technician mode: by their card, of which a hash is kept, and a one-time code."""

    __tablename__ = "technician"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    salt: Mapped[str] = mapped_column(String(32))
    card_hash: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(64))
    terminals: Mapped[str] = mapped_column(Text)
    """A JSON list of ids; an empty one is every terminal."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Certificate(Base):
    """One certificate handed to a terminal; a row with `revoked_at` is the deny list."""

    __tablename__ = "certificate"
    serial: Mapped[str] = mapped_column(String(40), primary_key=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), index=True)
    not_before: Mapped[datetime] = mapped_column(Instant)
    not_after: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    device: Mapped[str | None] = mapped_column(String(256))
    """The device key that asked for it."""
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    """The first call that came with it."""


class Newcomer(Base):
    """A machine that asked for a slot and waits for an operator, or was decided on."""

    __tablename__ = "newcomer"
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(256), primary_key=True)
    key_protection: Mapped[str] = mapped_column(String(16))
    inventory: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    verdict: Mapped[str | None] = mapped_column(String(8))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class Heartbeat(Base):
    """The last sign of life of a terminal."""

    __tablename__ = "heartbeat"
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
    skew_ms: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)


class AuditLife(Base):
    """Which life a terminal's audit chain is in, and the number of its first head; none before that came."""

    __tablename__ = "audit_life"
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    life: Mapped[int] = mapped_column(Integer)
    begin: Mapped[int | None] = mapped_column(BigInteger)


class AuditHead(Base):
    """One head of a terminal's audit chain that was countersigned, and the heartbeat that brought it."""

    __tablename__ = "audit_head"
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    life: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(72))
    at: Mapped[datetime] = mapped_column(Instant)
    boot_id: Mapped[str] = mapped_column(String(64))
    mono_ms: Mapped[int] = mapped_column(BigInteger)


class AuditAlarm(Base):
    """One time that a terminal's chain was not believed. `healed_at`: a later head continued the known chain."""

    __tablename__ = "audit_alarm"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), index=True)
    why: Mapped[str] = mapped_column(String(16))
    seq: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[str | None] = mapped_column(String(72))
    known_seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)
    healed_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)


class FleetAlarm(Base):
    """Something about a terminal that a person has to look at, once as long as it lasts. `detail` is JSON, impersonal.

    What happened has ended when a person has acknowledged it; a state ends with its cause, looked at or not.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "ix_alarm_lasting",
            "terminal",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    kind: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime] = mapped_column(Instant)
    seen: Mapped[datetime] = mapped_column(Instant)
    count: Mapped[int] = mapped_column(Integer)
    detail: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(Text)


class TerminalCommand(Base):
    """What an operator asked of a terminal: signed once, sent until its result is here, or it has expired.

    `outcome` is done, failed or refused; `doubts` are refusals that ended nothing (JSON list of words).
    """

    __tablename__ = "terminal_command"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), index=True)
    action: Mapped[str] = mapped_column(String(16))
    envelope: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(16))
    detail: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    submission: Mapped[str | None] = mapped_column(String(36))
    """The item that brought the result, with what was attached to it."""
    doubts: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")


class CatalogueVersion(Base):
    """One published state of the services; the number only grows."""

    __tablename__ = "catalogue_version"
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[datetime] = mapped_column(Instant)


class Submission(Base):
    """One item of a terminal's outbox that had its effect. The keys stay for the life of the data."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("terminal", "seq"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    case_key: Mapped[str] = mapped_column(String(80), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    schema_name: Mapped[str] = mapped_column(String(80))
    captured_at: Mapped[datetime] = mapped_column(Instant)
    mono_ms: Mapped[int] = mapped_column(BigInteger)
    boot_id: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant)
    receipt: Mapped[str | None] = mapped_column(Text)


class Rejection(Base):
    """The last reason why an item was not taken. It may be sent again after the cause is gone."""

    __tablename__ = "rejection"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    case_key: Mapped[str] = mapped_column(String(80), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(80))
    problem: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Blob(Base):
    """One attachment that a terminal sends or has sent. `whole_at`: when all of it was here and its hash fitted."""

    __tablename__ = "blob"
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    received: Mapped[int] = mapped_column(BigInteger)
    whole_at: Mapped[datetime | None] = mapped_column(Instant)
    touched_at: Mapped[datetime] = mapped_column(Instant, index=True)


class BlobPart(Base):
    """Some bytes of an attachment."""

    __tablename__ = "blob_part"
    terminal: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class BlobClaim(Base):
    """An accepted item has this attachment, at this place among others."""

    __tablename__ = "blob_claim"
    __table_args__ = (Index("ix_blob_claim_terminal_digest", "terminal", "digest"),)
    submission: Mapped[str] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    terminal: Mapped[str] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(Integer)
    media: Mapped[str] = mapped_column(String(80))


class Deleted(Base):
    """A submission that its resident took back before it was accepted."""

    __tablename__ = "deleted"
    submission: Mapped[str] = mapped_column(String(36), primary_key=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class DayCounter(Base):
    """How many cases a day has seen."""

    __tablename__ = "day_counter"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class Case(Base):
    """One accepted matter."""

    __tablename__ = "matter"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    submission: Mapped[str] = mapped_column(ForeignKey("submission.id"), unique=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    service: Mapped[str] = mapped_column(String(16))
    service_version: Mapped[str] = mapped_column(String(32))
    service_name: Mapped[str] = mapped_column(Text)
    id_no: Mapped[str | None] = mapped_column(String(18), index=True)
    guardian_id_no: Mapped[str | None] = mapped_column(String(18), index=True)
    guardian_relation: Mapped[str | None] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(4))
    provisional: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16))
    accepted_at: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[str | None] = mapped_column(String(10))
    opaque: Mapped[str] = mapped_column(String(32), unique=True)
    check_code: Mapped[str] = mapped_column(String(9))


class CaseStep(Base):
    """One step in the life of a case: `state` is the case's from then on, `kind` what happened (history.Kind; None of
    steps from before there were kinds). `text` is for whoever holds the receipt, `detail` (JSON) for the person alone.
    """

    __tablename__ = "matter_step"
    __table_args__ = (Index("ix_matter_step_number_at", "number", "at"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"))
    state: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str | None] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)
    text: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)


class Supplement(Base):
    """One thing that staff asked of the resident of a case, and the answer.

    Asked are `fields` of the service's form (JSON list) and, if `free`, an answer in words; until `due`, which was
    `days` working days away. `spare` are the working days that the department had left then. `ended_at`: answered, or
    no longer wanted; `submission` is the item that answered, with `answers` (JSON) and `reply`.
    """

    __tablename__ = "supplement"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"), index=True)
    words: Mapped[str] = mapped_column(Text)
    fields: Mapped[str] = mapped_column(Text)
    free: Mapped[bool] = mapped_column(Boolean)
    days: Mapped[int] = mapped_column(Integer)
    due: Mapped[str] = mapped_column(String(10))
    spare: Mapped[int | None] = mapped_column(Integer)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    submission: Mapped[str | None] = mapped_column(ForeignKey("submission.id"), unique=True)
    answers: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)


class Material(Base):
    """One paper of a case: how it was handed in, how many pages, and by when it is brought."""

    __tablename__ = "matter_material"
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    given: Mapped[str] = mapped_column(String(8))
    pages: Mapped[str] = mapped_column(Text)
    """Digests of its attachments in order, as a JSON list."""
    due: Mapped[str | None] = mapped_column(String(10))


class LicenceHeld(Base):
    """When a case was accepted the platform held a good licence in the place of this paper, used or not."""

    __tablename__ = "licence_held"
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), primary_key=True)


class LicenceCopy(Base):
    """The copy of a licence that took the place of a paper: what was agreed to (`consent`) and what stands on it
    (`page`), both JSON and personal; `pdf` and its digest once it is drawn.
    """

    __tablename__ = "licence_copy"
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    consent: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(Text)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[str | None] = mapped_column(String(80))


class RuleText(Base):
    """Rules under which cases were decided, by their digest: kept as long as the cases are."""

    __tablename__ = "rule_text"
    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    service: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)


class Ruling(Base):
    """How rules decided one case: which rule, and all that the rules looked at (`facts`, JSON, personal).

    `missing` are the facts whose lack made it an officer's matter, JSON.
    """

    __tablename__ = "ruling"
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"), primary_key=True)
    rules: Mapped[str] = mapped_column(ForeignKey("rule_text.digest"))
    rule: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(16))
    facts: Mapped[str] = mapped_column(Text)
    missing: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Document(Base):
    """One certificate, and what proves it genuine: kept for good; of its holder only what a mask leaves.

    `id` opens it for the terminal that asked for it, `opaque` leads from the paper to the page that says it is genuine,
    and of the address for a phone only the hash is kept. `accepted_at`: when its case earned it. `digest`, `size` and
    `warning` (of the seal) come when it is sealed.
    """

    __tablename__ = "document"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"), unique=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    opaque: Mapped[str] = mapped_column(String(32), unique=True)
    check_code: Mapped[str] = mapped_column(String(9))
    title: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text)
    holder: Mapped[str] = mapped_column(Text)
    copies: Mapped[int] = mapped_column(Integer)
    lang: Mapped[str] = mapped_column(String(8))
    accepted_at: Mapped[datetime] = mapped_column(Instant)
    sealed_at: Mapped[datetime | None] = mapped_column(Instant)
    digest: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None] = mapped_column(Integer)
    warning: Mapped[str | None] = mapped_column(Text)
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_until: Mapped[datetime | None] = mapped_column(Instant)


class DocumentContent(Base):
    """What a certificate says, as JSON, and its sealed pages once they were asked for; both go after some weeks."""

    __tablename__ = "document_content"
    document: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    page: Mapped[str] = mapped_column(Text)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)


class Slot(Base):
    """How many places of one appointment slot are taken."""

    __tablename__ = "slot"
    service: Mapped[str] = mapped_column(String(16), primary_key=True)
    slot: Mapped[str] = mapped_column(String(160), primary_key=True)
    capacity: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer)


class Booking(Base):
    """One place in one slot."""

    __tablename__ = "booking"
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"), primary_key=True)
    service: Mapped[str] = mapped_column(String(16))
    slot: Mapped[str] = mapped_column(String(160))


class Rating(Base):
    """One resident's word about one case; there is never a second."""

    __tablename__ = "rating"
    number: Mapped[str] = mapped_column(ForeignKey("matter.number"), primary_key=True)
    submission: Mapped[str] = mapped_column(ForeignKey("submission.id"), unique=True)
    grade: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Feedback(Base):
    """What one resident could not get done. `phone` only if they want an answer there; words and phone go some months
    after the answer. `due` is the day by which somebody reads it.
    """

    __tablename__ = "feedback"
    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    submission: Mapped[str] = mapped_column(ForeignKey("submission.id"), unique=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    lang: Mapped[str] = mapped_column(String(8))
    what: Mapped[str | None] = mapped_column(String(80))
    words: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(20))
    service: Mapped[str | None] = mapped_column(String(16))
    screen: Mapped[str | None] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[str] = mapped_column(String(10))
    answered_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answer: Mapped[str | None] = mapped_column(Text)


class PrintResult(Base):
    """What became of one print job."""

    __tablename__ = "print_result"
    submission: Mapped[str] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    job: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(32))
    about: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Instant)


class ReadinessReport(Base):
    """What one self-test of a terminal found; the report itself is the body of the submission. `key` signed it."""

    __tablename__ = "readiness_report"
    submission: Mapped[str] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), index=True)
    key: Mapped[str] = mapped_column(String(256))
    digest: Mapped[str] = mapped_column(String(80))
    ready: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)


class Resident(Base):
    """One record of the population stub: what other departments already know."""

    __tablename__ = "resident"
    id_no: Mapped[str] = mapped_column(String(18), primary_key=True)
    record: Mapped[str] = mapped_column(Text)


class Token(Base):
    """One QR credential; only its hash is kept, and it works once. `person` is emptied when it is used."""

    __tablename__ = "token"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), server_default="doorstep")
    person: Mapped[str] = mapped_column(Text)
    id_no: Mapped[str] = mapped_column(String(18), index=True)
    expires: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    terminal: Mapped[str | None] = mapped_column(String(32))


class Identity(Base):
    """One identity in force. Neither the token nor whose it is can be read here: both are kept as hashes only."""

    __tablename__ = "identity"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    person_hash: Mapped[str] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(4))
    expires: Mapped[datetime] = mapped_column(Instant, index=True)


class PhoneChallenge(Base):
    """One code sent to a phone."""

    __tablename__ = "phone_challenge"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"), index=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    id_no: Mapped[str | None] = mapped_column(String(18), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(Integer)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires: Mapped[datetime] = mapped_column(Instant)
    passed_at: Mapped[datetime | None] = mapped_column(Instant)


class Chat(Base):
    """One talk by text between a resident and staff of the hotline; its id is kept as a hash only."""

    __tablename__ = "chat"
    __table_args__ = (UniqueConstraint("terminal", "request"),)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    request: Mapped[str] = mapped_column(String(36))
    lang: Mapped[str] = mapped_column(String(8))
    service: Mapped[str | None] = mapped_column(String(16))
    step: Mapped[str | None] = mapped_column(String(24))
    opened_at: Mapped[datetime] = mapped_column(Instant, index=True)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    closed_by: Mapped[str | None] = mapped_column(String(8))


class ChatMessage(Base):
    """One message of a talk. `key` is the id its writer chose; `seq` counts within the talk, from 1."""

    __tablename__ = "chat_message"
    __table_args__ = (UniqueConstraint("chat", "key"),)
    chat: Mapped[int] = mapped_column(ForeignKey("chat.number"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(36))
    who: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class ChatStaff(Base):
    """Somebody who answers; of their token only the hash is kept. `until`: on duty so long."""

    __tablename__ = "chat_staff"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[datetime | None] = mapped_column(Instant)


class WrongCode(Base):
    """One wrong code that was typed for a phone, kept only as long as it counts."""

    __tablename__ = "wrong_code"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    id_no: Mapped[str | None] = mapped_column(String(18), index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Message(Base):
    """One text handed to the SMS gateway stub."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
