"""Attachments of outbox items: how an item names them, and how their bytes come."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from central_platform.wire.common import Wire
from contracts import blobs

BlobName = Annotated[
    str, Field(pattern=f"^{blobs.NAME.pattern}$", max_length=71, description="sha256: and 64 hexadecimal digits")
]
Size = Annotated[int, Field(ge=0, le=blobs.MOST_BYTES)]


class BlobRef(Wire):
    """One attachment of an item. A terminal that lost its own copy names no size."""

    digest: BlobName
    size: Size | None = None
    media: str = Field(default=blobs.UNKNOWN_MEDIA, pattern=f"^{blobs.MEDIA.pattern}$", max_length=80)


class BlobState(Wire):
    """How much of one attachment the platform has."""

    digest: str
    offset: int = Field(description="bytes received; an upload goes on here")
    complete: bool
