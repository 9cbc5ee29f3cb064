"""Audit entries on a disk that takes nothing: written from the reserve, else kept in order, else declared lost."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from offline_cache import Limits, Store, StoreClosed, StoreFull, Unwritten, open_store, verify_chain
from offline_cache.store.gap_mark import BLOCK, Gap, GapMark
from tests.offline_cache.support import KEY, RealClock, open_at, until
from tests.offline_cache.test_disk import WITH, WITHOUT, fill, late

BOUND = 20
BOUNDED = Limits(min_free_bytes=0, reserve_bytes=0, max_unwritten=BOUND)
MARK = "store.db.unwritten"


def opened(folder: Path, limits: Limits = WITHOUT) -> Store:
    return open_store(folder / "store.db", KEY, RealClock(), "boot", limits)


def used_up(folder: Path, store: Store) -> Path:
    """Fill the disk, and take from the store what its log still has, until nothing can be written, time after time."""
    refused = 0
    while refused < 3:
        ballast = fill(folder)
        try:
            store.append_audit({"event": "filler", "fields": {}})
            refused = 0
        except StoreFull:
            refused += 1
    return ballast


def refuse(store: Store, numbers: range) -> None:
    for n in numbers:
        store.append_audit_later({"event": "save_failed", "fields": {"why": f"n{n}"}})


def told(store: Store) -> list[str]:
    entries = [row.entry for row in store.read_audit() if row.entry["event"] != "filler"]
    return [str(entry["fields"].get("why")) if entry["event"] == "save_failed" else entry["event"] for entry in entries]


def names(numbers: range) -> list[str]:
    return [f"n{n}" for n in numbers]


def settled(store: Store, waiting: int) -> None:
    until(lambda: store.unwritten.waiting == waiting and store.tend(), 8)


def test_a_refusal_is_written_down_on_a_full_disk(small_disk: Path) -> None:
    with opened(small_disk, WITH) as store:
        fill(small_disk)
        with pytest.raises(StoreFull):
            late(store)
        refuse(store, range(100))
        store.append_audit({"event": "save_failed", "fields": {"why": "last"}})
        assert told(store) == [*names(range(100)), "last"]
        assert store.unwritten == Unwritten(0, 0)


def test_without_a_reserve_entries_wait_in_order_until_there_is_room(small_disk: Path) -> None:
    with opened(small_disk) as store:
        refuse(store, range(3))
        settled(store, 0)
        ballast = used_up(small_disk, store)
        refuse(store, range(3, 15))
        until(lambda: store.tend() and GapMark(small_disk / MARK).read())
        # The control: not one of them is on the disk.
        assert told(store) == names(range(3))
        assert store.unwritten == Unwritten(12, 0)
        with pytest.raises(StoreFull):
            store.append_audit({"event": "save_failed", "fields": {"why": "told to whoever asks"}})
        ballast.unlink()
        store.tend()
        settled(store, 0)
        refuse(store, range(15, 17))
    with opened(small_disk) as store:
        assert told(store) == names(range(17))
        assert verify_chain(store.audit_rows()).ok
        assert store.unwritten == Unwritten(0, 0)


def test_past_the_bound_entries_are_counted_and_declared(small_disk: Path) -> None:
    with opened(small_disk, BOUNDED) as store:
        ballast = used_up(small_disk, store)
        refuse(store, range(BOUND + 7))
        until(lambda: store.unwritten == Unwritten(BOUND, 7))
        ballast.unlink()
        store.tend()
        settled(store, 0)
        refuse(store, range(90, 92))
        store.append_audit({"event": "save_failed", "fields": {"why": "last"}})
        assert told(store) == [*names(range(BOUND)), "audit_unwritten", "n90", "n91", "last"]
        entry = next(row.entry for row in store.read_audit() if row.entry["event"] == "audit_unwritten")
        assert (entry["fields"]["count"], entry["fields"]["why"]) == (7, "too_many")
        assert entry["fields"]["first"] <= entry["fields"]["last"]
        assert verify_chain(store.audit_rows()).ok
    with opened(small_disk, BOUNDED) as store:
        assert store.unwritten == Unwritten(0, 7)


def killed_with_entries_in_memory(folder: Path, numbers: range, waiting: int) -> None:
    """A process that is killed while the disk takes nothing."""
    child = os.fork()
    if child == 0:
        try:
            store = opened(folder, BOUNDED)
            if not (folder / "ballast").exists():
                used_up(folder, store)
            refuse(store, numbers)
            until(lambda: (gap := GapMark(folder / MARK).read()) and gap.count == waiting)
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_entries_that_a_stop_took_are_declared_at_the_next_start_and_only_once(small_disk: Path) -> None:
    killed_with_entries_in_memory(small_disk, range(12), 12)
    # Two more tries on a disk that is still full: the loss adds up.
    shutil.copy(small_disk / MARK, small_disk.parent / "first")
    killed_with_entries_in_memory(small_disk, range(BOUND + 3), 12 + BOUND + 3)
    shutil.copy(small_disk / MARK, small_disk.parent / "mark")
    (small_disk / "ballast").unlink()
    for _ in range(2):
        with opened(small_disk) as store:
            store.append_audit({"event": "save_failed", "fields": {"why": "next"}})
            found = [row.entry for row in store.read_audit() if row.entry["event"] == "audit_unwritten"]
            fields = [(entry["fields"]["count"], entry["fields"]["why"]) for entry in found]
            assert fields == [(12 + BOUND + 3, "stopped")]
            assert store.unwritten == Unwritten(0, 12 + BOUND + 3)
            assert verify_chain(store.audit_rows()).ok
        # As after a kill between the commit and the end of the mark.
        shutil.copy(small_disk.parent / "mark", small_disk / MARK)


def test_an_orderly_stop_tries_once_more_and_leaves_the_mark(small_disk: Path) -> None:
    with opened(small_disk) as store:
        used_up(small_disk, store)
        refuse(store, range(5))
    (small_disk / "ballast").unlink()
    with opened(small_disk) as store:
        until(lambda: store.unwritten == Unwritten(0, 5))
        until(lambda: told(store) == ["audit_unwritten"])


def test_what_comes_after_the_end_is_refused_and_declared(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        refuse(store, range(1))
    for _ in range(2):
        with pytest.raises(StoreClosed):
            refuse(store, range(7, 8))
    with open_at(tmp_path) as store:
        until(lambda: told(store) == ["n0", "audit_unwritten"])
        assert store.unwritten == Unwritten(0, 2)


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"id": 1, "count": "x", "first": "", "last": ""}', b"\xff" * 99])
def test_a_mark_that_somebody_spoilt_keeps_no_store_from_opening(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MARK).write_bytes(content.ljust(BLOCK, b"\0"))
    with open_at(tmp_path) as store:
        store.append_audit({"event": "back_in_service", "fields": {}})
        assert told(store) == ["back_in_service"]
    with open_at(tmp_path) as store:
        store.meta.set("audit.unwritten", "?")
    with open_at(tmp_path) as store:
        assert store.unwritten == Unwritten(0, 0)


def test_the_mark_is_overwritten_in_place_on_a_full_disk(small_disk: Path) -> None:
    mark = GapMark(small_disk / "mark")
    assert mark.prepare()
    fill(small_disk)
    gap = Gap("a", 3, "2026-11-30T04:00:00.000+08:00", "2026-11-30T05:00:00.000+08:00")
    assert mark.write(gap)
    assert mark.read() == gap
    assert mark.write(None)
    assert mark.read() is None
    # Without its block it cannot be made now: the control.
    assert not GapMark(small_disk / "other").prepare()
    assert not (small_disk / "other").exists()
