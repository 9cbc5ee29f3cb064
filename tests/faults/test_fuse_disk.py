"""A full disk, a disk that refuses to flush, and a cut: what was promised is there, what was refused is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache import StoreError, StoreFull
from tests.faults.fuse_disk import FuseDisk, NoFuseError, fuse_disk
from tests.faults.processes import Process
from tests.faults.promises import found
from tests.offline_cache.support import item, open_at

MEGABYTE = 2**20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FuseDisk]:
    try:
        with fuse_disk(tmp_path) as ready:
            yield ready
    except NoFuseError as missing:
        pytest.skip(str(missing))


def there(disk: FuseDisk) -> set[str]:
    disk.cut()
    disk.mount()
    with open_at(disk.mount_point) as store:
        assert store.damage is None
        assert store.verify().ok
        return {row.id for row in store.list_items()}


def test_a_full_disk_refuses_and_keeps_what_it_promised(disk: FuseDisk) -> None:
    promised: set[str] = set()
    refused: set[str] = set()
    with open_at(disk.mount_point) as store:
        disk.tell(f"space {MEGABYTE}")
        for _ in range(2000):
            wanted = item(body={"text": "x" * 2000})
            try:
                store.submit(wanted)
            except StoreFull:
                refused.add(wanted.id)
                break
            promised.add(wanted.id)
        disk.tell(f"space {8 * MEGABYTE}")
        promised.add(store.submit(item()).id)
    assert refused
    kept = there(disk)
    assert promised <= kept
    assert not refused & kept


def test_a_disk_that_does_not_flush_promises_nothing(disk: FuseDisk) -> None:
    with open_at(disk.mount_point) as store:
        promised = {store.submit(item()).id for _ in range(5)}
        disk.tell("fsync fail")
        refused = item()
        with pytest.raises(StoreError):
            store.submit(refused)
        disk.tell("fsync ok")
        # What the failed flush was to bring is clean in the kernel's eyes: the store must write it anew.
        promised |= {store.submit(item()).id for _ in range(5)}
        kept = there(disk)
        assert promised <= kept
        assert refused.id not in kept


@pytest.mark.parametrize(("level", "loses"), [("full", False), ("normal", True)])
def test_a_cut_takes_what_was_not_flushed(disk: FuseDisk, level: str, loses: bool) -> None:
    child = Process("-m", "tests.faults.promiser", str(disk.mount_point), level, "1", "0")
    child.first_words()
    child.listen(0.4)
    disk.cut()
    said = {int(line) for line in child.kill()}
    disk.mount()
    kept, whole = found(disk.mount_point)
    assert said
    assert whole
    assert bool(said - kept.keys()) == loses
