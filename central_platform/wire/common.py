"""Shapes that several calls share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class ProblemCode(StrEnum):
    """Every reason for refusing, as a closed set of words."""

    INVALID_REQUEST = "invalid-request"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    TOO_LARGE = "too-large"
    ENCODING_UNKNOWN = "encoding-unknown"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"
    CLIENT_CERTIFICATE_REQUIRED = "client-certificate-required"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_REVOKED = "certificate-revoked"
    CERTIFICATE_UNKNOWN = "certificate-unknown"
    TERMINAL_MISMATCH = "terminal-mismatch"
    CODE_UNKNOWN = "code-unknown"
    CODE_USED = "code-used"
    CODE_EXPIRED = "code-expired"
    CODE_LOCKED = "code-locked"
    CODE_WRONG = "code-wrong"
    SLOT_OCCUPIED = "slot-occupied"
    ENROLMENT_REJECTED = "enrolment-rejected"
    HARDWARE_CHANGED = "hardware-changed"
    CERTIFICATE_SUPERSEDED = "certificate-superseded"
    CSR_INVALID = "csr-invalid"
    SIGNATURE_INVALID = "signature-invalid"
    TOKEN_UNKNOWN = "token-unknown"  # noqa: S105 - a word
    TOKEN_EXPIRED = "token-expired"  # noqa: S105 - a word
    TOKEN_USED = "token-used"  # noqa: S105 - a word
    IDENTITY_REQUIRED = "identity-required"
    IDENTITY_UNKNOWN = "identity-unknown"
    IDENTITY_EXPIRED = "identity-expired"
    IDENTITY_ELSEWHERE = "identity-elsewhere"
    IDENTITY_MISMATCH = "identity-mismatch"
    EVIDENCE_INSUFFICIENT = "evidence-insufficient"
    PHONE_NOT_REGISTERED = "phone-not-registered"
    TOO_MANY = "too-many"
    DIGEST_MISMATCH = "digest-mismatch"
    DIGEST_CONFLICT = "digest-conflict"
    SEQ_CONFLICT = "seq-conflict"
    OFFSET_MISMATCH = "offset-mismatch"
    SERVICE_UNKNOWN = "service-unknown"
    DATA_INVALID = "data-invalid"
    LEVEL_NOT_REACHED = "level-not-reached"
    LICENCE_UNUSABLE = "licence-unusable"
    GUARDIAN_REQUIRED = "guardian-required"
    SLOT_FULL = "slot-full"
    CASE_UNKNOWN = "case-unknown"
    ALREADY_RATED = "already-rated"
    ALREADY_ACCEPTED = "already-accepted"
    SUPPLEMENT_UNKNOWN = "supplement-unknown"
    SUPPLEMENT_ANSWERED = "supplement-answered"
    SUPPLEMENT_LATE = "supplement-late"
    SUPPLEMENT_CLOSED = "supplement-closed"
    DELETED = "deleted"
    RECORD_EMPTY = "record-empty"
    REFUSED = "refused"
    DOCUMENT_UNKNOWN = "document-unknown"
    DOCUMENT_EXPIRED = "document-expired"
    CHAT_UNKNOWN = "chat-unknown"
    CHAT_CLOSED = "chat-closed"
    CHAT_NOBODY = "chat-nobody"
    CHAT_FULL = "chat-full"
    STAFF_UNKNOWN = "staff-unknown"
    PAYMENT_UNKNOWN = "payment-unknown"
    PAYMENT_REQUIRED = "payment-required"
    PAYMENT_RETURNED = "payment-returned"
    PAYMENT_UNAVAILABLE = "payment-unavailable"
    BILL_UNKNOWN = "bill-unknown"
    BILL_PAID = "bill-paid"
    AMOUNT_NEEDED = "amount-needed"
    AMOUNT_UNFIT = "amount-unfit"
    REPORT_FOREIGN = "report-foreign"
    REPORT_REPLAYED = "report-replayed"


class Wire(BaseModel):
    """Base of everything on the wire: unknown fields are ignored, so that both sides may extend."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True, hide_input_in_errors=True)


class FreeSlot(Wire):
    """A place that was free a moment ago, of the same hall: the answers `date` and `slot` that ask for it."""

    date: str = Field(description="YYYY-MM-DD")
    slot: str


class Problem(Wire):
    """RFC 9457 problem. `code` is what programs read; `title` and `detail` are for people and hold nothing personal."""

    type: str = Field(description="`about:blank` or an address that explains the code")
    title: str
    status: int
    detail: str
    code: ProblemCode
    field: str | None = Field(default=None, description="data-invalid, guardian-required: the field, as a JSON pointer")
    remaining: int | None = Field(default=None, description="code-wrong, code-locked: tries left")
    high_water: int | None = Field(default=None, description="seq-conflict: the highest seq received so far")
    offset: int | None = Field(default=None, description="offset-mismatch: where the upload goes on")
    retry_s: int | None = Field(
        default=None, description="too-many, unavailable, code-locked of a phone: seconds to wait"
    )
    free: list[FreeSlot] | None = Field(default=None, description="slot-full: the next free ones, soonest first")


class Text(Wire):
    """The same words in Chinese and English."""

    zh: str
    en: str


class Signature(Wire):
    """One Ed25519 signature over the canonical bytes of `signed`, hexadecimal."""

    keyid: str
    sig: str


class Envelope(Wire):
    """A signed value."""

    signed: dict[str, Any]
    signatures: list[Signature]


TerminalName = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{4}$", max_length=32, examples=["XC-0042"])]
Uuid = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", max_length=36, min_length=36),
]
IdentityToken = Annotated[str, Field(min_length=1, max_length=256)]
"""What `POST /v1/identities` gave, opaque."""
Count = Annotated[int, Field(ge=0, le=2**53)]
"""A count that JSON numbers carry exactly."""
Word = Annotated[str, Field(min_length=1, max_length=80)]
ID_NUMBER = r"^([0-9]{17}[0-9X]|[A-Z]{3}[0-9]{12})$"
"""The citizen's number of 18 characters, or the 15 of a foreigner's permit of 2017."""
