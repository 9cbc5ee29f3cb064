from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from central_platform.cli import app
from central_platform.maintenance import FILE, MOST_WAIT_S, Maintenance, Notice, write
from tests.central_platform.world import TERMINAL, World, application


def announce(world: World, reason: str = "", **span: float) -> None:
    write(world.platform.settings.data, Maintenance(world.clock.now() + timedelta(**span), reason))


def beat(world: World) -> dict[str, object]:
    body = {"terminal": TERMINAL, "at": world.clock.now().isoformat()}
    answer = world.terminal.post("/v1/heartbeat", json=body)
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def test_while_it_lasts_only_heartbeats_and_the_time_are_answered(world: World) -> None:
    assert beat(world)["maintenance"] is None
    announce(world, "数据库升级", minutes=10)
    assert beat(world)["maintenance"] == {"until": "2026-11-20T10:10:00+08:00", "reason": "数据库升级"}
    assert world.public.get("/v1/time").status_code == 200
    for answer in (
        world.submit(world.item(application())),
        world.terminal.get("/v1/profile"),
        world.terminal.request("HEAD", "/v1/blobs/sha256:" + "0" * 64, b"", {}),
    ):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "600")
    assert world.submit(world.item(application())).json()["code"] == "unavailable"
    # Whoever holds a receipt may read on.
    assert world.public.get("/receipts").status_code == 404
    world.clock.advance(minutes=10)
    assert beat(world)["maintenance"] is None
    assert world.submit(world.item(application())).status_code == 200


def test_it_can_be_ended_and_lengthened_while_the_platform_runs(world: World) -> None:
    announce(world, days=2)
    assert world.submit(world.item(application())).headers["retry-after"] == str(MOST_WAIT_S)
    announce(world, seconds=30)
    assert world.submit(world.item(application())).headers["retry-after"] == "30"
    write(world.platform.settings.data, None)
    assert world.submit(world.item(application())).status_code == 200


@pytest.mark.parametrize("text", ["", "{}", '{"until": "soon"}', '{"until": "2099-01-01T00:00:00"}', "[]", "\x00"])
def test_a_file_written_by_hand_closes_nothing(world: World, text: str) -> None:
    (world.platform.settings.data / FILE).write_text(text)
    assert Notice(world.platform.settings.data, world.clock).now() is None
    assert world.submit(world.item(application())).status_code == 200


def test_the_command_announces_shows_and_ends(world: World) -> None:
    folder = ["--data", str(world.platform.settings.data)]
    runner = CliRunner()
    assert runner.invoke(app, ["maintenance", "on", "--minutes", "30", "--reason", "升级", *folder]).exit_code == 0
    shown = json.loads(runner.invoke(app, ["maintenance", "show", *folder]).stdout)
    assert shown["maintenance"]["reason"] == "升级"
    assert runner.invoke(app, ["maintenance", "off", *folder]).exit_code == 0
    assert json.loads(runner.invoke(app, ["maintenance", "show", *folder]).stdout) == {"maintenance": None}
    for wrong in (["--minutes", "0"], ["--minutes", "30", "--reason", "x" * 121]):
        assert runner.invoke(app, ["maintenance", "on", *wrong, *folder]).exit_code == 2
    assert runner.invoke(app, ["maintenance", "show", "--data", f"/nowhere/{uuid.uuid4()}"]).exit_code == 2
