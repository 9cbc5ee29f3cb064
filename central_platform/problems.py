"""Refusals as RFC 9457 problems."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from central_platform.wire.common import Problem, ProblemCode

MEDIA = "application/problem+json"
C = ProblemCode
TITLES: dict[ProblemCode, tuple[int, str]] = {
    C.INVALID_REQUEST: (422, "The request does not have the agreed form"),
    C.NOT_FOUND: (404, "There is nothing here"),
    C.METHOD_NOT_ALLOWED: (405, "This address does not know that method"),
    C.TOO_LARGE: (413, "The request is larger than 512 KiB"),
    C.ENCODING_UNKNOWN: (415, "The body cannot be decoded"),
    C.INTERNAL: (500, "The platform failed"),
    C.UNAVAILABLE: (503, "The platform cannot answer now"),
    C.CLIENT_CERTIFICATE_REQUIRED: (401, "A terminal's certificate is needed"),
    C.CERTIFICATE_EXPIRED: (401, "The terminal's certificate has expired"),
    C.CERTIFICATE_REVOKED: (403, "The terminal was withdrawn from service"),
    C.CERTIFICATE_UNKNOWN: (403, "The platform did not issue this certificate"),
    C.TERMINAL_MISMATCH: (403, "The certificate belongs to another terminal"),
    C.CODE_UNKNOWN: (404, "No terminal waits for this code"),
    C.CODE_USED: (409, "The code was used before"),
    C.CODE_EXPIRED: (410, "The code has expired"),
    C.CODE_LOCKED: (423, "Too many wrong tries: the code is locked"),
    C.CODE_WRONG: (403, "The code is not the one that was sent"),
    C.SLOT_OCCUPIED: (409, "Another machine is in service under this number"),
    C.ENROLMENT_REJECTED: (403, "The operators did not accept this machine"),
    C.HARDWARE_CHANGED: (403, "The identity was given to another machine"),
    C.CERTIFICATE_SUPERSEDED: (403, "A newer certificate of this terminal is in use: this is a copy"),
    C.CSR_INVALID: (422, "The certificate request cannot be used"),
    C.SIGNATURE_INVALID: (403, "The signature does not fit"),
    C.TOKEN_UNKNOWN: (404, "This is no credential of the platform"),
    C.TOKEN_EXPIRED: (410, "The credential has expired"),
    C.TOKEN_USED: (409, "The credential was used before"),
    C.IDENTITY_REQUIRED: (403, "This needs the identity of the person it is about"),
    C.IDENTITY_UNKNOWN: (403, "The identity was never given, or was ended"),
    C.IDENTITY_EXPIRED: (403, "The identity has expired"),
    C.IDENTITY_ELSEWHERE: (403, "The identity was given to another terminal"),
    C.IDENTITY_MISMATCH: (403, "The identity belongs to another person"),
    C.EVIDENCE_INSUFFICIENT: (403, "The evidence does not prove who this is"),
    C.PHONE_NOT_REGISTERED: (409, "Another phone is registered for this person"),
    C.TOO_MANY: (429, "Too many requests"),
    C.DIGEST_MISMATCH: (422, "The digest does not fit the body"),
    C.DIGEST_CONFLICT: (409, "The same id was sent before with another body"),
    C.SEQ_CONFLICT: (409, "The sequence number belongs to another item"),
    C.OFFSET_MISMATCH: (409, "The upload goes on at another offset"),
    C.SERVICE_UNKNOWN: (404, "The platform does not offer this service"),
    C.DATA_INVALID: (422, "An answer is missing or cannot be right"),
    C.LEVEL_NOT_REACHED: (403, "The service needs a stronger proof of identity"),
    C.LICENCE_UNUSABLE: (409, "The electronic licence cannot be used"),
    C.GUARDIAN_REQUIRED: (403, "A child under 14 applies together with a guardian"),
    C.SLOT_FULL: (409, "No place is left at this time"),
    C.CASE_UNKNOWN: (404, "There is no such case"),
    C.ALREADY_RATED: (409, "The case was rated before"),
    C.ALREADY_ACCEPTED: (409, "The case was already accepted"),
    C.SUPPLEMENT_UNKNOWN: (404, "Nothing of that kind was asked of this person"),
    C.SUPPLEMENT_ANSWERED: (409, "What was asked has been answered before"),
    C.SUPPLEMENT_LATE: (409, "The day until which an answer was taken has passed"),
    C.SUPPLEMENT_CLOSED: (409, "The answer is no longer needed"),
    C.DELETED: (410, "The resident took this submission back"),
    C.RECORD_EMPTY: (409, "The records show nothing for what was asked"),
    C.REFUSED: (409, "The rules of the service do not allow it"),
    C.DOCUMENT_UNKNOWN: (404, "This terminal has no such document"),
    C.DOCUMENT_EXPIRED: (410, "The document can no longer be fetched"),
    C.CHAT_UNKNOWN: (404, "This terminal has no such talk"),
    C.CHAT_CLOSED: (409, "The talk has ended"),
    C.CHAT_NOBODY: (409, "Nobody is on duty to answer"),
    C.CHAT_FULL: (409, "The talk has as many messages as it may have"),
    C.STAFF_UNKNOWN: (401, "A token of the staff is needed"),
    C.PAYMENT_UNKNOWN: (404, "This terminal has no such payment"),
    C.PAYMENT_REQUIRED: (409, "The matter has to be paid first"),
    C.PAYMENT_RETURNED: (409, "The payment is closed or was given back"),
    C.PAYMENT_UNAVAILABLE: (409, "Nothing can be paid here now"),
    C.BILL_UNKNOWN: (404, "There is no bill under this number"),
    C.BILL_PAID: (409, "There is nothing to pay on this bill"),
    C.AMOUNT_NEEDED: (422, "The resident has to say how much"),
    C.AMOUNT_UNFIT: (422, "This amount cannot be paid"),
    C.REPORT_FOREIGN: (403, "The report is about another terminal"),
    C.REPORT_REPLAYED: (409, "The report was sent before, or under another id"),
}


def problem(code: ProblemCode, detail: str = "", **extra: Any) -> Problem:
    """Return the problem for `code`. `detail` must hold nothing personal."""
    status, title = TITLES[code]
    kind = extra.pop("type", "about:blank")
    return Problem(type=kind, title=title, status=status, detail=detail or title, code=code, **extra)


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """Ends a request with a problem."""

    def __init__(self, code: ProblemCode, detail: str = "", **extra: Any) -> None:
        super().__init__(code.value)
        self.problem = problem(code, detail, **extra)
        self.headers: dict[str, str] = {}
        """Sent with the answer besides those of every problem."""


def response(found: Problem, more: Mapping[str, str] | None = None) -> Response:
    """Return the HTTP answer of a problem."""
    headers = dict(more or {})
    if found.retry_s is not None:
        headers["Retry-After"] = str(found.retry_s)
    return JSONResponse(dump(found), found.status, headers, MEDIA)


def dump(found: Problem) -> dict[str, Any]:
    """Return the JSON object of a problem; members that say nothing are left out."""
    return found.model_dump(mode="json", exclude_none=True)


def dumps(found: Problem) -> str:
    """Return the JSON text of a problem."""
    return json.dumps(dump(found), ensure_ascii=False)


async def on_refusal(_request: Request, error: Exception) -> Response:
    """Answer a `Refusal`."""
    if not isinstance(error, Refusal):
        raise error
    return response(error.problem, error.headers)
