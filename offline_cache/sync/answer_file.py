"""The platform's answers to an outbox bundle, brought back on a stick: settled as those that come on line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts import CanonicalError, SignatureError, verify
from offline_cache.errors import BadStick
from offline_cache.http import answers, shapes
from offline_cache.items import ItemState
from offline_cache.store.store import Store
from offline_cache.sync import batch
from offline_cache.sync.reports import ItemDead, ItemDone, SyncReport

KIND = "outbox-answers"
MOST_ANSWERS = 64 * 2**20
OPEN = frozenset({ItemState.READY, ItemState.INFLIGHT, ItemState.DEAD})
"""Items whose fate may still change; what was taken back or is accepted already stays as it is."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file of answers changed here: items accepted, refused for good, and those it says nothing new about."""

    sent: int
    dead: int
    known: int
    reports: tuple[SyncReport, ...]


def read_answers(data: bytes, trusted: Mapping[str, bytes], terminal: str) -> answers.BatchReply:
    """Check a file of answers.

    Raises:
        BadStick: not-a-bundle, signature, malformed or other-terminal.
    """
    value = open_envelope(data, trusted)
    if not isinstance(value, Mapping) or value.get("kind") != KIND:
        raise BadStick("not-a-bundle", "the file is signed and holds no answers: take the one that belongs to a bundle")
    if value.get("terminal") != terminal:
        raise BadStick("other-terminal", "these answers are for another terminal")
    try:
        reply = answers.read_batch(value)
    except (shapes.ShapeError, ValueError, TypeError, KeyError, AttributeError):
        raise BadStick("malformed", "the answers are not what a platform writes") from None
    if len({result.id for result in reply.results}) != len(reply.results):
        raise BadStick("malformed", "an id is answered twice")
    return reply


def settle_answers(store: Store, reply: answers.BatchReply, delay: Callable[[int], float]) -> Brought:
    """Write the answers down in one transaction; `reports` tell what is news."""
    known = {row.id: row for row in store.list_items()}
    about = [r for r in reply.results if r.id in known and known[r.id].state in OPEN]
    items = [store.show(result.id) for result in about]
    fate = batch.sort_out(items, reply, store.clock.now().timestamp(), delay)
    receipts = {item_id: result.receipt for item_id, result in fate.sent.items()}
    news = store.settle(receipts, fate.dead, fate.later)
    if fate.taken is not None:
        store.renumber(fate.taken)
    done: list[SyncReport] = [ItemDone(i, receipt) for i, receipt in receipts.items() if i in news]
    dead: list[SyncReport] = [ItemDead(i, problem) for i, problem in fate.dead.items() if i in news]
    return Brought(len(done), len(dead), len(reply.results) - len(done) - len(dead), (*done, *dead))


def open_envelope(data: bytes, trusted: Mapping[str, bytes]) -> Any:
    """Return the signed value of an envelope from a stick.

    Raises:
        BadStick: not-a-bundle or signature.
    """
    try:
        return verify(json.loads(data), trusted)
    except SignatureError as error:
        raise BadStick("signature", f"{error}: the file is not from this terminal's platform") from None
    except (ValueError, RecursionError, CanonicalError):
        raise BadStick("not-a-bundle", "the file is not a signed document, or was cut short") from None
