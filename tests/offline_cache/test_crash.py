"""kill -9 at each named moment, then start again: nothing promised is lost, nothing has its effect twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from offline_cache import ItemState
from tests.offline_cache.platform_server import Platform, platform
from tests.offline_cache.support import item, open_at, until

MOMENTS = ("before-commit", "after-commit", "after-post-before-answer", "after-answer-before-mark")


def run_terminal(folder: Path, url: str, ids: list[str], die_at: str) -> subprocess.CompletedProcess[str]:
    """Run a terminal that submits `ids`, writes each to `promised` once it is saved, and syncs."""
    command = [sys.executable, "-m", "tests.offline_cache.terminal", str(folder), url, die_at, *ids]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=os.getcwd())


def promised(folder: Path) -> list[str]:
    path = folder / "promised"
    return path.read_text().split() if path.exists() else []


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at(moment: str, tmp_path: Path) -> None:
    ids = [item().id for _ in range(3)]
    with platform() as server:
        died = run_terminal(tmp_path, server.url, ids, moment)
        assert died.returncode == -signal.SIGKILL, died.stderr
        kept = promised(tmp_path)
        assert len(kept) == (0 if moment in ("before-commit", "after-commit") else 3)
        again = run_terminal(tmp_path, server.url, ids, "never")
        assert again.returncode == 0, again.stderr
        assert sorted(server.effects) == sorted(ids)
        assert all(len(batch) == len(set(batch)) for batch in server.batches)
        if moment == "after-answer-before-mark":
            assert any("duplicate" in line for line in again.stdout.splitlines()) or len(server.batches) > 1
    with open_at(tmp_path) as store:
        assert store.damage is None
        assert {row.id: row.state for row in store.list_items()} == dict.fromkeys(ids, ItemState.SENT)
        assert store.read(lambda c: c.execute("SELECT count(*) FROM outbox").fetchone()[0]) == 0


def test_killed_after_commit_the_row_is_there_although_nobody_was_told(tmp_path: Path) -> None:
    wanted = item()
    with platform() as server:
        run_terminal(tmp_path, server.url, [wanted.id], "after-commit")
    with open_at(tmp_path) as store:
        assert [row.id for row in store.list_items()] == [wanted.id]


def test_killed_before_commit_there_is_no_row(tmp_path: Path) -> None:
    with platform() as server:
        run_terminal(tmp_path, server.url, [item().id], "before-commit")
    with open_at(tmp_path) as store:
        assert store.list_items() == []


def test_killed_again_and_again_at_random_while_sending(tmp_path: Path) -> None:
    """Kills at any instant; the platform loses answers, too."""
    ids = [item().id for _ in range(40)]
    command = [sys.executable, "-m", "tests.offline_cache.terminal", str(tmp_path)]
    with platform() as server:
        server.faults.extend(["drop-after-commit", "ok", "close", "ok", "500", "ok"] * 20)
        for round_number in range(8):
            child = subprocess.Popen([*command, server.url, "never", *ids], stdout=subprocess.PIPE, text=True)
            seen = len(server.batches)
            until(partial(_sending_or_over, server, seen, child), 15)
            _let_pass(server, round_number)
            child.send_signal(signal.SIGKILL)
            child.communicate()
        server.faults.clear()
        finished = run_terminal(tmp_path, server.url, ids, "never")
        assert finished.returncode == 0, finished.stderr
        assert len(server.effects) == len(set(server.effects))
        assert set(server.effects) == set(ids)
    assert json.loads(finished.stdout.splitlines()[-1])["sent"] == len(ids)


def _sending_or_over(server: Platform, seen: int, child: subprocess.Popen[str]) -> bool:
    return len(server.batches) > seen or child.poll() is not None


def _let_pass(server: Platform, moments: int) -> None:
    seen = len(server.calls)
    try:
        until(lambda: len(server.calls) >= seen + moments % 3, 0.2)
    except AssertionError:
        return
