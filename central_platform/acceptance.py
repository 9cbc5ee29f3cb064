"""Taking a batch of outbox items: each has its effect exactly once, in one transaction with its id and its receipt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from central_platform import alarms, blobs, effects, licence_copies
from central_platform.alarms import Kind
from central_platform.models import Deleted, Rejection, Submission
from central_platform.platform import Platform
from central_platform.problems import Refusal, dumps
from central_platform.wire.common import Problem, ProblemCode
from central_platform.wire.submissions import (
    Batch,
    BatchResult,
    Item,
    ItemResult,
    ItemStatus,
    Receipt,
    SubmissionStatus,
)
from contracts.canonical import CanonicalError, canonical, digest

MAX_GAPS = 100
ALARMING = {
    ProblemCode.DIGEST_CONFLICT: Kind.DIGEST_CONFLICT,
    ProblemCode.DIGEST_MISMATCH: Kind.DIGEST_MISMATCH,
    ProblemCode.SEQ_CONFLICT: Kind.SEQ_CONFLICT,
}
"""Refusals that no honest terminal with a whole disk causes."""


@dataclass(frozen=True, slots=True)
class _Clean:
    """An item whose digest fits. `text` is the canonical body as stored."""

    item: Item
    text: str


class _WaitingError(Exception):
    """Nothing is wrong with the item; some of its attachments are not here."""


def accept_batch(platform: Platform, terminal: str, batch: Batch) -> BatchResult:
    """Take every item that can be taken; one commit, then the verdicts.

    An item that fails leaves nothing behind but its reason: its savepoint is undone, the others stand.
    """
    platform.see_switches()
    with platform.database.write() as session:
        results = [_take(platform, session, terminal, item) for item in batch.items]
        session.flush()
        high, gaps = sequence(session, terminal)
    if any(_by_licence(item) for item in batch.items):
        numbers = [one.receipt.number for one in results if one.receipt is not None]
        licence_copies.draw_missing(platform, numbers)
    return BatchResult(results=results, high_water=high, gaps=gaps)


def status_of(platform: Platform, terminal: str, submission: str) -> SubmissionStatus | None:
    """Return what is known of a terminal's own submission, or None."""
    with platform.database.read() as session:
        row = session.get(Submission, submission)
        if row is not None and row.terminal == terminal:
            return SubmissionStatus(status=ItemStatus.ACCEPTED, receipt=_receipt(row))
        refused = session.get(Rejection, (submission, terminal))
        if refused is not None:
            return SubmissionStatus(
                status=ItemStatus.REJECTED, receipt=None, problem=Problem.model_validate_json(refused.problem)
            )
    return None


def high_water(platform: Platform, terminal: str) -> int:
    """Return the highest sequence number received from a terminal, 0 when none."""
    with platform.database.read() as session:
        return _highest(session, terminal)


def sequence(session: Session, terminal: str) -> tuple[int, list[int]]:
    """Return (high water, gaps): numbers below the highest that never arrived, the first 100."""
    high = _highest(session, terminal)
    count = sum(
        session.scalar(select(func.count()).select_from(table).where(table.terminal == terminal)) or 0
        for table in (Submission, Rejection)
    )
    if count == high:
        return high, []
    seen = set(session.scalars(select(Submission.seq).where(Submission.terminal == terminal)))
    seen.update(session.scalars(select(Rejection.seq).where(Rejection.terminal == terminal)))
    gaps: list[int] = []
    expected = 1
    for seq in sorted(seen):
        gaps.extend(range(expected, min(seq, expected + MAX_GAPS - len(gaps))))
        expected = seq + 1
        if len(gaps) >= MAX_GAPS:
            break
    return high, gaps


def _highest(session: Session, terminal: str) -> int:
    return max(
        session.scalar(select(func.max(table.seq)).where(table.terminal == terminal)) or 0
        for table in (Submission, Rejection)
    )


def _take(platform: Platform, session: Session, terminal: str, item: Item) -> ItemResult:
    try:
        clean = _clean(item)
        known = _known(session, terminal, item)
        if known is not None:
            return known
        for last in (False, False, True):
            try:
                with session.begin_nested():
                    receipt = _effect(platform, session, terminal, clean)
                break
            except IntegrityError:
                # Possible on PostgreSQL only, where writers run side by side: another connection was first with this
                # id or number, or with a row that both need (the day's counter, the slot). That one is there now.
                lost = _known(session, terminal, item)
                if lost is not None:
                    return lost
                if last:
                    raise
        # What was refused before and is now taken is no longer refused.
        refused = session.get(Rejection, (item.id, terminal))
        if refused is not None:
            session.delete(refused)
        return _verdict(item, ItemStatus.ACCEPTED, receipt)
    except _WaitingError:
        return ItemResult(id=item.id, status=ItemStatus.WAITING_BLOBS, receipt=None, problem=None)
    except Refusal as refusal:
        _note(platform, session, terminal, item, refusal.problem)
        return ItemResult(id=item.id, status=ItemStatus.REJECTED, receipt=None, problem=refusal.problem)


def _by_licence(item: Item) -> bool:
    """True when a licence takes the place of a paper, as far as a body that nobody has read yet tells."""
    papers = item.body.get("materials")
    return isinstance(papers, list) and any(
        isinstance(paper, dict) and paper.get("given") == licence_copies.GIVEN for paper in papers
    )


def _clean(item: Item) -> _Clean:
    try:
        if digest(item.body) != item.digest:
            raise Refusal(ProblemCode.DIGEST_MISMATCH)
        return _Clean(item, canonical(item.body).decode())
    except (CanonicalError, UnicodeEncodeError, RecursionError) as error:
        raise Refusal(ProblemCode.DIGEST_MISMATCH, "the body has no canonical form") from error


def _known(session: Session, terminal: str, item: Item) -> ItemResult | None:
    row = session.get(Submission, item.id)
    if row is not None:
        if row.terminal != terminal or row.digest != item.digest:
            raise Refusal(ProblemCode.DIGEST_CONFLICT)
        return _verdict(item, ItemStatus.DUPLICATE, row.receipt)
    holder = select(Submission.id).where(Submission.terminal == terminal, Submission.seq == item.seq)
    if session.scalar(holder) is not None:
        raise Refusal(ProblemCode.SEQ_CONFLICT, high_water=_highest(session, terminal))
    if session.get(Deleted, (item.id, terminal)) is not None:
        raise Refusal(ProblemCode.DELETED)
    return None


def _effect(platform: Platform, session: Session, terminal: str, clean: _Clean) -> str | None:
    item, now = clean.item, platform.clock.now()
    row = Submission(
        id=item.id,
        terminal=terminal,
        seq=item.seq,
        case_key=item.case_key,
        kind=item.kind.value,
        schema_name=item.schema_,
        captured_at=item.captured_at,
        mono_ms=item.mono_ms,
        boot_id=item.boot_id,
        digest=item.digest,
        body=clean.text,
        received_at=now,
    )
    session.add(row)
    session.flush()
    try:
        receipt = effects.EFFECTS[item.kind](effects.Context(platform, session, terminal, item, now))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = "/" + "/".join(str(part) for part in first["loc"])
        raise Refusal(ProblemCode.DATA_INVALID, f"{field}: {first['type']}", field=field) from None
    # Last, so that what would be refused is refused before its scans travel; the savepoint undoes the rest.
    if not blobs.whole(session, terminal, item.blobs):
        raise _WaitingError
    blobs.claim(session, terminal, item.id, item.blobs)
    row.receipt = None if receipt is None else json.dumps(receipt, ensure_ascii=False)
    session.flush()
    return row.receipt


def _note(platform: Platform, session: Session, terminal: str, item: Item, found: Problem) -> None:
    if (kind := ALARMING.get(found.code)) is not None:
        alarms.note(session, terminal, kind, {"submission": item.id}, platform.clock.now())
    if found.code in {ProblemCode.DIGEST_CONFLICT, ProblemCode.SEQ_CONFLICT}:
        # The id or the number belongs to an item that was taken; nothing of this one may count as received.
        return
    row = session.get(Rejection, (item.id, terminal))
    if row is None:
        row = Rejection(id=item.id, terminal=terminal)
        session.add(row)
    row.seq, row.case_key, row.kind, row.digest = item.seq, item.case_key, item.kind.value, item.digest
    row.problem, row.at = dumps(found), platform.clock.now()
    session.flush()


def _verdict(item: Item, status: ItemStatus, receipt: str | None) -> ItemResult:
    parsed = None if receipt is None else Receipt.model_validate_json(receipt)
    return ItemResult(id=item.id, status=status, receipt=parsed, problem=None)


def _receipt(row: Submission) -> Receipt | None:
    return None if row.receipt is None else Receipt.model_validate_json(row.receipt)


def stored(session: Session, case_key: str | None, submission: str | None) -> list[dict[str, Any]]:
    """Return what is stored of items, bodies included: for the lab only."""
    rows = select(Submission).order_by(Submission.received_at, Submission.seq)
    refused = select(Rejection).order_by(Rejection.at, Rejection.seq)
    if case_key is not None:
        rows, refused = rows.where(Submission.case_key == case_key), refused.where(Rejection.case_key == case_key)
    if submission is not None:
        rows, refused = rows.where(Submission.id == submission), refused.where(Rejection.id == submission)
    taken = [
        {**_plain(row), "status": "accepted", "received_at": row.received_at, "problem": None}
        | {"body": json.loads(row.body), "receipt": json.loads(row.receipt) if row.receipt else None}
        for row in session.scalars(rows)
    ]
    rejected = [
        {**_plain(row), "status": "rejected", "received_at": row.at, "problem": json.loads(row.problem)}
        | {"body": None, "receipt": None}
        for row in session.scalars(refused)
    ]
    return taken + rejected


def _plain(row: Submission | Rejection) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "terminal", "seq", "case_key", "kind", "digest")}
