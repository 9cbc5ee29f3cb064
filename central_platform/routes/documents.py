"""Sealed certificates: the terminal's calls, the pages for a phone, and the page that says what is genuine."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from central_platform import document_page, documents
from central_platform.problems import Refusal
from central_platform.public_page import HEADERS
from central_platform.routes.common import AUTH, MTLS, OPEN, PlatformDep, TerminalDep, refusals, wants_page
from central_platform.wire.common import ProblemCode, Text
from central_platform.wire.documents import DocumentLink, DocumentRequest, FetchedDocument, PublicDocument

router = APIRouter(tags=["documents"])
C = ProblemCode
HTML: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}
FILE: dict[str, Any] = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
CHECKED: dict[int | str, dict[str, Any]] = {200: {"content": HTML, "description": "JSON, or a page for browsers"}}


def _pages(*codes: ProblemCode) -> dict[int | str, dict[str, Any]]:
    """Return the refusals of a call that a person's browser makes: pages where there is something to say."""
    found = refusals(*codes)
    for answer in found.values():
        answer["content"] = {**answer["content"], **HTML}
    return found


@router.post(
    "/v1/documents:fetch",
    operation_id="fetchDocument",
    openapi_extra=MTLS,
    responses=refusals(C.DOCUMENT_UNKNOWN, C.DOCUMENT_EXPIRED, C.INVALID_REQUEST, C.TOO_LARGE, *AUTH),
)
def fetch(body: DocumentRequest, terminal: TerminalDep, platform: PlatformDep) -> FetchedDocument:
    """The sealed certificate of a case of this terminal, for a day. The same bytes every time."""
    return documents.fetch(platform, terminal, body.document)


@router.post(
    "/v1/documents:link",
    operation_id="linkDocument",
    openapi_extra=MTLS,
    responses=refusals(C.DOCUMENT_UNKNOWN, C.DOCUMENT_EXPIRED, C.INVALID_REQUEST, C.TOO_LARGE, *AUTH),
)
def link(body: DocumentRequest, terminal: TerminalDep, platform: PlatformDep) -> DocumentLink:
    """An address for the resident's phone, good for half an hour. Asking again ends the former one."""
    return documents.link(platform, terminal, body.document)


@router.get(
    "/take/{token}",
    operation_id="takeDocument",
    openapi_extra=OPEN,
    response_class=HTMLResponse,
    responses=_pages(C.NOT_FOUND, C.INVALID_REQUEST),
)
def take(token: str, platform: PlatformDep) -> Response:
    """The page behind an address for a phone: what it is, that it is personal, and the file."""
    row = documents.taken(platform, token)
    if row is None or row.link_until is None:
        return HTMLResponse(document_page.gone_html(), 404, HEADERS)
    title = Text.model_validate_json(row.title)
    return HTMLResponse(document_page.take_html(title, token, row.link_until), 200, HEADERS)


@router.get(
    "/take/{token}/file",
    operation_id="takeDocumentFile",
    openapi_extra=OPEN,
    response_class=Response,
    responses={200: {"content": FILE, "description": "The sealed PDF"}, **_pages(C.NOT_FOUND, C.INVALID_REQUEST)},
)
def take_file(token: str, platform: PlatformDep) -> Response:
    """The sealed certificate itself."""
    row = documents.taken(platform, token)
    if row is None:
        return HTMLResponse(document_page.gone_html(), 404, HEADERS)
    try:
        found = documents.issued(platform, row.id)
    except Refusal as refusal:
        if refusal.problem.code is C.DOCUMENT_EXPIRED:
            return HTMLResponse(document_page.gone_html(), 404, HEADERS)
        retry = {"Retry-After": str(refusal.problem.retry_s)}
        return HTMLResponse(document_page.later_html(), 503, {**HEADERS, **retry})
    # A case number is all in ASCII and tells nothing of the person.
    name = {"Content-Disposition": f'attachment; filename="{found.row.number}.pdf"'}
    return Response(found.pdf, 200, {**HEADERS, **name}, "application/pdf")


@router.get(
    "/documents/{check}",
    operation_id="checkDocument",
    openapi_extra=OPEN,
    response_model=PublicDocument,
    responses={**CHECKED, **_pages(C.NOT_FOUND, C.INVALID_REQUEST)},
)
def check(check: str, request: Request, platform: PlatformDep) -> Response:
    """What is genuine about the certificate whose QR code leads here. Public; its holder is masked."""
    return _shown(request, documents.by_address(platform, check))


@router.get(
    "/documents",
    operation_id="checkDocumentByNumber",
    openapi_extra=OPEN,
    response_model=PublicDocument,
    responses={**CHECKED, **_pages(C.NOT_FOUND, C.INVALID_REQUEST)},
)
def check_by_number(
    request: Request,
    platform: PlatformDep,
    number: Annotated[str, Query(max_length=40)] = "",
    check: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The same for someone who types number and check code; a browser that asks for none gets the form."""
    if not number and not check and wants_page(request):
        return HTMLResponse(document_page.lookup_html(tried=False), 200, HEADERS)
    return _shown(request, documents.by_number(platform, number, check))


def _shown(request: Request, found: PublicDocument | None) -> Response:
    if wants_page(request):
        if found is None:
            return HTMLResponse(document_page.lookup_html(tried=True), 404, HEADERS)
        return HTMLResponse(document_page.genuine_html(found), 200, HEADERS)
    if found is None:
        raise Refusal(C.NOT_FOUND)
    return JSONResponse(found.model_dump(mode="json"), 200, HEADERS)
