"""Commands of the platform on the terminal: believed or refused, kept once, answered once, over any crash."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.commands import Action, Command, Outcome, Refusal, statement
from contracts.signatures import key_id, sign
from offline_cache import CommandRefused, Commands, Store, SyncReport
from offline_cache.sync.ordered import MOST_FORGED, Ordered
from tests.offline_cache.support import HandClock, killed_at, new_id, open_at

TERMINAL = "XC-0042"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
TRUSTED = {key_id(KEY.public_key().public_bytes_raw()): KEY.public_key().public_bytes_raw()}


class Terminal:
    """A store that hears heartbeats."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.store = open_at(folder, clock=self.clock)
        self.heard: list[SyncReport] = []
        self.ordered = Ordered(self.store, TERMINAL, lambda: TRUSTED, self.heard.append)

    def command(self, action: Action = Action.RESTART, **changes: Any) -> Command:
        now = self.clock.now()
        fields: dict[str, Any] = {"id": new_id(), "terminal": TERMINAL, "issued_at": now}
        return Command(**{**fields, "action": action, "expires_at": now + timedelta(hours=1), **changes})

    def gets(self, *envelopes: dict[str, Any]) -> None:
        self.ordered.took(envelopes)

    def refused(self) -> list[tuple[str, str]]:
        return [(report.id, report.why.value) for report in self.heard if isinstance(report, CommandRefused)]


@pytest.fixture
def terminal(tmp_path: Path) -> Any:
    made = Terminal(tmp_path)
    yield made
    made.store.close()


def signed(command: Command, **changes: Any) -> dict[str, Any]:
    return sign({**statement(command), **changes}, KEY)


def results(store: Store) -> list[tuple[str, str, Any]]:
    bodies = [store.show(row.id).body for row in store.list_items()]
    return [(body["command"], body["outcome"], body["detail"]) for body in bodies]


def test_what_comes_with_every_heartbeat_is_kept_and_told_once(terminal: Terminal) -> None:
    first, second = terminal.command(Action.LOCK, argument={"urgent": True}), terminal.command(Action.UNLOCK)
    for _ in range(3):
        terminal.gets(signed(first), signed(second))
    assert terminal.store.orders.waiting() == [first, second]
    assert terminal.heard == [Commands((first, second))]


def test_what_has_ended_is_not_done_again_and_answered_once(terminal: Terminal) -> None:
    command = terminal.command()
    terminal.gets(signed(command))
    assert terminal.store.orders.begin(command.id, "run-1")
    assert terminal.store.orders.end(command.id, Outcome.DONE, {"why": "restarted"})
    assert not terminal.store.orders.end(command.id, Outcome.DONE, {"why": "restarted"})
    assert not terminal.store.orders.begin(command.id, "run-2")
    terminal.gets(signed(command))
    assert terminal.store.orders.waiting() == terminal.store.orders.begun() == []
    assert results(terminal.store) == [(command.id, "done", {"why": "restarted"})]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"terminal": "XC-0043"}, Refusal.FOREIGN),
        ({"action": "dance"}, Refusal.UNKNOWN),
        ({"argument": {"urgent": True}}, Refusal.MALFORMED),
        ({"expires_at": "2026-11-22T08:59:59+08:00", "issued_at": "2026-11-22T08:00:00+08:00"}, Refusal.EXPIRED),
        ({"expires_at": "never"}, Refusal.MALFORMED),
    ],
)
def test_what_does_not_fit_is_refused_once_and_told(terminal: Terminal, changes: Any, why: Refusal) -> None:
    command = terminal.command()
    for _ in range(2):
        terminal.gets(signed(command, **changes))
    assert terminal.refused() == [(command.id, why.value)]
    assert results(terminal.store) == [(command.id, "refused", {"why": why.value})]
    assert terminal.store.orders.waiting() == []


def test_a_statement_of_another_kind_is_no_command(terminal: Terminal) -> None:
    terminal.gets(sign({"kind": "time", "time": "2026-11-22T09:00:00+08:00"}, KEY))
    assert terminal.refused() == [("", "malformed")]


def test_a_forged_command_is_refused_and_the_real_one_of_its_id_still_taken(terminal: Terminal) -> None:
    command = terminal.command()
    forged = signed(command)
    forged["signed"]["action"] = "lock"
    terminal.gets(forged)
    assert terminal.refused() == [(command.id, "forged")]
    terminal.gets(signed(command))
    assert terminal.store.orders.waiting() == [command]


def test_forgers_do_not_fill_the_outbox(terminal: Terminal) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
    for _ in range(40):
        terminal.gets(sign(statement(terminal.command()), stranger))
    assert len(results(terminal.store)) == MOST_FORGED


def test_an_id_is_for_one_command_only(terminal: Terminal) -> None:
    command = terminal.command()
    terminal.gets(signed(command))
    terminal.gets(signed(command, action="lock"))
    assert terminal.refused() == [(command.id, "conflict")]
    assert terminal.store.orders.waiting() == [command]


def test_a_command_that_comes_long_after_its_result_arrived_is_a_replay(terminal: Terminal) -> None:
    command = terminal.command()
    terminal.gets(signed(command))
    terminal.store.orders.end(command.id, Outcome.DONE, {})
    (row,) = terminal.store.list_items()
    terminal.store.settle({row.id: None}, {}, {})
    terminal.gets(signed(command))
    assert terminal.refused() == [], "a heartbeat that was under way"
    terminal.clock.at += timedelta(minutes=11)
    for _ in range(2):
        terminal.gets(signed(command))
    assert terminal.refused() == [(command.id, "replayed")]
    assert terminal.store.orders.waiting() == []


def test_an_id_is_remembered_until_its_expiry_alone_would_refuse_it(terminal: Terminal) -> None:
    command = terminal.command()
    terminal.gets(signed(command))
    terminal.store.orders.end(command.id, Outcome.DONE, {})
    terminal.clock.at += timedelta(days=30)
    assert terminal.store.orders.forget_old() == 0
    terminal.clock.at += timedelta(hours=2)
    assert terminal.store.orders.forget_old() == 1
    terminal.gets(signed(command))
    assert terminal.refused() == [(command.id, "expired")]


def test_a_fact_changes_with_the_end_of_its_command_or_not_at_all(tmp_path: Path) -> None:
    """Killed at every step: locked and answered, or neither."""
    base = Terminal(tmp_path)
    command = base.command(Action.LOCK)
    base.gets(signed(command))
    base.store.close()
    step = 0
    while True:
        step += 1

        def job(die: Any) -> None:
            store = open_at(tmp_path, clock=HandClock(), checkpoint=die)
            store.orders.end(command.id, Outcome.DONE, {}, {"locked": "yes"})

        died = killed_at(step, job)
        store = open_at(tmp_path, clock=HandClock())
        locked, told = store.meta.get("locked"), results(store)
        store.close()
        assert (locked == "yes") == (told == [(command.id, "done", {})])
        if not died:
            break
    assert step >= 2
    assert locked == "yes"
