from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from offline_cache import NotEncrypted, SchemaTooNew, WrongKey
from tests.offline_cache.support import item, open_at

CANARY = "CANARY-11010119491231002X"


def test_nothing_that_was_written_can_be_found_in_any_file(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        for number in range(20):
            store.submit(item(f"{CANARY}-{number}", body={"id_no": CANARY}))
        while_open = b"".join(entry.read_bytes() for entry in tmp_path.iterdir())
    after = b"".join(entry.read_bytes() for entry in tmp_path.iterdir())
    assert CANARY.encode() not in while_open + after


def test_the_file_does_not_start_like_sqlite(tmp_path: Path) -> None:
    open_at(tmp_path).close()
    assert not (tmp_path / "store.db").read_bytes().startswith(b"SQLite format 3")


def test_another_key_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        store.submit(item())
    before = (tmp_path / "store.db").read_bytes()
    with pytest.raises(WrongKey):
        open_at(tmp_path, key=bytes(32))
    assert (tmp_path / "store.db").read_bytes() == before
    assert not (tmp_path / "quarantine").exists()
    with open_at(tmp_path) as store:
        assert store.counts().ready == 1


def test_a_key_of_another_length_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_at(tmp_path, key=b"short")


def test_a_plain_database_is_refused(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "store.db")
    plain.execute("CREATE TABLE outbox (a)")
    plain.commit()
    plain.close()
    with pytest.raises(NotEncrypted):
        open_at(tmp_path)


def test_a_newer_schema_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        saved = store.submit(item())
        store._writer.outside(lambda c: c.execute("PRAGMA user_version = 99").fetchone())
    with pytest.raises(SchemaTooNew):
        open_at(tmp_path)
    assert not (tmp_path / "quarantine").exists()
    assert saved.seq == 1


def test_a_damaged_file_of_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        store._writer.outside(lambda c: c.execute("PRAGMA user_version = 99").fetchone())
    path = tmp_path / "store.db"
    data = bytearray(path.read_bytes())
    data[-100] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(SchemaTooNew):
        open_at(tmp_path)
    assert path.read_bytes() == bytes(data)
