"""Sealed certificates: for the terminal, for the resident's phone, and for whoever has the paper before them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from central_platform.wire.common import Envelope, Text, Wire

DocumentId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
"""What the receipt's `result.document` says, opaque."""


class DocumentRequest(Wire):
    """Which certificate is meant."""

    document: DocumentId = Field(repr=False)


class FetchedDocument(Wire):
    """The sealed page, and what the platform vouches for: `signed.signed` is a SealedDocument."""

    signed: Envelope
    pdf: str = Field(repr=False, description="base64; its digest is in the envelope")


class DocumentLink(Wire):
    """An address for the resident's phone. It is the only one: a new one ends the former."""

    url: str = Field(repr=False)
    expires_at: datetime
    expires_s: int


class PublicDocument(Wire):
    """What is genuine about a certificate, for whoever has it before them. `holder` is masked."""

    number: str
    title: Text
    issuer: Text
    issued_on: date
    holder: str
    digest: str = Field(description="of the sealed PDF")
    warning: str = Field(description="what has to be known of the seal, as on the page; empty when nothing")
