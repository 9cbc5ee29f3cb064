"""The application: routes, problems, limits, and the OpenAPI document that contracts/openapi.yaml must equal."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from central_platform import __version__, problems
from central_platform.middleware import Bodies, Outermost
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.routes import catalogue, identity, lab, submissions, terminals
from central_platform.wire import submissions as wire
from central_platform.wire.common import Problem, ProblemCode

TITLE = "Doorstep platform"
DESCRIPTION = (
    "What a self-service terminal and the platform say to each other. HTTPS and JSON. A terminal is known by its "
    "client certificate (URI SAN `urn:kiosk:terminal:<id>`) and by nothing in a body. Refusals are RFC 9457 problems "
    "whose `code` is one of a closed set. Fields are only ever added: both sides ignore what they do not know."
)
BODIES = (wire.ApplicationBody, wire.RatingBody, wire.PrintResultBody, wire.DeleteRequestBody)
HTTP_CODES = {404: ProblemCode.NOT_FOUND, 405: ProblemCode.METHOD_NOT_ALLOWED}


def create_app(platform: Platform) -> FastAPI:
    """Return the ASGI application of a platform; lab routes only when its settings say so."""
    app = FastAPI(title=TITLE, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.platform = platform
    for module in (terminals, catalogue, submissions, identity):
        app.include_router(module.router)
    if platform.settings.lab:
        app.include_router(lab.router)
    app.add_exception_handler(Refusal, problems.on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_middleware(Bodies)
    app.add_middleware(
        Outermost,
        clock=platform.clock,
        logbook=platform.logbook,
        faults=platform.faults,
    )
    return app


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the application."""
    found = get_openapi(
        title=TITLE, version=__version__, description=DESCRIPTION, routes=app.routes, openapi_version="3.1.0"
    )
    components = found.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    for model in (Problem, *BODIES):
        own = model.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, schema in own.pop("$defs", {}).items():
            schemas.setdefault(name, schema)
        schemas[model.__name__] = own
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Item"]["properties"]["body"]["description"] = "By `kind`: " + ", ".join(m.__name__ for m in BODIES)
    components["securitySchemes"] = {
        "terminalCertificate": {"type": "mutualTLS", "description": "Issued by `enrol`, renewed at half of its 14 days"}
    }
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return found


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
