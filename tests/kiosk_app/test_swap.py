"""A machine is swapped while cases wait on it, and a machine is withdrawn while it runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from central_platform import enrolment
from central_platform.cli import app as platform_app
from central_platform.platform import Platform
from kiosk_app.commands import app as kiosk_app
from kiosk_app.engine_room import EngineRoom, HaltedError
from kiosk_app.folders import Folders
from kiosk_app.terminal import Options
from kiosk_app.visit.events import Halted
from offline_cache import Keyring, NeedsService
from provisioning import enrol, load_identity, renew
from provisioning.errors import HardwareChangedError, SlotOccupiedError, TerminalRevokedError
from provisioning.platform_http import PlatformHttp
from tests.central_platform.live import served
from tests.central_platform.world import TERMINAL, application
from tests.kiosk_app.test_month_away import WAIT_S, Fleet
from tests.offline_cache.support import item, open_at, until

NEW = {"hardware": {"machine": "f" * 64, "network": ["0" * 64]}}
RUNNER = CliRunner()


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(tmp_path)
    made.settings = replace(made.settings, heartbeat_s=1)
    platform = made.open()
    yield made
    platform.close()


def at_the_platform(fleet: Fleet, *words: str) -> Result:
    where = ["--data", str(fleet.settings.data), "--packages", str(fleet.packages)]
    return RUNNER.invoke(platform_app, [*words, *where])


def speaks(fleet: Fleet, folders: Folders) -> int:
    identity = load_identity(folders.provision)
    beat = {"terminal": TERMINAL, "at": fleet.clock.now().isoformat()}
    return (
        PlatformHttp(fleet.clock)
        .post(f"{identity.url}/v1/heartbeat", beat, authority=identity.ca_path, identity=identity, timeout=20.0)
        .status
    )


def leave_cases(fleet: Fleet, platform: Platform) -> list[str]:
    """Two cases wait on the old machine's disk; its index came while there was a line."""
    with open_at(fleet.folders.root / "store", key=Keyring(fleet.folders.key), clock=fleet.clock) as store:
        etag, index = platform.signed_index()
        store.catalogue.put("index", etag, dict(index))
        texts = ("先前的事", "后来的事")
        return [store.submit(item(f"case-{n}", application("XF01", content=t))).id for n, t in enumerate(texts)]


def test_the_cases_of_a_swapped_machine_reach_the_platform_from_its_disk(fleet: Fleet, tmp_path: Path) -> None:
    platform, new, stick = fleet.platform, Folders(tmp_path / "new"), tmp_path / "old.bundle"
    with served(platform) as port:
        fleet.enrol(platform, port)
        waiting = leave_cases(fleet, platform)
        assert speaks(fleet, fleet.folders) == 200
        code = enrolment.create(platform, TERMINAL, {"name": "样例终端"})
        url, pinned = f"https://127.0.0.1:{port}", platform.authority.fingerprint
        words: tuple[Any, ...] = (PlatformHttp(fleet.clock), url, code, pinned, new.provision, fleet.clock, os.urandom)
        with pytest.raises(SlotOccupiedError, match="unsent cases"):
            enrol(*words, inventory=NEW)
        assert enrol(*words, inventory=NEW, replace=True).terminal == TERMINAL
        assert (speaks(fleet, new), speaks(fleet, fleet.folders)) == (200, 403)

    # The old disk in some machine that runs: not as a terminal, only to write what it owes.
    facts = fleet.folders.provision / "identity" / "enrolment.json"
    facts.write_text(json.dumps({**json.loads(facts.read_text()), "hardware": NEW["hardware"]}))
    with pytest.raises(HardwareChangedError):
        renew(PlatformHttp(fleet.clock), fleet.folders.provision, fleet.clock, os.urandom)
    out = ["outbox", "export", str(stick), "--cold", "--json", "--state", str(fleet.folders.root)]
    with open_at(fleet.folders.root / "store", key=Keyring(fleet.folders.key), clock=fleet.clock):
        busy = RUNNER.invoke(kiosk_app, out)
    assert (busy.exit_code, busy.stderr) == (3, "the terminal is running: leave --cold out\n")
    written = RUNNER.invoke(kiosk_app, out)
    assert written.exit_code == 0, written.output
    assert json.loads(written.stdout)["items"] == 2

    import_it = ("import-bundle", str(stick), "--json", "--public-url", "https://platform.test")
    refused = at_the_platform(fleet, *import_it)
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, "terminal-revoked")
    taken = at_the_platform(fleet, *import_it, "--revoked-too")
    assert taken.exit_code == 0, taken.output
    *lines, summary = [json.loads(line) for line in taken.stdout.splitlines()]
    assert [line["id"] for line in lines] == waiting
    assert (summary["accepted"], summary["rejected"]) == (2, 0)


def test_a_withdrawn_terminal_locks_within_two_heartbeats_and_stays_locked(fleet: Fleet) -> None:
    platform = fleet.platform
    posted: list[Any] = []
    with served(platform) as port, open_at(fleet.folders.root, clock=fleet.clock) as store:
        fleet.enrol(platform, port)
        room = fleet.room(store)
        room.terminal.post = posted.append
        assert room.engine is not None
        room.engine.start()
        until(lambda: fleet.beats(platform) > 0, WAIT_S)
        assert at_the_platform(fleet, "terminals", "revoke", "--id", TERMINAL).exit_code == 0
        before = fleet.beats(platform)
        until(lambda: bool(posted), WAIT_S)
        assert fleet.beats(platform) - before <= 2
        room.engine.stop()
    assert posted == [Halted("revoked")]
    assert fleet.heard(NeedsService)[0].code == TerminalRevokedError.code
    later = EngineRoom(Options(fleet.folders, fleet.clock), _stage())
    with pytest.raises(HaltedError, match="revoked"):
        later.open()
    later.stop()


def test_a_terminal_that_was_enrolled_anew_while_it_ran_is_not_locked(fleet: Fleet) -> None:
    posted: list[Any] = []
    with served(fleet.platform) as port, open_at(fleet.folders.root, clock=fleet.clock) as store:
        fleet.enrol(fleet.platform, port)
        room = fleet.room(store)
        room.terminal.post = posted.append
        fleet.enrol(fleet.platform, port)
        assert speaks(fleet, fleet.folders) == 200
        room._renew()
        room._refused(TerminalRevokedError.code)
    assert posted == []
    assert not load_identity(fleet.folders.provision).revoked


def _stage() -> Any:
    """A terminal whose loop runs nothing: only what `open` decides is looked at."""
    screen = SimpleNamespace(post=lambda _job: None, after=lambda *_: None)
    conductor = SimpleNamespace(redraw=lambda: None)
    return SimpleNamespace(screen=screen, conductor=conductor, log_with=lambda _sink: None, post=lambda _event: None)
