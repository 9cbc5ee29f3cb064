"""The workbench on a real encrypted store: who is let in, what wrong codes cost, what the audit reads."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.equipment.technical import Drawer, Workbench
from kiosk_app.identity.one_time import TRIES, hotp, step_of
from kiosk_app.identity.witness import card_hash
from kiosk_app.visit.effects import CheckTechnician, UseTool
from kiosk_app.visit.events import Event, PrintEnded, ServiceWithheld, TechnicianChecked, ToolTold
from kiosk_app.visit.state import State
from kiosk_app.visit.workbench import Line, same
from provisioning.technicians import TechnicianRecord, Technicians
from tests.offline_cache.support import RealClock, open_at

SECRET, SALT = b"12345678901234567890", b"salt" * 4
CARD = "110102198807210034"
WHO = "T-0001"
PATIENCE_S = 5.0


class Bench:
    """A workbench, what it posted and what it had audited."""

    def __init__(self, folder: Path) -> None:
        self.clock = RealClock()
        self.store = open_at(folder)
        self.heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.audit: list[tuple[str, dict[str, Any]]] = []
        self.did: list[str] = []
        drawer = Drawer(lambda: (Line("one", same("1")),), self._do)
        self.bench = Workbench(
            self.store,
            self.clock,
            {"devices": drawer, "broken": Drawer(self._broken)},
            self.heard.put,
            lambda name, fields: self.audit.append((name, dict(fields))),
        )
        self.now = self.clock.now()
        self.learn()
        self.bench.start()

    def _do(self, act: str) -> str:
        self.did.append(act)
        return "done"

    def _broken(self) -> tuple[Line, ...]:
        raise OSError("the printer is away")

    def learn(self, days: int = 30, until: int = 30) -> None:
        record = TechnicianRecord(WHO, "测试丙", card_hash(SALT, CARD), SALT, SECRET, self.now + timedelta(days=until))
        self.bench.learn(Technicians(self.now + timedelta(days=days), (record,)))

    def code(self) -> str:
        return hotp(SECRET, step_of(self.clock.now()))

    def check(self, code: str) -> TechnicianChecked:
        self.bench.performers()[CheckTechnician](CheckTechnician(WHO, code))
        answer = self.heard.get(timeout=PATIENCE_S)
        assert isinstance(answer, TechnicianChecked)
        return answer

    def use(self, tool: str, act: str = "") -> ToolTold:
        self.bench.performers()[UseTool](UseTool(tool, act, WHO))
        answer = self.heard.get(timeout=PATIENCE_S)
        assert isinstance(answer, ToolTold)
        return answer

    def close(self) -> None:
        self.bench.stop()
        self.store.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    found = Bench(tmp_path)
    yield found
    found.close()


def test_a_card_is_known_by_its_number_and_by_nothing_else(bench: Bench) -> None:
    assert bench.bench.technician(CARD) == WHO
    assert bench.bench.technician("110102194203155128") == ""
    bench.bench.learn(None)
    assert bench.bench.technician(CARD) == ""


def test_the_right_code_opens_once(bench: Bench) -> None:
    code = bench.code()
    assert bench.check(code) == TechnicianChecked(WHO, "测试丙")
    assert bench.check(code).why == "used"
    assert bench.audit == [("technician_refused", {"technician": WHO, "why": "used", "failures": 1})]


def test_wrong_codes_are_audited_and_their_pause_outlives_a_restart(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for n in range(TRIES):
        assert bench.check("000000").why == ("locked" if n == TRIES - 1 else "wrong")
    assert [fields["failures"] for _, fields in bench.audit] == [1, 2, 3, 4, 5]
    bench.close()
    again = Bench(tmp_path)
    answer = again.check(again.code())
    assert answer.why == "locked"
    assert 0 < answer.locked_s <= 300
    again.close()


@pytest.mark.parametrize(("days", "until", "why"), [(-1, 30, "stale"), (30, -1, "revoked")])
def test_a_list_that_ran_out_or_a_technician_who_did_lets_nobody_in(
    bench: Bench, days: int, until: int, why: str
) -> None:
    bench.learn(days, until)
    assert bench.check(bench.code()).why == why


def test_a_store_that_takes_nothing_lets_nobody_in(bench: Bench) -> None:
    code = bench.code()
    bench.store.close()
    assert bench.check(code).why == "store"


def test_what_is_done_is_audited_with_who_and_what_came_of_it(bench: Bench) -> None:
    assert bench.use("devices").told == ""
    assert bench.audit == []
    assert bench.use("devices", "lamp.light").told == "done"
    assert bench.did == ["lamp.light"]
    done = {"technician": WHO, "tool": "devices", "act": "lamp", "subject": "light", "outcome": "done"}
    assert bench.audit == [("technician_did", done)]


def test_a_look_that_fails_says_so_and_the_next_one_is_answered(bench: Bench) -> None:
    assert bench.use("broken") == ToolTold("broken", (), "failed")
    assert bench.use("devices").lines


def test_out_of_service_by_hand_outlives_a_restart(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.bench.withhold("repair")
    assert bench.heard.get(timeout=PATIENCE_S) == ServiceWithheld("repair")
    bench.close()
    again = Bench(tmp_path)
    assert again.heard.get(timeout=PATIENCE_S) == ServiceWithheld("repair")
    again.bench.withhold("")
    again.close()
    last = Bench(tmp_path)
    assert last.heard.empty()
    last.close()


def test_a_change_of_paper_begins_a_count_and_the_roll_before_says_how_long_this_one_may_last(bench: Bench) -> None:
    for n in range(3):
        bench.bench.stepped(PrintEnded(f"s{n}.0", "printed"), State())
    bench.bench.stepped(PrintEnded("s3.0", "not_printed"), State())
    bench.use("devices")
    bench.bench.changed("receipt_printer")
    used = bench.bench.used("receipt_printer")
    assert (used.since, used.before) == (0, 3)
