"""A batch on its way out, and its answer on the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offline_cache.faces import offset_of
from offline_cache.http.answers import BatchReply, ItemResult, ItemStatus
from offline_cache.items import OutboxItem, Problem
from offline_cache.store.store import Store, wire_item
from offline_cache.sync.documents import Documents


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to write down after a batch. `taken`: sequence numbers up to it belong to a former life of the terminal;
    `waiting`: items that go again when their attachments are there.
    """

    sent: Mapping[str, ItemResult] = field(default_factory=dict)
    dead: Mapping[str, Problem] = field(default_factory=dict)
    later: Mapping[str, float] = field(default_factory=dict)
    taken: int | None = None
    waiting: tuple[str, ...] = ()

    @property
    def only_sent(self) -> bool:
        """True when everything was accepted and nothing has to be looked at again."""
        return not self.dead and not self.later and not self.waiting and self.taken is None


def to_wire(items: Sequence[OutboxItem]) -> list[dict[str, Any]]:
    """Return the items as they are sent."""
    return [wire_item(item) for item in items]


def sort_out(items: Sequence[OutboxItem], reply: BatchReply, now_s: float, delay: Callable[[int], float]) -> Outcome:
    """Decide the fate of each item that was sent; an item the answer does not mention is sent again.

    So is one that it mentions twice with different verdicts: neither may erase a body or bury a case.

    Args:
        items: what was sent.
        reply: what came back; results for ids that were not sent are ignored.
        now_s: wall seconds.
        delay: failed attempts -> seconds to wait.
    """
    results: dict[str, ItemResult | None] = {}
    for said in reply.results:
        results[said.id] = said if results.get(said.id, said) == said else None
    sent: dict[str, ItemResult] = {}
    dead: dict[str, Problem] = {}
    later: dict[str, float] = {}
    waiting: list[str] = []
    taken: int | None = None
    for item in items:
        result = results.get(item.row.id)
        match result:
            case ItemResult(status=ItemStatus.ACCEPTED | ItemStatus.DUPLICATE):
                sent[item.row.id] = result
            case ItemResult(status=ItemStatus.REJECTED, problem=Problem(code="seq-conflict", high_water=int(high))):
                taken = high
                # Once at once under its new number; a platform that says so again gets time.
                later[item.row.id] = now_s + (delay(item.row.attempts) if item.row.attempts else 0.0)
            case ItemResult(status=ItemStatus.WAITING_BLOBS) if item.blobs:
                waiting.append(item.row.id)
            case ItemResult(status=ItemStatus.REJECTED, problem=problem):
                dead[item.row.id] = problem or Problem("rejected")
            case _:
                later[item.row.id] = now_s + delay(item.row.attempts)
    return Outcome(sent, dead, later, taken, tuple(waiting))


def heartbeat(
    store: Store, terminal: str, about: Mapping[str, Any], documents: Documents, audit: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the status a heartbeat carries; `audit` says where the audit chain ends."""
    counts, disk = store.counts(), store.tend()
    unwritten = store.unwritten
    clock = store.clock
    return {
        "terminal": terminal,
        "at": clock.now().isoformat(timespec="milliseconds"),
        "mono_ms": int(clock.monotonic() * 1000),
        "boot_id": store.boot_id,
        "version": about["version"],
        "state": about["state"],
        "devices": about["devices"],
        "outbox": {
            "ready": counts.ready + counts.inflight,
            "dead": counts.dead,
            "oldest_s": counts.oldest_age_s,
        },
        "clock": {"offset_s": round(offset_of(clock))},
        "catalogue": {"version": documents.version()},
        "audit": audit,
        "store": {
            "key_protection": store.protection,
            "free_bytes": disk.free_bytes,
            "reserve": disk.reserve.value,
            "damaged": store.damaged_cases,
            "audit_waiting": unwritten.waiting,
            "audit_lost": unwritten.lost,
        },
    }
