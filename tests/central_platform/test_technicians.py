"""Who may work on terminals: told to the right terminals, signed, never with the number of a card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from typer.testing import CliRunner

from central_platform import technicians
from central_platform.cli import app
from contracts import verify
from provisioning.technicians import Technicians, parse_technicians
from tests.central_platform.world import TERMINAL, World, invented_id

CARD = invented_id(born="19850505")


def told(world: World) -> Technicians:
    _, envelope = technicians.signed(world.platform, TERMINAL)
    trusted = {name: bytes.fromhex(key) for name, key in world.platform.authority.keys.items()}
    return parse_technicians(verify(envelope, trusted), TERMINAL)


def test_the_list_says_whose_card_it_is_by_a_hash_alone(world: World) -> None:
    issued = technicians.create(world.platform, "测试丙", CARD)
    (one,) = told(world).records
    assert (one.id, issued.id) == ("T-0001", "T-0001")
    assert one.card_hash == hashlib.sha256(one.salt + CARD.encode()).hexdigest()
    assert CARD not in json.dumps(technicians.signed(world.platform, TERMINAL)[1])


def test_a_technician_of_other_terminals_is_not_told_here(world: World) -> None:
    technicians.create(world.platform, "测试丙", CARD, [TERMINAL])
    assert [one.id for one in told(world).records] == ["T-0001"]
    value = technicians.signed(world.platform, "XC-0099")[1]["signed"]
    assert value["technicians"] == []


def test_revoked_or_run_out_they_are_on_no_list_and_the_etag_changes(world: World) -> None:
    technicians.create(world.platform, "测试丙", CARD)
    technicians.create(world.platform, "测试丁", CARD, days=3)
    before = technicians.etag(world.platform, TERMINAL)
    assert technicians.revoke(world.platform, "T-0001")
    assert not technicians.revoke(world.platform, "T-0009")
    assert [one.id for one in told(world).records] == ["T-0002"]
    assert technicians.etag(world.platform, TERMINAL) != before
    world.clock.advance(days=3)
    assert told(world).records == ()


def test_a_list_is_good_for_four_weeks_and_changes_once_a_week(world: World) -> None:
    tags = set()
    for _ in range(14):
        tags.add(technicians.etag(world.platform, TERMINAL))
        assert 28 <= (told(world).expires - world.clock.now()).days <= 35
        world.clock.advance(days=1)
    assert len(tags) == 3


def test_the_heartbeat_tells_that_there_is_a_list_and_the_terminal_fetches_it(world: World) -> None:
    technicians.create(world.platform, "测试丙", CARD)
    answer = world.terminal.get("/v1/technicians")
    assert answer.status_code == 200
    assert answer.headers["etag"] == f'"{technicians.etag(world.platform, TERMINAL)}"'


def test_the_command_prints_what_an_authenticator_reads_and_never_again(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["technician", *words, "--data", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.output

    made = json.loads(run("create", "测试丙", "--card", CARD).splitlines()[-1])
    assert made["uri"].startswith("otpauth://totp/Doorstep%3AT-0001?secret=")
    secret = made["uri"].partition("secret=")[2].partition("&")[0]
    listed = run("list")
    assert secret not in listed
    assert CARD not in listed
    run("revoke", "T-0001")
    assert json.loads(run("list"))["revoked_at"]
