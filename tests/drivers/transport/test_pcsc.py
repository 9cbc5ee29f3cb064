"""PC/SC readers, with a list of readers of the test's own below the transport."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from drivers.transport import OpenCause, OpenFailed, TransportClosed
from drivers.transport.pcsc import CardLeft, PcscReader
from tests.drivers.transport.fake_pcsc import FakeReader, FakeService


def reader(name: str, *devices: FakeReader) -> PcscReader:
    found = PcscReader(name, FakeService(*devices))
    found.open()
    return found


@pytest.mark.parametrize("name", ["Acme CCID 01 00", "CCID 01", "1"])
def test_a_reader_is_found_by_name_part_or_number(name: str) -> None:
    wanted = FakeReader("Acme CCID 01 00", atr="3B00")
    assert reader(name, FakeReader("Acme CCID 00 00"), wanted).connect_card() == bytes.fromhex("3B00")


@pytest.mark.parametrize("name", ["Other", "2", "²"])
def test_a_reader_that_is_not_there_is_missing(name: str) -> None:
    with pytest.raises(OpenFailed) as caught:
        reader(name, FakeReader("Acme CCID 00 00"), FakeReader("Acme CCID 01 00"))
    assert caught.value.cause is OpenCause.MISSING


def test_a_service_that_is_down_is_unreachable() -> None:
    def down() -> Sequence[FakeReader]:
        raise ConnectionError("no service")

    with pytest.raises(OpenFailed) as caught:
        PcscReader("0", down).open()
    assert caught.value.cause is OpenCause.UNREACHABLE


def test_without_pyscard_it_is_unsupported() -> None:
    def missing() -> Sequence[FakeReader]:
        raise ImportError

    with pytest.raises(OpenFailed) as caught:
        PcscReader("0", missing).open()
    assert caught.value.cause is OpenCause.UNSUPPORTED


def test_no_card_is_none() -> None:
    assert reader("0", FakeReader("Acme")).connect_card() is None


def test_an_apdu_is_answered_and_nothing_of_it_shows() -> None:
    device = FakeReader("Acme", atr="3B00")
    device.answers[bytes.fromhex("00A40000")] = (b"secret", 0x9000)
    found = reader("Acme", device)
    found.connect_card()
    reply = found.transmit(bytes.fromhex("00A40000"))
    assert (reply.data, reply.status) == (b"secret", 0x9000)
    assert "secret" not in repr(reply)


def test_a_card_that_is_taken_has_left_and_a_reader_that_is_unplugged_is_closed() -> None:
    device = FakeReader("Acme", atr="3B00")
    service = FakeService(device)
    found = PcscReader("Acme", service)
    found.open()
    found.connect_card()
    device.atr = None
    with pytest.raises(CardLeft):
        found.transmit(b"\0")
    device.atr = b"\x3b\0"
    found.connect_card()
    device.plugged = False
    with pytest.raises(TransportClosed):
        found.transmit(b"\0")
    with pytest.raises(TransportClosed):
        found.connect_card()


def test_before_it_is_opened_nothing_works() -> None:
    found = PcscReader("0", FakeService(FakeReader("Acme")))
    with pytest.raises(TransportClosed):
        found.connect_card()
    with pytest.raises(CardLeft):
        found.transmit(b"\0")
    found.close()
