"""The public page behind the QR code of a readiness report."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from central_platform import readiness, readiness_page
from central_platform.public_page import HEADERS
from central_platform.readiness import Proof
from central_platform.routes.common import OPEN, PlatformDep, refusals, wants_page
from central_platform.wire.common import ProblemCode
from central_platform.wire.readiness import PublicReadiness
from contracts import readiness as contract

router = APIRouter(tags=["terminals"])
PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "JSON, or a page for browsers"}
}
Part = Annotated[str, Query(max_length=128)]


@router.get(
    contract.PATH,
    operation_id="checkReadiness",
    openapi_extra=OPEN,
    response_model=PublicReadiness,
    responses={**PAGE, **refusals(ProblemCode.INVALID_REQUEST)},
)
def check(
    request: Request, platform: PlatformDep, t: Part = "", r: Part = "", at: Part = "", ok: Part = "", d: Part = "",
    s: Part = "",
) -> Response:  # fmt: skip
    """What the QR code of a report proves. Public, nothing personal."""
    found = readiness.check(platform, {"t": t, "r": r, "at": at, "ok": ok, "d": d, "s": s})
    if wants_page(request):
        return HTMLResponse(readiness_page.readiness_html(found), 404 if found.proof is Proof.FALSE else 200, HEADERS)
    statement = found.statement
    told = PublicReadiness(proof=found.proof.value, received_at=found.received_at)
    if statement is not None:
        told = told.model_copy(
            update={
                "terminal": statement.terminal,
                "report": statement.report,
                "at": datetime.fromisoformat(statement.at),
                "ready": statement.ready,
            }
        )
    return JSONResponse(told.model_dump(mode="json"), 200, HEADERS)
