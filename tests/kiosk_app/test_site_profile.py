"""A running terminal lives by the profile that the platform signs: each of the six samples, between visits, whole."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from central_platform import enrolment
from central_platform.clock import BEIJING
from central_platform.platform import Platform
from central_platform.presence import Sign
from contracts.site import SiteFieldError
from kiosk_app.engine_room import needs_fresh_start, resting
from kiosk_app.partner import Code, Hook, run_hook, way_back
from kiosk_app.screens import view
from kiosk_app.terminal import Options, Terminal
from kiosk_app.visit.events import Pressed
from kiosk_app.visit.state import Home, OutOfService, State, Visit
from provisioning import load_profile, parse_profile
from tests.central_platform.live import served
from tests.central_platform.world import TERMINAL
from tests.kiosk_app.test_month_away import WAIT_S, Fleet
from tests.kiosk_app.test_terminal_screen import PlainScreen
from tests.offline_cache.support import open_at, until
from tests.provisioning.double import profile_value

T = TypeVar("T")
TEMPLATES = {path.stem: path for path in (Path(__file__).parents[2] / "provisioning" / "profiles").glob("*.json")}
NOWHERE = {"receipt_printer": "tcp://127.0.0.1:9", "page_printer": "ipp://127.0.0.1:9/ipp/print"}


def template(kind: str) -> dict[str, Any]:
    """A shipped sample whose printers are not plugged in; what else hangs there is of no interest here."""
    fields: dict[str, Any] = json.loads(TEMPLATES[kind].read_text("utf-8"))
    printers = [device | {"uri": NOWHERE[device["kind"]]} for device in fields["devices"] if device["kind"] in NOWHERE]
    return fields | {"devices": [*printers, {"id": "voice-1", "kind": "speech", "uri": "speech:null"}]}


class Running:
    """One platform and one whole terminal without glass, under real time."""

    def __init__(self, fleet: Fleet, platform: Platform) -> None:
        self.platform = platform
        self.screen = PlainScreen()
        self.stale = 0
        self.left: list[int] = []
        options = Options(fleet.folders, beat_s=0.2, simulated=True, log=lambda line: self.log.append(line))
        self.log: list[str] = []
        self.terminal = Terminal(self.screen, options)
        self.terminal.relieve = self._stale
        self.terminal.on_return = self.left.append
        self._thread = threading.Thread(target=self.screen.run, daemon=True)

    def _stale(self) -> None:
        self.stale += 1

    def begin(self) -> None:
        self._thread.start()
        self.call(self.terminal.boot)
        assert self.terminal.wait_ready(WAIT_S)
        until(lambda: len(self.terminal.shelf.catalogue.live()) > 10, WAIT_S)

    def end(self) -> None:
        self.screen.quit()
        self._thread.join(10)
        self.terminal.stop()

    def call(self, fn: Callable[[], T]) -> T:
        """Run on the loop's thread."""
        done, found = threading.Event(), []
        self.screen.post(lambda: (found.append(fn()), done.set()))  # type: ignore[func-returns-value]
        assert done.wait(WAIT_S)
        return found[0]

    def press(self, node: str) -> State:
        self.call(lambda: self.terminal.conductor.dispatch(Pressed(node)))
        return self.terminal.conductor.state

    def sign(self, fields: dict[str, Any]) -> int:
        return enrolment.change_profile(self.platform, TERMINAL, fields)

    def lives_by(self, rev: int) -> None:
        room = self.terminal.room
        assert room is not None
        until(lambda: room.profile is not None and room.profile.rev >= rev, WAIT_S)
        self.call(lambda: None)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    fleet = Fleet(tmp_path)
    fleet.settings = replace(fleet.settings, heartbeat_s=1)
    platform = fleet.open()
    with served(platform) as port:
        fleet.enrol(platform, port)
        enrolment.change_profile(platform, TERMINAL, template("hall"))
        here = Running(fleet, platform)
        here.begin()
        yield here
        here.end()
    platform.close()


def menu(here: Running) -> frozenset[str]:
    desk = here.terminal.shelf.desk()
    return frozenset(service.id for service in desk.catalogue.live() if desk.offered(service.id))


def test_a_running_terminal_lives_by_each_of_the_six_samples_between_visits(running: Running) -> None:
    terminal = running.terminal
    (terminal.options.folders.partner).write_text('{"code": 75}')
    menus, hours, volumes = {}, {}, {}
    for kind in sorted(TEMPLATES):
        running.lives_by(running.sign({"partner": None, "services": list(menu(running)), **template(kind)}))
        site = running.call(lambda: terminal.shelf.site)
        given = json.loads(TEMPLATES[kind].read_text("utf-8"))
        menus[kind], hours[kind] = menu(running), site.hours
        speaking = terminal.room.speaking if terminal.room is not None else None
        assert speaking is not None
        narrator = speaking.speaker.narrator
        assert running.call(lambda n=narrator: n.volume) == given["volume"]["usual"] / 10  # type: ignore[misc]
        for _ in range(12):
            running.call(narrator.louder)
        volumes[kind] = narrator.volume
        assert narrator.volume == given["volume"]["cap"] / 10
        running.call(narrator.wipe)
        assert (site.partner is not None) == (kind == "bank"), "only where profile and machine agree"
        prints = {device["kind"] for device in given["devices"]} & set(NOWHERE)
        assert site.prints == prints
        desk = terminal.shelf.desk()
        sheets = [s for s in desk.catalogue.live() if s.output == "CERT" and desk.offered(s.id)]
        assert sheets
        assert all(desk.to_phone(s) == ("page_printer" not in prints) for s in sheets)
        # So that the next sample finds the menu whole again.
        if "services" in given:
            assert menus[kind] == frozenset(given["services"])
            running.lives_by(running.sign({"services": [p.id for p in running.platform.catalogue.packages.values()]}))
    assert len(set(menus.values())) >= 5
    assert len({str(one) for one in hours.values()}) == 6
    assert len(set(volumes.values())) >= 5
    assert load_profile(terminal.options.folders.provision).rev == terminal.room.profile.rev  # type: ignore[union-attr]
    assert running.stale > 0, "other printers: a fresh process has to take over"

    # In the middle of a visit nothing changes, whatever the disk already holds; then all of it does, at once.
    always = {"hours": "00:00-24:00", "volume": {"cap": 10, "usual": 8}}
    running.lives_by(running.sign(always))
    assert running.press("start.touch").place == Home()
    former = running.call(lambda: terminal.shelf.site)
    rev = running.sign({"name": {"zh": "新名字", "en": "New name"}, "volume": {"cap": 2, "usual": 2}})
    until(lambda: load_profile(terminal.options.folders.provision).rev == rev, WAIT_S)
    assert running.call(lambda: terminal.shelf.site) is former
    assert running.press("actions.end").place != Home()
    assert running.call(lambda: terminal.shelf.site) is former, "the farewell belongs to the visit"
    running.press("actions.done")
    running.lives_by(rev)
    site = running.call(lambda: terminal.shelf.site)
    assert (site.name["en"], site.volume.cap) == ("New name", 2)


def test_a_wrong_field_is_refused_where_it_is_signed_and_nothing_changes(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    platform = fleet.open()
    enrolment.create(platform, TERMINAL, {"name": "样例终端"})
    before = platform.signed_profile(TERMINAL)
    with pytest.raises(SiteFieldError, match=r"^volume\.cap$"):
        enrolment.change_profile(platform, TERMINAL, {"volume": {"cap": 99}})
    with pytest.raises(LookupError):
        enrolment.change_profile(platform, "XC-9999", {})
    assert platform.signed_profile(TERMINAL) == before
    platform.close()


@pytest.mark.parametrize("kind", sorted(TEMPLATES))
def test_each_sample_is_a_profile_that_a_terminal_takes(kind: str) -> None:
    fields = json.loads(TEMPLATES[kind].read_text("utf-8"))
    assert fields["kind"] == kind
    profile = parse_profile(profile_value(**fields))
    assert profile.hours.opens_next(datetime(2026, 12, 6, 3, 0, tzinfo=BEIJING)) is not None
    assert profile.help is not None
    assert profile.screen is not None


def test_only_what_is_opened_at_the_start_asks_for_a_fresh_process() -> None:
    now = parse_profile(profile_value())
    assert not needs_fresh_start(now, parse_profile(profile_value(rev=4, hours="09:00-10:00", services=["XF01"])))
    assert needs_fresh_start(now, parse_profile(profile_value(rev=4, devices=[])))
    assert needs_fresh_start(now, parse_profile(profile_value(rev=4, suite="gm")))


def test_nobody_here_is_between_visits() -> None:
    from kiosk_app.lab.samples import KNOWN, ONLINE
    from kiosk_app.visit.state import Help, OutOfService, Prefs

    assert resting(ONLINE)
    assert resting(replace(ONLINE, place=OutOfService("power")))
    assert not resting(replace(ONLINE, place=Home(), visit=KNOWN))
    assert not resting(replace(ONLINE, cover=Help()))
    assert not resting(replace(ONLINE, prefs=Prefs(lang="en"))), "somebody is choosing how to see it"


GUEST = {"partner": {"name": {"zh": "手机银行", "en": "the bank"}, "exit": "hook"}}


@pytest.mark.parametrize(
    ("exit_", "file", "way"),
    [
        ("code", {"code": 75}, Code(75)),
        ("code", {"code": 0}, None),
        ("code", {"code": True}, None),
        ("code", {"hook": ["/bin/true"]}, None),
        ("hook", {"hook": ["/bin/true", "back"]}, Hook(("/bin/true", "back"))),
        ("hook", {"hook": ["true"]}, None),
        ("hook", {"hook": "/bin/true"}, None),
        ("hook", ["/bin/true"], None),
    ],
)
def test_the_machine_itself_says_what_handing_back_does(tmp_path: Path, exit_: str, file: Any, way: object) -> None:
    profile = parse_profile(profile_value(partner=GUEST["partner"] | {"exit": exit_}))
    local = tmp_path / "partner.json"
    assert way_back(local, profile) is None, "a signed profile alone starts nothing"
    local.write_text(json.dumps(file))
    local.chmod(0o600)
    assert way_back(local, profile) == way
    assert way_back(local, parse_profile(profile_value())) is None, "nor does a file alone"
    local.chmod(0o620)
    assert way_back(local, profile) is None, "others could have written it"


def test_a_hook_gets_nothing_of_ours_but_where_the_screen_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_STATE", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":7")
    told = tmp_path / "told"
    hook = tmp_path / "hook"
    hook.write_text(f'#!/bin/sh\nenv > {told}.new; echo "$1" >> {told}.new; mv {told}.new {told}\n')
    hook.chmod(0o700)
    assert run_hook((str(hook), "front; touch no")) is True
    until(told.exists, 20.0)
    lines = told.read_text().splitlines()
    assert "front; touch no" in lines, "no shell reads the words"
    assert "DISPLAY=:7" in lines
    assert not [line for line in lines if line.startswith("DOORSTEP")]
    assert run_hook((str(tmp_path / "nothing"),)) is False


def test_pages_of_a_guest_show_no_words_but_the_governments_and_the_way_back() -> None:
    from kiosk_app.lab.samples import desk_of, pages

    page = view(pages()["attract-guest"], desk_of("attract-guest"))
    assert [node.id for node in page.nodes if "银行" in f"{node.text}{node.note}"] == ["partner.back"]
    home = view(pages()["home"], desk_of("attract-guest"))
    assert "银行" not in repr(home)


def test_a_guest_on_a_partners_machine_keeps_to_its_list_hands_back_and_locks_when_withdrawn(running: Running) -> None:
    terminal, root = running.terminal, running.terminal.options.folders
    root.partner.write_text('{"code": 75}')
    running.lives_by(running.sign(template("bank") | {"hours": "00:00-24:00"}))
    assert menu(running) == frozenset(json.loads(TEMPLATES["bank"].read_text("utf-8"))["services"])

    running.press("partner.back")
    assert running.left == [75]
    assert terminal.conductor.state.visit == Visit()

    until(lambda: root.control.exists(), WAIT_S)
    secret = [*root.provision.rglob("*.key"), root.store, root.key, root.control]
    assert len(secret) >= 4
    for path in secret:
        within = [place for place in (path, *path.parents) if place.is_relative_to(root.root)]
        assert any(place.stat().st_mode & 0o077 == 0 for place in within), f"{path} is open to other users"

    # A neighbour that gives signs of life is told with the heartbeat, and kept for when nothing is told any more.
    platform = running.platform
    enrolment.create(platform, "XC-0777", {"name": "邻居", "position": {"lat": "39.9500", "lon": "116.3700"}})
    running.sign({"position": {"lat": "39.9440", "lon": "116.3700"}})
    platform.presence.note("XC-0777", Sign(platform.clock.now(), 0, {"state": "in_service"}))
    platform.neighbourhood._read_at = None
    until(lambda: [one.name["zh"] for one in terminal.shelf.near.found] == ["邻居"], WAIT_S)
    running.call(lambda: None)
    assert "邻居" in root.front.read_text("utf-8")

    begun = time.monotonic()
    assert enrolment.revoke(running.platform, TERMINAL)
    until(lambda: running.call(lambda: terminal.conductor.state.place) == OutOfService("revoked"), 60.0)
    assert time.monotonic() - begun < 60
    assert running.press("start.touch").place == OutOfService("revoked")


def test_a_profile_that_came_before_a_power_cut_is_in_force_after_the_next_start(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    platform = fleet.open()
    with served(platform) as port, open_at(fleet.folders.root, clock=fleet.clock) as store:
        fleet.enrol(platform, port)
        room = fleet.room(store)
        entered: list[str] = []
        room.terminal.enter = lambda site, _keypad: entered.append(site.name["zh"])
        rev = enrolment.change_profile(platform, TERMINAL, {"name": "新名字"})
        # Fetched and kept, and the power went before the terminal's own copy was written.
        etag, envelope = platform.signed_profile(TERMINAL)
        store.catalogue.put("profile", etag, dict(envelope))
        assert load_profile(fleet.folders.provision).rev < rev
        room._catch_up()
        assert entered == ["新名字"]
        assert load_profile(fleet.folders.provision).rev == rev
        room._catch_up()
        assert entered == ["新名字"], "once"
    platform.close()
