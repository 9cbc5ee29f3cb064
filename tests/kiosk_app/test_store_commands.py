"""`kiosk store` on a real store in a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts import uuid7
from kiosk_app.audit.chain import verify_chain
from kiosk_app.clock import SystemClock
from kiosk_app.commands import app
from kiosk_app.folders import Folders
from offline_cache import Keyring, Limits, NewItem, open_store

LIMITS = Limits(min_free_bytes=0)


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
        assert verify_chain(store.read_audit()).ok
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
