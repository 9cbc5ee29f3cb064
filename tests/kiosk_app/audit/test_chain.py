"""What was changed, taken out, moved or cut off shows."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from contracts import GM, canonical
from kiosk_app.audit import AuditLog, events
from offline_cache import AuditRow, Fault, chain_hash, verify_chain
from offline_cache.store.chain import lost_entry, suite_of
from tests.kiosk_app.audit.memory import MemoryChain


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
    text = rows[2].text.replace("done", "other")
    rows[2] = dataclasses.replace(rows[2], text=text)
    verdict = verify_chain(rows)
    assert (verdict.fault, verdict.at, verdict.count) == (Fault.CHANGED, 3, 2)


def test_changed_time_shows() -> None:
    rows = made()
    rows[0] = dataclasses.replace(rows[0], at="2026-11-22T11:00:00+00:00")
    assert verify_chain(rows).fault is Fault.CHANGED


def test_change_with_its_hash_made_anew_shows_at_the_next_entry() -> None:
    rows = made()
    text = canonical({"event": "visit_ended", "fields": {}}).decode()
    rows[2] = dataclasses.replace(rows[2], text=text, hash=chain_hash(rows[2].prev, rows[2].at, text))
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
    verdict = verify_chain(rows[:4], {6: rows[5].hash})
    assert (verdict.fault, verdict.at) == (Fault.CUT_SHORT, 5)


def test_chain_made_anew_shows_to_who_remembers_the_head() -> None:
    rows = made()
    other = MemoryChain(Clock())
    for _ in range(7):
        other.append_audit_later({"event": "visit_ended", "fields": {}})
    assert verify_chain(other.rows, {6: rows[5].hash}).fault is Fault.REBUILT


def test_entries_whose_numbers_were_exchanged_show_as_moved() -> None:
    rows = made()
    rows[1], rows[2] = dataclasses.replace(rows[2], seq=2), dataclasses.replace(rows[1], seq=3)
    verdict = verify_chain(rows)
    assert (verdict.fault, verdict.at) == (Fault.REORDERED, 2)


def test_the_same_entry_in_other_words_is_a_change() -> None:
    rows = made()
    rows[2] = dataclasses.replace(rows[2], text=rows[2].text.replace(":", ": ", 1))
    assert rows[2].entry == made()[2].entry
    assert verify_chain(rows).fault is Fault.CHANGED


def test_a_head_says_how_far_the_chain_is_attested() -> None:
    rows = made()
    verdict = verify_chain(rows, {2: rows[1].hash, 4: rows[3].hash})
    assert (verdict.ok, verdict.agreed, verdict.last.seq) == (True, 4, 6)


def test_the_other_suite_is_used_from_an_entry_on_that_says_so() -> None:
    chain = MemoryChain(Clock())
    chain.append_audit_later({"event": "back_in_service", "fields": {}})
    chain.suite = GM
    for _ in range(2):
        chain.append_audit_later({"event": "back_in_service", "fields": {}})
    assert [row.entry["event"] for row in chain.rows] == [
        "back_in_service", "chain_suite", "back_in_service", "back_in_service",
    ]  # fmt: skip
    assert [suite_of(row.hash).name for row in chain.rows] == ["intl", "gm", "gm", "gm"]
    assert verify_chain(chain.rows).ok
    hidden = chain.rows[1]
    text = chain.rows[0].text
    chain.rows[1] = dataclasses.replace(hidden, text=text, hash=chain_hash(hidden.prev, hidden.at, text, GM))
    assert verify_chain(chain.rows).fault is Fault.CHANGED


def test_a_chain_may_begin_with_the_other_suite() -> None:
    chain = MemoryChain(Clock(), GM)
    chain.append_audit_later({"event": "back_in_service", "fields": {}})
    assert (len(chain.rows), chain.rows[0].hash[:4], verify_chain(chain.rows).ok) == (1, "sm3:", True)


def with_a_loss() -> list[AuditRow]:
    """Entries 3 and 4 went with a page; an entry behind them says so."""
    rows = made()
    chain = MemoryChain(Clock())
    chain.rows = rows
    chain.append_audit_later(lost_entry(3, 4, rows[1].hash))
    del rows[2:4]
    return rows


def test_a_declared_loss_is_damage_until_it_is_accepted() -> None:
    verdict = verify_chain(with_a_loss())
    assert (verdict.fault, verdict.at) == (Fault.DAMAGED, 3)
    assert [(loss.first, loss.last) for loss in verdict.losses] == [(3, 4)]
    accepted = verify_chain(with_a_loss(), accepted=7)
    assert (accepted.ok, len(accepted.losses)) == (True, 1)
    assert verify_chain(with_a_loss(), accepted=6).fault is Fault.DAMAGED


def test_a_declared_loss_excuses_nothing_else() -> None:
    rows = with_a_loss()
    assert verify_chain(rows[:-1]).fault is Fault.MISSING
    # One more entry beside the gap is gone.
    assert verify_chain([rows[0], *rows[2:]]).fault is Fault.MISSING
    # What is in front of the gap was made anew: the entry that declares the gap remembers the hash before it.
    other = MemoryChain(Clock())
    for _ in range(2):
        other.append_audit_later({"event": "visit_ended", "fields": {}})
    assert verify_chain([*other.rows, *rows[2:]]).fault is Fault.MISSING


def test_broken_hash_text_is_a_change_not_a_crash() -> None:
    rows = made()
    rows[1] = dataclasses.replace(rows[1], prev="not hex")
    assert verify_chain(rows).fault is Fault.CHANGED
