"""The platform countersigns a chain that goes on, remembers how far it was, and does not believe one that goes back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from central_platform import audit
from central_platform.audit import LATEST, Claim, Decision, Newest, decide
from central_platform.cli import app
from central_platform.models import AuditAlarm, AuditHead
from central_platform.platform import Platform
from central_platform.settings import Settings
from contracts import verify
from contracts.heads import Alarm, read_head, read_heads
from tests.central_platform.world import START, TERMINAL, World


def hashed(text: str) -> str:
    return (text.encode().hex() + "0" * 64)[:64]


def beat(world: World, claim: dict[str, Any] | None, mono_ms: int = 0, boot: str = "b1") -> dict[str, Any]:
    body: dict[str, Any] = {"terminal": TERMINAL, "at": world.clock.now().isoformat(), "boot_id": boot}
    answer = world.terminal.post("/v1/heartbeat", json={**body, "mono_ms": mono_ms, "audit": claim})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["audit"]
    return found


def claim(seq: int, since: int | None = None, chain: str = "c", **more: Any) -> dict[str, Any]:
    point = None if since is None else {"seq": since, "hash": hashed(f"{chain}{since}")}
    return {"seq": seq, "hash": hashed(f"{chain}{seq}"), "since": point, **more}


def trusted(world: World) -> dict[str, bytes]:
    return {name: bytes.fromhex(raw) for name, raw in world.platform.authority.keys.items()}


def known(world: World) -> list[int]:
    answer = world.terminal.get("/v1/audit/heads")
    assert answer.status_code == 200
    return [head.seq for head in read_heads(verify(answer.json(), trusted(world)), TERMINAL).heads]


def alarms(world: World) -> list[str]:
    with world.platform.database.read() as session:
        return [row.why for row in session.scalars(select(AuditAlarm).order_by(AuditAlarm.id))]


def test_a_head_is_countersigned_and_remembered(world: World) -> None:
    answer = beat(world, claim(7))
    head = read_head(verify(answer["head"], trusted(world)), TERMINAL)
    assert (head.seq, head.hash, head.life, head.begin) == (7, hashed("c7"), 0, 7)
    assert (answer["ask"], answer["alarm"]) == (None, None)
    assert known(world) == [7]


def test_the_same_head_again_gets_the_same_signature(world: World) -> None:
    first = beat(world, claim(7))
    world.clock.advance(minutes=5)
    assert beat(world, claim(7)) == first
    assert known(world) == [7]


def test_a_chain_that_goes_on_is_countersigned(world: World) -> None:
    beat(world, claim(7))
    assert beat(world, claim(9, since=7))["head"]["signed"]["seq"] == 9
    assert known(world) == [7, 9]


def test_a_head_that_does_not_say_how_it_goes_on_is_asked(world: World) -> None:
    beat(world, claim(7))
    assert beat(world, claim(9)) == {"head": None, "ask": 7, "alarm": None}
    # The answer to the heartbeat with 7 was lost: the terminal still speaks of 5.
    assert beat(world, claim(9, since=5))["ask"] == 7
    assert known(world) == [7]
    assert beat(world, claim(9, since=7))["head"]["signed"]["seq"] == 9


def test_a_chain_that_is_shorter_is_an_alarm_and_not_signed(world: World) -> None:
    beat(world, claim(7))
    assert beat(world, claim(5, since=4), mono_ms=10) == {"head": None, "ask": None, "alarm": "rolled_back"}
    assert (alarms(world), known(world)) == (["rolled_back"], [7])


def test_yesterdays_disk_that_grew_past_the_known_head_is_an_alarm(world: World) -> None:
    beat(world, claim(7))
    assert beat(world, claim(12, since=5))["ask"] == 7
    other = {**claim(12), "since": {"seq": 7, "hash": hashed("other")}}
    assert beat(world, other)["alarm"] == "rebuilt"
    assert known(world) == [7]


def test_another_hash_at_the_known_number_is_an_alarm(world: World) -> None:
    beat(world, claim(7))
    assert beat(world, claim(7, chain="x"))["alarm"] == "rebuilt"


def test_a_cut_tail_is_an_alarm_when_it_grows_again(world: World) -> None:
    beat(world, claim(7))
    assert beat(world, {**claim(9), "since": {"seq": 7}})["alarm"] == "rolled_back"


def test_a_heartbeat_that_was_overtaken_is_no_alarm(world: World) -> None:
    beat(world, claim(7), mono_ms=1000)
    beat(world, claim(9, since=7), mono_ms=31_000)
    assert beat(world, claim(8, since=7), mono_ms=2000) == {"head": None, "ask": None, "alarm": None}
    # But not one of another start, and not an hour later.
    world.clock.advance(hours=1)
    assert beat(world, claim(8, since=7), mono_ms=2000)["alarm"] == "rolled_back"
    assert decide(newest(), Claim(8, "x", boot_id="b2", mono_ms=1), START) == Decision(alarm=Alarm.ROLLED_BACK)


def newest() -> Newest:
    return Newest(7, 9, "h", START, "b1", 31_000)


def test_two_heartbeats_at_once_leave_one_truth(world: World) -> None:
    beat(world, claim(7), mono_ms=1)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: beat(world, claim(n, since=7), mono_ms=n), range(8, 24)))
    # Whichever was first is known; none of the others could show that it continues that one.
    assert len(known(world)) == 2
    assert alarms(world) == []


def test_a_terminal_that_never_sent_a_head_keeps_working(world: World) -> None:
    assert beat(world, None) is None
    assert alarms(world) == []


def test_a_terminal_that_falls_silent_is_an_alarm(world: World) -> None:
    beat(world, claim(7))
    assert beat(world, None)["alarm"] == "silent"
    assert beat(world, None)["alarm"] == "silent"
    assert alarms(world) == ["silent"]
    assert beat(world, claim(9, since=7))["head"]["signed"]["seq"] == 9
    assert audit.acknowledge(world.platform, TERMINAL) == (1, False)
    assert beat(world, claim(9))["alarm"] is None


def test_declared_losses_are_an_alarm_of_their_own_and_begin_a_new_life(world: World) -> None:
    beat(world, claim(7))
    found = beat(world, claim(10_009, since=7, lost=10_008))
    assert (found["alarm"], found["head"]["signed"]["seq"]) == ("damaged", 10_009)
    beat(world, claim(10_010, since=10_009, lost=10_008))
    assert alarms(world) == ["damaged"]
    assert audit.acknowledge(world.platform, TERMINAL) == (1, True)
    after = beat(world, claim(10_011, lost=10_008))
    assert after["alarm"] is None
    assert (after["head"]["signed"]["life"], after["head"]["signed"]["begin"]) == (1, 10_011)
    assert beat(world, claim(10_012, since=10_011, lost=10_008))["alarm"] is None


def test_an_end_lost_with_a_damaged_disk_is_called_damage(world: World) -> None:
    beat(world, claim(7))
    lost_end = {**claim(10_009, lost=10_008), "since": {"seq": 7, "hash": None}}
    assert beat(world, lost_end) == {"head": None, "ask": None, "alarm": "damaged"}


def test_an_alarm_stays_until_it_is_acknowledged_and_comes_again(world: World) -> None:
    beat(world, claim(7))
    beat(world, claim(5), mono_ms=10)
    assert beat(world, claim(9, since=7))["alarm"] == "rolled_back"
    # It went on from what was known and went back again: that is a second time.
    assert beat(world, claim(5), mono_ms=10)["alarm"] == "rolled_back"
    assert alarms(world) == ["rolled_back", "rolled_back"]
    assert audit.acknowledge(world.platform, TERMINAL) == (2, True)
    assert beat(world, claim(5), mono_ms=10)["head"]["signed"]["life"] == 1


def test_an_alarm_that_healed_begins_no_new_life(world: World) -> None:
    beat(world, claim(7))
    beat(world, claim(5), mono_ms=10)
    beat(world, claim(9, since=7))
    assert audit.acknowledge(world.platform, TERMINAL) == (1, False)
    assert known(world) == [7, 9]


def test_the_highest_is_never_forgotten_and_of_old_days_the_last_stays(world: World) -> None:
    seq = 1
    beat(world, claim(seq))
    for beats in (2, 2, LATEST):
        for _ in range(beats):
            beat(world, claim(seq + 1, since=seq))
            seq += 1
        world.clock.advance(days=1)
    found = known(world)
    assert found[-LATEST:] == list(range(seq - LATEST + 1, seq + 1))
    assert found[:-LATEST] == [3, 5]


def test_what_was_signed_is_known_after_a_restart(world: World, tmp_path: Path) -> None:
    beat(world, claim(7))
    settings = world.platform.settings
    again = Platform.open(Settings(settings.data, settings.url, settings.packages), world.clock)
    try:
        found = read_heads(verify(audit.signed_heads(again, TERMINAL), trusted(world)), TERMINAL)
        assert [head.seq for head in found.heads] == [7]
    finally:
        again.close()


@pytest.mark.parametrize("wrong", [{"seq": 1, "hash": "abc"}, {"seq": -1, "hash": hashed("c")}, {"seq": "x"}, []])
def test_a_claim_of_the_wrong_shape_is_refused(world: World, wrong: Any) -> None:
    body = {"terminal": TERMINAL, "at": START.isoformat(), "audit": wrong}
    assert world.terminal.post("/v1/heartbeat", json=body).json()["code"] == "invalid-request"
    with world.platform.database.read() as session:
        assert session.scalars(select(AuditHead)).all() == []


def test_an_empty_chain_is_not_signed_at_first_and_an_alarm_later(world: World) -> None:
    empty = {"seq": 0, "hash": "0" * 64}
    assert beat(world, empty) == {"head": None, "ask": None, "alarm": None}
    beat(world, claim(7))
    assert beat(world, empty, mono_ms=9)["alarm"] == "rolled_back"


def test_the_time_of_a_head_is_the_platforms(world: World) -> None:
    body = {"terminal": TERMINAL, "at": (START - timedelta(days=4000)).isoformat(), "audit": claim(7)}
    head = world.terminal.post("/v1/heartbeat", json=body).json()["audit"]["head"]
    assert head["signed"]["at"] == START.isoformat()


def test_the_command_exports_shows_alarms_and_acknowledges(world: World) -> None:
    settings = world.platform.settings
    place = ("--data", str(settings.data), "--packages", str(settings.packages))

    def run(*more: str) -> Any:
        return CliRunner().invoke(app, ["audit-heads", *more, *place])

    beat(world, claim(7))
    good = run(TERMINAL)
    assert (good.exit_code, good.stderr) == (0, "")
    assert [h.seq for h in read_heads(verify(json.loads(good.stdout), trusted(world)), TERMINAL).heads] == [7]
    beat(world, claim(5), mono_ms=10)
    bad = run(TERMINAL)
    assert (bad.exit_code, "rolled_back" in bad.stderr, bad.stderr.count("\n")) == (1, True, 1)
    closed = json.loads(run(TERMINAL, "--acknowledge").stdout)
    assert closed == {"terminal": TERMINAL, "acknowledged": 1, "new_life": True}
    assert run("XC-9999").exit_code == 1
