"""A terminal that was off for a month, and a service that is closed for the fleet: real platform, real TLS, its clock
held by the test.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from central_platform import enrolment
from central_platform.cli import app as platform_app
from central_platform.clock import BEIJING
from central_platform.logbook import Logbook
from central_platform.platform import Platform
from central_platform.reference import bundle
from central_platform.settings import Settings
from kiosk_app.catalogues import check_package, try_catalogue
from kiosk_app.engine_room import EngineRoom
from kiosk_app.folders import Folders
from kiosk_app.lab.samples import PACKAGES, desk
from kiosk_app.shelf import Shelf
from kiosk_app.terminal import Options
from kiosk_app.visit import State
from offline_cache import (
    CatalogueChanged,
    ClipShelf,
    ItemDead,
    ItemDone,
    ItemState,
    PlatformClient,
    ProfileChanged,
    Stick,
    Store,
    SyncEngine,
    SyncReport,
    VoicesChanged,
)
from provisioning import enrol, load_identity, load_profile
from provisioning.identity import expired
from provisioning.platform_http import PlatformHttp
from tests.central_platform.live import served
from tests.central_platform.world import TERMINAL, application
from tests.drivers.speech.baking import bake
from tests.offline_cache.support import item, open_at, until

WAIT_S = 60.0
"""For a machine that has much else to do; nothing here is measured in seconds."""


class MovedClock:
    """The real time, put back by so many days."""

    def __init__(self, days: float) -> None:
        self.back = timedelta(days=days)

    def now(self) -> datetime:
        return datetime.now(BEIJING) - self.back

    def monotonic(self) -> float:
        return time.monotonic()


class Fleet:
    """One platform and one terminal under one clock."""

    def __init__(self, folder: Path, days: float = 0.0) -> None:
        self.folder = folder
        self.clock = MovedClock(days)
        self.packages = shutil.copytree(PACKAGES, folder / "packages", ignore=shutil.ignore_patterns("voice"))
        bake(self.packages / "XF01" / "voice", {"样例意见": 400.0})
        self.settings = Settings(folder / "data", packages=self.packages, public_url="https://platform.test")
        self.folders = Folders(folder / "kiosk")
        self.folders.root.mkdir()
        self.reports: list[SyncReport] = []
        self.posted: list[Callable[[], None]] = []
        self.beats_at_change: list[int] = []
        self.port = 0

    def open(self) -> Platform:
        self.platform = Platform.open(self.settings, clock=self.clock, logbook=Logbook(None))
        return self.platform

    def beats(self, platform: Platform) -> int:
        """How many heartbeats were answered."""
        return sum(line.path == "/v1/heartbeat" for line in platform.logbook.lines())

    def enrol(self, platform: Platform, port: int) -> None:
        self.port = port
        code = enrolment.create(platform, TERMINAL, {"name": "样例终端"})
        url, pinned = f"https://127.0.0.1:{port}", platform.authority.fingerprint
        enrol(PlatformHttp(self.clock), url, code, pinned, self.folders.provision, self.clock, os.urandom)

    def room(self, store: Store) -> EngineRoom:
        """An engine room whose loop is a list; what it needs of the screens is stood in for."""
        shelf = Shelf(self.clock.now, desk().site)
        conductor: Any = SimpleNamespace(state=State(), dispatch=lambda _event: None)
        terminal: Any = SimpleNamespace(
            shelf=shelf, screen=SimpleNamespace(post=lambda job: job()), conductor=conductor, enter=lambda *_: None
        )
        terminal.keep_front = lambda: None
        terminal.neighbours = terminal.have_relief = lambda *_: None
        room = EngineRoom(Options(self.folders, self.clock), terminal)
        room.store, room.clips = store, ClipShelf(self.folders.clips)
        room.identity, room.profile = load_identity(self.folders.provision), load_profile(self.folders.provision)
        identity = room.identity
        client = PlatformClient(identity.url, identity, self.clock, trusted=identity.trust, timeouts=(2.0, 10.0))
        room._client = client

        def hear(report: SyncReport) -> None:
            self.reports.append(report)
            if isinstance(report, CatalogueChanged):
                self.beats_at_change.append(self.beats(self.platform))
                room.reload_catalogue()
            room._hear_report(report)

        room.engine = SyncEngine(
            store, client, self.clock, random.Random(1).random, hear, terminal=TERMINAL,
            about=lambda: {"version": "0.1.0", "state": "in_service", "devices": []},
            validate=check_package, trial=try_catalogue, shelf=room.clips,
        )  # fmt: skip
        return room

    def heard(self, kind: type[SyncReport]) -> list[Any]:
        return [report for report in list(self.reports) if isinstance(report, kind)]

    def rewrite(self, service: str, word: str) -> None:
        """A new edition of a package."""
        path = self.packages / service / "strings" / "zh.json"
        text = path.read_text("utf-8").rstrip()
        assert text.endswith("}")
        path.write_text(f'{text[:-1].rstrip()}, "page.new": "{word}"}}', "utf-8")
        other = path.with_name("en.json")
        text = other.read_text("utf-8").rstrip()
        other.write_text(f'{text[:-1].rstrip()}, "page.new": "word"}}', "utf-8")


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path, 31.0)


def test_a_terminal_that_was_off_for_a_month_converges_in_one_connection(fleet: Fleet) -> None:
    platform = fleet.open()
    with served(platform) as port:
        fleet.enrol(platform, port)
        with open_at(fleet.folders.root, clock=fleet.clock) as store:
            room = fleet.room(store)
            assert room.engine is not None
            # By now TLS would not let that month's certificate in: what it had then comes from a stick of then.
            stick = fleet.folder / "then.bundle"
            stick.write_bytes(bundle(platform))
            with Stick(stick, room.identity.trust, TERMINAL) as then:  # type: ignore[union-attr]
                assert room.engine.take_from(then).now == 1
            assert fleet.heard(VoicesChanged) == [VoicesChanged(("XF01",))]
            cases = [store.submit(item(f"case-{n % 4}", application("XF01", content=f"意见 {n}"))) for n in range(12)]
    platform.close()

    fleet.clock.back = timedelta(0)
    fleet.reports.clear()
    for service in ("XF01", "SB01", "YL01", "GA02"):
        fleet.rewrite(service, "一个月以后")
    bake(fleet.packages / "XF01" / "voice", {"样例意见": 500.0, "新的话": 600.0})
    platform = fleet.open()
    with served(platform, fleet.port), open_at(fleet.folders.root, clock=fleet.clock) as store:
        assert expired(load_identity(fleet.folders.provision).certificate, fleet.clock.now())
        rev = load_profile(fleet.folders.provision).rev
        room = fleet.room(store)
        assert room.engine is not None
        room.engine.start()
        # As the engine room does at its start, beside the engine, which meets a closed door meanwhile.
        time.sleep(0.3)
        room._renew()
        until(lambda: len(fleet.heard(ItemDone)) == len(cases), WAIT_S)
        until(lambda: fleet.heard(VoicesChanged), WAIT_S)
        assert not expired(load_identity(fleet.folders.provision).certificate, fleet.clock.now())
        assert fleet.heard(CatalogueChanged) == [CatalogueChanged(2)]
        assert len(fleet.heard(ProfileChanged)) == 1
        assert load_profile(fleet.folders.provision).rev > rev
        assert fleet.heard(ItemDead) == []
        assert {row.state for row in store.list_items()} == {ItemState.SENT}
        package = room.terminal.shelf.catalogue.package("GA02")
        assert package is not None
        assert package["strings"]["zh"]["page.new"] == "一个月以后"
        room.engine.stop()
    platform.close()


def test_a_service_is_closed_for_the_fleet_and_opened_again_within_two_heartbeats(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    assert fleet.settings.heartbeat_s * 2 <= 60
    fleet.settings = replace(fleet.settings, heartbeat_s=1)
    platform = fleet.open()
    runner = CliRunner()

    def switch(word: str) -> None:
        where = ["--data", str(fleet.settings.data), "--packages", str(fleet.packages)]
        done = runner.invoke(platform_app, ["service", word, "XF01", *where])
        assert done.exit_code == 0, done.output

    with served(platform) as port, open_at(fleet.folders.root, clock=fleet.clock) as store:
        fleet.enrol(platform, port)
        room = fleet.room(store)
        assert room.engine is not None
        offered = room.terminal.shelf.desk
        room.engine.start()
        until(lambda: offered().offered("XF01"), WAIT_S)
        promised = store.submit(item("case-1", application("XF01", content="关停之前")))
        switch("off")
        closed_at = fleet.beats(platform)
        until(lambda: not offered().offered("XF01"), WAIT_S)
        # The heartbeat that was under way may have missed it; the next one brought it.
        assert fleet.beats_at_change[-1] - closed_at <= 2
        assert offered().offered("SB01")
        # Saved before the closing, brought after it: taken. Captured after it: refused, and kept.
        late = store.submit(item("case-2", application("XF01", content="关停之后")))
        room.engine.poke()
        until(lambda: store.row(late.id).state is ItemState.DEAD, WAIT_S)
        assert store.row(promised.id).state is ItemState.SENT
        switch("on")
        until(lambda: offered().offered("XF01"), WAIT_S)
        store.retry(late.id)
        room.engine.poke()
        until(lambda: store.row(late.id).state is ItemState.SENT, WAIT_S)
        room.engine.stop()
    platform.close()
