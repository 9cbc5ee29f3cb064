"""Calls of the device lab: the world around the platform. Only with --lab, never in service."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from central_platform.wire.common import TerminalName, Text, Wire
from central_platform.wire.identity import IdNumber, TokenKind, TokenPerson
from central_platform.wire.submissions import Person
from contracts import id_number
from contracts.licence_kinds import KINDS as LICENCES
from contracts.record_kinds import KINDS


class FaultMode(StrEnum):
    """How the next answers go wrong."""

    OK = "ok"
    ERROR = "500"
    HTML = "html"
    HANG = "hang"
    DROP_AFTER_COMMIT = "drop-after-commit"
    CLOSE = "close"


class FaultRequest(Wire):
    """Break the next `count` calls whose path begins with `path`."""

    mode: FaultMode
    count: Annotated[int, Field(ge=0, le=10_000)] = 1
    path: Annotated[str, Field(max_length=80)] | None = None


class FaultState(Wire):
    """What is broken now."""

    mode: FaultMode
    count: int
    path: str


class SentMessage(Wire):
    """One text that the gateway stub delivered."""

    phone: str
    text: str
    at: datetime


class LabTokenPerson(Wire):
    """Whose credential it is. What is left out follows from the identity number, or stays empty."""

    name: str = Field(min_length=1, max_length=80, repr=False)
    id_no: IdNumber = Field(repr=False)
    sex: str | None = Field(default=None, max_length=16, repr=False)
    birth: str | None = Field(default=None, max_length=16, repr=False)
    address: str = Field(default="", max_length=200, repr=False)

    def person(self) -> TokenPerson:
        """Return the person with every field."""
        born = id_number.birth_date(self.id_no) if id_number.is_valid(self.id_no) else None
        sex = "" if born is None else "male" if id_number.is_male(self.id_no) else "female"
        return TokenPerson(
            name=self.name,
            id_no=self.id_no,
            sex=sex if self.sex is None else self.sex,
            birth=("" if born is None else born.isoformat()) if self.birth is None else self.birth,
            address=self.address,
        )


class LabTokenRequest(Wire):
    """Issue a QR credential to this person."""

    person: LabTokenPerson = Field(repr=False)
    kind: TokenKind = TokenKind.DOORSTEP


class LabToken(Wire):
    """The text of the QR code."""

    raw: str = Field(repr=False)
    expires_s: int


class LabTerminalRequest(Wire):
    """Make a slot. Further fields are those of the site profile."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)
    terminal: TerminalName | None = None
    name: str | Text = "家门口演示终端"
    place: str | Text = "演示社区"


class LabTerminal(Wire):
    """The slot and its one-time code."""

    terminal: str
    code: str


class LabTechnicianRequest(Wire):
    """Make a technician for every terminal."""

    name: str = Field(min_length=1, max_length=80)
    id_no: str = Field(min_length=1, max_length=18, repr=False)


class LabTechnician(Wire):
    """The technician and what their authenticator reads."""

    id: str
    uri: str


class LabLicence(Wire):
    """What the register holds instead of an invented licence."""

    number: str = Field(min_length=1, max_length=64, repr=False)
    issuer: Text
    issued_on: date
    valid_until: date | None = None
    revoked: bool = False
    facts: dict[str, str] = Field(default_factory=dict, repr=False)


def _whole(records: dict[str, dict[str, Any] | None]) -> dict[str, dict[str, Any] | None]:
    for kind, record in records.items():
        if kind not in KINDS or (record is not None and not KINDS[kind].fits(record)):
            raise ValueError("no such record, or one that is not whole")
    return records


def _known(licences: dict[str, LabLicence | None]) -> dict[str, LabLicence | None]:
    if not licences.keys() <= LICENCES.keys():
        raise ValueError("no such licence")
    return licences


class LabPerson(Wire):
    """A record of the population stub. Fields beyond these are prefilled under their own names."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)
    id_no: IdNumber = Field(repr=False)
    name: str = Field(default="", max_length=80, repr=False)
    phone: str = Field(default="", max_length=20, repr=False)
    addr: str = Field(default="", max_length=200, repr=False)
    bank: str = Field(default="", max_length=40, repr=False)
    licences: Annotated[dict[str, LabLicence | None], AfterValidator(_known)] = Field(
        default_factory=dict, repr=False, description="by kind, as `records`; null: none of this kind"
    )
    records: Annotated[dict[str, dict[str, Any] | None], AfterValidator(_whole)] = Field(
        default_factory=dict,
        repr=False,
        description="what departments hold instead of invented records, by kind (`social_insurance`); null: nothing",
    )


class LabApplication(Wire):
    """What somebody would apply for."""

    service: Annotated[str, Field(max_length=16)]
    person: Person = Field(repr=False)
    answers: dict[str, Any] = Field(repr=False)


class LabJudgement(Wire):
    """Whether it would be granted; true for a service that officers decide."""

    granted: bool


class LabCase(Wire):
    """What staff do with a case: accept, ask, decide, ready, collected; as `central-platform case` does.

    `late`: so many days ago was the last day for an answer.
    """

    number: Annotated[str, Field(max_length=24)]
    do: str = Field(pattern="^(accept|ask|decide|ready|collected)$")
    words: Text = Text(zh="", en="")
    fields: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=40)
    free: bool = False
    days: Annotated[int, Field(ge=0, le=1000)] = 5
    late: Annotated[int, Field(ge=0, le=1000)] = 0
    outcome: str = Field(default="granted", pattern="^(granted|refused)$")
    rule: Annotated[str, Field(max_length=40)] = ""


class LabStaff(Wire):
    """The token of somebody who answers residents by text."""

    token: str = Field(repr=False)


class LabDone(Wire):
    """It is done."""

    ok: bool


class LabSubmission(Wire):
    """What the platform stored of one item."""

    id: str
    terminal: str
    seq: int
    case_key: str
    kind: str
    digest: str
    status: str
    received_at: datetime
    body: dict[str, Any] | None = Field(repr=False)
    receipt: dict[str, Any] | None
    problem: dict[str, Any] | None


class LabDocument(Wire):
    """What is known of a certificate without its pages. `digest` is null before it was first asked for."""

    document: str
    digest: str | None
    title: Text
    check: str = Field(description="the address of its paper is /documents/<check>")
    check_code: str


class LogLine(Wire):
    """One request. Query values are left out."""

    method: str
    path: str
    status: int
    at: datetime
    ms: int


class ClockRequest(Wire):
    """Move the platform's clock forward."""

    advance_s: Annotated[float, Field(ge=0, le=86_400 * 400)]


class ClockState(Wire):
    """The platform's clock now."""

    server_time: datetime


class LabProvider(Wire):
    """A payment provider for the lab: its address and its public key, hexadecimal."""

    url: str = Field(pattern=r"^https?://", max_length=200)
    key: str = Field(pattern=r"^[0-9a-f]{64}$")


class LabMerchant(Wire):
    """As what the platform is known to the provider, and the public key of its questions."""

    merchant: str
    key: str


class LabBill(Wire):
    """A sample bill, in fen; the same twice where the bill decides, 0 when nothing is due."""

    least: int
    most: int


class LabCharge(Wire):
    """What an application would cost, in fen."""

    fen: int


class LabPayment(Wire):
    """One order as it is stored."""

    number: str
    submission: str
    terminal: str
    service: str
    state: str
    fen: int
    paid_fen: int
    case_number: str | None
    journal: list[str]
