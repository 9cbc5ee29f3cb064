"""A file of an older program becomes this program's file, whatever happens on the way; never the other way round."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from offline_cache import ItemState, Keyring, rotate_key
from offline_cache.store import opening, pages
from offline_cache.store.database import connect, user_version
from offline_cache.store.schema import VERSION, migrate
from tests.offline_cache.support import KEY, RealClock, item, killed_at, open_at


def old_store(folder: Path) -> list[str]:
    """A file of schema 1 with cases in it, as the first program left it; returns the ids."""
    path = folder / "store.db"
    connection = connect(path, KEY)
    migrate(connection, to=1)
    ids = [item().id for _ in range(20)]
    for seq, item_id in enumerate(ids, 1):
        shared = (seq, item_id, f"case-{seq}", "application", "1", None, 0, "2026-11-20T09:00:00+08:00", 1.0, "sha")
        names = "seq, id, case_key, kind, schema, provisional, priority, captured_at, captured_s, digest"
        connection.execute(
            f"INSERT INTO outbox ({names}, mono_ms, boot_id, body) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (*shared, 1, "b", b'{"n":1}'),
        )
        connection.execute(
            f"INSERT INTO ledger ({names}, state) VALUES (?,?,?,?,?,?,?,?,?,?,?)", (*shared, ItemState.READY)
        )
    connection.close()
    return ids


def check(folder: Path, ids: list[str]) -> None:
    with open_at(folder) as store:
        assert store.damage is None
        assert [row.id for row in store.list_items()] == ids
        assert all(store.show(one).body == {"n": 1} for one in ids)
        assert store.read(user_version) == VERSION
        made = store.attachments.put(io.BytesIO(b"scan"))
        saved = store.submit(item(), [made])
        assert saved.seq == len(ids) + 1
    with open_at(folder) as store:
        assert b"".join(store.attachments.read(saved.id, made.sha256)) == b"scan"


def test_a_file_of_the_first_schema_is_brought_forward(tmp_path: Path) -> None:
    ids = old_store(tmp_path)
    check(tmp_path, ids)


def test_killed_at_any_step_of_a_migration_nothing_is_lost(quick_path: Path) -> None:
    first = quick_path / "first"
    first.mkdir()
    ids = old_store(first)
    versions: list[int] = []
    for step in range(1, 30):
        folder = quick_path / str(step)
        shutil.copytree(first, folder)
        if not _killed(folder / "store.db", step):
            break
        connection = connect(folder / "store.db", KEY)
        versions.append(user_version(connection))
        connection.close()
        check(folder, ids)
    # On both sides of each commit.
    assert set(versions) == set(range(1, VERSION + 1))
    assert len(versions) == 5 * (VERSION - 1)


def _killed(path: Path, step: int) -> bool:
    return killed_at(step, lambda die: migrate(connect(path, KEY), step=die))


def test_a_crash_of_the_old_program_is_read_by_the_new_one(tmp_path: Path) -> None:
    """Its last cases are still in the log only."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    path = source / "store.db"
    keeper = connect(path, KEY)
    migrate(keeper, to=1)
    ids = old_store(source)
    for name in ("store.db", "store.db-wal"):
        shutil.copy2(source / name, target / name)
    keeper.close()
    assert (target / "store.db-wal").stat().st_size > 0
    check(target, ids)


@pytest.mark.parametrize("page", range(0, 9, 2))
def test_a_damaged_file_of_the_first_schema_is_mended_into_this_one(tmp_path: Path, page: int) -> None:
    ids = old_store(tmp_path)
    data = bytearray((tmp_path / "store.db").read_bytes())
    data[page * pages.PAGE + 1500] ^= 0xFF
    (tmp_path / "store.db").write_bytes(data)
    with open_at(tmp_path) as store:
        damage = store.damage
        assert damage is not None
        named = {ref.id for ref in damage.lost}
        assert {row.id for row in store.list_items((ItemState.READY,))} == set(ids) - named
        assert store.read(user_version) == VERSION


def test_an_old_file_may_be_put_under_a_new_key_at_once(tmp_path: Path) -> None:
    ids = old_store(tmp_path)
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "key").chmod(0o600)
    ring = Keyring(tmp_path / "key")
    rotate_key(tmp_path / "store.db", ring, RealClock().now)
    connection, damage = opening.open_file(tmp_path / "store.db", ring.current(), RealClock().now)
    assert damage is None
    assert user_version(connection) == VERSION
    assert [row[0] for row in connection.execute("SELECT id FROM outbox ORDER BY seq")] == ids
    connection.close()
