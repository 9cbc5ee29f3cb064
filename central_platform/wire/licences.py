"""Which electronic licences the platform holds of somebody."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from central_platform.wire.common import IdentityToken, Text, Wire, Word
from central_platform.wire.identity import IdNumber


class LicenceQuery(Wire):
    """Whose licences, and for the papers of which service; `identity` is that of this person."""

    id_no: IdNumber = Field(repr=False)
    service: Word
    identity: IdentityToken | None = Field(default=None, repr=False)


class HeldLicence(Wire):
    """A licence that may take the place of a paper. Nothing else of it leaves the platform."""

    material: str = Field(description="the code of the paper")
    kind: str = Field(repr=False)
    name: Text = Field(repr=False)
    number: str = Field(description="masked", repr=False)
    issuer: Text = Field(repr=False)
    valid_until: date | None = Field(description="the last day; null = for good", repr=False)


class HeldLicences(Wire):
    """In the order of the papers; none that has expired or was revoked."""

    licences: list[HeldLicence] = Field(repr=False)
