"""PC/SC slots against an invented WinSCard below the driver: the functions of pyscard, without daemon and library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from drivers.device import DeviceState, ErrorKind
from drivers.owner import BackOff
from drivers.social_card import ReadSocialCard, SocialCard, SocialCardReader, load_profile, pcsc
from drivers.social_card.address import Address
from drivers.social_card.pcsc import PcscSlot
from drivers.social_card.slots import CardGoneError, CardMuteError
from drivers.social_card.virtual_card import FAULTS, VirtualCard, card_from_json
from drivers.transport import OpenCause, OpenFailed, TransportClosed
from drivers.transport.faults import Faults
from tests.drivers.social_card.people import PERSON
from tests.drivers.transport.support import RealClock, Reports

NO_SERVICE = 0x8010001D
COMM_ERROR = 0x80100013
UNRESPONSIVE = 0x80100066
READER_UNAVAILABLE = 0x80100017


class Winscard:
    """What the service has: readers, and a card in one of them. `fail` lets one function answer with an error."""

    def __init__(self, readers: list[str], card: VirtualCard | None = None) -> None:
        self.readers = readers
        self.card = card
        self.fail: dict[str, int] = {}
        self.connected = self.contexts = 0
        self.lift_at: int | None = None

    def _result(self, function: str) -> int:
        # pyscard hands out the codes as they are, or negative, as the platform's long is wide.
        return self.fail.get(function, 0)

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        self.contexts += 1
        return self._result("SCardEstablishContext"), 7

    def SCardReleaseContext(self, context: int) -> int:
        self.contexts -= 1
        return 0

    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]:
        return self._result("SCardListReaders"), self.readers

    def SCardGetStatusChange(
        self, context: int, timeout: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        known = states[0][0] in self.readers
        state = pcsc.STATE_PRESENT if self.card else 0x0010
        return self._result("SCardGetStatusChange"), [(states[0][0], state if known else pcsc.STATE_UNKNOWN, [])]

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int) -> tuple[int, int, int]:
        result = self._result("SCardConnect") or (0 if self.card else pcsc.NO_SMARTCARD - (1 << 32))
        if not result and self.card:
            self.connected += 1
            self.card.reset()
        return result, 9, pcsc.PROTOCOL_T0

    def SCardTransmit(self, card: int, protocol: int, apdu: list[int]) -> tuple[int, list[int]]:
        if self.lift_at is not None and self.card and self.card.commands >= self.lift_at:
            self.card = None
        if self.card is None:
            return pcsc.REMOVED_CARD, []
        return self._result("SCardTransmit"), list(self.card.answer(bytes(apdu)))

    def SCardDisconnect(self, card: int, disposition: int) -> int:
        self.connected -= 1
        return 0


def new_card() -> VirtualCard:
    return VirtualCard(card_from_json(PERSON), Faults(FAULTS))


class Bench:
    def __init__(self) -> None:
        self.api = Winscard(["Invented Reader 00 00", "Virtual PCD 00 00"], new_card())
        self.reports = Reports()
        clock = RealClock(4.0)
        address = Address(lambda: PcscSlot("Virtual PCD", self.api), load_profile())
        self.driver = SocialCardReader("social", address, clock=clock, wait=clock.wait, back_off=BackOff(0.4, 0.8))
        self.driver.start(self.reports)
        self._count = 0

    def read(self, deadline: float = 10.0) -> Any:
        self._count += 1
        self.driver.submit(ReadSocialCard(f"read-{self._count}", deadline))
        done = self.reports.completion(f"read-{self._count}")
        return done.result if done.error is None else done.error.kind


@pytest.fixture
def bench() -> Iterator[Bench]:
    running = Bench()
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


def test_a_card_in_a_reader_comes_out_and_is_left_without_power(bench: Bench) -> None:
    card = bench.read()
    assert isinstance(card, SocialCard)
    assert card.name == PERSON["name"]
    bench.driver.stop()
    assert (bench.api.connected, bench.api.contexts) == (0, 0)


@pytest.mark.parametrize(
    ("fail", "kind"), [(COMM_ERROR, ErrorKind.UNREADABLE), (READER_UNAVAILABLE, ErrorKind.OFFLINE)]
)
def test_a_failing_command_ends_as_the_card_or_the_reader_is_to_blame(bench: Bench, fail: int, kind: ErrorKind) -> None:
    bench.api.fail["SCardTransmit"] = fail
    assert bench.read() is kind


@pytest.mark.parametrize("fail", [UNRESPONSIVE, UNRESPONSIVE - (1 << 32), pcsc.SHARING_VIOLATION])
def test_a_card_put_in_the_wrong_way_round_is_unreadable(bench: Bench, fail: int) -> None:
    bench.api.fail["SCardConnect"] = fail
    assert bench.read() is ErrorKind.UNREADABLE


def test_a_card_taken_out_at_every_command_ends_as_moved(bench: Bench) -> None:
    for at in range(12):
        bench.api.card, bench.api.lift_at = new_card(), at
        assert bench.read() is ErrorKind.MOVED, at
    bench.api.card, bench.api.lift_at = new_card(), None
    assert isinstance(bench.read(), SocialCard)


def test_an_unplugged_reader_is_offline_until_it_is_back(bench: Bench) -> None:
    names, bench.api.readers = bench.api.readers, []
    bench.reports.status(DeviceState.OFFLINE)
    at = len(bench.reports.all)
    bench.api.readers = names
    bench.reports.status(DeviceState.ONLINE, since=at)
    assert isinstance(bench.read(), SocialCard)


@pytest.mark.parametrize("wanted", [1, "Virtual PCD 00 00", "Virtual PCD", "Virt"])
def test_readers_are_found_by_number_name_or_its_beginning(wanted: int | str) -> None:
    slot = PcscSlot(wanted, Winscard(["Invented Reader 00 00", "Virtual PCD 00 00"]))
    slot.open()
    assert slot.name == "pcsc:Virtual PCD 00 00"
    assert not slot.present()
    with pytest.raises(CardGoneError):
        slot.connect()


@pytest.mark.parametrize("wanted", [2, "Other"])
def test_a_reader_that_is_not_there_is_missing(wanted: int | str) -> None:
    api = Winscard(["Invented Reader 00 00"])
    with pytest.raises(OpenFailed) as failed:
        PcscSlot(wanted, api).open()
    assert failed.value.cause is OpenCause.MISSING
    assert api.contexts == 0


def test_no_service_is_unreachable() -> None:
    api = Winscard([])
    api.fail["SCardEstablishContext"] = NO_SERVICE
    with pytest.raises(OpenFailed) as failed:
        PcscSlot(0, api).open()
    assert failed.value.cause is OpenCause.UNREACHABLE


def test_without_the_library_the_slot_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "LIBRARY", "no_such_library_is_installed")
    with pytest.raises(OpenFailed, match="pyscard") as failed:
        PcscSlot(0).open()
    assert failed.value.cause is OpenCause.UNSUPPORTED


def test_a_slot_that_is_not_open_is_closed() -> None:
    with pytest.raises(TransportClosed):
        PcscSlot(0, Winscard([])).present()


def test_an_answer_without_a_status_word_is_a_mute_card() -> None:
    api = Winscard(["R"], new_card())
    slot = PcscSlot(0, api)
    slot.open()
    connection = slot.connect()
    api.card = VirtualCard(card_from_json(PERSON), faults := Faults(FAULTS))
    faults.set("no-status")
    with pytest.raises(CardMuteError):
        connection.transmit([0, 0xA4, 4, 0])
