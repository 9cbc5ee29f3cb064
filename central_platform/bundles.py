"""A terminal's outbox that came on a USB stick: checked, opened, and taken exactly as if it had come on line."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from central_platform import acceptance, problems
from central_platform.authority import terminal_of
from central_platform.models import Certificate
from central_platform.platform import Platform
from central_platform.wire.common import ProblemCode
from central_platform.wire.submissions import MAX_BYTES, MAX_ITEMS, Batch, Item, ItemResult, ItemStatus
from contracts import outbox_bundle
from contracts.canonical import canonical
from contracts.outbox_bundle import BundleError, Header
from contracts.signatures import Envelope

ANSWERS = "outbox-answers"
AUDIT = "imports.jsonl"
_TERMINAL = re.compile(r"[A-Z]{2}-[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a bundle. `held` are ids behind an item of their case that was refused, or that waits for scans:
    they stay with the terminal.
    """

    header: Header
    results: tuple[ItemResult, ...]
    held: tuple[str, ...]
    answers: Envelope

    def count(self, status: ItemStatus) -> int:
        """Return how many items ended so."""
        return sum(result.status is status for result in self.results)


def import_bundle(platform: Platform, data: bytes, *, revoked_too: bool = False) -> Imported:
    """Take every item of a bundle that can be taken, and return the verdicts and a signed file of answers.

    A bundle that was taken before gives duplicates. Whatever the outcome, one line of it goes to `imports.jsonl`.

    Args:
        platform: the platform.
        data: the file's bytes.
        revoked_too: also take the bundle of a terminal that was withdrawn since: somebody vouches for the stick.

    Raises:
        BundleError: the bundle is refused as a whole and nothing changed. Besides its own codes: other-platform,
            terminal-unknown, terminal-revoked.
    """
    name = ""
    try:
        sealed = outbox_bundle.take_apart(data)
        if _TERMINAL.fullmatch(sealed.header.terminal):
            name = sealed.header.terminal
        key = origin(platform, sealed.header, revoked_too=revoked_too)
        outbox_bundle.check_signature(sealed, key)
        opener = platform.authority.sealing_key(sealed.header.kid)
        if opener is None:
            raise BundleError("other-platform", "the bundle is sealed for another platform, or its key was thrown away")
        items = outbox_bundle.open_bundle(sealed, opener)
    except BundleError as error:
        _note(platform, data, event="bundle-refused", terminal=name, code=error.code)
        raise
    results, held = _take(platform, sealed.header.terminal, items)
    found = Imported(sealed.header, results, held, _answers(platform, sealed.header, results))
    counts = {status.value: found.count(status) for status in (ItemStatus.ACCEPTED, ItemStatus.DUPLICATE)}
    refused, waiting = found.count(ItemStatus.REJECTED), found.count(ItemStatus.WAITING_BLOBS)
    about = {"bundle": sealed.header.bundle, "revoked": revoked_too, **counts, "rejected": refused, "held": len(held)}
    if waiting:
        about["waiting_blobs"] = waiting
    _note(platform, data, event="bundle-imported", terminal=name, **about)
    return found


def origin(platform: Platform, header: Header, *, revoked_too: bool) -> ec.EllipticCurvePublicKey:
    """Return the key of the terminal that the header names. An expired certificate is no matter: a terminal that needs
    a stick was often away for long.

    Raises:
        BundleError: terminal-unknown or terminal-revoked.
    """
    try:
        certificate = x509.load_pem_x509_certificate(header.certificate.encode())
        key = certificate.public_key()
    except Exception as error:
        # A parser fed by strangers may fail in any way; whatever it was, it names nobody.
        raise BundleError("terminal-unknown", "the certificate in the bundle cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not platform.authority.issued(certificate):
        raise BundleError("terminal-unknown", "the certificate in the bundle was not issued here")
    if terminal_of(certificate) != header.terminal:
        raise BundleError("terminal-unknown", "the certificate in the bundle is another terminal's")
    with platform.database.read() as session:
        row = session.get(Certificate, f"{certificate.serial_number:x}")
        if row is None or row.terminal != header.terminal:
            raise BundleError("terminal-unknown", "this platform does not know the certificate in the bundle")
        if row.revoked_at is not None and not revoked_too:
            raise BundleError(
                "terminal-revoked", "the terminal was withdrawn: import with --revoked-too when you know who made this"
            )
    return key


def _take(
    platform: Platform, terminal: str, items: Sequence[Mapping[str, Any]]
) -> tuple[tuple[ItemResult, ...], tuple[str, ...]]:
    """Take the items in batches as a terminal sends them: each case in its order, nothing behind one that was not."""
    results: dict[str, ItemResult] = {}
    held: list[str] = []
    waiting: dict[str, deque[Item]] = {}
    blocked: set[str] = set()
    for raw in items:
        case = str(raw.get("case_key"))
        try:
            item = Item.model_validate(raw)
        except ValidationError as error:
            results[raw["id"]] = _invalid(raw["id"], error)
            blocked.add(case)
            continue
        if case in blocked:
            held.append(item.id)
        else:
            waiting.setdefault(case, deque()).append(item)
    while waiting:
        batch = _next_batch(waiting)
        for item, result in zip(batch, _send(platform, terminal, batch), strict=True):
            results[item.id] = result
            queue = waiting[item.case_key]
            queue.popleft()
            if result.status in (ItemStatus.REJECTED, ItemStatus.WAITING_BLOBS):
                held.extend(behind.id for behind in queue)
                queue.clear()
            if not queue:
                del waiting[item.case_key]
    return tuple(results[raw["id"]] for raw in items if raw["id"] in results), tuple(held)


def _send(platform: Platform, terminal: str, batch: list[Item]) -> Iterator[ItemResult]:
    for item, result in zip(batch, _accept(platform, terminal, batch), strict=True):
        problem = result.problem
        if problem is not None and problem.code is ProblemCode.SEQ_CONFLICT and problem.high_water is not None:
            # The number was given again after the terminal lost its store. It would number the item anew; so do we.
            fresh = item.model_copy(update={"seq": acceptance.high_water(platform, terminal) + 1})
            yield from _accept(platform, terminal, [fresh])
        else:
            yield result


def _accept(platform: Platform, terminal: str, items: list[Item]) -> list[ItemResult]:
    return acceptance.accept_batch(platform, terminal, Batch.model_construct(terminal=terminal, items=items)).results


def _next_batch(waiting: Mapping[str, deque[Item]]) -> list[Item]:
    batch: list[Item] = []
    size = 0
    for case in islice(waiting.values(), MAX_ITEMS):
        size += _weight(case[0])
        if batch and size > MAX_BYTES:
            break
        batch.append(case[0])
    return batch


def _weight(item: Item) -> int:
    try:
        return len(json.dumps(item.body, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        # Its digest cannot be taken either: it travels alone and is refused there.
        return MAX_BYTES


def _invalid(item_id: str, error: ValidationError) -> ItemResult:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    field = "/" + "/".join(str(part) for part in first["loc"])
    found = problems.problem(ProblemCode.INVALID_REQUEST, f"{field}: {first['type']}", field=field)
    return ItemResult(id=item_id, status=ItemStatus.REJECTED, receipt=None, problem=found)


def _answers(platform: Platform, header: Header, results: Sequence[ItemResult]) -> Envelope:
    with platform.database.read() as session:
        high, gaps = acceptance.sequence(session, header.terminal)
    return platform.authority.sign(
        {
            "kind": ANSWERS,
            "version": 1,
            "terminal": header.terminal,
            "bundle": header.bundle,
            "made_at": platform.clock.now().isoformat(),
            "results": [_plain(result) for result in results],
            "high_water": high,
            "gaps": gaps,
        }
    )


def _plain(result: ItemResult) -> dict[str, Any]:
    """The answer without the one part of a receipt that may be personal: a stick gets lost."""
    value = result.model_dump(mode="json")
    if value["receipt"] is not None:
        value["receipt"]["result"] = None
    return value


def _note(platform: Platform, data: bytes, **line: Any) -> None:
    at = platform.clock.now().isoformat(timespec="milliseconds")
    text = canonical({"at": at, "sha256": hashlib.sha256(data).hexdigest(), **line}) + b"\n"
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    with os.fdopen(os.open(platform.settings.data / AUDIT, flags, 0o600), "ab") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
