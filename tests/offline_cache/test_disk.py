"""A disk that runs full: nothing new is promised, and what was promised can still be brought to its end."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from offline_cache import ItemState, Keyring, Limits, PlatformClient, Problem, Store, StoreFull, open_store
from offline_cache.store.reserve import Reserve, ReserveState
from offline_cache.sync.batch import heartbeat
from offline_cache.sync.documents import Documents
from tests.offline_cache.support import KEY, RealClock, item

WITH = Limits(min_free_bytes=0, reserve_bytes=2**20)
WITHOUT = Limits(min_free_bytes=0, reserve_bytes=0)


def opened(folder: Path, limits: Limits = WITH) -> Store:
    return open_store(folder / "store.db", KEY, RealClock(), "boot", limits)


def fill(disk: Path) -> Path:
    """Take every byte that is left."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (2**16, 4096, 512, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass
        os.fsync(file.fileno())
    return ballast


def promise(store: Store) -> list[str]:
    return [store.submit(item(f"case-{n}", {"n": n, "text": "x" * 20_000})).id for n in range(20)]


def late(store: Store) -> None:
    """More than the pages that the log still had."""
    for n in range(50):
        store.submit(item(f"late-{n}", {"text": "x" * 20_000}))


def settle_all(store: Store, ids: list[str]) -> None:
    """What a day brings: results of the platform, a dead letter, something taken back, and a lot of audit."""
    store.take_ids(ids[:10])
    store.settle({one: {"number": "XC-1"} for one in ids[:9]}, {ids[9]: Problem("rejected")}, {})
    store.delete_before_acceptance(ids[10])
    for n in range(200):
        store.append_audit({"event": "refused", "fields": {"n": n, "why": "x" * 100}})


def test_on_a_full_disk_nothing_new_is_taken_and_what_was_promised_goes_on(small_disk: Path) -> None:
    with opened(small_disk) as store:
        ids = promise(store)
        assert store.tend().reserve is ReserveState.HELD
        ballast = fill(small_disk)
        with pytest.raises(StoreFull):
            late(store)
        settle_all(store, ids)
        assert store.tend().reserve is ReserveState.GIVEN_UP
        with pytest.raises(StoreFull):
            store.submit(item("later", {"text": "small"}))
        with pytest.raises(StoreFull):
            store.next_provisional("XC-0042") and store.submit(item("later still"))
        # Nothing unsent was thrown away for room.
        assert all(store.row(one).state is ItemState.READY for one in ids[11:])
        assert store.verify().ok
        ballast.unlink()
        assert store.tend().reserve is ReserveState.HELD
        store.submit(item("again"))
    with opened(small_disk) as store:
        assert store.damage is None
        assert store.counts().sent == 9


def test_the_heartbeat_tells_of_key_and_disk(tmp_path: Path) -> None:
    limits = Limits(min_free_bytes=0, reserve_bytes=4096)
    about = {"version": "1", "state": "in_service", "devices": []}
    with open_store(tmp_path / "store.db", Keyring(tmp_path / "key"), RealClock(), "boot", limits) as store:
        client = PlatformClient("http://127.0.0.1:1", None, RealClock())
        documents = Documents(store, client, lambda _name, _content: None, lambda _report: None)
        told = heartbeat(store, "XC-0042", about, documents, {})["store"]
        assert (told["key_protection"], told["reserve"]) == ("file", "held")
        assert (told["damaged"], told["audit_waiting"], told["audit_lost"]) == (None, 0, 0)
        assert told["free_bytes"] > 0
        client.close()


def test_without_a_reserve_the_same_day_ends_in_a_failure(small_disk: Path) -> None:
    """So the test above proves something."""
    with opened(small_disk, WITHOUT) as store:
        ids = promise(store)
        fill(small_disk)
        with pytest.raises(StoreFull):
            settle_all(store, ids)
        assert store.tend().reserve is ReserveState.NONE


def test_a_terminal_that_starts_on_a_full_disk_opens_its_store(small_disk: Path) -> None:
    with opened(small_disk) as store:
        ids = promise(store)
    fill(small_disk)
    with opened(small_disk) as store:
        assert store.damage is None
        assert store.tend().reserve is ReserveState.GIVEN_UP
        settle_all(store, ids)
    assert not (small_disk / "quarantine").exists()


def test_a_crash_on_a_full_disk_is_no_damage(small_disk: Path) -> None:
    """The log has to be folded into a file that cannot grow."""
    with opened(small_disk) as store:
        ids = promise(store)
        for name in ("store.db", "store.db-wal"):
            (small_disk.parent / name).write_bytes((small_disk / name).read_bytes())
    for name in ("store.db", "store.db-wal"):
        (small_disk / name).write_bytes((small_disk.parent / name).read_bytes())
    assert (small_disk / "store.db-wal").stat().st_size > 0
    fill(small_disk)
    with opened(small_disk) as store:
        assert store.damage is None
        assert {row.id for row in store.list_items()} == set(ids)
    assert not (small_disk / "quarantine").exists()


def test_a_full_disk_without_a_reserve_is_a_typed_error_and_changes_nothing(small_disk: Path) -> None:
    with opened(small_disk, WITHOUT) as store:
        ids = promise(store)
    ballast = fill(small_disk)
    before = (small_disk / "store.db").read_bytes()
    with pytest.raises(StoreFull, match="make room"):
        opened(small_disk, WITHOUT)
    assert (small_disk / "store.db").read_bytes() == before
    ballast.unlink()
    with opened(small_disk, WITHOUT) as store:
        assert {row.id for row in store.list_items()} == set(ids)


def test_the_reserve_really_takes_its_bytes(small_disk: Path) -> None:
    reserve = Reserve(small_disk / "reserve", 2**20)
    before = os.statvfs(small_disk)
    assert reserve.hold()
    after = os.statvfs(small_disk)
    assert (before.f_bavail - after.f_bavail) * after.f_frsize >= 2**20
    # A hole of the same length is no reserve.
    (small_disk / "reserve").unlink()
    (small_disk / "reserve").touch()
    os.truncate(small_disk / "reserve", 2**20)
    assert reserve.state is ReserveState.GIVEN_UP
    assert reserve.hold()
    assert reserve.give_up()
    assert not reserve.give_up()


def test_a_reserve_that_does_not_fit_twice_is_not_taken(small_disk: Path) -> None:
    assert not Reserve(small_disk / "reserve", 5 * 2**20).hold()
    assert list(small_disk.glob("reserve*")) == []


def test_a_reserve_that_is_no_longer_wanted_goes(tmp_path: Path) -> None:
    Reserve(tmp_path / "reserve", 4096).hold()
    assert Reserve(tmp_path / "reserve", 0).hold()
    assert list(tmp_path.iterdir()) == []
