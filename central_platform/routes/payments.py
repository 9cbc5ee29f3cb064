"""Payments: a terminal opens, looks and closes; the provider says that something happened; anybody may look one up."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from central_platform.payments import orders, page
from central_platform.problems import Refusal
from central_platform.public_page import HEADERS
from central_platform.routes.common import AUTH, MTLS, OPEN, PlatformDep, TerminalDep, refusals
from central_platform.wire.common import ProblemCode
from central_platform.wire.payments import Noticed, Payment, PaymentOpen, PaymentQuery

router = APIRouter(tags=["payments"])
C = ProblemCode
APPLIED = (C.SERVICE_UNKNOWN, C.DATA_INVALID, C.LEVEL_NOT_REACHED, C.GUARDIAN_REQUIRED, C.DELETED, C.ALREADY_ACCEPTED)
BILLED = (C.BILL_UNKNOWN, C.BILL_PAID, C.AMOUNT_NEEDED, C.AMOUNT_UNFIT)


@router.post(
    "/v1/payments:open",
    operation_id="openPayment",
    openapi_extra=MTLS,
    responses=refusals(
        *APPLIED, *BILLED, C.PAYMENT_UNAVAILABLE, C.DIGEST_CONFLICT, C.TOO_MANY, C.INVALID_REQUEST, C.TOO_LARGE, *AUTH
    ),
)
def open_payment(body: PaymentOpen, terminal: TerminalDep, platform: PlatformDep) -> Payment:
    """Fix what an application costs and begin its payment. The platform alone decides the amount."""
    return orders.begin(platform, terminal, body)


@router.post(
    "/v1/payments:state",
    operation_id="paymentState",
    openapi_extra=MTLS,
    responses=refusals(C.PAYMENT_UNKNOWN, C.INVALID_REQUEST, C.TOO_LARGE, *AUTH),
)
def state(body: PaymentQuery, terminal: TerminalDep, platform: PlatformDep) -> Payment:
    """How an order stands now."""
    return orders.state(platform, terminal, body.submission)


@router.post(
    "/v1/payments:close",
    operation_id="closePayment",
    openapi_extra=MTLS,
    responses=refusals(C.PAYMENT_UNKNOWN, C.INVALID_REQUEST, C.TOO_LARGE, *AUTH),
)
def close(body: PaymentQuery, terminal: TerminalDep, platform: PlatformDep) -> Payment:
    """Nobody wants to pay it any more. One that was paid all the same stays paid."""
    return orders.close(platform, terminal, body.submission)


@router.post(
    orders.NOTIFY,
    operation_id="paymentNotice",
    openapi_extra={
        **OPEN,
        "requestBody": {
            "required": True,
            "description": "A notice signed by the provider, as docs/payments.md says",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Envelope"}}},
        },
    },
    responses=refusals(C.SIGNATURE_INVALID, C.PAYMENT_UNAVAILABLE, C.TOO_LARGE),
)
async def notice(request: Request, platform: PlatformDep) -> Noticed:
    """The provider says that something happened to an order; it is asked what."""
    data = await request.body()
    await run_in_threadpool(orders.noticed, platform, data)
    return Noticed(ok=True)


@router.get(
    "/payments/{number}",
    operation_id="payment",
    openapi_extra=OPEN,
    response_class=HTMLResponse,
    responses=refusals(C.NOT_FOUND),
)
def payment(number: str, platform: PlatformDep) -> Response:
    """A page that says what became of a payment, for whoever has its number. Nothing personal."""
    found = page.find(platform, number)
    if found is None:
        raise Refusal(C.NOT_FOUND)
    return HTMLResponse(page.html(found), 200, HEADERS)
