"""The outbox of a terminal on its way up, and the receipts on their way down."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from central_platform.wire.blobs import BlobName, BlobRef
from central_platform.wire.common import ID_NUMBER, Count, IdentityToken, Problem, TerminalName, Text, Uuid, Wire, Word
from contracts.blobs import MOST_OF_ITEM

MAX_ITEMS = 20
MAX_BYTES = 512 * 1024
MOST_REPLY = 300
"""Characters of an answer in words."""


class Kind(StrEnum):
    """What an item asks for."""

    APPLICATION = "application"
    RATING = "rating"
    PRINT_RESULT = "print_result"
    DELETE_REQUEST = "delete_request"
    FEEDBACK = "feedback"
    SUPPLEMENT = "supplement"
    COMMAND_RESULT = "command_result"
    READINESS = "readiness"


class Item(Wire):
    """One outbox item. `id` is the idempotency key for life; `digest` is over the canonical bytes of `body`."""

    id: Uuid
    seq: int = Field(ge=1, le=2**53)
    case_key: Word
    kind: Kind
    schema_: str = Field(alias="schema", max_length=80)
    captured_at: AwareDatetime
    mono_ms: Count
    boot_id: str = Field(max_length=64)
    digest: str = Field(max_length=80)
    body: dict[str, Any] = Field(repr=False)
    blobs: list[BlobRef] = Field(default_factory=list, max_length=MOST_OF_ITEM, description="its attachments")


class Batch(Wire):
    """At most 20 items, at most 512 KiB."""

    terminal: TerminalName
    items: list[Item] = Field(max_length=MAX_ITEMS)


class PaidFor(Wire):
    """On a receipt: what was paid. `simulated`: in a demonstration, no money moved."""

    number: str = Field(examples=["PY-7K3M-9QXW-2TRB"])
    fen: int
    payee: Text
    subject: Text
    paid_at: datetime
    simulated: bool


class Decided(Wire):
    """Which rule decided a case, and why. Who was refused reads where to go, with what, until when (null: any time).

    `call` is the number of somebody who can tell more, where it was not granted.
    """

    rule: str = Field(max_length=40)
    outcome: str = Field(pattern="^(granted|refused|officer)$")
    words: Text
    where: Text | None = None
    bring: Text | None = None
    by: str | None = Field(default=None, description="YYYY-MM-DD")
    call: str | None = None


class Receipt(Wire):
    """What the resident takes home: accepted, by whom, until when, and how to look it up."""

    number: str = Field(examples=["XC-2026-1122-000123"])
    service: str
    service_name: Text
    department: Text
    accepted_at: datetime
    due: str | None = Field(description="YYYY-MM-DD; null when there is no limit")
    limit_days: int | None = Field(description="working days")
    state: str = Field(
        pattern="^(accepted|done|refused)$", description="refused: only to items of schema application/2 or later"
    )
    pickup: Text
    check_code: str = Field(examples=["8F3K-2Q7M"])
    track_url: str
    fee: Text
    result: dict[str, Any] | None
    payment: PaidFor | None = None
    decision: Decided | None = Field(default=None, description="null where officers decide from the start")
    supplement: str | None = Field(default=None, description="of an answer to a supplement request: which one")


class ItemStatus(StrEnum):
    """What became of an item. `waiting_blobs`: nothing is wrong with it, and nothing of it was kept;

    send what is missing of its attachments, then the item again.
    """

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    WAITING_BLOBS = "waiting_blobs"
    REJECTED = "rejected"


class ItemResult(Wire):
    """The verdict on one item. `receipt` belongs to applications and answers to supplement requests only."""

    id: str
    status: ItemStatus
    receipt: Receipt | None
    problem: Problem | None


class BatchResult(Wire):
    """Verdicts in the order of the items, and what the platform has seen of this terminal's sequence."""

    results: list[ItemResult]
    high_water: int
    gaps: list[int] = Field(description="sequence numbers below high_water never received, at most 100")


class SubmissionStatus(Wire):
    """What the platform knows of one submission."""

    status: ItemStatus
    receipt: Receipt | None
    problem: Problem | None = None


class Person(Wire):
    """Who applies. Further fields of the card may follow."""

    name: str = Field(min_length=1, max_length=80, repr=False)
    id_no: str = Field(pattern=ID_NUMBER, repr=False)
    birth: str | None = Field(
        default=None, max_length=16, repr=False, description="YYYY-MM-DD; read only where the number does not tell"
    )


class Evidence(Wire):
    """One proof of identity: card, token, phone_code, witness, face, social_card, voice, palm or iris.

    The platform believes what a device of the terminal read or compared (card, social_card, face, voice, palm, iris)
    because the terminal's certificate vouches for it. It looks the others up: a token that this terminal had verified
    for this person; a code that this terminal had checked, for this person when it was sent for somebody; a witness
    who is in this terminal's site profile. Other kinds are kept and count nothing.
    """

    kind: Word
    layout: str | None = Field(default=None, max_length=24, description="card: resident, hmt, foreigner_2017, ...")
    live: str | None = Field(
        default=None, max_length=24, description="face: how a picture was ruled out; without it a face counts nothing"
    )
    challenge: str | None = Field(default=None, max_length=64, description="phone_code: the challenge that was passed")
    phone: str | None = Field(default=None, max_length=20, repr=False, description="phone_code: the number proved")
    host: str | None = Field(default=None, max_length=80, description="witness: the name in the site profile")


class Guardian(Person):
    """The adult who applies for a child under 14. Their own evidence must reach the level of the service."""

    relation: str = Field(pattern=r"^(parent|grandparent|other)$")
    evidence: list[Evidence] = Field(default_factory=list, max_length=16)


class ConsentGiven(Wire):
    """What somebody was asked and answered; `version` is the digest of the sentence that was shown."""

    text: Word
    version: str = Field(max_length=80)
    lang: str = Field(max_length=16)
    given: bool
    who: str = Field(default="applicant", max_length=16, description="applicant or guardian")


class LicenceConsent(Wire):
    """That a licence takes the place of a paper: which one (`number` masked, as it was shown), for what, when, and in
    which words it was asked.
    """

    kind: Word = Field(repr=False)
    number: str = Field(max_length=64, repr=False)
    purpose: str = Field(max_length=200, description="the service, as it was called")
    at: AwareDatetime
    lang: str = Field(max_length=16)
    words: str = Field(min_length=1, max_length=1000, description="all that was asked, as it was shown")
    who: Literal["applicant", "guardian"] = "applicant"


class MaterialGiven(Wire):
    """How one paper that the package asks for is handed in: `paper` (photographed, `pages` in order, each an attachment
    of the item), `later` (brought to the window), `licence` (the platform makes a copy of its own) or `none`.
    """

    code: str = Field(pattern=r"^[A-Z]{1,16}$")
    given: Literal["paper", "later", "none", "licence"]
    pages: list[BlobName] = Field(default_factory=list, max_length=MOST_OF_ITEM)
    licence: LicenceConsent | None = Field(default=None, repr=False, description="with `given` licence")


class ApplicationBody(Wire):
    """`body` of kind `application`."""

    service: Word
    service_version: int | str = Field(description="as in the signed package")
    answers: dict[str, Any] = Field(repr=False)
    person: Person | None = Field(default=None, repr=False)
    level: str = Field(max_length=4)
    evidence: list[Evidence] = Field(default_factory=list, max_length=16)
    guardian: Guardian | None = Field(
        default=None, repr=False, description="for a person under 14 at every service above L0"
    )
    provisional: str | None = Field(default=None, max_length=40)
    lang: str = Field(default="zh", max_length=16)
    consent: dict[str, Any] | None = None
    consents: list[ConsentGiven] = Field(default_factory=list, max_length=32)
    materials: list[MaterialGiven] = Field(default_factory=list, max_length=16)
    payment: str | None = Field(
        default=None, max_length=24, description="the number of its paid order, where the service takes money"
    )


class RatingBody(Wire):
    """`body` of kind `rating`: one per case, five grades, 5 is very satisfied."""

    case_no: str | None = Field(default=None, max_length=24)
    submission: str | None = Field(default=None, max_length=36)
    grade: int = Field(ge=1, le=5)
    reasons: list[Word] = Field(default_factory=list, max_length=20)
    words: str | None = Field(default=None, max_length=1000, repr=False)


class PrintResultBody(Wire):
    """`body` of kind `print_result`."""

    job: Word
    outcome: str = Field(min_length=1, max_length=32)
    submission: str | None = Field(default=None, max_length=36)


class DeleteRequestBody(Wire):
    """`body` of kind `delete_request`: take back a submission that was not accepted yet."""

    submission: Uuid


class CommandResultBody(Wire):
    """`body` of kind `command_result`: what became of a command. `command` is empty where none could be read."""

    command: str = Field(max_length=36)
    outcome: Literal["done", "failed", "refused"]
    at: AwareDatetime
    detail: dict[str, Any] = Field(default_factory=dict, description="impersonal; `why` is a word")


class SupplementBody(Wire):
    """`body` of kind `supplement`: the answer to one supplement request, by whose case it is or by their guardian."""

    case_no: str = Field(max_length=24)
    supplement: Word
    answers: dict[str, Any] = Field(default_factory=dict, repr=False, description="every field that was asked for")
    words: str = Field(default="", max_length=MOST_REPLY, repr=False)
    person: Person = Field(repr=False)
    evidence: list[Evidence] = Field(default_factory=list, max_length=16)
    lang: str = Field(default="zh", max_length=16)


class ReadinessBody(Wire):
    """`body` of kind `readiness`: what a self-test found. `signature` is the device key's ECDSA P-256 signature, DER as
    hexadecimal, with SHA-256 over the canonical bytes of {kind, version, terminal, report, at, ready, digest}: the
    first two and `terminal`, `at`, `ready` as in `report`, whose `id` is the item's, and its digest.
    """

    report: dict[str, Any]
    signature: str = Field(min_length=1, max_length=256, pattern=r"^([0-9a-f]{2})+$")


class CaseQuery(Wire):
    """By identity number, which needs the identity of that person, by case number, or both."""

    id_no: str | None = Field(default=None, max_length=18, repr=False)
    number: str | None = Field(default=None, max_length=24)
    identity: IdentityToken | None = Field(default=None, repr=False)


class Step(Wire):
    """One step in the life of a case.

    `kind` is received, accepted, asked, answered, decided, paid, booked, ready or collected; empty when it is not
    known. `words` are for the person alone.
    """

    state: str
    at: datetime
    text: Text
    kind: str = ""
    words: Text | None = None


class SupplementAsked(Wire):
    """What staff ask of the resident. `answers` is what the fields hold now."""

    id: Word
    words: Text
    fields: list[str]
    answers: dict[str, Any] = Field(repr=False)
    free: bool = Field(description="an answer in words is wanted")
    asked_at: datetime
    due: str = Field(description="YYYY-MM-DD, the last day")
    days_left: int = Field(description="working days after today; 0 on the last day and later")
    late: bool
    guardian: bool = Field(default=False, description="the guardian of the case answers, not the child")


class CaseMaterial(Wire):
    """One paper of a case. `due`: the day by which one that is brought later has to be at the window. `given` is paper,
    later, licence (which took its place) or none.
    """

    code: str
    name: Text
    given: str
    pages: int
    due: date | None


class CaseProgress(Wire):
    """Where one case stands. What stands after `steps` is told the person alone, to their own identity."""

    number: str
    service: str
    service_name: Text
    state: str
    accepted_at: datetime
    steps: list[Step]
    materials: list[CaseMaterial] = Field(default_factory=list)
    due: str | None = Field(default=None, description="YYYY-MM-DD; null when there is no limit, or it is over")
    supplement: SupplementAsked | None = None
    receipt: Receipt | None = None


class Cases(Wire):
    """Newest first, at most 50."""

    cases: list[CaseProgress]


class PublicReceipt(Wire):
    """What anyone who holds the receipt may read. Nothing personal."""

    number: str
    service_name: Text
    state: str
    accepted_at: datetime
    check_code: str
