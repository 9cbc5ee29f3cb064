"""Commands to terminals: signed once, sent until the result is here, settled once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from central_platform import commands
from central_platform.cli import app
from central_platform.commands import CommandRefusedError
from contracts import verify
from contracts.commands import MOST_OPEN, Action, read_command
from tests.central_platform.world import TERMINAL, World


def ask(world: World, action: Action = Action.RESTART, **argument: Any) -> str:
    return commands.issue(world.platform, TERMINAL, action, argument).id


def heard(world: World) -> list[dict[str, Any]]:
    body = {"terminal": TERMINAL, "at": world.clock.now().isoformat()}
    answer = world.terminal.post("/v1/heartbeat", json=body)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["commands"]
    return found


def tell(world: World, command: str, outcome: str = "done", **detail: Any) -> Any:
    body = {"command": command, "outcome": outcome, "at": world.clock.now().isoformat(), "detail": detail}
    return world.result(world.item(body, "command_result"))["status"]


def trusted(world: World) -> dict[str, bytes]:
    return {name: bytes.fromhex(key) for name, key in world.platform.authority.keys.items()}


def state(world: World, command: str) -> str:
    return next(str(one["state"]) for one in commands.listed(world.platform, TERMINAL) if one["id"] == command)


def test_a_command_comes_with_every_heartbeat_until_its_result_is_here(world: World) -> None:
    command = ask(world, Action.LOCK, urgent=True, reason="floor is wet")
    assert state(world, command) == "waiting"
    first, second = heard(world), heard(world)
    assert first == second
    assert state(world, command) == "sent"
    found = read_command(verify(first[0], trusted(world)), TERMINAL, world.clock.now())
    assert (found.id, found.action, found.argument) == (
        command,
        Action.LOCK,
        {"urgent": True, "reason": "floor is wet"},
    )
    assert tell(world, command, free=3) == "accepted"
    assert heard(world) == []
    (shown,) = commands.listed(world.platform)
    assert (shown["state"], shown["detail"], shown["doubts"]) == ("done", {"free": 3}, [])


def test_commands_come_in_the_order_in_which_they_were_asked(world: World) -> None:
    asked = [ask(world, action) for action in (Action.LOCK, Action.SELF_TEST, Action.UNLOCK)]
    assert [one["signed"]["id"] for one in heard(world)] == asked


def test_an_expired_command_is_sent_no_more_and_its_late_result_still_counts(world: World) -> None:
    command = ask(world)
    heard(world)
    world.clock.advance(hours=25)
    assert heard(world) == []
    assert state(world, command) == "expired"
    tell(world, command)
    assert state(world, command) == "done"


@pytest.mark.parametrize("why", ["forged", "replayed", "conflict"])
def test_a_refusal_of_somebody_elses_command_does_not_end_the_real_one(world: World, why: str) -> None:
    command = ask(world)
    assert tell(world, command, "refused", why=why) == "accepted"
    assert [one["signed"]["id"] for one in heard(world)] == [command]
    assert commands.listed(world.platform)[0]["doubts"] == [why]


def test_the_first_result_counts(world: World) -> None:
    command = ask(world)
    tell(world, command, "failed", why="busy")
    tell(world, command, "done")
    assert state(world, command) == "failed"


def test_a_result_for_a_command_that_nobody_asked_is_taken_and_changes_nothing(world: World) -> None:
    command = ask(world)
    assert tell(world, "01900000-0000-7000-8000-000000000000") == "accepted"
    assert tell(world, "", "refused", why="forged") == "accepted"
    assert state(world, command) == "waiting"


@pytest.mark.parametrize(
    ("action", "argument"),
    [
        (Action.RESTART, {"urgent": True}),
        (Action.LOCK, {"reason": "x" * 81}),
        (Action.LOCK, {"reason": "a\u202eb"}),
        (Action.LOCK, {"urgent": "yes"}),
        (Action.MESSAGE, {"zh": "停水", "en": "No water."}),
        (Action.MESSAGE, {"zh": "水" * 61, "en": "No water.", "until": "2026-11-20T12:00:00+08:00"}),
        (Action.MESSAGE, {"zh": "停水", "en": " ", "until": "2026-11-20T12:00:00+08:00"}),
        (Action.MESSAGE, {"zh": "停\n水", "en": "No water.", "until": "2026-11-20T12:00:00+08:00"}),
        (Action.MESSAGE, {"zh": "停水", "en": "No water.", "until": "2026-12-20T12:00:00+08:00"}),
        (Action.MESSAGE, {"zh": "停水", "en": "No water.", "until": "2026-11-20T09:00:00+08:00"}),
    ],
)
def test_what_does_not_fit_is_not_asked(world: World, action: Action, argument: dict[str, Any]) -> None:
    with pytest.raises(CommandRefusedError):
        commands.issue(world.platform, TERMINAL, action, argument)
    assert commands.listed(world.platform) == []


def test_only_so_many_wait_for_one_terminal(world: World) -> None:
    for _ in range(MOST_OPEN):
        ask(world, Action.SELF_TEST)
    with pytest.raises(CommandRefusedError):
        ask(world)


def test_no_longer_than_thirty_days(world: World) -> None:
    with pytest.raises(CommandRefusedError):
        commands.issue(world.platform, TERMINAL, Action.UNLOCK, {}, timedelta(days=31))


def test_an_operator_asks_and_sees_what_became_of_it(world: World) -> None:
    data = ["--data", str(world.platform.settings.data), "--packages", str(world.platform.settings.packages)]
    text = ["--zh", "今天停水", "--en", "No water today.", "--minutes", "30"]
    asked = CliRunner().invoke(app, ["terminals", "command", TERMINAL, "message", *text, *data])
    assert asked.exit_code == 0, asked.output
    command = json.loads(asked.output)
    assert command["argument"]["zh"] == "今天停水"
    shown = CliRunner().invoke(app, ["terminals", "commands", TERMINAL, *data])
    assert [json.loads(line)["state"] for line in shown.output.splitlines()] == ["waiting"]
    assert CliRunner().invoke(app, ["terminals", "command", "XC-9999", "restart", *data]).exit_code == 1
    assert CliRunner().invoke(app, ["terminals", "command", TERMINAL, "message", *data]).exit_code == 2
