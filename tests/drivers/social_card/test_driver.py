"""The driver against the simulator process, over a real socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

import pytest

from drivers.card_reader import Sex
from drivers.device import Command, DeviceState, ErrorKind
from drivers.social_card import SocialCard
from tests.drivers.social_card.people import PERSON, CardProcess, Reader, card_process
from tests.drivers.transport.support import wait_until

EXCHANGES = 12
"""Commands of one reading: application, its FCI, two files, eight records."""


@pytest.fixture(scope="module")
def process() -> Iterator[CardProcess]:
    with card_process() as running:
        yield running


@pytest.fixture
def sim(process: CardProcess) -> CardProcess:
    process.do(fault="none", remove=True)
    return process


@pytest.fixture
def reader(sim: CardProcess) -> Iterator[Reader]:
    running = Reader(sim.uri)
    yield running
    running.driver.stop()


def card_of(reader: Reader, fresh: bool = True) -> SocialCard:
    done = reader.read(fresh=fresh)
    assert isinstance(done.result, SocialCard), done
    return done.result


def test_a_card_comes_out_whole(sim: CardProcess, reader: Reader) -> None:
    sim.do(present=PERSON)
    card = card_of(reader)
    assert (card.name, card.id_number, card.card_number) == (PERSON["name"], PERSON["id_number"], "A12345678")
    assert (card.sex, card.birth, card.valid_to) == (Sex.FEMALE, date(1949, 12, 31), date(2031, 5, 31))
    assert (card.region, card.spec) == ("110105", "3.00")


def test_one_reading_takes_as_many_commands_as_the_profile_says(sim: CardProcess, reader: Reader) -> None:
    sim.do(present=PERSON)
    before = sim.do(status=True)["commands"]
    card_of(reader)
    assert sim.do(status=True)["commands"] - before == EXCHANGES


def test_an_expired_card_is_read_and_says_so(sim: CardProcess, reader: Reader) -> None:
    sim.do(present={**PERSON, "valid_to": "2020-01-31"})
    assert card_of(reader).expired(date(2026, 1, 1))


def test_a_card_without_a_last_day_never_expires(sim: CardProcess, reader: Reader) -> None:
    sim.do(present={**PERSON, "valid_to": None})
    assert not card_of(reader).expired(date(2099, 1, 1))


def test_waits_for_a_card_that_comes_later(sim: CardProcess, reader: Reader) -> None:
    command = reader.ask()
    sim.do(present=PERSON)
    assert reader.reports.completion(command).ok
    assert reader.reports.names() == ["card_presented", "card_read"]


def test_a_card_that_was_read_is_not_read_again_before_it_was_taken_out(sim: CardProcess, reader: Reader) -> None:
    sim.do(present=PERSON)
    card_of(reader)
    assert reader.error(deadline=1.5) is ErrorKind.TIMEOUT
    assert card_of(reader, fresh=False).name == PERSON["name"]
    sim.do(remove=True)
    reader.reports.event("card_gone")
    sim.do(present={**PERSON, "name": "测试丁"})
    assert card_of(reader).name == "测试丁"


def test_no_card_ends_as_time_out(reader: Reader) -> None:
    assert reader.error(deadline=0.7) is ErrorKind.TIMEOUT


def test_cancel_ends_the_wait(reader: Reader) -> None:
    command = reader.ask(deadline=60)
    reader.driver.cancel(command)
    done = reader.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.CANCELLED


def test_another_command_is_refused(reader: Reader) -> None:
    reader.driver.submit(Command("other", 5.0))
    done = reader.reports.completion("other")
    assert done.error is not None
    assert done.error.kind is ErrorKind.REFUSED


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("wrong-sw", ErrorKind.UNREADABLE),
        ("truncate", ErrorKind.UNREADABLE),
        ("wrong-record", ErrorKind.UNREADABLE),
        ("bad-check", ErrorKind.UNREADABLE),
        ("bad-date", ErrorKind.UNREADABLE),
        ("not-gbk", ErrorKind.UNREADABLE),
        ("more-forever", ErrorKind.UNREADABLE),
        ("again-forever", ErrorKind.UNREADABLE),
        ("no-status", ErrorKind.UNREADABLE),
        ("no-application", ErrorKind.NOT_IDENTITY),
        ("no-file", ErrorKind.NOT_IDENTITY),
        ("locked", ErrorKind.NOT_IDENTITY),
        ("pin", ErrorKind.REFUSED),
    ],
)
def test_a_bad_card_ends_with_its_error_and_the_next_one_is_read(
    sim: CardProcess, reader: Reader, fault: str, kind: ErrorKind
) -> None:
    sim.do(fault=fault, present=PERSON)
    done = reader.read()
    assert done.error is not None
    assert done.error.kind is kind
    assert PERSON["id_number"] not in done.error.detail
    assert PERSON["name"] not in done.error.detail
    sim.do(fault="none", remove=True)
    reader.reports.event("card_gone")
    sim.do(present=PERSON)
    assert card_of(reader).name == PERSON["name"]


@pytest.mark.parametrize("fault", ["truncate", "wrong-sw", "bad-check", "no-status"])
def test_damage_that_passes_is_read_over_once(sim: CardProcess, reader: Reader, fault: str) -> None:
    sim.do(fault=fault, count=1, present=PERSON)
    assert card_of(reader).name == PERSON["name"]


def test_taken_out_at_every_command_ends_as_moved_and_the_next_card_is_read(sim: CardProcess, reader: Reader) -> None:
    for at in range(1, EXCHANGES + 1):
        sim.do(present=PERSON, remove_at=at)
        assert reader.error() is ErrorKind.MOVED, at
        sim.do(present=PERSON)
        assert card_of(reader).name == PERSON["name"], at
        sim.do(remove=True)
        wait_until(lambda: reader.reports.names()[-1] == "card_gone", "the slot seen empty")
    assert DeviceState.OFFLINE not in reader.reports.states()


def test_a_slow_card_is_read(sim: CardProcess, reader: Reader) -> None:
    sim.do(present=PERSON, delay=0.05)
    assert card_of(reader).name == PERSON["name"]


def test_a_card_slower_than_the_deadline_ends_as_time_out_and_is_read_later(sim: CardProcess) -> None:
    reader = Reader(sim.uri, pace=1.0)
    try:
        sim.do(present=PERSON, delay=0.4)
        started = time.monotonic()
        assert reader.error(deadline=1.0) is ErrorKind.TIMEOUT
        assert time.monotonic() - started < 1.5
        sim.do(delay=0)
        assert card_of(reader).name == PERSON["name"]
    finally:
        reader.driver.stop()


def test_a_silent_card_ends_at_the_deadline_and_the_slot_comes_back(sim: CardProcess, reader: Reader) -> None:
    sim.do(present=PERSON, fault="silent", count=1)
    assert reader.error(deadline=1.0) is ErrorKind.TIMEOUT
    at = len(reader.reports.all)
    reader.reports.status(DeviceState.OFFLINE)
    reader.reports.status(DeviceState.ONLINE, since=at)
    assert card_of(reader).name == PERSON["name"]


def test_an_unplugged_slot_is_offline_until_it_is_back(sim: CardProcess, reader: Reader) -> None:
    sim.do(present=PERSON, fault="unplug")
    reader.reports.status(DeviceState.OFFLINE)
    assert reader.error(deadline=5.0) in (ErrorKind.OFFLINE, ErrorKind.TIMEOUT)
    at = len(reader.reports.all)
    sim.do(fault="none")
    reader.reports.status(DeviceState.ONLINE, since=at)
    assert card_of(reader).name == PERSON["name"]


def test_cards_that_know_only_numbers_need_their_profile(sim: CardProcess, reader: Reader) -> None:
    sim.do(present={**PERSON, "records": "by_number"})
    assert reader.error() is ErrorKind.UNREADABLE
    other = Reader(sim.uri + "?profile=by_number")
    try:
        assert card_of(other).id_number == PERSON["id_number"]
    finally:
        other.driver.stop()
