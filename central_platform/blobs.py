"""Attachments as they arrive: parts in order, each whole or not at all, believed when the hash of all fits.

A blob belongs to the terminal that sent it: another terminal that names the same content learns nothing of it. It is
kept for good once an accepted item has claimed it; one that nobody claims is dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from central_platform.models import Blob, BlobClaim, BlobPart
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.blobs import BlobRef, BlobState
from central_platform.wire.common import ProblemCode
from contracts.blobs import MOST_BYTES, PART_BYTES

MISMATCH = "https://iana.org/assignments/http-problem-types#mismatching-upload-offset"
WAIT_S = 3600
"""What a terminal is told that has sent too much which no item has claimed."""


def state_of(platform: Platform, terminal: str, digest: str) -> BlobState:
    """Return how much of a blob is here. Every digest names an upload; one that has not begun stands at 0."""
    with platform.database.read() as session:
        row = session.get(Blob, (terminal, digest))
    return _state(digest, row)


def put(
    platform: Platform, terminal: str, digest: str, offset: int, data: bytes, *, last: bool
) -> tuple[BlobState, bool]:
    """Append one part; on the disk when this returns. Returns the state and whether this part made it whole.

    A blob that is whole stays as it is, whatever is sent.

    Raises:
        Refusal: offset-mismatch with the right one, too-large, digest-mismatch (everything sent is forgotten), or
            too-many unclaimed bytes.
    """
    if len(data) > PART_BYTES:
        raise Refusal(ProblemCode.TOO_LARGE, f"a part has at most {PART_BYTES} bytes")
    now = platform.clock.now()
    with platform.database.write() as session:
        row = session.get(Blob, (terminal, digest), with_for_update=True)
        if row is not None and row.whole_at is not None:
            row.touched_at = now
            return _state(digest, row), False
        received = 0 if row is None else row.received
        if offset != received:
            raise Refusal(ProblemCode.OFFSET_MISMATCH, f"{received} bytes are here", offset=received, type=MISMATCH)
        if received + len(data) > MOST_BYTES:
            raise Refusal(ProblemCode.TOO_LARGE, f"an attachment has at most {MOST_BYTES} bytes")
        if row is None:
            if _unclaimed_bytes(session, terminal) > platform.settings.blob_unclaimed_bytes:
                raise Refusal(ProblemCode.TOO_MANY, "too much is here that no item has claimed", retry_s=WAIT_S)
            row = Blob(terminal=terminal, digest=digest, received=0)
            session.add(row)
        row.touched_at = now
        if data:
            session.add(BlobPart(terminal=terminal, digest=digest, offset=received, data=data))
            row.received = received + len(data)
        session.flush()
        fits = not last or _hash(session, terminal, digest) == digest
        if last and fits:
            row.whole_at = now
        if not fits:
            _drop(session, row)
        found = _state(digest, row)
    if not fits:
        raise Refusal(ProblemCode.DIGEST_MISMATCH, "the bytes do not have the digest that names them", offset=0)
    return found, last


def whole(session: Session, terminal: str, refs: Sequence[BlobRef]) -> bool:
    """True when every attachment that an item names is here.

    Raises:
        Refusal: data-invalid; one has another size than the item says.
    """
    every = True
    for number, ref in enumerate(refs):
        row = session.get(Blob, (terminal, ref.digest), with_for_update=True)
        if row is None or row.whole_at is None:
            every = False
        elif ref.size is not None and row.received != ref.size:
            raise Refusal(
                ProblemCode.DATA_INVALID,
                f"/blobs/{number}/size: not that of the content",
                field=f"/blobs/{number}/size",
            )
    return every


def claim(session: Session, terminal: str, submission: str, refs: Sequence[BlobRef]) -> None:
    """Bind attachments to an item, in the transaction that accepts it."""
    known: set[str] = set()
    for position, ref in enumerate(refs):
        if ref.digest not in known:
            known.add(ref.digest)
            session.add(
                BlobClaim(
                    submission=submission, digest=ref.digest, terminal=terminal, position=position, media=ref.media
                )
            )


def claimed(session: Session, submission: str) -> list[BlobClaim]:
    """Return the attachments of an accepted item, in its order."""
    wanted = select(BlobClaim).where(BlobClaim.submission == submission).order_by(BlobClaim.position)
    return list(session.scalars(wanted))


def content(session: Session, terminal: str, digest: str) -> Iterator[bytes]:
    """Yield the bytes of a blob, part by part."""
    wanted = select(BlobPart.data).where(BlobPart.terminal == terminal, BlobPart.digest == digest)
    yield from session.scalars(wanted.order_by(BlobPart.offset).execution_options(yield_per=4))


def forget(platform: Platform) -> int:
    """Drop what no accepted item has claimed and nothing was added to for long; returns how many."""
    before = platform.clock.now() - timedelta(days=platform.settings.blob_keep_days)
    taken = exists().where(BlobClaim.terminal == Blob.terminal, BlobClaim.digest == Blob.digest)
    with platform.database.write() as session:
        rows = session.scalars(select(Blob).where(Blob.touched_at < before, ~taken).with_for_update()).all()
        for row in rows:
            _drop(session, row)
            session.delete(row)
    return len(rows)


def _state(digest: str, row: Blob | None) -> BlobState:
    if row is None:
        return BlobState(digest=digest, offset=0, complete=False)
    return BlobState(digest=digest, offset=row.received, complete=row.whole_at is not None)


def _hash(session: Session, terminal: str, digest: str) -> str:
    state = hashlib.sha256()
    for piece in content(session, terminal, digest):
        state.update(piece)
    return f"sha256:{state.hexdigest()}"


def _drop(session: Session, row: Blob) -> None:
    session.execute(delete(BlobPart).where(BlobPart.terminal == row.terminal, BlobPart.digest == row.digest))
    row.received = 0


def _unclaimed_bytes(session: Session, terminal: str) -> int:
    taken = exists().where(BlobClaim.terminal == Blob.terminal, BlobClaim.digest == Blob.digest)
    return session.scalar(select(func.sum(Blob.received)).where(Blob.terminal == terminal, ~taken)) or 0
