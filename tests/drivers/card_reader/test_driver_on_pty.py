"""The driver against the simulator process, over a real pty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from drivers.card_reader import Card, Layout, ReadCard, SamCardReader, Sex
from drivers.card_reader.cards import picture_name
from drivers.device import Command, Completion, DeviceState, ErrorKind
from drivers.owner import BackOff
from drivers.transport import parse_uri
from tests.drivers.card_reader.people import FOREIGNER_2017, FOREIGNER_2023, HMT, RESIDENT
from tests.drivers.transport.support import RealClock, Reports, Simulator, simulator, wait_until


class Reader:
    def __init__(self, sim: Simulator, pace: float = 4.0, **options: Any) -> None:
        self.sim = sim
        self.reports = Reports()
        self._count = 0
        factory = parse_uri(f"serial:{sim.link}?baud=115200")
        clock = RealClock(pace)
        options |= {"clock": clock, "wait": clock.wait, "back_off": BackOff(0.4, 0.8)}
        self.driver = SamCardReader("card", factory, **options)
        self.driver.start(self.reports)

    def ask(self, deadline: float = 10.0, fresh: bool = True) -> str:
        self._count += 1
        self.driver.submit(ReadCard(f"read-{self._count}", deadline, fresh=fresh))
        return f"read-{self._count}"

    def read(self, deadline: float = 10.0, fresh: bool = True) -> Completion:
        return self.reports.completion(self.ask(deadline, fresh))

    def card(self, **options: Any) -> Card:
        done = self.read(**options)
        assert isinstance(done.result, Card), done
        return done.result

    def error(self, **options: Any) -> ErrorKind:
        done = self.read(**options)
        assert done.error is not None
        return done.error.kind


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    with simulator("drivers.card_reader.simulator") as running:
        yield running


@pytest.fixture
def sim(process: Simulator) -> Simulator:
    process.do(fault="none", remove=True, keep_found=False)
    return process


@pytest.fixture
def unhurried(sim: Simulator) -> Iterator[Reader]:
    running = Reader(sim, pace=1.0)
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


@pytest.fixture
def reader(sim: Simulator) -> Iterator[Reader]:
    running = Reader(sim)
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


def test_a_resident_card_comes_out_whole(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT)
    card = reader.card()
    assert (card.layout, card.name, card.sex, card.nation) == (Layout.RESIDENT, "测试甲", Sex.FEMALE, "汉")
    assert (card.birth, card.valid_to) == (date(1949, 12, 31), None)
    assert picture_name(card.photo) == "resident-1"


@pytest.mark.parametrize("person", [HMT, FOREIGNER_2017, FOREIGNER_2023], ids=lambda person: person["layout"])
def test_every_other_layout_comes_out_whole(sim: Simulator, reader: Reader, person: dict[str, Any]) -> None:
    sim.do(present=person)
    card = reader.card()
    assert (card.layout, card.name, card.id_number) == (person["layout"], person["name"], person["id_number"])
    assert card.latin_name == person.get("latin_name", "")


def test_no_faster_than_the_wire_and_little_slower(sim: Simulator, unhurried: Reader) -> None:
    wire = (10 + 1295) * 10 / 115200
    ratios = []
    sim.do(present=RESIDENT, keep_found=True)
    for _ in range(3):
        timing = unhurried.card(fresh=False).timing
        assert timing is not None
        ratios.append(timing.seconds / wire)
    assert min(ratios) >= 1.0, ratios
    assert min(ratios) <= 1.2, ratios


def test_waits_for_a_card_that_comes_later(sim: Simulator, reader: Reader) -> None:
    command = reader.ask()
    finds = sim.do(status=True)["finds"]
    wait_until(lambda: sim.do(status=True)["finds"] > finds, "a look at the empty pad")
    sim.do(present=RESIDENT)
    assert reader.reports.completion(command).ok
    assert reader.reports.names()[:2] == ["card_presented", "card_read"]


def test_no_card_ends_as_time_out(reader: Reader) -> None:
    assert reader.error(deadline=0.7) is ErrorKind.TIMEOUT


def test_cancel_ends_the_wait(reader: Reader) -> None:
    command = reader.ask(deadline=60)
    reader.driver.cancel(command)
    done = reader.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.CANCELLED


def test_find_commands_keep_their_distance(unhurried: Reader) -> None:
    before = unhurried.sim.do(status=True, forget_gaps=True)["finds"]
    unhurried.read(deadline=1.5)
    status = unhurried.sim.do(status=True)
    assert status["finds"] >= before + 3
    assert status["shortest_find_gap"] >= 0.3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("lift-mid-read", ErrorKind.MOVED),
        ("read-41", ErrorKind.UNREADABLE),
        ("select-81", ErrorKind.UNREADABLE),
        ("unknown-type", ErrorKind.NOT_IDENTITY),
        ("sam-32", ErrorKind.NOT_IDENTITY),
        ("sam-66", ErrorKind.DEVICE_FAULT),
        ("selftest-60", ErrorKind.DEVICE_FAULT),
        ("find-80", ErrorKind.TIMEOUT),
        ("bad-chk", ErrorKind.UNREADABLE),
        ("truncate", ErrorKind.UNREADABLE),
        ("unplug-mid-read", ErrorKind.OFFLINE),
        ("silent", ErrorKind.OFFLINE),
    ],
)
def test_a_fault_has_its_name(sim: Simulator, reader: Reader, fault: str, kind: ErrorKind) -> None:
    sim.do(present=RESIDENT, fault=fault)
    assert reader.error(deadline=3.0) is kind


@pytest.mark.parametrize("fault", ["bad-chk", "truncate", "noise", "select-81", "split", "silent"])
def test_a_fault_that_happens_once_is_overcome(sim: Simulator, reader: Reader, fault: str) -> None:
    sim.do(present=RESIDENT, fault=fault, count=1)
    assert reader.card().name == "测试甲"


def test_split_byte_by_byte_is_one_card(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT, fault="split")
    assert reader.card().name == "测试甲"


def test_constant_noise_before_every_reply_is_overcome(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT, fault="noise")
    assert reader.card().name == "测试甲"


def test_a_corrupt_frame_is_asked_for_exactly_once_more(sim: Simulator, reader: Reader) -> None:
    before = sim.do(status=True)["reads"]
    sim.do(present=RESIDENT, fault="bad-chk", count=1)
    reader.card()
    assert sim.do(status=True)["reads"] == before + 2


@pytest.mark.parametrize("keep_found", [False, True])
def test_a_card_left_on_the_pad_is_not_read_again(sim: Simulator, reader: Reader, keep_found: bool) -> None:
    sim.do(present=RESIDENT, keep_found=keep_found)
    reader.card()
    reads = sim.do(status=True)["reads"]
    assert reader.error(deadline=2.0) is ErrorKind.TIMEOUT
    assert sim.do(status=True)["reads"] == reads


@pytest.mark.parametrize("keep_found", [False, True])
def test_the_card_is_read_again_once_put_back(sim: Simulator, reader: Reader, keep_found: bool) -> None:
    sim.do(present=RESIDENT, keep_found=keep_found)
    reader.card()
    sim.do(remove=True)
    finds = sim.do(status=True)["finds"]
    command = reader.ask()
    wait_until(lambda: sim.do(status=True)["finds"] > finds + 2, "looks at the empty pad")
    sim.do(present=RESIDENT)
    assert reader.reports.completion(command).ok


def test_without_fresh_the_card_is_read_where_it_lies(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT, keep_found=True)
    reader.card()
    assert reader.card(fresh=False).name == "测试甲"


def test_gone_is_reported_when_it_was_sensed(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT, keep_found=True)
    reader.card()
    finds = sim.do(status=True)["finds"]
    wait_until(lambda: sim.do(status=True)["finds"] > finds, "a look after the read")
    sim.do(remove=True)
    reader.reports.event("card_gone")


def test_gone_is_not_claimed_when_it_cannot_be_known(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT, keep_found=False)
    reader.card()
    reader.read(deadline=1.5)
    assert "card_gone" not in reader.reports.names()


def test_unplugged_while_waiting_is_offline_and_replugged_is_online(sim: Simulator, reader: Reader) -> None:
    command = reader.ask()
    sim.do(fault="unplug")
    done = reader.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.OFFLINE
    since = len(reader.reports.all)
    sim.do(fault="none", present=RESIDENT)
    wait_until(lambda: reader.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert since <= len(reader.reports.all)
    assert reader.card().name == "测试甲"


def test_a_sick_module_is_a_hardware_error_and_heals(sim: Simulator) -> None:
    sim.do(fault="selftest-60")
    reader = Reader(sim)
    status = reader.reports.status(DeviceState.HARDWARE_ERROR)
    assert status.detail == {"cause": "self_test_failed"}
    sim.do(fault="none", present=RESIDENT)
    assert reader.card().name == "测试甲"
    assert reader.reports.states()[-1] is DeviceState.ONLINE
    reader.driver.stop()


def test_a_watching_reader_reports_a_card_nobody_asked_for(sim: Simulator) -> None:
    reader = Reader(sim, watch=True)
    sim.do(present=RESIDENT)
    reader.reports.event("card_presented")
    assert reader.card().name == "测试甲"
    reader.driver.stop()


def test_at_another_baud_rate_nobody_answers(sim: Simulator) -> None:
    reports = Reports()
    factory = parse_uri(f"serial:{sim.link}?baud=9600")
    driver = SamCardReader("card", factory, clock=RealClock(4.0), back_off=BackOff(20.0))
    driver.start(reports)
    assert reports.status(DeviceState.OFFLINE).detail == {"cause": "silent"}
    driver.stop()


def test_an_unknown_command_is_refused(reader: Reader) -> None:
    reader.driver.submit(Command("other", 5.0))
    done = reader.reports.completion("other")
    assert done.error is not None
    assert done.error.kind is ErrorKind.REFUSED


def test_a_cancelled_read_may_be_done_again_where_the_card_lies(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT, rf_delay=0.3)
    command = reader.ask()
    reads = sim.do(status=True)["reads"]
    wait_until(lambda: sim.do(status=True)["reads"] > reads, "the read command")
    reader.driver.cancel(command)
    done = reader.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.CANCELLED
    sim.do(rf_delay=0, keep_found=True)
    assert reader.card().name == "测试甲"


def test_the_late_card_of_a_cancelled_read_is_never_the_next_residents(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT, rf_delay=0.3)
    command = reader.ask()
    reads = sim.do(status=True)["reads"]
    wait_until(lambda: sim.do(status=True)["reads"] > reads, "the read command")
    reader.driver.cancel(command)
    reader.reports.completion(command)
    sim.do(rf_delay=0, remove=True, present=HMT)
    assert reader.card().name == HMT["name"]


def test_nothing_reported_shows_the_person(sim: Simulator, reader: Reader) -> None:
    sim.do(present=RESIDENT)
    reader.card()
    assert "测试甲" not in repr(reader.reports.all)
    assert "1949" not in repr(reader.reports.all)


def test_a_card_that_cannot_be_is_refused_by_the_simulator(sim: Simulator) -> None:
    answer = sim.tell(present=RESIDENT | {"id_number": "110105194912310020"})
    assert answer == {"ok": False, "error": "id number: checksum or date"}
