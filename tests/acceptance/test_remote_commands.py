"""Commands from an operator's shell at the terminal that a keeper keeps: never in a visit, and a restart once."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from central_platform.cli import app
from tests.acceptance.test_relief import RELIEF_S, Kept, Watched
from tests.faults.real_platform import rows_of

pytestmark = pytest.mark.matrix
BEATS_S = 12.0
"""More than two heartbeats of the laboratory's platform."""


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    if os.geteuid() != 0:
        pytest.skip("only root may look after a keeper's family")
    with Watched() as world:
        world.install()
        with Kept(world) as terminal:
            yield terminal


def operator(kept: Kept, *words: str) -> list[dict[str, Any]]:
    platform = kept.world.platform
    where = ["--data", str(platform.folder), "--packages", str(kept.world.packages)]
    done = CliRunner().invoke(app, [*words, *where])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def name(kept: Kept) -> str:
    return str(rows_of(kept.world.platform.folder, "SELECT id FROM terminal")[0][0])


def ask(kept: Kept, *words: str) -> str:
    return str(operator(kept, "terminals", "command", name(kept), *words)[0]["id"])


def outcome(kept: Kept, command: str) -> str | None:
    rows = rows_of(kept.world.platform.folder, f"SELECT outcome FROM terminal_command WHERE id = '{command}'")
    found: str | None = rows[0][0]
    return found


def ended(kept: Kept, command: str) -> str:
    until = time.monotonic() + 2 * RELIEF_S
    while (found := outcome(kept, command)) is None:
        assert time.monotonic() < until, "no result"
        time.sleep(0.1)
    return found


def test_an_operator_works_at_a_terminal_from_afar(kept: Kept) -> None:
    told = ask(kept, "message", "--zh", "今天下午停水", "--en", "No water this afternoon.")
    kept.wait("the notice", lambda page: "attract.notice" in page["nodes"], RELIEF_S)
    assert ended(kept, told) == "done"

    kept.go("start.touch", to="home")
    lock, restart = ask(kept, "lock", "--reason", "wet floor"), ask(kept, "restart")
    time.sleep(BEATS_S)
    assert kept.ask(page=True)["screen"] == "home", "whoever is here is left alone"
    assert (outcome(kept, lock), outcome(kept, restart)) == (None, None)

    before = kept.pids
    kept.ask(press="actions.end")
    kept.wait("locked", lambda page: "out.why" in page["nodes"], RELIEF_S)
    assert (ended(kept, lock), ended(kept, restart)) == ("done", "done")
    kept.wait("locked still", lambda page: "out.why" in page["nodes"], RELIEF_S)
    after = kept.pids
    assert not set(before) & set(after)

    assert ended(kept, ask(kept, "unlock")) == "done"
    kept.wait("open", lambda page: page["screen"] == "attract" and "attract.notice" in page["nodes"], RELIEF_S)
    assert kept.pids == after, "restarted once"

    logs = ask(kept, "logs")
    assert ended(kept, logs) == "done"
    head, *parts = operator(kept, "open-logs", "--command", logs)
    assert head["terminal"] == name(kept)
    audited = [json.loads(json.loads(part["text"])["text"]) for part in parts if part["id"].startswith("audit-")]
    done = [entry["fields"]["action"] for entry in audited if entry["event"] == "command_ended"]
    assert done == ["message", "lock", "restart", "unlock"]
