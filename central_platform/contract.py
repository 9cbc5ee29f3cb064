"""contracts/openapi.yaml and the application must say the same."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from central_platform import __version__
from central_platform.app import create_app
from central_platform.platform import Platform
from central_platform.settings import Settings
from central_platform.wire import feedback, signed, submissions
from central_platform.wire.common import Problem

HEADER = """\
# The contract between terminals and the platform; only ever extended.
# `central-platform openapi` compares it with the application, `--write` writes it anew.
"""
DESCRIPTION = (
    "What a self-service terminal and the platform say to each other. HTTPS and JSON. A terminal is known by its "
    "client certificate (URI SAN `urn:kiosk:terminal:<id>`) and by nothing in a body. Refusals are RFC 9457 problems "
    "whose `code` is one of a closed set. Digests and signatures are over canonical JSON (RFC 8785 without floats). "
    "Fields are only ever added: both sides ignore what they do not know. Calls marked x-lab-only exist for the device "
    "lab and are never served by a platform in service."
)
TAGS = {
    "terminals": "Enrolment, certificates, signs of life, the site profile",
    "catalogue": "Signed service packages",
    "submissions": "The outbox of a terminal; each item has its effect exactly once",
    "documents": "Sealed certificates: for the terminal, for a phone, and whether a paper is genuine",
    "identity": "Identities, prefill, QR credentials, codes by text message",
    "cases": "Where matters stand",
    "chat": "Talks by text with staff of the hotline",
    "payments": "Orders of what a service costs; the platform alone decides amounts",
    "receipts": "Public look-up; nothing personal",
    "lab": "The world around the platform, for tests and demonstrations",
}
BODIES = (
    submissions.ApplicationBody,
    submissions.RatingBody,
    submissions.PrintResultBody,
    submissions.DeleteRequestBody,
    feedback.FeedbackBody,
    submissions.SupplementBody,
    submissions.CommandResultBody,
    submissions.ReadinessBody,
)
SIGNED = (
    signed.SiteProfile,
    signed.CatalogueIndex,
    signed.ServicePackage,
    signed.ServiceVoice,
    signed.AuditHead,
    signed.AuditHeads,
    signed.TimeStatement,
    signed.SealedDocument,
    signed.TerminalCommand,
)
ENVELOPES = {
    "/v1/audit/heads": signed.AuditHeads,
    "/v1/profile": signed.SiteProfile,
    "/v1/technicians": signed.Technicians,
    "/v1/catalogue/index": signed.CatalogueIndex,
    "/v1/catalogue/service/{service}": signed.ServicePackage,
    "/v1/catalogue/voice/{service}": signed.ServiceVoice,
}
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head"})
REF = "#/components/schemas/{model}"
PROSE = frozenset({"description", "summary", "examples"})


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of an application."""
    found = get_openapi(
        title="Doorstep platform",
        version=__version__,
        description=DESCRIPTION,
        routes=app.routes,
        openapi_version="3.1.0",
        tags=[{"name": name, "description": words} for name, words in TAGS.items()],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    components = found.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    for model in (Problem, *BODIES, *SIGNED):
        own = model.model_json_schema(ref_template=REF)
        for name, schema in own.pop("$defs", {}).items():
            schemas.setdefault(name, schema)
        schemas[model.__name__] = own
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    kinds = zip(submissions.Kind, BODIES, strict=True)
    schemas["Item"]["properties"]["body"]["description"] = ", ".join(f"{kind}: {m.__name__}" for kind, m in kinds)
    components["schemas"] = {name: _untitled(schema) for name, schema in sorted(schemas.items())}
    components["securitySchemes"] = {
        "terminalCertificate": {
            "type": "mutualTLS",
            "description": "Issued by `enrol`, renewed at half of its 14 days",
        },
        "staffToken": {"type": "http", "scheme": "bearer", "description": "Given by `central-platform chat admit`"},
    }
    for path, methods in found["paths"].items():
        for operation in methods.values():
            _finish(path, operation)
    return found


def application_document(lab: bool = True) -> dict[str, Any]:
    """Return the document of an application made for this purpose in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        platform = Platform.open(Settings(Path(folder), lab=lab, packages=Path(folder) / "none"))
        try:
            return document(create_app(platform))
        finally:
            platform.close()


def write_contract(path: Path) -> None:
    """Write the application's document to `path`."""
    text = yaml.safe_dump(application_document(), allow_unicode=True, sort_keys=False, width=120)
    path.write_text(HEADER + text, encoding="utf-8")


def differences(path: Path) -> list[str]:
    """Return, one line each, where contract and application disagree in paths, methods or schemas."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    return _compare("", shape(written), shape(application_document()))


def shape(found: dict[str, Any]) -> dict[str, Any]:
    """Return what counts: operations and components, without prose and without order."""
    operations = {
        f"{method} {path}": _bare(operation)
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }
    return {"operations": operations, "components": _bare(found["components"])}


def _finish(path: str, operation: dict[str, Any]) -> None:
    operation.pop("summary", None)
    if "lab" in operation.get("tags", ()):
        operation["x-lab-only"] = True
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _untitled(parameter["schema"])
    for status, answer in operation["responses"].items():
        if answer["description"] == "Successful Response":
            answer["description"] = "Made" if status == "201" else "Done"
        for content in answer.get("content", {}).values():
            content["schema"] = _untitled(content["schema"])
    if path in ENVELOPES:
        operation["responses"]["200"]["description"] = f"`signed` is a {ENVELOPES[path].__name__}"


def _untitled(value: Any) -> Any:
    """Drop the titles that repeat a name."""
    if isinstance(value, dict):
        return {k: _untitled(item) for k, item in value.items() if k != "title" or not isinstance(item, str)}
    return [_untitled(item) for item in value] if isinstance(value, list) else value


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(item) for name, item in value.items() if name not in PROSE or isinstance(item, dict)}
    return sorted((_bare(item) for item in value), key=_order) if isinstance(value, list) else value


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _compare(where: str, left: Any, right: Any) -> list[str]:
    if isinstance(left, dict) and isinstance(right, dict):
        found = [f"{where}/{name}: only in the contract" for name in left.keys() - right.keys()]
        found += [f"{where}/{name}: only in the application" for name in right.keys() - left.keys()]
        for name in left.keys() & right.keys():
            found += _compare(f"{where}/{name}", left[name], right[name])
        return sorted(found)
    return [] if left == right else [f"{where}: differs"]
