"""What anyone who holds a readiness report may read."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from central_platform.wire.common import Wire


class PublicReadiness(Wire):
    """What a QR code proves. The rest is null when it proves nothing."""

    proof: str = Field(
        pattern="^(genuine|awaited|false)$",
        description="awaited: signed by the terminal, and the report itself has not come",
    )
    terminal: str | None = None
    report: str | None = None
    at: datetime | None = None
    ready: bool | None = None
    received_at: datetime | None = None
