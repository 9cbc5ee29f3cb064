"""Attachments: sealed files whose keys are in the store, whole after a crash, gone after acknowledgement."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.suites import GM, INTL, TAG_BYTES
from offline_cache import (
    AttachmentDamaged,
    ItemState,
    ItemTooLarge,
    Keyring,
    Limits,
    Store,
    StoreFull,
    UnknownItem,
    Withdrawal,
    rotate_key,
)
from offline_cache.store import pages
from offline_cache.store.attachments import CHUNK, MAX_BYTES
from tests.offline_cache.support import KEY, RealClock, item, killed_at, open_at

CANARY = b"CANARY-11010119491231002X"


def scan(size: int, seed: int = 1) -> bytes:
    return (CANARY + random.Random(seed).randbytes(size))[:size]


def attach(store: Store, *contents: bytes) -> tuple[str, list[str]]:
    """Submit an item with these attachments; returns its id and their hashes."""
    made = [store.attachments.put(io.BytesIO(content)) for content in contents]
    saved = store.submit(item(f"case-{os.urandom(4).hex()}"), made)
    return saved.id, [one.sha256 for one in made]


def files(folder: Path) -> list[Path]:
    place = folder / "store.db.blobs"
    return sorted(place.iterdir()) if place.exists() else []


@pytest.mark.parametrize("kind", [INTL, GM], ids=["intl", "gm"])
def test_what_was_put_is_read_and_lies_nowhere_in_clear(tmp_path: Path, kind: object) -> None:
    sizes = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 77)
    contents = [scan(size, seed) for seed, size in enumerate(sizes)]
    with open_at(tmp_path, suite=kind) as store:
        item_id, names = attach(store, *contents)
        for name, content in zip(names, contents, strict=True):
            assert b"".join(store.attachments.read(item_id, name)) == content
        assert [one.size for one in store.attachments.of(item_id)] == list(sizes)
    # What another suite has sealed stays readable.
    with open_at(tmp_path) as store:
        assert b"".join(store.attachments.read(item_id, names[-1])) == contents[-1]
        assert store.verify().ok
    for path in (*files(tmp_path), tmp_path / "store.db"):
        assert CANARY not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("offset", [0, 1, CHUNK - 1, CHUNK, CHUNK + 5, 3 * CHUNK - 1, 3 * CHUNK])
def test_reading_goes_on_where_an_upload_stopped(tmp_path: Path, offset: int) -> None:
    content = scan(3 * CHUNK)
    with open_at(tmp_path) as store:
        item_id, (name,) = attach(store, content)
        assert b"".join(store.attachments.read(item_id, name, offset)) == content[offset:]


def _flip(data: bytearray) -> None:
    data[CHUNK + 100] ^= 1


def _cut(data: bytearray) -> None:
    del data[-(CHUNK + TAG_BYTES) :]


def _swap(data: bytearray) -> None:
    size = CHUNK + TAG_BYTES
    data[:size], data[size : 2 * size] = data[size : 2 * size], data[:size]


def _grow(data: bytearray) -> None:
    data += data[: CHUNK + TAG_BYTES]


def _double(data: bytearray) -> None:
    size = CHUNK + TAG_BYTES
    data[2 * size : 3 * size] = data[size : 2 * size]


@pytest.mark.parametrize("harm", [_flip, _cut, _swap, _grow, _double])
def test_a_file_that_was_changed_is_found(tmp_path: Path, harm: Callable[[bytearray], None]) -> None:
    with open_at(tmp_path) as store:
        item_id, (name,) = attach(store, scan(3 * CHUNK))
        (path,) = files(tmp_path)
        data = bytearray(path.read_bytes())
        harm(data)
        path.write_bytes(data)
        with pytest.raises(AttachmentDamaged):
            list(store.attachments.read(item_id, name))
        assert store.verify().bad == (item_id,)


def test_a_cut_at_a_chunk_is_found_by_the_last_flag_not_only_by_the_length(tmp_path: Path) -> None:
    """The row says two chunks as well: someone who changed both is still found."""
    with open_at(tmp_path) as store:
        item_id, (name,) = attach(store, scan(3 * CHUNK))
        (path,) = files(tmp_path)
        path.write_bytes(path.read_bytes()[: 2 * (CHUNK + TAG_BYTES)])
        store.write(lambda c: c.execute("UPDATE blob SET size = ?", (2 * CHUNK,)))
        with pytest.raises(AttachmentDamaged):
            list(store.attachments.read(item_id, name))


def test_files_that_changed_places_or_are_gone_are_found(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        first, second = attach(store, scan(CHUNK, 1)), attach(store, scan(CHUNK, 2))
        one, other = files(tmp_path)
        data = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(data)
        for item_id, (name,) in (first, second):
            with pytest.raises(AttachmentDamaged):
                list(store.attachments.read(item_id, name))
        one.unlink()
        assert set(store.verify().bad) == {first[0], second[0]}
        with pytest.raises(UnknownItem):
            store.attachments.read("nobody", name)


def test_it_goes_when_the_item_is_accepted_and_its_bytes_have_arrived(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        item_id, (small, large) = attach(store, scan(10, 1), scan(2 * CHUNK, 2))
        store.attachments.uploaded(item_id, small, 10)
        assert [one.sha256 for one in store.attachments.waiting()] == [large]
        store.take_ids([item_id])
        store.settle({item_id: {"number": "XC-1"}}, {}, {})
        # Accepted, and a part has not arrived: it is still owed.
        (left,) = store.attachments.of(item_id)
        assert (left.sha256, left.sent) == (large, 0)
        store.attachments.uploaded(item_id, large, CHUNK)
        assert len(files(tmp_path)) == 1
        store.attachments.uploaded(item_id, large, 2 * CHUNK)
        assert files(tmp_path) == []
        assert store.attachments.waiting() == []


def test_it_goes_too_when_a_drain_takes_the_next_batch_at_once(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        item_id, (name,) = attach(store, scan(10))
        store.submit(item())
        store.attachments.uploaded(item_id, name, 10)
        store.take_ids([item_id])
        onward = store.settle_and_take({item_id: None}, list)
        assert (len(onward.news), len(onward.items)) == (1, 1)
        assert files(tmp_path) == []


def test_it_goes_with_a_case_that_is_taken_back_and_when_dropped(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        back, _ = attach(store, scan(10))
        dropped, _ = attach(store, scan(20))
        kept, _ = attach(store, scan(30))
        assert store.delete_before_acceptance(back) is Withdrawal.ERASED
        store.attachments.drop(dropped)
        assert [one.item for one in store.attachments.waiting()] == [kept]
        assert len(files(tmp_path)) == 1


def test_the_key_of_an_erased_attachment_is_in_no_page(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        made = store.attachments.put(io.BytesIO(scan(10)))
        saved = store.submit(item(), [made])
        assert _holds(tmp_path, made.key)
        store.delete_before_acceptance(saved.id)
        assert not _holds(tmp_path, made.key)


def _holds(folder: Path, wanted: bytes) -> bool:
    log = folder / "store.db-wal"
    found = pages.scan(folder / "store.db", log.read_bytes() if log.exists() else b"", KEY)
    every = (found.cipher.decrypt(n, raw) for n, versions in found.versions.items() for raw in versions if raw)
    return any(wanted in content for content in every)


def test_a_refused_item_leaves_no_file(tmp_path: Path) -> None:
    with open_at(tmp_path, limits=Limits(max_items=1, min_free_bytes=0, reserve_bytes=0)) as store:
        item_id, _ = attach(store, scan(10))
        with pytest.raises(StoreFull):
            attach(store, scan(20))
        assert len(files(tmp_path)) == 1
        # The same item asked twice keeps the file of the first time.
        again = store.attachments.put(io.BytesIO(scan(10)))
        same = item(id=item_id, body=store.show(item_id).body)
        assert store.submit(same, [again]).id == item_id
        assert len(files(tmp_path)) == 1
        assert store.verify().ok


def test_too_large_and_too_full_are_said_before_a_byte_is_written(tmp_path: Path) -> None:
    with open_at(tmp_path) as store, pytest.raises(ItemTooLarge):
        store.attachments.put(io.BytesIO(bytes(MAX_BYTES + 1)))
    full = Limits(min_free_bytes=2**62, reserve_bytes=0)
    with open_at(tmp_path, limits=full) as store, pytest.raises(StoreFull):
        store.attachments.put(io.BytesIO(b"x"))
    assert files(tmp_path) == []


def test_on_a_full_disk_nothing_half_written_stays(small_disk: Path) -> None:
    with open_at(small_disk) as store:
        store.submit(item())
        (small_disk / "ballast").write_bytes(bytes(4 * 2**20))
        with pytest.raises(StoreFull):
            store.attachments.put(io.BytesIO(scan(6 * CHUNK)))
        assert files(small_disk) == []
        assert store.verify().ok


def test_killed_at_any_step_the_case_is_whole_or_was_never_promised(quick_path: Path) -> None:
    content = scan(2 * CHUNK + 5)
    outcomes: list[tuple[bool, int]] = []
    for step in range(1, 60):
        folder = quick_path / str(step)
        folder.mkdir()
        if not _killed(folder, content, step):
            break
        left = len(files(folder))
        with open_at(folder) as store:
            assert store.damage is None
            waiting = store.attachments.waiting()
            for one in waiting:
                assert b"".join(store.attachments.read(one.item, one.sha256)) == content
            assert store.verify().ok
            # Row and file belong together; what a crash has left over is gone.
            assert len(files(folder)) == len(waiting) == len(store.list_items((ItemState.READY, ItemState.INFLIGHT)))
            outcomes.append((bool(waiting), left))
    promised = [kept for kept, _ in outcomes]
    assert len(outcomes) >= 9
    assert True in promised
    # There were orphans to sweep, also behind the acknowledgement.
    assert any(left and not kept for kept, left in outcomes[: promised.index(True)])
    assert any(left and not kept for kept, left in outcomes[len(promised) - promised[::-1].index(True) :])


def _killed(folder: Path, content: bytes, step: int) -> bool:
    def job(die: Callable[..., None]) -> None:
        with open_at(folder, checkpoint=die) as store:
            item_id, (name,) = attach(store, content)
            store.take_ids([item_id])
            store.attachments.uploaded(item_id, name, len(content))
            store.settle({item_id: None}, {}, {})

    return killed_at(step, job)


def test_another_key_for_the_store_opens_the_same_attachments(tmp_path: Path) -> None:
    ring, content = Keyring(tmp_path / "key"), scan(CHUNK + 9)
    with open_at(tmp_path, key=ring) as store:
        item_id, (name,) = attach(store, content)
    rotate_key(tmp_path / "store.db", ring, RealClock().now)
    with open_at(tmp_path, key=ring) as store:
        assert b"".join(store.attachments.read(item_id, name)) == content
        assert store.verify().ok


def test_damage_that_takes_a_key_names_the_case(quick_path: Path) -> None:
    with open_at(quick_path) as store:
        whole = {attach(store, scan(100, n))[0]: n for n in range(30)}
    size = (quick_path / "store.db").stat().st_size
    named = 0
    for number in range(0, size // pages.PAGE, 2):
        folder = quick_path / f"copy-{number}"
        folder.mkdir()
        data = bytearray((quick_path / "store.db").read_bytes())
        data[number * pages.PAGE + 2000] ^= 0xFF
        (folder / "store.db").write_bytes(data)
        _link(quick_path, folder)
        with open_at(folder) as store:
            damage = store.damage
            assert damage is not None
            lost = {ref.id for ref in damage.lost}
            incomplete = {ref.id for ref in damage.incomplete}
            named += len(incomplete)
            for item_id in set(whole) - lost - incomplete:
                (one,) = store.attachments.of(item_id)
                assert len(b"".join(store.attachments.read(item_id, one.sha256))) == 100
            # Their keys may be in the damaged copy: the files stay until somebody has seen it.
            assert len(files(folder)) == len(whole)
            store.acknowledge_damage()
            assert {one.item for one in store.attachments.waiting()} == set(whole) - lost - incomplete
        with open_at(folder):
            assert len(files(folder)) == len(set(whole) - lost - incomplete)
    assert named > 0


def _link(source: Path, target: Path) -> None:
    (target / "store.db.blobs").mkdir()
    for path in files(source):
        os.link(path, target / "store.db.blobs" / path.name)
