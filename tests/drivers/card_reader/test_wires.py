"""The driver over wires for which no hardware was there: USB split and single, HID, PC/SC pages."""

from __future__ import annotations

import json
import socket
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card_reader import Card, ReadCard, SamCardReader, codec, connection
from drivers.card_reader.codec import LengthError
from drivers.card_reader.hid import HidCardTransport
from drivers.card_reader.hid_frames import LONGEST_FRAME, unwrap, wrap, wrap_reply
from drivers.card_reader.protocol import SamConversation
from drivers.device import Completion, DeviceState, ErrorKind
from drivers.owner import BackOff
from drivers.transport import (
    HidTransport,
    OpenCause,
    OpenFailed,
    TransportClosed,
    TransportFactory,
    UriError,
    UsbAddress,
)
from tests.drivers.card_reader.people import FOREIGNER_2017, FOREIGNER_2023, HMT, RESIDENT
from tests.drivers.card_reader.wires import ATR, HidReader, PagesReader, SingleReader, SplitReader, lay_down
from tests.drivers.transport.fake_pcsc import FakeReader, FakeService
from tests.drivers.transport.fake_usb import FakeBus, FakeUsbDevice
from tests.drivers.transport.support import RealClock, Reports, wait_until

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "card-wires.json").read_text())
CARDS = json.loads((Path(__file__).parents[2] / "data" / "idcard-vectors.json").read_text())["cards"]
COMMANDS = {"status": codec.STATUS, "find": codec.FIND, "select": codec.SELECT, "read": codec.READ}
WANTED = bytes.fromhex(CARDS["resident"]["read_3001_reply"])


class Desk:
    """The driver on one wire."""

    def __init__(self, factory: TransportFactory, pace: float = 4.0) -> None:
        self.reports = Reports()
        clock = RealClock(pace)
        self.driver = SamCardReader("card", factory, clock=clock, wait=clock.wait, back_off=BackOff(0.2, 0.4))
        self.driver.start(self.reports)
        self._count = 0

    def read(self, deadline: float = 10.0, **options: bool) -> Completion:
        self._count += 1
        self.driver.submit(ReadCard(f"read-{self._count}", deadline, **options))
        return self.reports.completion(f"read-{self._count}")

    def card(self, **options: Any) -> Card:
        done = self.read(**options)
        assert isinstance(done.result, Card), done
        return done.result

    def error(self, **options: Any) -> ErrorKind:
        done = self.read(**options)
        assert done.error is not None, done
        return done.error.kind


@pytest.fixture(params=["sdt-usb", "sdt-usb-other-ends", "usb", "hid"])
def sam_wire(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, TransportFactory]]:
    hid: HidReader | None = None
    if request.param == "hid":
        hid = HidReader(tmp_path)
        yield hid, hid.factory()
        hid.stop()
        return
    device: SplitReader | SingleReader
    if request.param == "usb":
        device, uri = SingleReader(), "usb:0400:c35a"
    elif request.param == "sdt-usb":
        device, uri = SplitReader(), "sdt-usb:0400:c35a"
    else:
        device, uri = SplitReader((0x01, 0x02, 0x83, 0x84)), "sdt-usb:0400:c35a"
    yield device, connection(uri, usb_backend=FakeBus(device))


def test_a_card_comes_out_whole_on_every_wire(sam_wire: tuple[Any, TransportFactory]) -> None:
    reader, factory = sam_wire
    lay_down(reader.sam, RESIDENT | {"newest_addresses": ["虚构市新址路9号"]})
    desk = Desk(factory)
    card = desk.card(newest_address=True)
    assert (card.name, card.id_number, card.newest_address) == ("测试甲", RESIDENT["id_number"], "虚构市新址路9号")
    desk.driver.stop()


def test_damage_is_overcome_on_every_wire(sam_wire: tuple[Any, TransportFactory]) -> None:
    reader, factory = sam_wire
    lay_down(reader.sam, HMT)
    reader.sam.faults.set("bad-chk", 1)
    desk = Desk(factory)
    assert desk.card().name == HMT["name"]
    desk.driver.stop()


@pytest.mark.parametrize("make", [SplitReader, SingleReader])
def test_a_usb_reader_is_unplugged_and_comes_back(make: type[SplitReader | SingleReader]) -> None:
    device = make()
    uri = "sdt-usb:0400:c35a" if make is SplitReader else "usb:0400:c35a"
    desk = Desk(connection(uri, usb_backend=FakeBus(device)))
    desk.reports.status(DeviceState.ONLINE)
    device.plugged = False
    assert desk.error() is ErrorKind.OFFLINE
    device.claimed.clear()
    device.incoming.clear()
    device.plugged = True
    wait_until(lambda: desk.reports.states()[-1] is DeviceState.ONLINE, "online")
    lay_down(device.sam, RESIDENT)
    assert desk.card().name == "测试甲"
    desk.driver.stop()


class Countdown(FakeBus):
    """Pulls the plug at the n-th transfer that carries something."""

    left = 1 << 30

    def bulk_write(self, dev_handle: FakeUsbDevice, ep: int, intf: int, data: Any, timeout: int) -> int:
        self._count(dev_handle)
        return super().bulk_write(dev_handle, ep, intf, data, timeout)

    def bulk_read(self, dev_handle: FakeUsbDevice, ep: int, intf: int, buff: Any, timeout: int) -> int:
        if dev_handle.incoming.get(ep):
            self._count(dev_handle)
        return super().bulk_read(dev_handle, ep, intf, buff, timeout)

    def _count(self, device: FakeUsbDevice) -> None:
        self.left -= 1
        if self.left < 0:
            device.plugged = False


@pytest.mark.parametrize("make", [SplitReader, SingleReader])
def test_unplugged_at_any_transfer_a_read_ends_as_offline(make: type[SplitReader | SingleReader]) -> None:
    uri = "sdt-usb:0400:c35a" if make is SplitReader else "usb:0400:c35a"
    device = make()
    lay_down(device.sam, RESIDENT)
    bus = Countdown(device)
    factory = connection(uri, usb_backend=bus)
    line = factory()
    line.open()
    clock = RealClock()

    def whole() -> Card:
        sam = SamConversation(line, clock)
        assert sam.find(lambda: None)
        assert sam.select(lambda: None)
        return sam.read(lambda: None)

    whole()
    transfers = 0
    while True:
        device.sam.power_cycle()
        bus.left = transfers
        try:
            card = whole()
        except TransportClosed:
            line.close()
            device.plugged = True
            device.claimed.clear()
            device.incoming.clear()
            bus.left = 1 << 30
            line.open()
            transfers += 1
            continue
        break
    assert card.name == "测试甲"
    # Three questions, three answers; the card's alone is more than twenty packets.
    assert transfers > 25
    line.close()


# Vectors: constructed from public descriptions, in tests/data/card-wires.json.


class Played(FakeUsbDevice):
    """Says what the vectors say once exactly the right bytes were written."""

    def __init__(self, exchanges: list[dict[str, Any]], ends: tuple[int, ...]) -> None:
        super().__init__(interfaces=(ends,), on_write=self._take)
        self._exchanges = deque(exchanges)
        self._written: list[list[str]] = []

    def _take(self, endpoint: int, data: bytes) -> None:
        self._written.append([f"{endpoint:02x}", data.hex()])
        wanted = self._exchanges[0]["out"]
        assert self._written == wanted[: len(self._written)]
        if len(self._written) == len(wanted):
            self._written.clear()
            for end, answer in self._exchanges.popleft()["in"]:
                self.say(int(end, 16), bytes.fromhex(answer))


def ask(pipe: Any, command: str) -> bytes:
    pipe.write(COMMANDS[command], 1.0)
    stream = b""
    while data := pipe.read(4096, 0.05):
        stream += data
    return stream


@pytest.mark.parametrize(
    ("wire", "uri", "ends"),
    [("sdt_usb", "sdt-usb:0400:C35A", (0x02, 0x06, 0x81, 0x85)), ("usb", "usb:0400:C35A", (0x02, 0x81))],
)
def test_the_vectors_of_a_usb_wire(wire: str, uri: str, ends: tuple[int, ...]) -> None:
    pipe = connection(uri, usb_backend=FakeBus(Played(VECTORS[wire], ends)))()
    pipe.open()
    answers = {exchange["command"]: ask(pipe, exchange["command"]) for exchange in VECTORS[wire]}
    assert answers["read"] == WANTED
    assert all(codec.decode_reply(answer) for answer in answers.values())
    pipe.close()


def test_the_vectors_of_hid(tmp_path: Path) -> None:
    folder = tmp_path / "hidraw0" / "device"
    folder.mkdir(parents=True)
    (folder / "uevent").write_text("HID_ID=0003:000010C4:00000007\n")
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    near.setblocking(False)
    pipe = HidCardTransport(HidTransport(UsbAddress(0x10C4, 7), sysfs=tmp_path, opener=lambda _path: near.detach()))
    pipe.open()
    for exchange in VECTORS["hid"]:
        for report in exchange["in"]:
            far.send(bytes.fromhex(report))
        answer = ask(pipe, exchange["command"])
        assert far.recv(200) == b"\0" + bytes.fromhex(exchange["out"][0])
        codec.decode_reply(answer)
    assert answer == WANTED
    pipe.close()
    far.close()


def test_the_vectors_of_pcsc() -> None:
    device = FakeReader("Acme", VECTORS["pcsc"]["atr"])
    for exchange in VECTORS["pcsc"]["exchanges"]:
        answer = bytes.fromhex(exchange["in"][0])
        device.answers[bytes.fromhex(exchange["out"][0])] = answer[:-2], int.from_bytes(answer[-2:], "big")
    desk = Desk(connection("pcsc:0", list_readers=FakeService(device)))
    assert desk.card().name == "测试甲"
    assert [apdu.hex() for apdu in device.apdus] == [exchange["out"][0] for exchange in VECTORS["pcsc"]["exchanges"]]
    desk.driver.stop()


# HID reports.


@given(st.binary(max_size=3000))
def test_reports_carry_a_reply_whole(frame: bytes) -> None:
    reports = wrap_reply(frame)
    assert {len(report) for report in reports} <= {64}
    assert b"".join(map(unwrap, reports)) == frame


@given(st.binary(max_size=64))
def test_any_report_is_a_piece_or_nothing(report: bytes) -> None:
    assert len(unwrap(report)) <= 54


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_damaged_report_is_dropped_or_keeps_its_length(at: int, flip: int) -> None:
    report = bytearray(wrap_reply(WANTED)[0])
    report[at] ^= flip
    # The number (1, 2) is not covered by the sum; everything else is.
    assert unwrap(bytes(report)) in ((WANTED[:54],) if at in (1, 2) else (b"",))


def test_a_command_longer_than_a_report_is_refused() -> None:
    wrap(bytes(LONGEST_FRAME))
    with pytest.raises(LengthError):
        wrap(bytes(LONGEST_FRAME + 1))


# PC/SC.


@pytest.fixture
def pages() -> PagesReader:
    return PagesReader()


@pytest.fixture
def desk(pages: PagesReader) -> Iterator[Desk]:
    running = Desk(connection("pcsc:Acme CCID", list_readers=FakeService(pages)))
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


@pytest.mark.parametrize("person", [RESIDENT, HMT, FOREIGNER_2017, FOREIGNER_2023], ids=lambda person: person["layout"])
def test_pages_make_a_card_of_every_layout(pages: PagesReader, desk: Desk, person: dict[str, Any]) -> None:
    pages.lay_down(person)
    assert desk.card(newest_address=True).id_number == person["id_number"]


def test_a_card_on_a_pcsc_reader_is_read_once_until_it_was_lifted(pages: PagesReader, desk: Desk) -> None:
    pages.lay_down(RESIDENT)
    desk.card()
    assert desk.error(deadline=2.0) is ErrorKind.TIMEOUT
    pages.lift()
    desk.reports.event("card_gone")
    pages.lay_down(HMT)
    assert desk.card().name == HMT["name"]


@pytest.mark.parametrize("atr", ["3b8f8001804f0ca000000306030001000000006a", "3b00", ""])
def test_another_card_on_a_pcsc_reader_is_no_identity(pages: PagesReader, desk: Desk, atr: str) -> None:
    pages.lay_down(RESIDENT)
    pages.atr = bytes.fromhex(atr)
    assert desk.error() is ErrorKind.NOT_IDENTITY


def test_a_card_lifted_between_two_pages_has_moved(pages: PagesReader, desk: Desk) -> None:
    pages.lay_down(RESIDENT)

    def lift(apdu: bytes) -> tuple[bytes, int]:
        if apdu[2] == 3:
            pages.lift()
            raise ConnectionError
        return pages.content[256 * apdu[2] :][:256], 0x9000

    pages.answer = lift
    assert desk.error() is ErrorKind.MOVED


@pytest.mark.parametrize("page", [(b"", 0x6982), (b"x" * 300, 0x9000), (b"x" * 256, 0x9000), (b"", 0x9000)])
def test_pages_that_are_none_are_unreadable(pages: PagesReader, desk: Desk, page: tuple[bytes, int]) -> None:
    pages.lay_down(RESIDENT)
    pages.answer = lambda _apdu: page
    assert desk.error() is ErrorKind.UNREADABLE


def test_a_pcsc_reader_that_is_pulled_is_offline(pages: PagesReader, desk: Desk) -> None:
    pages.plugged = False
    assert desk.error() is ErrorKind.OFFLINE


# Addresses.


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("sdt-usb:0400:c35a", "sdt-usb:0400:C35A"),
        ("sdt-usb:0400:c35a?out=0x01&out2=0x02&in=0x81&in2=0x82", "sdt-usb:0400:C35A"),
        ("usb:0400:c35a?serial=7", "usb:0400:C35A?serial=7"),
        ("hid:10C4:0007", "hid:10C4:0007"),
        ("pcsc:ACS ACR122U [CCID Interface] 00 00", "pcsc:ACS ACR122U [CCID Interface] 00 00"),
        ("pcsc:ACS%20ACR122U", "pcsc:ACS ACR122U"),
        ("pcsc:0", "pcsc:0"),
        ("serial:/dev/ttyUSB0?baud=auto", "serial:/dev/ttyUSB0?baud=auto"),
        ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0?baud=115200"),
        ("tcp://127.0.0.1:9", "tcp://127.0.0.1:9"),
    ],
)
def test_an_address_leads_where_it_says(uri: str, name: str) -> None:
    assert connection(uri)().name == name


@pytest.mark.parametrize(
    "uri",
    [
        "pcsc:",
        "pcsc: ",
        "hid:10C4",
        "hid:10C4:0007?out=0x02",
        "sdt-usb:0400",
        "sdt-usb:0400:c35a?out=0x02",
        "sdt-usb:0400:c35a?out=0x81&out2=0x02&in=0x81&in2=0x82",
        "serial:ttyUSB0?baud=auto",
        "serial:/dev/ttyUSB0?baud=auto&parity=E",
        "bluetooth:1",
        "",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(uri: str) -> None:
    with pytest.raises(UriError):
        connection(uri)


def test_a_device_without_four_endpoints_is_no_split_reader() -> None:
    device = FakeUsbDevice(interfaces=((0x02, 0x81),))
    with pytest.raises(OpenFailed) as caught:
        connection("sdt-usb:0400:c35a", usb_backend=FakeBus(device))().open()
    assert (caught.value.cause, device.open_handles) == (OpenCause.UNSUPPORTED, 0)


def test_the_answer_to_reset_of_the_vectors_is_the_one_of_the_tests() -> None:
    assert VECTORS["pcsc"]["atr"] == ATR
