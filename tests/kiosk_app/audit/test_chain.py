"""What was changed, taken out, moved or cut off shows."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from kiosk_app.audit import AuditLog, events
from kiosk_app.audit.chain import Fault, MemoryChain, head_of, verify_chain
from offline_cache.store.audit import AuditRow, chain_hash


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def made(count: int = 6) -> list[AuditRow]:
    chain = MemoryChain(Clock())
    log = AuditLog(chain, Clock(), strict=True)
    for n in range(count):
        log.record(events.VISIT_ENDED, visit=f"v{n}", how="done")
    return chain.rows


def test_whole_chain_is_good() -> None:
    verdict = verify_chain(made())
    assert (verdict.ok, verdict.count) == (True, 6)


def test_empty_chain_is_good() -> None:
    assert verify_chain([]).ok


def test_changed_field_shows() -> None:
    rows = made()
    rows[2] = dataclasses.replace(rows[2], entry={**rows[2].entry, "fields": {"visit": "v2", "how": "other"}})
    verdict = verify_chain(rows)
    assert (verdict.fault, verdict.at, verdict.count) == (Fault.CHANGED, 3, 2)


def test_changed_time_shows() -> None:
    rows = made()
    rows[0] = dataclasses.replace(rows[0], at="2026-11-22T11:00:00+00:00")
    assert verify_chain(rows).fault is Fault.CHANGED


def test_change_with_its_hash_made_anew_shows_at_the_next_entry() -> None:
    rows = made()
    entry = {"event": "visit_ended", "fields": {}}
    rows[2] = dataclasses.replace(rows[2], entry=entry, hash=chain_hash(rows[2].prev, rows[2].at, entry))
    assert (verify_chain(rows).fault, verify_chain(rows).at) == (Fault.CHANGED, 4)


def test_missing_entry_shows() -> None:
    rows = made()
    del rows[3]
    verdict = verify_chain(rows)
    assert (verdict.fault, verdict.at) == (Fault.MISSING, 5)


def test_missing_beginning_shows() -> None:
    assert verify_chain(made()[1:]).fault is Fault.MISSING


def test_moved_entries_show() -> None:
    rows = made()
    rows[1], rows[2] = rows[2], rows[1]
    assert verify_chain(rows).fault is Fault.MISSING
    assert verify_chain([*made(3), made(3)[1]]).fault is Fault.REORDERED


def test_repeated_entry_shows() -> None:
    rows = made()
    assert verify_chain([rows[0], *rows]).fault is Fault.REORDERED


def test_cut_off_end_shows_to_who_remembers_the_head() -> None:
    rows = made()
    verdict = verify_chain(rows[:4], head=head_of(rows[5]))
    assert (verdict.fault, verdict.at) == (Fault.CUT_SHORT, 5)


def test_chain_made_anew_shows_to_who_remembers_the_head() -> None:
    rows = made()
    other = MemoryChain(Clock())
    for _ in range(7):
        other.append_audit_later({"event": "visit_ended", "fields": {}})
    assert verify_chain(other.rows, head=head_of(rows[5])).fault is Fault.CHANGED


def test_part_of_a_chain_is_verified_from_its_start() -> None:
    rows = made()
    assert verify_chain(rows[3:], start=head_of(rows[2])).ok


def test_broken_hash_text_is_a_change_not_a_crash() -> None:
    rows = made()
    rows[1] = dataclasses.replace(rows[1], prev="not hex")
    assert verify_chain(rows).fault is Fault.CHANGED
