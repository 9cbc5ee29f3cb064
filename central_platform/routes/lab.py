"""The world around the platform, for the device lab and tests. Mounted only with --lab."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from central_platform import (
    acceptance,
    casework,
    chat_staff,
    documents,
    enrolment,
    judging,
    population,
    technicians,
    tokens,
)
from central_platform.clock import BEIJING
from central_platform.models import Message, Supplement, Terminal
from central_platform.payments import cashier, journal
from central_platform.payments.bills import UTILITY
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.routes.common import OPEN, PlatformDep, refusals
from central_platform.wire.common import ProblemCode, Text
from central_platform.wire.lab import (
    ClockRequest,
    ClockState,
    FaultRequest,
    FaultState,
    LabApplication,
    LabBill,
    LabCase,
    LabCharge,
    LabDocument,
    LabDone,
    LabJudgement,
    LabMerchant,
    LabPayment,
    LabPerson,
    LabProvider,
    LabStaff,
    LabSubmission,
    LabTechnician,
    LabTechnicianRequest,
    LabTerminal,
    LabTerminalRequest,
    LabToken,
    LabTokenRequest,
    LogLine,
    SentMessage,
)
from contracts.rules import Outcome

router = APIRouter(prefix="/lab", tags=["lab"])
INVALID = refusals(ProblemCode.INVALID_REQUEST, ProblemCode.TOO_LARGE)
Phone = Annotated[str | None, Query(max_length=20)]
Key = Annotated[str | None, Query(max_length=80)]
MERCHANT = "lab"
C = ProblemCode


@router.get("/messages", operation_id="labMessages", openapi_extra=OPEN, responses=INVALID)
def messages(platform: PlatformDep, phone: Phone = None) -> list[SentMessage]:
    """Texts that the gateway stub delivered, oldest first."""
    query = select(Message).order_by(Message.id)
    if phone is not None:
        query = query.where(Message.phone == phone)
    with platform.database.read() as session:
        return [SentMessage(phone=row.phone, text=row.text, at=row.at) for row in session.scalars(query)]


@router.post("/tokens", operation_id="labIssueToken", status_code=201, openapi_extra=OPEN, responses=INVALID)
def issue_token(body: LabTokenRequest, platform: PlatformDep) -> LabToken:
    """A fresh QR credential, as the resident's phone would show it."""
    raw = tokens.issue(platform, body.person.person(), body.kind)
    return LabToken(raw=raw, expires_s=platform.settings.token_s)


@router.post("/terminals", operation_id="labCreateTerminal", status_code=201, openapi_extra=OPEN, responses=INVALID)
def create_terminal(body: LabTerminalRequest, platform: PlatformDep) -> LabTerminal:
    """A slot with its one-time code."""
    terminal = body.terminal or _free_name(platform)
    profile: dict[str, Any] = body.model_dump(mode="json", exclude={"terminal"})
    return LabTerminal(terminal=terminal, code=enrolment.create(platform, terminal, profile))


@router.post("/technicians", operation_id="labCreateTechnician", status_code=201, openapi_extra=OPEN, responses=INVALID)
def create_technician(body: LabTechnicianRequest, platform: PlatformDep) -> LabTechnician:
    """Somebody who may open technician mode at every terminal."""
    issued = technicians.create(platform, body.name, body.id_no)
    return LabTechnician(id=issued.id, uri=issued.uri)


@router.get("/submissions", operation_id="labSubmissions", openapi_extra=OPEN, responses=INVALID)
def submissions(platform: PlatformDep, case_key: Key = None, id: Key = None) -> list[LabSubmission]:
    """What is stored of submissions, bodies included; refused ones follow without body."""
    with platform.database.read() as session:
        return [LabSubmission.model_validate(item) for item in acceptance.stored(session, case_key, id)]


@router.get(
    "/documents",
    operation_id="labDocument",
    openapi_extra=OPEN,
    responses=refusals(ProblemCode.NOT_FOUND, ProblemCode.INVALID_REQUEST, ProblemCode.TOO_LARGE),
)
def document(platform: PlatformDep, number: Annotated[str, Query(max_length=40)]) -> LabDocument:
    """The certificate of a case."""
    row = documents.of_case(platform, number)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    title = Text.model_validate_json(row.title)
    return LabDocument(document=row.id, digest=row.digest, title=title, check=row.opaque, check_code=row.check_code)


@router.post(
    "/judgements",
    operation_id="labJudgement",
    openapi_extra=OPEN,
    responses=refusals(ProblemCode.NOT_FOUND, ProblemCode.INVALID_REQUEST, ProblemCode.TOO_LARGE),
)
def judgement(body: LabApplication, platform: PlatformDep) -> LabJudgement:
    """What the rules of a service would say to somebody, before anything is applied for."""
    package = platform.catalogue.packages.get(body.service)
    if package is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return LabJudgement(granted=judging.grants(platform, package, body.person, body.answers))


@router.get("/log", operation_id="labLog", openapi_extra=OPEN, responses=refusals())
def log(platform: PlatformDep) -> list[LogLine]:
    """The requests so far, oldest first."""
    return [LogLine.model_validate(line, from_attributes=True) for line in platform.logbook.lines()]


@router.post("/faults", operation_id="labFaults", openapi_extra=OPEN, responses=INVALID)
def faults(body: FaultRequest, platform: PlatformDep) -> FaultState:
    """Break the next calls."""
    return platform.faults.set(body.mode, body.count, body.path)


@router.post("/people", operation_id="labSeedPerson", status_code=201, openapi_extra=OPEN, responses=INVALID)
def people(body: LabPerson, platform: PlatformDep) -> LabDone:
    """Store a record of the population stub."""
    population.seed(platform, body.model_dump(mode="json"))
    return LabDone(ok=True)


@router.post("/staff", operation_id="labStaff", status_code=201, openapi_extra=OPEN, responses=refusals())
def staff(platform: PlatformDep) -> LabStaff:
    """Somebody who answers residents by text, off duty yet."""
    return LabStaff(token=chat_staff.admit(platform, "lab"))


@router.post("/cases", operation_id="labCase", openapi_extra=OPEN, responses=INVALID)
def case(body: LabCase, platform: PlatformDep) -> LabDone:
    """What staff do with a case."""
    words = body.words.model_dump()
    try:
        match body.do:
            case "accept":
                casework.accept(platform, body.number)
            case "ask":
                made = casework.ask(platform, body.number, words, body.fields, body.days, free=body.free)
                _antedate(platform, made, body.late)
            case "decide":
                casework.decide(platform, body.number, Outcome(body.outcome), words, body.rule)
            case "ready":
                casework.ready(platform, body.number)
            case _:
                casework.collected(platform, body.number)
    except casework.CaseworkError as error:
        raise Refusal(C.INVALID_REQUEST, str(error)) from None
    return LabDone(ok=True)


@router.post("/clock", operation_id="labClock", openapi_extra=OPEN, responses=INVALID)
def clock(body: ClockRequest, platform: PlatformDep) -> ClockState:
    """Move the platform's clock forward, so that codes expire without waiting."""
    platform.clock.advance(body.advance_s)
    return ClockState(server_time=platform.clock.now())


@router.post("/provider", operation_id="labProvider", openapi_extra=OPEN, responses=INVALID)
def provider(body: LabProvider, platform: PlatformDep) -> LabMerchant:
    """Connect a payment provider."""
    cashier.write(platform.settings.data, cashier.Connection(body.url, MERCHANT, body.key))
    return LabMerchant(merchant=MERCHANT, key=platform.cashier.key)


@router.get("/bills", operation_id="labBill", openapi_extra=OPEN, responses=refusals(C.BILL_UNKNOWN, C.INVALID_REQUEST))
def bill(platform: PlatformDep, number: Annotated[str, Query(max_length=40)]) -> LabBill:
    """The sample bill of an account."""
    found = platform.cashier.bills.find(UTILITY, number)
    if found is None:
        raise Refusal(C.BILL_UNKNOWN)
    return LabBill(least=found.least, most=found.most)


@router.post("/charges", operation_id="labCharge", openapi_extra=OPEN, responses={**INVALID, **refusals(C.NOT_FOUND)})
def charge(body: LabApplication, platform: PlatformDep) -> LabCharge:
    """What somebody's answers would cost, before anything is applied for; 0 when they owe nothing."""
    package = platform.catalogue.packages.get(body.service)
    if package is None or package.payment is None:
        raise Refusal(C.NOT_FOUND)
    try:
        return LabCharge(fen=package.payment.charge(body.answers, platform.cashier.bills, body.person.id_no).fen)
    except Refusal:
        return LabCharge(fen=0)


@router.get("/payments", operation_id="labPayments", openapi_extra=OPEN, responses=INVALID)
def payments(platform: PlatformDep, submission: Key = None) -> list[LabPayment]:
    """Orders and their journals, oldest first."""
    return [LabPayment.model_validate(order) for order in journal.plain(platform, submission)]


def _antedate(platform: Platform, supplement: str, days: int) -> None:
    """Let the last day for an answer have been so many days ago; 0 leaves it."""
    if days:
        with platform.database.write() as session:
            day = platform.clock.now().astimezone(BEIJING).date() - timedelta(days=days)
            session.get_one(Supplement, supplement).due = day.isoformat()


def _free_name(platform: Platform) -> str:
    with platform.database.read() as session:
        names = set(session.scalars(select(Terminal.id)))
    return next(name for count in range(42, 10_000) if (name := f"XC-{count:04d}") not in names)
