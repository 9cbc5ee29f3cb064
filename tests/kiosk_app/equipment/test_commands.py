"""Commands of the platform: when they are done; each is done and answered once, over kills of real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.commands import Action, Command, Outcome
from kiosk_app.equipment.commands import Commands, Report, choose
from kiosk_app.lab.samples import KNOWN, ONLINE
from kiosk_app.loop import PlainLoop
from kiosk_app.visit import State, step
from kiosk_app.visit.events import Event
from kiosk_app.visit.state import Form, Home, Lock, OutOfService
from offline_cache import Store
from tests.kiosk_app.equipment.commander import DESK, asked
from tests.offline_cache.support import HandClock, open_at

NOW = HandClock().now()
VISIT = replace(ONLINE, place=Form("bank"), visit=KNOWN)


def command(action: Action, **argument: Any) -> Command:
    return Command(action.value, "XC-0042", action, NOW, NOW + timedelta(hours=1), argument)


@pytest.mark.parametrize("action", [Action.RESTART, Action.SELF_TEST, Action.LOCK])
def test_what_disturbs_waits_until_nobody_is_here(action: Action) -> None:
    assert choose([command(action)], free=False) is None
    assert choose([command(action)], free=True) == command(action)


@pytest.mark.parametrize("wanted", [command(Action.UNLOCK), command(Action.LOGS), command(Action.LOCK, urgent=True)])
def test_what_disturbs_nobody_is_done_at_once(wanted: Command) -> None:
    assert choose([wanted], free=False) == wanted


def test_a_command_does_not_overtake_the_one_that_it_follows() -> None:
    """An unlock behind a lock that waits would leave the terminal locked for good."""
    waiting = [command(Action.LOCK), command(Action.UNLOCK), command(Action.MESSAGE)]
    assert choose(waiting, free=False) == command(Action.MESSAGE)
    assert choose(waiting[:2], free=False) is None
    assert choose(waiting, free=True) == command(Action.LOCK)


class Terminal:
    """The loop of a terminal and what it does for commands; everything runs in `settle`."""

    def __init__(self, store: Store, state: State = ONLINE) -> None:
        self.store, self.state = store, state
        self.loop = PlainLoop()
        self.restarts = 0
        self.recorded: list[tuple[str, dict[str, Any]]] = []
        self.commands = Commands(
            store, "run-1", lambda: self.state, lambda: True, self.loop, self.dispatch,
            {Action.SELF_TEST: lambda: Report(Outcome.DONE, {"why": "ready"}), Action.LOGS: self.broken},
            self.restart, lambda name, fields: self.recorded.append((name, dict(fields))), lambda: None,
        )  # fmt: skip

    def dispatch(self, event: Event) -> None:
        self.state, _ = step(self.state, event, DESK)

    def restart(self) -> None:
        self.restarts += 1

    def broken(self) -> Report:
        raise OSError("no stick")

    def settle(self) -> None:
        """Let the loop run until nothing is to be done."""
        self.commands.look()
        self.loop.after(0.4, self.loop.quit)
        self.loop.run()

    def ended(self) -> list[tuple[str, str]]:
        return [(fields["action"], fields["why"]) for name, fields in self.recorded if name == "command_ended"]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with open_at(tmp_path, clock=HandClock()) as store:
        made = Terminal(store)
        made.commands.start()
        yield made
        made.commands.stop()


def test_a_visit_is_left_alone_and_everything_is_done_when_it_is_over(terminal: Terminal) -> None:
    terminal.state = VISIT
    until_end = [Action.SELF_TEST, Action.LOCK, Action.UNLOCK]
    for action in until_end:
        asked(terminal.store, action)
    terminal.settle()
    assert terminal.ended() == []
    terminal.state = ONLINE
    terminal.settle()
    assert terminal.ended() == [("self-test", "ready"), ("lock", "locked"), ("unlock", "unlocked")]
    assert terminal.state.world.lock is Lock.NONE


def test_a_lock_holds_over_a_restart_of_the_program(terminal: Terminal) -> None:
    asked(terminal.store, Action.LOCK, reason="wet floor")
    asked(terminal.store, Action.MESSAGE, zh="停水", en="No water.", until=(NOW + timedelta(hours=1)).isoformat())
    terminal.settle()
    assert terminal.state.place == OutOfService("locked")
    fresh = Terminal(terminal.store)
    fresh.commands.start()
    fresh.settle()
    fresh.commands.stop()
    assert fresh.state.place == OutOfService("locked")
    assert fresh.state.world.notice is not None


def test_a_command_whose_time_runs_out_while_it_waits_is_refused(terminal: Terminal) -> None:
    terminal.state = replace(ONLINE, place=Home())
    asked(terminal.store, Action.RESTART)
    terminal.settle()
    terminal.store.clock.at += timedelta(hours=2)  # type: ignore[attr-defined]
    terminal.settle()
    terminal.state = ONLINE
    terminal.settle()
    assert terminal.ended() == [("restart", "expired")]
    assert terminal.restarts == 0


def test_whoever_comes_before_a_restart_is_not_sent_away(tmp_path: Path) -> None:
    def somebody_comes(name: str, /) -> None:
        if name == "command-begun":
            terminal.state = VISIT

    with open_at(tmp_path, clock=HandClock(), checkpoint=somebody_comes) as store:
        terminal = Terminal(store)
        asked(store, Action.RESTART)
        terminal.commands.start()
        terminal.settle()
        assert terminal.restarts == 0
        terminal.commands.stop()
    with open_at(tmp_path, clock=HandClock()) as store:
        waiting = Terminal(store)
        waiting.commands.start()
        waiting.settle()
        assert waiting.restarts, "it is taken up again when nobody is here"
        waiting.commands.stop()


def test_a_restart_that_nobody_relieves_holds_nothing_up_for_ever(terminal: Terminal) -> None:
    asked(terminal.store, Action.RESTART)
    terminal.settle()
    asked(terminal.store, Action.UNLOCK)
    terminal.settle()
    terminal.store.clock.at += timedelta(minutes=59)  # type: ignore[attr-defined]
    asked(terminal.store, Action.UNLOCK)
    terminal.store.clock.at += timedelta(minutes=2)  # type: ignore[attr-defined]
    terminal.settle()
    assert ("restart", "interrupted") in terminal.ended()
    assert terminal.ended()[-1] == ("unlock", "unlocked")


def test_a_job_that_fails_is_a_result_too(terminal: Terminal) -> None:
    asked(terminal.store, Action.LOGS)
    terminal.settle()
    assert terminal.ended() == [("logs", "OSError")]


LONG = [pytest.param(name, marks=pytest.mark.matrix) for name in ("command-taken", "executed", "command-ended")]


@pytest.mark.parametrize("moment", ["command-begun", "command-ending", *LONG])
def test_killed_at_any_moment_each_is_done_and_answered_once(tmp_path: Path, moment: str) -> None:
    """A process is killed before or behind each effect; fresh ones follow until all is answered."""
    for run in range(8):
        chosen = moment if run == 0 else ""
        child = [sys.executable, "-m", "tests.kiosk_app.equipment.commander", str(tmp_path), f"run-{run}", chosen]
        done = subprocess.run(child, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode in (0, 3, -9), done.stderr
        if done.returncode == 0:
            break
    store = open_at(tmp_path)
    bodies = [store.show(row.id).body or {} for row in store.list_items()]
    locked = store.meta.get("remote.locked")
    store.close()
    assert sorted((body["action"], body["outcome"]) for body in map(named, bodies)) == [
        ("lock", "done"), ("restart", "done"), ("self-test", "done"),
    ]  # fmt: skip
    assert json.loads(locked or "{}")["command"] == next(b["command"] for b in bodies if named(b)["action"] == "lock")
    effects = Counter((tmp_path / "effects").read_text().split())
    assert effects["restart"] == 1, "a restart is not repeated"
    # A look at the devices harms nobody: one that was cut off is taken again.
    assert effects["self-test"] in ((1, 2) if moment in {"executed", "command-ending"} else (1,))


def named(body: Any) -> dict[str, Any]:
    """A result with the action of its command, which ends in a digit for each."""
    actions = {"1": "self-test", "2": "restart", "3": "lock"}
    return {**body, "action": actions[str(body["command"])[-1]]}
