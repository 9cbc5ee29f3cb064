"""A request for a certificate that came on a stick, and the answer that goes back on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from central_platform import enrolment
from central_platform.enrolment import Proof
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.terminals import EnrolRequest
from contracts.enrolment import MAX_REQUEST, VERSION
from contracts.hardware import key_word


class StickRefusedError(Exception):
    """The request is refused and nothing was issued. `code` is a word of docs/enrolment.md."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Request:
    """What a machine asks for."""

    wire: EnrolRequest
    proof: Proof

    @property
    def key_word(self) -> str:
        """The word by which technician and operator compare the key."""
        return key_word(self.proof.key)


def read_request(data: bytes, authority: str) -> Request:
    """Read a request for the platform whose authority has this fingerprint.

    Raises:
        StickRefusedError: truncated, not-a-request or other-platform.
    """
    if len(data) > MAX_REQUEST:
        raise StickRefusedError("not-a-request", "the file is too large")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StickRefusedError("truncated", "the file ends too early or is no request: write it again") from error
    if not isinstance(value, dict) or value.get("kind") != "enrolment-request" or value.get("version") != VERSION:
        raise StickRefusedError("not-a-request", "this is no enrolment request")
    if value.get("authority") != authority:
        raise StickRefusedError("other-platform", "the technician's slip names another platform")
    try:
        # The operator's choice of the slot stands in the place of a code.
        wire = EnrolRequest.model_validate({**value, "code": "-"})
    except ValidationError as error:
        raise StickRefusedError("not-a-request", "a field is missing or cannot be right") from error
    if wire.device_key is None or wire.at is None or wire.signature is None:
        raise StickRefusedError("not-a-request", "it is not signed by a device key")
    return Request(wire, Proof(wire.device_key, wire.key_protection, wire.at, wire.signature))


def answer(
    platform: Platform, terminal: str, request: Request, catalogue: str | None, *, replace: bool = False
) -> dict[str, Any]:
    """Certify a machine for a slot and return the signed answer; the same request again gives another certificate.

    `catalogue` is the SHA-256 of the reference bundle that goes along.

    Raises:
        StickRefusedError: the platform's problem code.
    """
    wire = request.wire
    try:
        found = enrolment.issue(platform, terminal, wire.csr_pem, wire.inventory, request.proof, replace=replace)
    except Refusal as error:
        raise StickRefusedError(error.problem.code.value, error.problem.detail) from error
    now = platform.clock.now()
    value = {
        **enrolment.granted(platform, found),
        "kind": "enrolment-answer",
        "version": VERSION,
        "made_at": now.isoformat(),
        "device_key": request.proof.key,
        "catalogue": catalogue,
    }
    return platform.authority.sign_answer(value, now)
