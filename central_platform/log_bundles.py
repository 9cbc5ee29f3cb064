"""Logs of a terminal, from a stick or as the result of a command: whose they are is checked before they are opened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from central_platform import blobs
from central_platform.bundles import origin
from central_platform.models import TerminalCommand
from central_platform.platform import Platform
from contracts import outbox_bundle
from contracts.outbox_bundle import BundleError, Content, Header


def open_logs(platform: Platform, data: bytes) -> tuple[Header, list[dict[str, Any]]]:
    """Return whose logs these are, and their parts: `id` (about, doctor, audit-N, log-N) and `text`.

    A terminal that was withdrawn is believed too: its logs change nothing here.

    Raises:
        BundleError: as those of an outbox bundle.
    """
    sealed = outbox_bundle.take_apart(data, Content.LOGS)
    outbox_bundle.check_signature(sealed, origin(platform, sealed.header, revoked_too=True))
    opener = platform.authority.sealing_key(sealed.header.kid)
    if opener is None:
        raise BundleError("other-platform", "the logs are sealed for another platform, or its key was thrown away")
    return sealed.header, outbox_bundle.open_bundle(sealed, opener)


def sent(platform: Platform, command: str) -> bytes | None:
    """Return the sealed logs that a terminal sent as the result of a command; None when there are none."""
    with platform.database.read() as session:
        row = session.scalar(select(TerminalCommand).where(TerminalCommand.id == command))
        if row is None or row.submission is None:
            return None
        claims = blobs.claimed(session, row.submission)
        return b"".join(blobs.content(session, row.terminal, claims[0].digest)) if claims else None
