"""A command from an operator's shell to a terminal and its result back, over a platform that is killed between."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from central_platform.authority import Authority
from central_platform.cli import app
from contracts.commands import Action, Outcome
from offline_cache import PlatformClient, SyncEngine, SyncSettings
from tests.faults.real_platform import RealPlatform, rows_of
from tests.offline_cache.support import RealClock, open_at, until

QUIET = {"version": "1", "state": "in_service", "devices": []}


def operator(platform: RealPlatform, *words: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(
        app, ["terminals", *words, "--data", str(platform.data), "--packages", str(platform.folder / "packages")]
    )
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_is_asked_until_it_is_answered_and_counts_once(tmp_path: Path) -> None:
    platform = RealPlatform(tmp_path / "platform")
    platform.start()
    terminal, files = platform.enrol()
    clock = RealClock()
    trusted = {
        name: bytes.fromhex(key) for name, key in Authority.open(platform.data / "authority", clock.now()).keys.items()
    }
    store = open_at(tmp_path / "terminal")
    client = PlatformClient(platform.url, files, clock, trusted=trusted, timeouts=(2.0, 6.0))
    settings = SyncSettings(base_s=0.05, cap_s=0.4, beat_s=0.3)
    engine = SyncEngine(
        store, client, clock, random.random, lambda _report: None, terminal=terminal, about=lambda: QUIET,
        settings=settings,
    )  # fmt: skip
    (asked,) = operator(platform, "command", terminal, "lock", "--urgent", "--reason", "wet floor")
    engine.start()
    (command,) = until(store.orders.waiting, 30.0)
    assert (command.id, command.action, command.argument["reason"]) == (asked["id"], Action.LOCK, "wet floor")
    platform.kill()
    assert store.orders.end(command.id, Outcome.DONE, {"why": "locked"}, {"remote.locked": "{}"})
    engine.poke()
    platform.start()
    until(lambda: rows_of(platform.data, "SELECT outcome FROM terminal_command") == [("done",)], 40.0, "a result")
    (shown,) = operator(platform, "commands", terminal)
    assert shown["detail"] == {"why": "locked"}
    assert shown["doubts"] == []
    assert store.orders.waiting() == []
    engine.stop()
    client.close()
    store.close()
    platform.kill()
    assert rows_of(platform.data, "SELECT count(*) FROM submission WHERE kind = 'command_result'") == [(1,)]
