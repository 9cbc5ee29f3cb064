"""Answers and files that no honest platform or disk gives: a typed error, and nothing in the store changes."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from offline_cache import (
    ItemDone,
    ItemState,
    NetworkLost,
    PlatformClient,
    Store,
    StoreError,
    SyncEngine,
    SyncReport,
    SyncSettings,
)
from offline_cache.store.store import wire_item
from tests.offline_cache.platform_server import Platform, platform
from tests.offline_cache.support import RealClock, item, new_id, open_at, until

RECEIPT = {"number": "XC-2026-1122-000009", "check_code": "8F3K-2Q7M"}
MEGABYTE = 2**20


@pytest.fixture
def server() -> Iterator[Platform]:
    with platform() as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_at(tmp_path) as found:
        yield found


def state_of(store: Store) -> list[tuple[Any, ...]]:
    """All that is kept: rows and bodies."""
    return [(row, store.show(row.id).body) for row in store.list_items()]


@pytest.mark.parametrize("fault", ["huge", "bomb", "deep"])
def test_an_answer_that_is_too_much_is_network_loss_and_takes_no_memory(
    server: Platform, store: Store, fault: str
) -> None:
    wanted = wire_item(store.show(store.submit(item()).id))
    before, peak = state_of(store), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    client = PlatformClient(server.url, None, RealClock(), timeouts=(1.0, 20.0))
    server.faults.append(fault)
    with pytest.raises(NetworkLost):
        client.submit_batch(new_id(), "XC-0042", [wanted])
    client.close()
    # The server is in this process, too; the client reads 8 MB at most.
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024
    assert grown < 80, f"{grown:.0f} MB"
    assert state_of(store) == before


def foreign(answer: dict[str, Any]) -> object:
    answer["results"] = [{**result, "id": new_id()} for result in answer["results"]]
    return answer


def contradicting(answer: dict[str, Any]) -> object:
    refused = {"status": "rejected", "receipt": None, "problem": {"code": "data-invalid", "status": 422}}
    answer["results"] += [{**result, **refused} for result in answer["results"]]
    return answer


def wrong_types(answer: dict[str, Any]) -> object:
    answer["results"] = [{**result, "status": ["accepted"]} for result in answer["results"]]
    return answer


@pytest.mark.parametrize("spoil", [foreign, contradicting, wrong_types, lambda _answer: [1, 2], lambda _answer: None])
def test_an_answer_that_is_not_about_what_was_sent_settles_nothing(
    server: Platform, store: Store, spoil: Callable[[dict[str, Any]], object]
) -> None:
    saved = store.submit(item(body={"a": 1}))
    reports: list[SyncReport] = []
    client = PlatformClient(server.url, None, RealClock(), timeouts=(1.0, 2.0))
    engine = SyncEngine(
        store, client, RealClock(), random.random, reports.append, terminal="XC-0042",
        about=lambda: {"version": "1", "state": "ok", "devices": []}, settings=SyncSettings(base_s=0.02, cap_s=0.1),
    )  # fmt: skip
    server.spoil = spoil
    engine.start()
    until(lambda: len(server.batches) >= 2)
    assert store.row(saved.id).state is ItemState.INFLIGHT
    assert store.show(saved.id).body == {"a": 1}
    assert reports == [report for report in reports if not isinstance(report, ItemDone)]
    # Honest again: it was taken the first time, and the platform says so.
    server.spoil = None
    engine.poke()
    until(lambda: store.row(saved.id).state is ItemState.SENT)
    engine.stop()
    assert server.effects == [saved.id]


def filled(folder: Path) -> list[tuple[Any, ...]]:
    with open_at(folder) as store:
        for number in range(30):
            store.submit(item(f"case-{number}", body={"n": number, "text": "x" * 1500}))
        return state_of(store)


@pytest.mark.parametrize("tail", [b"\0" * MEGABYTE, random.Random(1).randbytes(MEGABYTE), b"x" * 1000])
def test_a_file_that_is_too_long_loses_nothing(tmp_path: Path, tail: bytes) -> None:
    before = filled(tmp_path)
    with (tmp_path / "store.db").open("ab") as file:
        file.write(tail)
    with open_at(tmp_path) as store:
        assert state_of(store) == before
        assert store.verify().ok


@pytest.mark.parametrize("log", [b"\0" * 100, random.Random(2).randbytes(5 * MEGABYTE)])
def test_a_log_that_is_not_ours_changes_nothing(tmp_path: Path, log: bytes) -> None:
    before = filled(tmp_path)
    (tmp_path / "store.db-wal").write_bytes(log)
    began = time.monotonic()
    with open_at(tmp_path) as store:
        assert state_of(store) == before
        assert store.verify().ok
    assert time.monotonic() - began < 10


CRASHING = """
import os, sys
from pathlib import Path
from tests.offline_cache.support import item, open_at
store = open_at(Path(sys.argv[1]))
for number in range(12):
    store.submit(item(f"case-{number}", body={"n": number, "text": "x" * 900}))
os.kill(os.getpid(), 9)
"""


def test_a_log_cut_anywhere_loses_only_what_came_last(tmp_path: Path) -> None:
    crashed = tmp_path / "crashed"
    subprocess.run([sys.executable, "-c", CRASHING, str(crashed)], check=False, cwd=os.getcwd(), timeout=60)
    size = (crashed / "store.db-wal").stat().st_size
    kept = []
    for length in (*range(0, size, size // 6), size):
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(crashed, copy)
        os.truncate(copy / "store.db-wal", length)
        with open_at(copy) as store:
            assert store.verify().ok
            there = [body["n"] for _, body in state_of(store)]
        assert there == list(range(len(there)))
        kept.append(len(there))
    assert kept == sorted(kept)
    assert kept[-1] == 12


def test_a_place_that_cannot_be_written_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        open_at(tmp_path / "file")
    (tmp_path / "store.db").mkdir()
    with pytest.raises(StoreError):
        open_at(tmp_path)


def test_a_statement_that_fails_in_reading_is_a_typed_error(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        store.read(lambda c: c.execute("SELECT secret FROM nowhere").fetchall())
    assert "secret" not in str(caught.value)
