from __future__ import annotations

import os
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from offline_cache import (
    Cached,
    DigestConflict,
    ItemState,
    ItemTooLarge,
    Limits,
    NotDead,
    PrintJournal,
    Problem,
    StoreBusy,
    StoreClosed,
    StoreError,
    StoreFull,
    UnknownItem,
    Withdrawal,
)
from offline_cache.sync.policy import choose
from tests.offline_cache.support import HandClock, item, new_id, open_at, until

RECEIPT = {"number": "XC-2026-1122-000001", "check_code": "8F3K-2Q7M", "result": {"name": "张小红"}}


def test_what_was_submitted_is_there_after_reopening(tmp_path: Path) -> None:
    wanted = item(provisional="L20261122-0042-0001", body={"answers": {"name": "张小红"}})
    with open_at(tmp_path) as store:
        saved = store.submit(wanted)
    with open_at(tmp_path) as store:
        found = store.show(saved.id)
    assert found.body == wanted.body
    assert (found.row.seq, found.row.provisional, found.row.state) == (saved.seq, wanted.provisional, "ready")


def test_the_same_id_again_gives_the_same_saved(tmp_path: Path) -> None:
    wanted = item()
    with open_at(tmp_path) as store:
        assert store.submit(wanted) == store.submit(wanted)
        assert store.counts().ready == 1


def test_the_same_id_with_another_body_is_refused(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        first = store.submit(item(body={"a": 1}))
        with pytest.raises(DigestConflict):
            store.submit(item(id=first.id, body={"a": 2}))


def test_a_body_too_large_for_a_batch_is_refused_at_once(tmp_path: Path) -> None:
    with open_at(tmp_path) as store, pytest.raises(ItemTooLarge):
        store.submit(item(body={"a": "x" * 500_000}))


def test_a_full_queue_promises_nothing(tmp_path: Path) -> None:
    with open_at(tmp_path, limits=Limits(max_items=1, min_free_bytes=0)) as store:
        store.submit(item())
        with pytest.raises(StoreFull):
            store.submit(item())


def test_a_full_disk_promises_nothing(tmp_path: Path) -> None:
    with open_at(tmp_path, limits=Limits(min_free_bytes=2**62)) as store, pytest.raises(StoreFull):
        store.submit(item())


def test_provisional_numbers_count_by_day_and_survive_reopening(tmp_path: Path) -> None:
    clock = HandClock()
    with open_at(tmp_path, clock=clock) as store:
        assert store.next_provisional("XC-0042") == "L20261122-0042-0001"
        assert store.next_provisional("XC-0042") == "L20261122-0042-0002"
    clock.at += timedelta(days=1)
    with open_at(tmp_path, clock=clock) as store:
        assert store.next_provisional("XC-0042") == "L20261123-0042-0001"
        clock.at -= timedelta(days=1)
        assert store.next_provisional("XC-0042") == "L20261122-0042-0003"


def test_acceptance_erases_the_body_and_keeps_an_impersonal_receipt(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        saved = store.submit(item(body={"name": "张小红"}))
        store.take_ids([saved.id])
        assert store.settle({saved.id: RECEIPT}, {}, {}) == {saved.id}
        assert store.show(saved.id).body is None
        assert store.receipt_for(saved.id) == {"number": RECEIPT["number"], "check_code": RECEIPT["check_code"]}
        assert store.row(saved.id).number == RECEIPT["number"]
        assert store.case_state("case-1").state is ItemState.SENT  # type: ignore[union-attr]
        assert (tmp_path / "store.db-wal").stat().st_size == 0


def test_acceptance_is_news_only_once(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        saved = store.submit(item())
        assert store.settle({saved.id: RECEIPT}, {}, {}) == {saved.id}
        assert store.settle({saved.id: RECEIPT}, {}, {}) == frozenset()


def test_the_free_places_of_a_refusal_stay_with_the_dead_letter(tmp_path: Path) -> None:
    full = Problem("slot-full", 409, free=(("2026-11-23", "1000"), ("2026-11-25", "0900")))
    with open_at(tmp_path) as store:
        saved = store.submit(item())
        store.take_ids([saved.id])
        store.settle({}, {saved.id: full}, {})
        assert store.row(saved.id).problem == full


def test_a_dead_letter_keeps_its_body_and_can_be_retried(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        saved = store.submit(item(body={"a": 1}))
        store.take_ids([saved.id])
        store.settle({}, {saved.id: Problem("data-invalid", 422, "phone")}, {})
        assert store.counts().dead == 1
        assert store.show(saved.id).body == {"a": 1}
        assert store.row(saved.id).problem == Problem("data-invalid", 422, "phone")
        store.retry(saved.id)
        assert (store.counts().dead, store.counts().inflight) == (0, 1)
        with pytest.raises(NotDead):
            store.retry(saved.id)


def test_an_unknown_item_is_said_to_be_unknown(tmp_path: Path) -> None:
    with open_at(tmp_path) as store, pytest.raises(UnknownItem):
        store.show(new_id())


def test_a_case_that_never_left_is_erased_on_the_residents_wish(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        saved = store.submit(item())
        rating = store.submit(item(kind="rating"))
        other = store.submit(item("case-2"))
        assert store.delete_before_acceptance(saved.id) is Withdrawal.ERASED
        assert store.show(saved.id).body is None
        assert store.row(rating.id).state is ItemState.WITHDRAWN
        assert store.row(other.id).state is ItemState.READY
        assert store.counts().ready == 1


def test_a_case_that_was_refused_is_erased_too(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        saved = store.submit(item())
        store.take_ids([saved.id])
        store.settle({}, {saved.id: Problem("slot-full")}, {})
        assert store.delete_before_acceptance(saved.id) is Withdrawal.ERASED
        assert store.show(saved.id).body is None
        assert store.counts().dead == 0


def test_a_case_that_may_have_left_is_asked_back(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        saved = store.submit(item())
        store.take_ids([saved.id])
        request = new_id()
        assert store.delete_before_acceptance(saved.id, request) is Withdrawal.REQUESTED
        asked = store.show(request)
        assert (asked.row.kind, asked.row.case_key, asked.body) == (
            "delete_request",
            "case-1",
            {"submission": saved.id},
        )
        assert store.show(saved.id).body is not None


def test_an_item_whose_answer_is_unknown_stays_inflight_over_a_restart(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        saved = store.submit(item())
        store.take_ids([saved.id])
    with open_at(tmp_path) as store:
        assert store.row(saved.id).state is ItemState.INFLIGHT


def test_renumbering_keeps_the_order_and_passes_what_is_taken(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        ids = [store.submit(item(f"case-{n}")).id for n in range(4)]
        store.renumber(100)
        rows = store.list_items()
        assert [row.id for row in rows] == ids
        assert [row.seq for row in rows] == [101, 102, 103, 104]
        assert [store.show(row.id).row.digest for row in rows] == [row.digest for row in rows]
        assert store.submit(item("case-9")).seq == 105


def test_old_records_are_forgotten_but_numbering_goes_on(tmp_path: Path) -> None:
    clock = HandClock()
    with open_at(tmp_path, clock=clock) as store:
        saved = [store.submit(item(f"case-{n}")) for n in range(3)]
        store.settle({s.id: RECEIPT for s in saved}, {}, {})
        clock.at += timedelta(days=40)
        assert store.forget_old() == 2
        assert store.submit(item("case-9")).seq == 4


def test_the_age_of_the_oldest_waiting_item_is_told(tmp_path: Path) -> None:
    clock = HandClock()
    with open_at(tmp_path, clock=clock) as store:
        assert store.counts().oldest_age_s == 0
        store.submit(item())
        clock.at += timedelta(minutes=3)
        assert store.counts().oldest_age_s == 180


def test_verify_names_a_body_that_does_not_match_its_digest(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        good, bad = store.submit(item()), store.submit(item("case-2"))
        assert store.verify().ok
        store.write(lambda c: c.execute("UPDATE outbox SET body = x'7b7d' WHERE id = ?", (bad.id,)).rowcount)
        assert store.verify().bad == (bad.id,)
        assert good.id not in store.verify().bad


def test_a_print_job_that_never_ended_is_unfinished_after_a_restart(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        journal = PrintJournal(store)
        journal.begin("job-1", b"0001")
        journal.begin("job-2", b"0002")
        journal.finish("job-1", "printed")
    with open_at(tmp_path) as store:
        journal = PrintJournal(store)
        assert journal.unfinished() == ["job-2"]
        assert journal.outcome("job-1") == "printed"


def test_a_print_job_that_cannot_be_written_down_fails_in_the_drivers_words(tmp_path: Path) -> None:
    class JournalError(Exception):
        pass

    store = open_at(tmp_path)
    journal = PrintJournal(store, JournalError)
    store.close()
    with pytest.raises(JournalError):
        journal.begin("job-1", b"0001")


def test_documents_are_switched_all_at_once(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        store.catalogue.put("service/SB01", "e1", {"signed": {"v": 1}, "signatures": []})
        store.catalogue.activate({"index": Cached("e2", {"signed": {"v": 2}, "signatures": []})}, ["service/SB01"])
        assert store.catalogue.names() == ["index"]
        assert store.catalogue.get("index") == Cached("e2", {"signed": {"v": 2}, "signatures": []})
        assert store.catalogue.get("service/SB01") is None


def test_facts_are_kept(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        store.meta.set("rev", "3")
        store.meta.set("rev", "4")
    with open_at(tmp_path) as store:
        assert store.meta.get("rev") == "4"
        assert store.meta.get("other") is None


def test_a_second_owner_is_refused(tmp_path: Path) -> None:
    with open_at(tmp_path), pytest.raises(StoreBusy):
        open_at(tmp_path)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    store.close()
    store.close()
    with pytest.raises(StoreClosed):
        store.submit(item())
    with pytest.raises(StoreClosed):
        store.counts()


def test_a_failing_statement_leaves_nothing_behind_and_quotes_nothing(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:

        def half(connection):  # type: ignore[no-untyped-def]
            connection.execute("INSERT INTO meta (name, value) VALUES ('half', '张小红')")
            connection.execute("INSERT INTO meta (name, value) VALUES ('half', '张小红')")

        with pytest.raises(StoreError) as caught:
            store.write(half)
        assert "张小红" not in str(caught.value)
        assert store.meta.get("half") is None


def test_files_are_for_the_owner_only(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        store.submit(item())
        modes = {entry.name: stat.S_IMODE(os.stat(entry).st_mode) for entry in tmp_path.iterdir()}
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


def test_bodies_stay_out_of_reprs() -> None:
    assert "张小红" not in repr(item(body={"name": "张小红"}))


def test_threads_that_come_and_go_leave_no_connections_behind(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        store.counts()
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(20):
            thread = threading.Thread(target=store.counts)
            thread.start()
            thread.join()
        assert len(os.listdir("/proc/self/fd")) <= before


def test_finished_print_jobs_are_forgotten_open_ones_never(tmp_path: Path) -> None:
    clock = HandClock()
    with open_at(tmp_path, clock=clock) as store:
        journal = PrintJournal(store)
        journal.begin("old", b"1")
        journal.finish("old", "printed")
        journal.begin("open", b"2")
        clock.at += timedelta(days=40)
        store.forget_old()
        assert journal.outcome("old") is None
        assert journal.unfinished() == ["open"]


def waiting_now(candidates):  # type: ignore[no-untyped-def]
    return choose(candidates, 0.0, limit=2)


def test_a_batch_is_settled_and_the_next_one_taken_in_one_transaction(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        ids = [store.submit(item(case)).id for case in ("a", "a", "b", "c")]
        first = store.take(waiting_now)
        assert [taken.row.id for taken in first] == [ids[0], ids[2]]
        onward = store.settle_and_take({taken.row.id: RECEIPT for taken in first}, waiting_now)
        assert onward.news == {ids[0], ids[2]}
        # What came first in its case is gone, so its second may leave now; as it was before: ready.
        assert [(taken.row.id, taken.row.state) for taken in onward.items] == [(ids[1], "ready"), (ids[3], "ready")]
        assert [store.row(item_id).state for item_id in ids] == ["sent", "inflight", "sent", "inflight"]


def test_bodies_of_a_long_drain_leave_the_log_at_its_first_pause_and_at_its_end(tmp_path: Path) -> None:
    log = tmp_path / "store.db-wal"
    with open_at(tmp_path) as store:
        for number in range(6):
            store.submit(item(f"case-{number}"))
        batch = store.take(waiting_now)
        onward = store.settle_and_take({taken.row.id: RECEIPT for taken in batch}, waiting_now)
        assert onward.items
        until(lambda: log.stat().st_size == 0, 3, "nobody asked for anything, and the log was not cut")
        onward = store.settle_and_take({taken.row.id: RECEIPT for taken in onward.items}, waiting_now)
        onward = store.settle_and_take({taken.row.id: RECEIPT for taken in onward.items}, waiting_now)
        assert onward.items == []
        assert log.stat().st_size == 0


def test_a_log_that_somebody_reads_is_cut_when_they_are_done(tmp_path: Path) -> None:
    log = tmp_path / "store.db-wal"
    with open_at(tmp_path) as store:
        saved = store.submit(item())
        store.submit(item("case-2"))
        reading, done = threading.Event(), threading.Event()

        def read(connection):  # type: ignore[no-untyped-def]
            rows = iter(connection.execute("SELECT id FROM ledger"))
            next(rows)
            reading.set()
            done.wait(10)

        reader = threading.Thread(target=store.read, args=(read,))
        reader.start()
        reading.wait(5)
        # The reader holds the log for longer than the writer waits for it.
        store._writer.outside(lambda c: c.execute("PRAGMA busy_timeout = 50").fetchone())
        store.settle({saved.id: RECEIPT}, {}, {})
        assert log.stat().st_size > 0
        done.set()
        reader.join()
        until(lambda: log.stat().st_size == 0, 5, "the log was never cut")
