"""Electronic licences: which ones the platform holds of somebody who has proved who they are."""

from __future__ import annotations

from fastapi import APIRouter

from central_platform import identities, licence_copies
from central_platform.routes.common import AUTH, IDENTITY, MTLS, PlatformDep, TerminalDep, refusals
from central_platform.wire.common import ProblemCode
from central_platform.wire.licences import HeldLicences, LicenceQuery

router = APIRouter(prefix="/v1", tags=["licences"])
C = ProblemCode


@router.post(
    "/licences:find",
    operation_id="findLicences",
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.TOO_LARGE, *IDENTITY, *AUTH),
)
def find(body: LicenceQuery, terminal: TerminalDep, platform: PlatformDep) -> HeldLicences:
    """Which licences of this person could take the place of papers of a service. Never the licence itself."""
    identities.require(platform, terminal, body.identity, body.id_no)
    return HeldLicences(licences=licence_copies.held(platform, body.id_no, body.service))
