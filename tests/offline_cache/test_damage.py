"""One flipped byte anywhere: the file is quarantined, damaged cases are named, nothing else is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_cache import Fault, ItemState, Store, verify_chain
from offline_cache.store import pages
from tests.offline_cache.support import KEY, item, open_at, until

CASES = 40
PAGE = 4096


@dataclass(frozen=True)
class Filled:
    """A folder with a store in it, and what was promised in it."""

    folder: Path
    bodies: dict[str, object]
    numbers: dict[str, str]
    sent: frozenset[str]


def fill(store: Store) -> tuple[dict[str, object], dict[str, str], frozenset[str]]:
    bodies: dict[str, object] = {}
    numbers: dict[str, str] = {}
    for n in range(CASES):
        # Every tenth body spills over several pages.
        body = {"answers": {"n": n, "text": "字" * (4000 if n % 10 == 9 else 60 + 20 * n)}}
        number = store.next_provisional("XC-0042")
        saved = store.submit(item(f"case-{n}", body=body, provisional=number))
        bodies[saved.id], numbers[saved.id] = body, number
        store.append_audit({"event": "submitted", "n": n})
    sent = list(bodies)[:5]
    store.settle({item_id: {"number": f"XC-{item_id[:4]}"} for item_id in sent}, {}, {})
    for item_id in sent:
        del bodies[item_id]
    return bodies, numbers, frozenset(sent)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    folder = tmp_path_factory.mktemp("filled")
    with open_at(folder) as store:
        bodies, numbers, sent = fill(store)
    return Filled(folder, bodies, numbers, sent)


def flipped_copy(filled: Filled, into: Path, offset: int, name: str = "store.db", mask: int = 0xFF) -> Path:
    if into.exists():
        shutil.rmtree(into)
    shutil.copytree(filled.folder, into)
    path = into / name
    data = bytearray(path.read_bytes())
    data[offset] ^= mask
    path.write_bytes(data)
    return into


def check(filled: Filled, folder: Path) -> int:
    """Every promised case is whole or named; returns how many were named."""
    with open_at(folder) as store:
        damage = store.damage
        assert damage is not None
        lost = {ref.id: ref for ref in damage.lost}
        for item_id, body in filled.bodies.items():
            if item_id in lost:
                assert lost[item_id].provisional == filled.numbers[item_id]
                assert store.row(item_id).state is ItemState.LOST
            else:
                assert store.show(item_id).body == body
                assert store.row(item_id).state is ItemState.READY
        assert not set(lost) & filled.sent
        assert store.verify().ok
        assert Path(damage.quarantine, "store.db").exists()
        # Numbers are never given twice.
        assert store.next_provisional("XC-0042") == f"L{filled_day(filled)}-0042-{CASES + 1:04d}"
        assert store.submit(item("after")).seq == CASES + 1
        return len(lost)


def filled_day(filled: Filled) -> str:
    return next(iter(filled.numbers.values()))[1:9]


def test_a_flipped_byte_in_any_page_loses_at_most_that_pages_cases_and_names_them(
    filled: Filled, tmp_path: Path
) -> None:
    page_count = (filled.folder / "store.db").stat().st_size // PAGE
    lost = [
        check(filled, flipped_copy(filled, tmp_path / "copy", number * PAGE + 1000)) for number in range(page_count)
    ]
    assert max(lost) <= 8
    # The test bites: some pages do hold bodies. And the tree, the header and the indexes are not needed.
    assert sum(count > 0 for count in lost) > 5
    assert lost[0] == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_bit_anywhere_is_found(filled: Filled, tmp_path: Path, data: st.DataObject) -> None:
    size = (filled.folder / "store.db").stat().st_size
    offset = data.draw(st.one_of(st.integers(0, size - 1), st.sampled_from([0, 15, 16, 17, 100, size - 1])))
    mask = 1 << data.draw(st.integers(0, 7))
    check(filled, flipped_copy(filled, tmp_path / "copy", offset, mask=mask))


def test_accepted_cases_keep_their_receipts(filled: Filled, tmp_path: Path) -> None:
    copy = flipped_copy(filled, tmp_path / "copy", 100)
    with open_at(copy) as store:
        assert all(store.receipt_for(item_id) for item_id in filled.sent)
        # Page 1 may have led to more entries: the chain says that it may have lost its end, and nothing else.
        assert verify_chain(store.audit_rows()).fault is Fault.DAMAGED
        assert len(store.read_audit()) == CASES + 1


def test_damage_is_told_until_a_person_has_seen_it(filled: Filled, tmp_path: Path) -> None:
    copy = flipped_copy(filled, tmp_path / "copy", 5000)
    with open_at(copy) as store:
        assert store.damage is not None
    with open_at(copy) as store:
        assert store.damage is not None
        store.acknowledge_damage()
    with open_at(copy) as store:
        assert store.damage is None
    assert len(list((copy / "quarantine").iterdir())) == 1


def test_losses_of_two_damages_add_up(filled: Filled, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(filled.folder, copy)
    seen: set[str] = set()
    for _ in range(2):
        path = copy / "store.db"
        with path.open("rb") as file:
            bodies = pages.scan(path, b"", KEY)
        assert file.closed
        number = next(
            n
            for n in bodies.versions
            if (content := bodies.newest(n)) and content[0] == 0x0D and b'"answers"' in content
        )
        data = bytearray(path.read_bytes())
        data[(number - 1) * PAGE + 77] ^= 1
        path.write_bytes(data)
        with open_at(copy) as store:
            assert store.damage is not None
            lost = {ref.id for ref in store.damage.lost}
        assert lost > seen
        seen = lost


def test_a_file_cut_short_is_salvaged(filled: Filled, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(filled.folder, copy)
    with (copy / "store.db").open("r+b") as file:
        file.truncate(24 * PAGE + 123)
    with open_at(copy) as store:
        assert store.damage is not None
        whole = [row for row in store.list_items((ItemState.READY,)) if store.show(row.id).body is not None]
        named = {ref.id for ref in store.damage.lost}
        assert whole
        assert not named & {row.id for row in whole}
        assert store.verify().ok


CRASHING = """
import os, sys
from pathlib import Path
from tests.offline_cache.support import item, open_at
from tests.offline_cache.test_damage import fill
folder = Path(sys.argv[1])
store = open_at(folder)
bodies, numbers, sent = fill(store)
import json
(folder / "promised.json").write_text(json.dumps([bodies, numbers, sorted(sent)]))
os.kill(os.getpid(), 9)
"""


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """A store whose process was killed: much of it is only in the log."""
    import json

    folder = tmp_path_factory.mktemp("crashed")
    subprocess.run([sys.executable, "-c", CRASHING, str(folder)], check=False, cwd=os.getcwd(), timeout=60)
    bodies, numbers, sent = json.loads((folder / "promised.json").read_text())
    (folder / "promised.json").unlink()
    assert (folder / "store.db-wal").stat().st_size > 100_000 or (folder / "store.db").stat().st_size > 100_000
    return Filled(folder, bodies, numbers, frozenset(sent))


def test_a_crash_alone_is_no_damage(crashed: Filled, tmp_path: Path) -> None:
    shutil.copytree(crashed.folder, tmp_path / "copy")
    with open_at(tmp_path / "copy") as store:
        assert store.damage is None
        assert {row.id for row in store.list_items((ItemState.READY,))} == set(crashed.bodies)


LATE = """
import os, sys, json
from pathlib import Path
from tests.offline_cache.support import item, open_at
folder = Path(sys.argv[1])
store = open_at(folder)
bodies = {}
numbers = {}
for n in range(12):
    number = store.next_provisional("XC-0042")
    body = {"answers": {"n": n, "text": "x" * 900}}
    saved = store.submit(item(f"case-{n}", body=body, provisional=number))
    bodies[saved.id], numbers[saved.id] = body, number
(folder / "promised.json").write_text(json.dumps([bodies, numbers, []]))
os.kill(os.getpid(), 9)
"""


@pytest.fixture(scope="module")
def unfolded(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """A store killed before anything was folded from its log into the file."""
    import json

    folder = tmp_path_factory.mktemp("unfolded")
    subprocess.run([sys.executable, "-c", LATE, str(folder)], check=False, cwd=os.getcwd(), timeout=60)
    bodies, numbers, sent = json.loads((folder / "promised.json").read_text())
    (folder / "promised.json").unlink()
    return Filled(folder, bodies, numbers, frozenset(sent))


def test_a_flipped_byte_anywhere_in_the_log_loses_nothing_unnamed(unfolded: Filled, tmp_path: Path) -> None:
    size = (unfolded.folder / "store.db-wal").stat().st_size
    frame = PAGE + 24
    offsets = [*range(0, 32, 3)]
    for number in range((size - 32) // frame):
        start = 32 + number * frame
        offsets += [start + number % 24, start + 24 + 2000]
    for offset in offsets:
        copy = flipped_copy(unfolded, tmp_path / "copy", offset, "store.db-wal")
        with open_at(copy) as store:
            lost = {ref.id for ref in store.damage.lost} if store.damage else set()
            assert len(lost) <= 4, offset
            for item_id, body in unfolded.bodies.items():
                if item_id not in lost:
                    assert store.show(item_id).body == body, offset
            assert store.verify().ok


def test_a_power_cut_in_the_middle_of_salvage_is_finished_at_the_next_start(filled: Filled, tmp_path: Path) -> None:
    # The new file is complete, the old one still in place with a log beside it.
    shutil.copytree(filled.folder, tmp_path / "copy")
    path = tmp_path / "copy" / "store.db"
    shutil.copy(path, path.with_name("store.db.new"))
    path.write_bytes(os.urandom(PAGE * 3))
    path.with_name("store.db-wal").write_bytes(os.urandom(5000))
    with open_at(tmp_path / "copy") as store:
        assert {row.id for row in store.list_items((ItemState.READY,))} == set(filled.bodies)


def test_pages_read_alone_agree_with_sqlite(filled: Filled, tmp_path: Path) -> None:
    from offline_cache.store import salvage

    with open_at(filled.folder) as store:
        until(lambda: True)
        found = pages.scan(filled.folder / "store.db", (filled.folder / "store.db-wal").read_bytes(), KEY)
        assert store.read(lambda c: salvage.differs(found.rows(), c)) is False
