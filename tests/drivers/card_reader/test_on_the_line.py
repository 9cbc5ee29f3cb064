"""Finding the rate, the newest address, and answers that come twice, late or from another question: on a real pty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from drivers.card_reader import connection
from drivers.card_reader.baud import AutoBaud
from drivers.device import DeviceState, ErrorKind
from drivers.transport import NoReply, OpenCause, OpenFailed
from tests.drivers.card_reader.people import FOREIGNER_2023, HMT, RESIDENT
from tests.drivers.card_reader.test_wires import Desk
from tests.drivers.transport.support import Simulator, simulator, wait_until

NEW = {"newest_addresses": ["虚构市新址路9号", "虚构市旧址路8号"]}


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    with simulator("drivers.card_reader.simulator") as running:
        yield running


@pytest.fixture
def sim(process: Simulator) -> Simulator:
    process.do(fault="none", remove=True, keep_found=False, baud=115200, wrong_rate="silent", rf_delay=0)
    return process


@pytest.fixture
def desk(sim: Simulator) -> Iterator[Desk]:
    running = Desk(connection(f"serial:{sim.link}"))
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


# The rate.


@pytest.mark.parametrize("wrong_rate", ["silent", "garbage"])
@pytest.mark.parametrize("baud", [115200, 57600, 38400, 19200, 9600])
def test_the_rate_is_found(sim: Simulator, baud: int, wrong_rate: str) -> None:
    sim.do(baud=baud, wrong_rate=wrong_rate)
    factory = AutoBaud(str(sim.link), listen=0.1)
    pipe = factory()
    pipe.open()
    assert factory.rate == baud
    pipe.close()


def test_a_rate_that_works_is_remembered_and_a_changed_one_is_found_again(sim: Simulator) -> None:
    factory = AutoBaud(str(sim.link), listen=0.1)
    for baud in (19200, 57600):
        sim.do(baud=baud)
        for _ in range(2):
            pipe = factory()
            pipe.open()
            pipe.close()
        assert factory.rates()[:2] == [baud, 115200]
        before = sim.do(status=True)["commands"]
        pipe.open()
        pipe.close()
        assert sim.do(status=True)["commands"] == before + 1


def test_nobody_at_any_rate_is_silence_and_the_port_is_free(sim: Simulator) -> None:
    sim.do(fault="silent")
    factory = AutoBaud(str(sim.link), listen=0.05)
    with pytest.raises(NoReply):
        factory().open()
    assert factory.rate is None
    sim.do(fault="none")
    pipe = factory()
    pipe.open()
    pipe.close()


def test_without_a_port_it_is_missing(tmp_path: object) -> None:
    with pytest.raises(OpenFailed) as caught:
        AutoBaud(f"{tmp_path}/ttyUSB0")().open()
    assert caught.value.cause is OpenCause.MISSING


def test_a_card_is_read_at_a_rate_that_was_found(sim: Simulator) -> None:
    sim.do(baud=38400, present=RESIDENT)
    desk = Desk(connection(f"serial:{sim.link}?baud=auto"))
    assert desk.card(deadline=40.0).name == "测试甲"
    desk.driver.stop()


# The newest address.


def test_the_newest_address_is_the_first_of_those_added(sim: Simulator, desk: Desk) -> None:
    sim.do(present=RESIDENT | NEW)
    card = desk.card(newest_address=True)
    assert (card.address, card.newest_address) == (RESIDENT["address"], NEW["newest_addresses"][0])


def test_it_is_read_without_selecting_again(sim: Simulator, desk: Desk) -> None:
    sim.do(present=RESIDENT | NEW)
    desk.card()
    before = sim.do(status=True)
    sim.do(remove=True, present=RESIDENT | NEW)
    desk.card(newest_address=True, fresh=False)
    after = sim.do(status=True)
    assert after["reads"] == before["reads"] + 1
    assert after["commands"] - before["commands"] - (after["finds"] - before["finds"]) == 3


def test_it_is_not_asked_for_unless_wanted(sim: Simulator, desk: Desk) -> None:
    sim.do(present=RESIDENT | NEW)
    assert desk.card().newest_address == ""


@pytest.mark.parametrize("fault", ["none", "address-21", "address-silent"])
def test_a_card_without_one_or_a_reader_that_cannot_tell_is_a_card(sim: Simulator, desk: Desk, fault: str) -> None:
    sim.do(fault=fault, present=RESIDENT if fault == "none" else RESIDENT | NEW)
    card = desk.card(newest_address=True)
    assert (card.name, card.newest_address) == ("测试甲", "")
    sim.do(fault="none", remove=True)
    wait_until(lambda: desk.error(deadline=2.0) is ErrorKind.TIMEOUT, "an empty pad")
    sim.do(present=HMT)
    assert desk.card().name == HMT["name"]


def test_an_address_that_does_not_fit_is_refused_by_the_simulator(sim: Simulator) -> None:
    assert not sim.tell(present=RESIDENT | {"newest_addresses": ["长" * 36]})["ok"]
    assert not sim.tell(present=RESIDENT | {"newest_addresses": ["一"] * 5})["ok"]


# Answers that come twice, late, or from another question.


def test_every_answer_twice_is_one_card(sim: Simulator, desk: Desk) -> None:
    sim.do(fault="twice", present=RESIDENT | NEW)
    assert desk.card(newest_address=True).newest_address == NEW["newest_addresses"][0]
    sim.do(remove=True)
    sim.do(present=FOREIGNER_2023)
    assert desk.card(fresh=False).name == FOREIGNER_2023["name"]


def test_a_late_answer_is_never_taken_for_the_next(sim: Simulator, desk: Desk) -> None:
    sim.do(present=RESIDENT, fault="late", count=1)
    done = desk.read(deadline=4.0)
    sim.do(fault="none", remove=True)
    sim.do(present=HMT)
    if done.ok:
        assert getattr(done.result, "name", "") == "测试甲"
    again: list[Any] = []
    while not again or (again[-1] is None and len(again) < 5):
        again.append(desk.read(deadline=4.0, fresh=False).result)
    assert getattr(again[-1], "name", "") == HMT["name"]


# A card that stays on the pad, both ways.


@pytest.mark.parametrize("keep_found", [False, True], ids=["80 until lifted", "9F again"])
def test_a_card_left_from_before_is_not_the_next_visits(sim: Simulator, desk: Desk, keep_found: bool) -> None:
    sim.do(present=RESIDENT, keep_found=keep_found)
    desk.card()
    reads = sim.do(status=True)["reads"]
    assert [desk.error(deadline=1.5) for _ in range(2)] == [ErrorKind.TIMEOUT] * 2
    assert sim.do(status=True)["reads"] == reads
    sim.do(remove=True)
    assert desk.error(deadline=1.5) is ErrorKind.TIMEOUT
    sim.do(present=HMT)
    assert desk.card().name == HMT["name"]


@pytest.mark.parametrize("keep_found", [False, True], ids=["80 until lifted", "9F again"])
def test_a_card_left_while_the_reader_is_replugged_is_not_read_again(
    sim: Simulator, desk: Desk, keep_found: bool
) -> None:
    sim.do(present=RESIDENT, keep_found=True)
    desk.card()
    reads = sim.do(status=True)["reads"]
    sim.do(fault="unplug", keep_found=keep_found)
    wait_until(lambda: desk.reports.states()[-1] is DeviceState.OFFLINE, "offline")
    sim.do(fault="none")
    wait_until(lambda: desk.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert desk.error(deadline=2.0) is ErrorKind.TIMEOUT
    assert sim.do(status=True)["reads"] == reads
