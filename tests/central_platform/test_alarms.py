"""Alarms: raised once, counted, closed by somebody or by the end of their cause; over HTTP and by the command."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from typer.testing import CliRunner

from central_platform.alarm_cli import TOLD
from central_platform.alarms import CHAIN, STATES, Kind, listed
from central_platform.cli import app
from central_platform.models import FleetAlarm
from tests.central_platform.test_audit import claim
from tests.central_platform.world import PERSON, TERMINAL, World, application


def beat(world: World, audit: dict[str, Any] | None = None, at: Any = None, mono_ms: int = 0, **more: Any) -> None:
    body = {"terminal": TERMINAL, "at": (at or world.clock.now()).isoformat(), "boot_id": "b1", "mono_ms": mono_ms}
    answer = world.terminal.post("/v1/heartbeat", json={**body, "audit": audit, **more})
    assert answer.status_code == 200, answer.text


def open_kinds(world: World) -> dict[str, FleetAlarm]:
    found = {alarm.kind: alarm for alarm in listed(world.platform)}
    assert len(found) == len(listed(world.platform))
    return found


def run(world: World, *more: str) -> Any:
    settings = world.platform.settings
    return CliRunner().invoke(
        app, ["alarms", *more, "--data", str(settings.data), "--packages", str(settings.packages)]
    )


def test_an_older_chain_is_an_alarm_that_is_counted_and_acknowledged(world: World) -> None:
    beat(world, claim(7))
    assert open_kinds(world) == {}
    for _ in range(3):
        beat(world, claim(5), mono_ms=10)
        world.clock.advance(minutes=5)
    [alarm] = open_kinds(world).values()
    assert (alarm.kind, alarm.terminal, alarm.count) == ("chain_rolled_back", TERMINAL, 3)
    assert json.loads(alarm.detail) == {"seq": 5, "known": 7}
    assert (alarm.seen - alarm.since).total_seconds() == 600
    shown = run(world, "--json")
    assert (shown.exit_code, json.loads(shown.stdout)["kind"]) == (1, "chain_rolled_back")
    done = run(world, "acknowledge", str(alarm.id), "--by", "值班员甲", "--note", "换过磁盘")
    assert (done.exit_code, json.loads(done.stdout)["new_life"]) == (0, True)
    beat(world, claim(5), mono_ms=10)
    assert (run(world).exit_code, open_kinds(world)) == (0, {})
    [line] = [json.loads(text) for text in run(world, "--all", "--json").stdout.splitlines()]
    assert (line["by"], line["note"], line["ended"] is not None) == ("值班员甲", "换过磁盘", True)
    assert run(world, "acknowledge", str(alarm.id), "--by", "x", "--note", "y").exit_code == 1


def test_heartbeats_that_repeat_it_within_minutes_write_nothing(world: World) -> None:
    for _ in range(5):
        beat(world, outbox={"dead": 2})
        world.clock.advance(seconds=30)
    assert open_kinds(world)["dead_letters"].count == 1


def test_a_state_ends_with_its_cause_and_comes_again_as_another(world: World) -> None:
    bad = {
        "outbox": {"dead": 2},
        "store": {"audit_waiting": 3, "damaged": 1, "reserve": "given_up"},
        "at": world.clock.now().replace(year=2020),
        "audit": {**claim(7), "refused": True},
    }
    beat(world, **bad)
    assert set(open_kinds(world)) == {*STATES}
    beat(world, claim(7))
    assert open_kinds(world) == {}
    assert all(alarm.ended_at is not None for alarm in listed(world.platform, closed_too=True))
    beat(world, **bad)
    assert len(listed(world.platform, closed_too=True)) == 2 * len(STATES)


def test_a_state_that_somebody_has_acknowledged_is_not_raised_anew_while_it_lasts(world: World) -> None:
    beat(world, outbox={"dead": 2})
    number = str(open_kinds(world)["dead_letters"].id)
    assert run(world, "acknowledge", number, "--by", "甲", "--note", "已联系").exit_code == 0
    world.clock.advance(hours=1)
    beat(world, outbox={"dead": 3})
    assert open_kinds(world) == {}
    [alarm] = listed(world.platform, closed_too=True)
    assert (alarm.count, alarm.ended_at) == (2, None)
    beat(world)
    assert listed(world.platform, closed_too=True)[0].ended_at is not None


def test_lost_entries_are_raised_by_each_new_loss_until_somebody_has_looked(world: World) -> None:
    for _ in range(2):
        beat(world, store={"audit_lost": 4})
    alarm = open_kinds(world)["audit_lost"]
    assert (alarm.count, json.loads(alarm.detail)) == (1, {"entries": 4})
    assert run(world, "acknowledge", str(alarm.id), "--by", "甲", "--note", "磁盘满").exit_code == 0
    beat(world, store={"audit_lost": 4})
    assert open_kinds(world) == {}
    beat(world, store={"audit_lost": 9})
    assert json.loads(open_kinds(world)["audit_lost"].detail) == {"entries": 9}


def test_another_body_under_the_same_id_and_a_body_that_was_changed_are_alarms(world: World) -> None:
    first = world.item(application())
    assert world.result(first)["status"] == "accepted"
    other = world.item(application(words="换了"), id=first["id"])
    assert world.result(other)["problem"]["code"] == "digest-conflict"
    changed = world.item(application(person=PERSON))
    changed["body"] = {**changed["body"], "lang": "en"}
    assert world.result(changed)["problem"]["code"] == "digest-mismatch"
    again = world.item(application(words="旧号"), seq=first["seq"])
    assert world.result(again)["problem"]["code"] == "seq-conflict"
    found = open_kinds(world)
    assert set(found) == {"digest_conflict", "digest_mismatch", "seq_conflict"}
    assert json.loads(found["digest_conflict"].detail) == {"submission": first["id"]}
    # Nothing personal: neither a name nor a number of the person whose body it was.
    assert not any(word in alarm.detail for alarm in found.values() for word in PERSON.values())


def test_two_at_once_raise_one(world: World) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: beat(world, outbox={"dead": 1}), range(12)))
    assert set(open_kinds(world)) == {"dead_letters"}


def test_every_kind_says_what_to_do(world: World) -> None:
    assert set(TOLD) == {kind.value for kind in Kind}
    assert not CHAIN & STATES
    assert run(world, "acknowledge", "99", "--by", "甲", "--note", "x").exit_code == 1
    assert run(world, "acknowledge", "99", "--by", " ", "--note", "x").exit_code == 1


def test_a_certificate_that_a_terminal_did_not_believe_is_looked_at_by_a_person(world: World) -> None:
    case = world.item(application())
    assert world.result(case)["status"] == "accepted"
    printed = {"job": f"certificate:{case['id']}.0", "outcome": "printed", "submission": case["id"]}
    assert world.result(world.item(printed, "print_result"))["status"] == "accepted"
    assert open_kinds(world) == {}
    assert world.result(world.item({**printed, "outcome": "invalid"}, "print_result"))["status"] == "accepted"
    [alarm] = open_kinds(world).values()
    assert (alarm.kind, json.loads(alarm.detail)) == ("seal_refused", {"submission": case["id"]})
