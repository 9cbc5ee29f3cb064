"""`kiosk store` on a real store in a folder."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from contracts import uuid7
from kiosk_app.audit import AuditLog
from kiosk_app.clock import SystemClock
from kiosk_app.commands import app
from kiosk_app.control import ControlServer
from kiosk_app.control_handlers import handlers
from kiosk_app.engine_room import EngineRoom
from kiosk_app.folders import Folders
from kiosk_app.loop import PlainLoop
from kiosk_app.terminal import Options
from offline_cache import Keyring, Limits, NewItem, Store, Unwritten, open_store, verify_chain
from offline_cache.store import pages
from offline_cache.store.gap_mark import Gap, GapMark
from tests.offline_cache.support import until

LIMITS = Limits(min_free_bytes=0, reserve_bytes=0)


@pytest.fixture
def state(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    with open_store(folders.store, Keyring(folders.key), SystemClock(), "boot", LIMITS) as store:
        store.submit(NewItem(uuid7(1, lambda n: bytes(n)), "case", "application", "1", {"n": 1}))
    return folders


def rotate(state: Folders, *more: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["store", "rotate-key", "--state", str(state.root), *more])
    return done.exit_code, done.stdout, done.stderr


def test_the_key_is_changed_and_the_chain_says_so(state: Folders) -> None:
    former = state.key.read_bytes()
    code, said, _ = rotate(state, "--json")
    assert (code, json.loads(said)) == (0, {"key_protection": "file", "waiting": 1})
    assert state.key.read_bytes() != former
    with open_store(state.store, Keyring(state.key), SystemClock(), "boot", LIMITS) as store:
        (row,) = store.read_audit()
        assert row.entry == {"event": "store_key_rotated", "fields": {"custodian": "file"}}
        assert verify_chain(store.audit_rows()).ok
        assert store.counts().ready == 1


def test_a_running_terminal_refuses(state: Folders) -> None:
    former = state.key.read_bytes()
    with open_store(state.store, Keyring(state.key), SystemClock(), "boot", LIMITS):
        code, _, said = rotate(state)
    assert (code, said) == (3, "the terminal is running: stop it, then rotate the key\n")
    assert state.key.read_bytes() == former


def test_a_custodian_that_is_not_here_is_named(state: Folders) -> None:
    former = state.key.read_bytes()
    code, _, said = rotate(state, "--custodian", "credential")
    assert code == 1
    assert said.startswith("the key was not changed: nobody keeps the store's key; credential: ")
    assert said.count("\n") == 1
    assert state.key.read_bytes() == former


def test_without_a_store_there_is_nothing_to_do(tmp_path: Path) -> None:
    code, _, said = rotate(Folders(tmp_path / "nobody"))
    assert code == 3
    assert "--state" in said
    assert rotate(Folders(tmp_path), "--custodian", "me")[0] == 2


@contextmanager
def running(state: Folders) -> Iterator[Store]:
    """A terminal as far as its store and its control socket."""
    loop = PlainLoop()
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    terminal: Any = SimpleNamespace()
    room = EngineRoom(Options(state, SystemClock()), terminal)
    with open_store(state.store, Keyring(state.key), SystemClock(), "boot", LIMITS) as store:
        room.store, room.audit = store, AuditLog(store, SystemClock(), strict=True)
        server = ControlServer(state.control, handlers(room), loop.post)
        server.start()
        try:
            yield store
        finally:
            server.stop()
            loop.quit()
            thread.join(5)


def ask(state: Folders, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["store", *words, "--state", str(state.root)])
    return done.exit_code, done.stdout + done.stderr


def test_a_damage_is_shown_until_a_person_has_acknowledged_it(state: Folders) -> None:
    with open_store(state.store, Keyring(state.key), SystemClock(), "boot", LIMITS) as store:
        number = store.next_provisional("XC-0042")
        for n in range(20):
            body = {"n": n, "text": "字" * 300}
            store.submit(NewItem(uuid7(n + 5, os.urandom), f"c{n}", "application", "1", body, f"{number}-{n}"))
    data = bytearray(state.store.read_bytes())
    found = pages.scan(state.store, b"", Keyring(state.key).current())
    bodies = [n for n in found.versions if n > 1 and b"outbox" in (found.newest(n) or b"")]
    data[(bodies[0] - 1) * pages.PAGE + 1000] ^= 0xFF
    state.store.write_bytes(data)
    with running(state) as store:
        damage = store.damage
        assert damage is not None
        assert damage.lost
        code, said = ask(state, "show")
        assert code == 0
        assert "key kept by file" in said
        assert said.count("lost: ") == len(damage.lost)
        assert ask(state, "acknowledge") == (0, "acknowledged; the damaged copy is removed in 30 days\n")
        assert "no damage" in ask(state, "show")[1]
        assert ask(state, "acknowledge")[0] == 1
        entry = store.read_audit()[-1].entry
        assert entry == {"event": "damage_acknowledged", "fields": {"count": len(damage.lost)}}
    assert ask(state, "show")[0] == 3


def test_audit_entries_that_were_lost_are_a_warning_until_a_person_has_seen_it(state: Folders) -> None:
    mark = GapMark(state.store.with_name(state.store.name + ".unwritten"))
    assert mark.write(Gap("need", 4, "2026-11-30T04:00:00.000+08:00", "2026-11-30T05:00:00.000+08:00"))
    with running(state) as store:
        until(lambda: mark.read() is None)
        assert "4 lost unwritten" in ask(state, "show")[1]
        assert ask(state, "acknowledge") == (0, "acknowledged\n")
        seen = {"event": "audit_loss_acknowledged", "fields": {"count": 4}}
        until(lambda: store.read_audit()[-1].entry == seen)
        assert ask(state, "acknowledge")[0] == 1
    with running(state) as store:
        # What is told to the platform stays.
        assert store.unwritten == Unwritten(0, 4, 4)
