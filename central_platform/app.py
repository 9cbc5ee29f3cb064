"""The application: routes, problems, limits."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from central_platform import __version__, problems
from central_platform.maintenance import Closed
from central_platform.middleware import Bodies, Outermost
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.routes import (
    blobs,
    catalogue,
    chat,
    documents,
    identity,
    lab,
    licences,
    payments,
    readiness,
    submissions,
    terminals,
)
from central_platform.wire.common import ProblemCode

HTTP_CODES = {404: ProblemCode.NOT_FOUND, 405: ProblemCode.METHOD_NOT_ALLOWED}


def create_app(platform: Platform) -> FastAPI:
    """Return the ASGI application of a platform; lab routes only when its settings say so."""
    app = FastAPI(
        title="Doorstep platform",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.platform = platform
    for module in (terminals, catalogue, submissions, blobs, documents, identity, licences, chat, payments, readiness):
        app.include_router(module.router)
    if platform.settings.lab:
        app.include_router(lab.router)
    app.add_exception_handler(Refusal, problems.on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_middleware(Bodies)
    app.add_middleware(Closed, notice=platform.notice, clock=platform.clock)
    app.add_middleware(
        Outermost,
        clock=platform.clock,
        logbook=platform.logbook,
        faults=platform.faults,
    )
    return app


async def _on_invalid(_request: Request, error: Exception) -> Response:
    """Say which field is wrong, never what was in it."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    field = "/" + "/".join(str(part)[:80] for part in first["loc"])
    return problems.response(problems.problem(ProblemCode.INVALID_REQUEST, f"{field}: {first['type']}", field=field))


async def _on_http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = HTTP_CODES.get(error.status_code, ProblemCode.INVALID_REQUEST)
    answer = problems.response(problems.problem(code))
    answer.headers.update(error.headers or {})
    return answer
