"""After acknowledgement nothing of a body is left: not in a page, a free page, the log, or a file set aside.

Every page is decrypted and searched, also the free ones and the frames of the log that SQLite no longer reads.
"""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from offline_cache import Keyring, NewItem, Problem, Store, rotate_key
from offline_cache.store import pages
from offline_cache.store.database import connect
from offline_cache.store.schema import migrate
from tests.offline_cache.plain_pages import decrypted
from tests.offline_cache.support import KEY, HandClock, RealClock, item, open_at, until

CANARY = "CANARY-11010119491231002X"


def found(folder: Path, key: bytes = KEY) -> int:
    """Count the planted marker in every store file under `folder`, and in every other file as it lies there."""
    wanted, count = CANARY.encode(), 0
    for path in folder.rglob("*"):
        if path.is_file():
            count += path.read_bytes().count(wanted)
            if path.name in ("store.db", "store.db.building", "store.db.new"):
                count += sum(page.count(wanted) for page in decrypted(path, key))
    return count


def marked(draw: random.Random, number: int) -> NewItem:
    """Small ones, ones of half a page, and ones that spill over several pages."""
    length = draw.choice((10, 300, 900, 1800, 3000, 9000, 40_000))
    return item(f"case-{number}", {"id_no": CANARY, "text": CANARY * (length // len(CANARY) + 1)})


def promise(store: Store, count: int, seed: int = 3) -> list[str]:
    draw = random.Random(seed)
    return [store.submit(marked(draw, n)).id for n in range(count)]


def accept(store: Store, ids: list[str]) -> None:
    """As the engine does: some out, some back, then settled in batches."""
    for at in range(0, len(ids), 20):
        some = ids[at : at + 20]
        store.take_ids(some)
        store.put_back(dict.fromkeys(some[::3], 0.0), blame=True, reached=True)
        store.settle({one: {"number": "XC-1", "result": {"name": CANARY}} for one in some}, {}, {})


def test_the_search_finds_what_waits(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        promise(store, 5)
        assert found(tmp_path) > 5
    assert found(tmp_path) > 5
    assert found(tmp_path, bytes(32)) == 0


def test_what_was_accepted_is_gone(quick_path: Path) -> None:
    with open_at(quick_path) as store:
        draw = random.Random(5)
        for round_number in range(6):
            ids = promise(store, 60, round_number)
            draw.shuffle(ids)
            accept(store, ids)
            assert found(quick_path) == 0
        store.forget_old()
    assert found(quick_path) == 0


def test_it_is_the_erasing_delete_that_does_it(tmp_path: Path) -> None:
    """Without it the same search finds what was accepted."""
    with open_at(tmp_path) as store:
        store._writer.outside(lambda c: c.execute("PRAGMA secure_delete = OFF").fetchall())
        accept(store, promise(store, 60))
        assert found(tmp_path) > 0


def test_it_is_the_cut_of_the_log_that_does_it(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        ids = promise(store, 60)
        store.write(lambda c: c.execute("DELETE FROM outbox"))
        assert found(tmp_path) > 0
        store.settle(dict.fromkeys(ids), {}, {})
        assert found(tmp_path) == 0


def test_a_dead_letter_that_is_sent_in_the_end_is_gone(quick_path: Path) -> None:
    with open_at(quick_path) as store:
        ids = promise(store, 40)
        store.take_ids(ids)
        store.settle({}, {one: Problem("rejected", 422, f"no such person: {CANARY}") for one in ids}, {})
        assert found(quick_path) > 0
        for one in ids:
            store.retry(one)
        accept(store, ids)
        assert found(quick_path) == 0


def test_what_was_taken_back_is_gone_at_once(quick_path: Path) -> None:
    with open_at(quick_path) as store:
        for one in promise(store, 30):
            store.delete_before_acceptance(one)
        assert found(quick_path) == 0


def test_items_that_got_new_numbers_leave_nothing_behind(quick_path: Path) -> None:
    with open_at(quick_path) as store:
        ids = promise(store, 40)
        store.renumber(500)
        store.renumber(900)
        accept(store, ids)
        assert found(quick_path) == 0


def test_a_reader_that_looks_on_delays_the_erasure_and_does_not_prevent_it(tmp_path: Path) -> None:
    """SQLite cannot cut the log while somebody reads from it."""
    with open_at(tmp_path) as store:
        store._writer.outside(lambda c: c.execute("PRAGMA busy_timeout = 50").fetchall())
        ids = promise(store, 20)
        reader = connect(tmp_path / "store.db", KEY, read_only=True)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM outbox").fetchone()
        accept(store, ids)
        assert found(tmp_path) > 0
        reader.execute("COMMIT")
        reader.close()
        until(lambda: found(tmp_path) == 0, what="the log is cut when the reader has gone")


def test_a_rotated_store_has_nothing_of_what_was_accepted_before(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "key")
    with open_at(tmp_path, key=ring) as store:
        accept(store, promise(store, 40))
        kept = promise(store, 20, 8)
    former = ring.current()
    rotate_key(tmp_path / "store.db", ring, RealClock().now)
    assert found(tmp_path, former) == 0
    assert found(tmp_path, ring.current()) > 0
    with open_at(tmp_path, key=ring) as store:
        accept(store, kept)
    assert found(tmp_path, ring.current()) == 0


def test_a_file_of_an_older_schema_has_nothing_left_after_its_cases_were_accepted(quick_path: Path) -> None:
    old = connect(quick_path / "store.db", KEY)
    migrate(old, to=1)
    old.close()
    with open_at(quick_path) as store:
        accept(store, promise(store, 40))
    assert found(quick_path) == 0


def test_a_damaged_file_keeps_its_copy_until_a_person_has_seen_it_and_then_for_its_days(tmp_path: Path) -> None:
    clock = HandClock()
    with open_at(tmp_path, clock=clock) as store:
        ids = promise(store, 40)
    data = bytearray((tmp_path / "store.db").read_bytes())
    data[5 * pages.PAGE + 50] ^= 0xFF
    (tmp_path / "store.db").write_bytes(data)
    with open_at(tmp_path, clock=clock) as store:
        assert store.damage is not None
        accept(store, [row.id for row in store.list_items() if row.id in ids and row.state != "lost"])
        assert found(tmp_path) > 0
        clock.at += timedelta(days=400)
        store.forget_old()
        # Nobody has looked: kept for as long as it takes.
        assert found(tmp_path) > 0
        store.acknowledge_damage()
        clock.at += timedelta(days=29)
        store.forget_old()
        assert found(tmp_path) > 0
        clock.at += timedelta(days=2)
        store.forget_old()
        assert found(tmp_path) == 0
        assert list((tmp_path / "quarantine").iterdir()) == []


def test_half_a_copy_that_a_crash_left_goes_at_the_next_start(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        ids = promise(store, 10)
    shutil.copy2(tmp_path / "store.db", tmp_path / "store.db.building")
    with open_at(tmp_path) as store:
        accept(store, ids)
    assert found(tmp_path) == 0


@pytest.mark.parametrize("name", ["store.db-journal", "store.db.reserve.half"])
def test_the_store_makes_no_other_files(tmp_path: Path, name: str) -> None:
    with open_at(tmp_path) as store:
        accept(store, promise(store, 10))
        assert not (tmp_path / name).exists()
        assert {path.name for path in tmp_path.iterdir()} <= {
            "store.db", "store.db-wal", "store.db-shm", "store.db.lock", "store.db.unwritten",
        }  # fmt: skip
