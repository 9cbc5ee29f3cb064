"""What the platform answers, as types. Each `read_*` checks the shape and raises `ShapeError`."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from contracts import Envelope
from offline_cache.http import shapes
from offline_cache.items import Problem

MOST_SEQ = 2**53
"""The highest number that JSON carries exactly."""
MOST_FEN = 100_000_000
MOST_CODE = 512
"""Characters of a payment code: a longer one is read by no phone, and by no drawer of codes."""
PAYMENT_STATES = frozenset({"created", "pending", "unknown", "paid", "delivered", "closed", "refunding", "refunded"})


class ItemStatus(StrEnum):
    """What became of one item of a batch."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    WAITING_BLOBS = "waiting_blobs"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """The answer for one item. A receipt may hold a personal `result`, so it stays out of the repr."""

    id: str
    status: ItemStatus
    receipt: Mapping[str, Any] | None = field(default=None, repr=False)
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class BatchReply:
    """The answer to a batch: one result an item, the highest number seen without a gap, the gaps above it."""

    results: tuple[ItemResult, ...]
    high_water: int
    gaps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BlobState:
    """How many bytes of an attachment the platform has, and whether that is all and its hash fits."""

    offset: int
    complete: bool


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """What the platform makes of the audit chain: its countersignature, a number it asks for, why it has doubts."""

    head: Envelope | None = None
    ask: int | None = None
    alarm: str | None = None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """The platform is being worked on until then, by its own clock; `reason` is for technicians."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class HeartbeatReply:
    """When to beat next (seconds), the platform's time, what it wants done, and the ETags of what it offers.

    `high_water` is the highest sequence number the platform has from this terminal: a new outbox continues behind it.
    """

    next_s: int
    server_time: datetime
    commands: tuple[Mapping[str, Any], ...]
    etags: Mapping[str, str]
    high_water: int = 0
    audit: AuditAnswer | None = None
    maintenance: Maintenance | None = None
    nearby: tuple[Mapping[str, Any], ...] | None = None
    """Other terminals that work, nearest first; None from a platform that does not tell."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a terminal gets when it is put into service. `keys`: key id -> raw Ed25519 public key."""

    terminal: str
    certificate_pem: str
    ca_pem: str
    keys: Mapping[str, bytes]
    profile: Envelope


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document whose signature was verified: `value` is what was signed."""

    etag: str
    envelope: Envelope
    value: Any


@dataclass(frozen=True, slots=True)
class Link:
    """An address for somebody's phone, good for so many seconds."""

    url: str = field(repr=False)
    expires_s: int


@dataclass(frozen=True, slots=True)
class Prefill:
    """What offices already know of a person: field -> value, and in whose words it is from where."""

    fields: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class HeldLicence:
    """An electronic licence that the platform holds in the place of the paper `material`. `number` is masked,
    `valid_until` its last day; None = for good.
    """

    material: str
    kind: str
    name: Mapping[str, str] = field(repr=False)
    number: str = field(repr=False)
    issuer: Mapping[str, str] = field(repr=False)
    valid_until: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Stands for evidence that the platform has checked: good for one person before this terminal, for `expires_s`
    seconds, until it is ended.
    """

    token: str = field(repr=False)
    level: str
    expires_s: int


@dataclass(frozen=True, slots=True)
class VerifiedPerson:
    """The person behind a code that the platform has verified, the level it proves, and whose code it was.

    `kind` is doorstep, medical, social_security, network_id or city_app; further kinds may follow.
    """

    name: str = field(repr=False)
    id_no: str = field(repr=False)
    sex: str = field(repr=False)
    birth: str = field(repr=False)
    address: str = field(repr=False)
    level: str
    kind: str = "doorstep"


@dataclass(frozen=True, slots=True)
class PhoneChallenge:
    """A code is on its way to a phone; `masked` is that phone's number as it may be shown."""

    challenge: str
    expires_s: int
    masked: str


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of a case."""

    state: str
    at: str
    text: Mapping[str, str] | str
    kind: str = ""
    words: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SupplementAsked:
    """What is asked of the resident. `fields` are scopes of the service's form, `answers` what they hold now; `free`:
    an answer in words is wanted. `days_left` are working days after today, until `due`.
    """

    id: str
    words: Mapping[str, str] = field(repr=False)
    fields: tuple[str, ...]
    answers: Mapping[str, Any] = field(repr=False)
    free: bool
    due: date
    days_left: int
    late: bool
    guardian: bool


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """How far a case is. What stands after `steps` is told the person alone; `due` is empty where there is no limit."""

    number: str
    service: str
    service_name: Mapping[str, str] | str
    state: str
    accepted_at: str
    steps: tuple[CaseStep, ...]
    due: str = ""
    supplement: SupplementAsked | None = None
    receipt: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ChatDuty:
    """Whether staff answer now, and when they usually do (HH:MM of working days)."""

    on_duty: bool
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One message of a talk; `who` is resident or staff, `at` when the platform got it."""

    seq: int
    who: str
    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class ChatNews:
    """What is new in a talk, oldest first; `more` says that there is more to be asked for."""

    lines: tuple[ChatLine, ...]
    more: bool
    closed: bool
    on_duty: bool


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order stands: what the platform asks for, and the text of the code that a phone scans.

    `state` is created, pending, unknown, paid, delivered, closed, refunding or refunded. `fen` are hundredths of a
    yuan. `declined` counts how often a bank refused; `expires_s`: so long the code can be scanned.
    """

    number: str
    state: str
    fen: int
    payee: Mapping[str, str]
    subject: Mapping[str, str]
    holder: str = field(repr=False)
    code: str = field(repr=False)
    expires_s: int
    declined: int
    simulated: bool
    track_url: str


def read_batch(value: object) -> BatchReply:
    """Read the answer to a batch; a result whose status is unknown is left out, so its item is sent again."""
    answer = shapes.obj(value)
    results = [
        ItemResult(
            shapes.field(item, "id", str),
            ItemStatus(item["status"]),
            shapes.optional(item, "receipt", dict),
            read_problem(item.get("problem")),
        )
        for item in shapes.objects(answer, "results")
        if shapes.field(item, "status", str) in set(ItemStatus)
    ]
    gaps = tuple(gap for gap in answer.get("gaps") or () if isinstance(gap, int))
    return BatchReply(tuple(results), shapes.field(answer, "high_water", int), gaps)


def read_problem(value: object) -> Problem | None:
    """Read a problem document; None stays None."""
    if value is None:
        return None
    problem = shapes.obj(value, "problem")
    return Problem(
        shapes.field(problem, "code", str),
        shapes.optional(problem, "status", int) or 0,
        str(problem.get("detail") or problem.get("title") or ""),
        shapes.optional(problem, "high_water", int),
        tuple(_free(problem.get("free"))),
    )


def _free(value: object) -> Iterator[tuple[str, str]]:
    """Places that are free; what is not one is left out, for the refusal stands without it."""
    for place in value if isinstance(value, list) else ():
        if isinstance(place, Mapping):
            day, slot = place.get("date"), place.get("slot")
            if isinstance(day, str) and isinstance(slot, str):
                yield day, slot


def read_submission(value: object, item_id: str) -> ItemResult:
    """Read what the platform knows of one item."""
    answer = shapes.obj(value)
    status = shapes.field(answer, "status", str)
    if status not in set(ItemStatus):
        raise shapes.ShapeError("status is not one of ours")
    return ItemResult(
        item_id, ItemStatus(status), shapes.optional(answer, "receipt", dict), read_problem(answer.get("problem"))
    )


def read_blob(value: object) -> BlobState:
    """Read the answer to a part of an attachment."""
    answer = shapes.obj(value)
    offset = shapes.field(answer, "offset", int)
    if not 0 <= offset <= MOST_SEQ:
        raise shapes.ShapeError("offset is no place in a file")
    return BlobState(offset, shapes.field(answer, "complete", bool))


def read_heartbeat(value: object) -> HeartbeatReply:
    """Read the answer to a heartbeat."""
    answer = shapes.obj(value)
    etags = {
        name: etag for name, etag in shapes.obj(answer.get("etags") or {}, "etags").items() if isinstance(etag, str)
    }
    return HeartbeatReply(
        shapes.field(answer, "next_s", int),
        shapes.moment(answer, "server_time"),
        tuple(shapes.objects(answer, "commands")),
        etags,
        shapes.optional(answer, "high_water", int) or 0,
        _read_audit(answer.get("audit")),
        _read_maintenance(answer.get("maintenance")),
        None if answer.get("nearby") is None else tuple(shapes.objects(answer, "nearby")),
    )


def _read_maintenance(value: object) -> Maintenance | None:
    if value is None:
        return None
    notice = shapes.obj(value, "maintenance")
    return Maintenance(shapes.moment(notice, "until"), shapes.optional(notice, "reason", str) or "")


def _read_audit(value: object) -> AuditAnswer | None:
    if value is None:
        return None
    answer = shapes.obj(value, "audit")
    head, ask = shapes.optional(answer, "head", dict), shapes.optional(answer, "ask", int)
    if ask is not None and not 0 <= ask <= MOST_SEQ:
        raise shapes.ShapeError("ask is no number of an entry")
    return AuditAnswer(head, ask, shapes.optional(answer, "alarm", str))


def read_enrolment(value: object) -> Enrolment:
    """Read what a new terminal gets."""
    answer = shapes.obj(value)
    try:
        keys = {name: bytes.fromhex(raw) for name, raw in shapes.texts(answer, "keys").items()}
    except ValueError:
        raise shapes.ShapeError("keys are not hexadecimal") from None
    return Enrolment(
        shapes.field(answer, "terminal", str),
        shapes.field(answer, "certificate_pem", str),
        shapes.field(answer, "ca_pem", str),
        keys,
        dict(shapes.obj(answer.get("profile"), "profile")),
    )


def read_link(value: object) -> Link:
    """Read an address; other schemes than those of the web are none."""
    answer = shapes.obj(value)
    url, seconds = shapes.field(answer, "url", str), shapes.field(answer, "expires_s", int)
    if not url.startswith(("https://", "http://")) or seconds < 1:
        raise shapes.ShapeError("url is no address")
    return Link(url, seconds)


def read_page(value: object) -> tuple[Envelope, bytes]:
    """Read a document: what the platform signed of it, unjudged, and its bytes."""
    answer = shapes.obj(value)
    try:
        page = base64.b64decode(shapes.field(answer, "pdf", str), validate=True)
    except ValueError:
        raise shapes.ShapeError("pdf is not base64") from None
    return dict(shapes.obj(answer.get("signed"), "signed")), page


def read_prefill(value: object) -> Prefill:
    """Read prefilled fields; empty ones are left out."""
    answer = shapes.obj(value)
    found = shapes.obj(answer.get("fields"), "fields")
    fields = {name: item for name, item in found.items() if isinstance(item, str) and item}
    sources = {name: dict(shapes.obj(item, "sources")) for name, item in (answer.get("sources") or {}).items()}
    return Prefill(fields, sources)


def read_licences(value: object) -> tuple[HeldLicence, ...]:
    """Read which licences the platform holds."""
    return tuple(_read_licence(item) for item in shapes.objects(shapes.obj(value), "licences"))


def _read_licence(item: Mapping[str, Any]) -> HeldLicence:
    until = shapes.optional(item, "valid_until", str)
    try:
        last = None if until is None else date.fromisoformat(until)
    except ValueError:
        raise shapes.ShapeError("valid_until is no day") from None
    return HeldLicence(
        shapes.field(item, "material", str),
        shapes.field(item, "kind", str),
        shapes.texts(item, "name"),
        shapes.field(item, "number", str),
        shapes.texts(item, "issuer"),
        last,
    )


def read_identity(value: object) -> Identity:
    """Read an identity."""
    answer = shapes.obj(value)
    return Identity(
        shapes.field(answer, "identity", str),
        shapes.field(answer, "level", str),
        shapes.field(answer, "expires_s", int),
    )


def read_person(value: object) -> VerifiedPerson:
    """Read a verified person."""
    answer = shapes.obj(value)
    person = shapes.obj(answer.get("person"), "person")
    text = {name: str(person.get(name) or "") for name in ("sex", "birth", "address")}
    return VerifiedPerson(
        shapes.field(person, "name", str),
        shapes.field(person, "id_no", str),
        text["sex"],
        text["birth"],
        text["address"],
        shapes.field(answer, "level", str),
        shapes.optional(answer, "kind", str) or "doorstep",
    )


def read_challenge(value: object) -> PhoneChallenge:
    """Read where a code went."""
    answer = shapes.obj(value)
    return PhoneChallenge(
        shapes.field(answer, "challenge", str),
        shapes.field(answer, "expires_s", int),
        shapes.field(answer, "masked", str),
    )


def read_cases(value: object) -> tuple[CaseProgress, ...]:
    """Read the progress of cases."""
    return tuple(_read_case(item) for item in shapes.objects(shapes.obj(value), "cases"))


def _read_case(item: Mapping[str, Any]) -> CaseProgress:
    steps = tuple(
        CaseStep(
            shapes.field(step, "state", str),
            str(step.get("at") or ""),
            step.get("text") or "",
            shapes.optional(step, "kind", str) or "",
            None if step.get("words") is None else shapes.texts(step, "words"),
        )
        for step in shapes.objects(item, "steps")
    )
    asked, receipt = item.get("supplement"), item.get("receipt")
    return CaseProgress(
        shapes.field(item, "number", str),
        shapes.field(item, "service", str),
        item.get("service_name") or "",
        shapes.field(item, "state", str),
        str(item.get("accepted_at") or ""),
        steps,
        shapes.optional(item, "due", str) or "",
        None if asked is None else _read_asked(shapes.obj(asked, "supplement")),
        None if receipt is None else shapes.obj(receipt, "receipt"),
    )


def _read_asked(item: Mapping[str, Any]) -> SupplementAsked:
    fields = shapes.field(item, "fields", list)
    if not all(isinstance(name, str) for name in fields):
        raise shapes.ShapeError("fields holds something other than text")
    try:
        due = date.fromisoformat(shapes.field(item, "due", str))
    except ValueError:
        raise shapes.ShapeError("due is not a day") from None
    return SupplementAsked(
        shapes.field(item, "id", str),
        shapes.texts(item, "words"),
        tuple(fields),
        shapes.obj(item.get("answers"), "answers"),
        shapes.field(item, "free", bool),
        due,
        shapes.field(item, "days_left", int),
        shapes.field(item, "late", bool),
        shapes.optional(item, "guardian", bool) or False,
    )


def read_duty(value: object) -> ChatDuty:
    """Read who answers."""
    answer = shapes.obj(value)
    return ChatDuty(
        shapes.field(answer, "on_duty", bool), shapes.field(answer, "opens", str), shapes.field(answer, "closes", str)
    )


def read_news(value: object) -> ChatNews:
    """Read what is new in a talk."""
    answer = shapes.obj(value)
    lines = tuple(
        ChatLine(
            shapes.field(item, "seq", int),
            shapes.field(item, "who", str),
            shapes.field(item, "text", str),
            shapes.moment(item, "at"),
        )
        for item in shapes.objects(answer, "messages")
    )
    more, closed, there = (shapes.field(answer, name, bool) for name in ("more", "closed", "on_duty"))
    return ChatNews(lines, more, closed, there)


def read_payment(value: object) -> Payment:
    """Read how an order stands; one that can be paid has a code that can be drawn."""
    answer = shapes.obj(value)
    state, code = shapes.field(answer, "state", str), shapes.field(answer, "code", str)
    fen, left, declined = (shapes.field(answer, name, int) for name in ("fen", "expires_s", "declined"))
    if state not in PAYMENT_STATES:
        raise shapes.ShapeError("state is not one of ours")
    if not 0 < fen < MOST_FEN or left < 0 or declined < 0:
        raise shapes.ShapeError("fen, expires_s or declined cannot be")
    if len(code) > MOST_CODE or not code.isascii() or not code.isprintable():
        raise shapes.ShapeError("code cannot be drawn")
    return Payment(
        shapes.field(answer, "number", str),
        state,
        fen,
        shapes.texts(answer, "payee"),
        shapes.texts(answer, "subject"),
        shapes.field(answer, "holder", str),
        code,
        left,
        declined,
        shapes.field(answer, "simulated", bool),
        shapes.field(answer, "track_url", str),
    )
