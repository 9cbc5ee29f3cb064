"""Readers that flood, fall silent, lie, or answer something else: typed errors, bounded buffers, no deadline passed."""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card_reader import Card, TextError, codec, parse_text
from drivers.card_reader.cards import addresses_from_json, encode_text
from drivers.card_reader.codec import LONGEST, PREAMBLE, FrameError, FrameParser, encode, split_addresses, split_blocks
from drivers.card_reader.pcsc import PcscCardTransport
from drivers.card_reader.protocol import ADDRESS_S, READ_S, CorruptReplyError, RefusedError, SamConversation
from drivers.card_reader.sdt_usb import SdtUsbTransport
from drivers.transport import NoReply, TransportError, UsbAddress
from drivers.transport.pcsc import PcscReader
from tests.drivers.card_reader.wires import PagesReader
from tests.drivers.transport.fake_pcsc import FakeService
from tests.drivers.transport.fake_usb import FakeBus, FakeUsbDevice

CARDS = {
    name: bytes.fromhex(card["read_3001_reply"])
    for name, card in json.loads((Path(__file__).parents[2] / "data" / "idcard-vectors.json").read_text())[
        "cards"
    ].items()
}
CARD = CARDS["resident"]
TYPED = (NoReply, CorruptReplyError, RefusedError, TextError, TransportError)
FOUND = encode(b"\0\0\x9f" + bytes(4))
SELECTED = encode(b"\0\0\x90" + bytes(8))
FINE = encode(b"\0\0\x90")
ADDRESSES = encode(b"\0\0\x90" + "虚构市新址路9号".encode("utf-16-le").ljust(70, b"\0"))


class Line:
    """A clock, and a line on it: each read takes a moment and brings what the test's reader says."""

    def __init__(self, says: Callable[[], bytes], step: float = 0.02) -> None:
        self._says = says
        self._step = step
        self.time = 1000.0
        self.asked: list[bytes] = []

    name = "line"

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, max_bytes: int, timeout: float) -> bytes:
        data = self._says()[:max_bytes]
        self.time += min(self._step, timeout) if data else timeout
        return data

    def write(self, data: bytes, timeout: float) -> int:
        self.asked.append(data)
        return len(data)

    def drain_input(self) -> int:
        return 0

    def monotonic(self) -> float:
        return self.time

    def now(self) -> datetime:
        return datetime.now(ZoneInfo("Asia/Shanghai"))


def go_on() -> None: ...


def replies() -> st.SearchStrategy[bytes]:
    frames = [FOUND, SELECTED, FINE, ADDRESSES, *CARDS.values(), encode(b"\0\0\x41"), encode(b"\0\0\x80")]
    return st.one_of(
        st.sampled_from(frames),
        st.binary(max_size=60),
        st.sampled_from(frames).flatmap(lambda frame: st.integers(0, len(frame)).map(lambda end: frame[:end])),
        st.just(PREAMBLE + LONGEST.to_bytes(2, "big")),
        st.binary(min_size=3, max_size=300).map(encode),
    )


@settings(deadline=None, max_examples=150)
@given(st.lists(replies(), max_size=12), st.booleans())
def test_whatever_a_reader_says_a_read_ends_in_time_or_with_a_typed_error(says: list[bytes], loops: bool) -> None:
    queue = deque(says)

    def say() -> bytes:
        if not queue:
            return b""
        if loops:
            queue.rotate(-1)
            return queue[-1]
        return queue.popleft()

    line = Line(say)
    sam = SamConversation(line, line)
    started = line.time
    with contextlib.suppress(*TYPED):
        assert sam.read(go_on).timing is not None
        sam.newest_address(go_on)
    # Twice a read (the second after damage) and what an address may take.
    assert line.time - started <= 2 * READ_S + 2 * ADDRESS_S + 1.0


@pytest.mark.parametrize(
    "flood", [b"\xaa", PREAMBLE, PREAMBLE + b"\x0a\x00", b"\xff" * 4096, FOUND, SELECTED, ADDRESSES]
)
def test_a_flood_is_not_a_card_and_ends(flood: bytes) -> None:
    line = Line(lambda: flood * (4096 // len(flood)))
    started = line.time
    with pytest.raises(TYPED):
        SamConversation(line, line).read(go_on)
    assert line.time - started <= 2 * READ_S + 1.0


@pytest.mark.parametrize("stray", [FOUND, SELECTED, FINE, ADDRESSES])
def test_anothers_answer_before_the_card_is_passed_over(stray: bytes) -> None:
    queue = deque([stray, CARD])
    line = Line(lambda: queue.popleft() if queue else b"")
    assert isinstance(SamConversation(line, line).read(go_on), Card)


def test_a_card_is_no_answer_to_a_question_for_addresses() -> None:
    queue = deque([CARD, CARD, ADDRESSES])
    line = Line(lambda: queue.popleft() if queue else b"")
    assert SamConversation(line, line).newest_address(go_on) == "虚构市新址路9号"


def test_a_reader_that_falls_silent_is_silent_after_its_time() -> None:
    line = Line(lambda: b"")
    started = line.time
    with pytest.raises(NoReply):
        SamConversation(line, line).read(go_on)
    assert line.time - started == pytest.approx(READ_S, abs=0.2)


@given(st.lists(st.one_of(st.binary(max_size=5000), st.just(PREAMBLE + b"\x0a\x00")), max_size=6))
def test_a_parser_never_holds_more_than_the_longest_frame(parts: list[bytes]) -> None:
    parser = FrameParser()
    for part in parts:
        parser.feed(part)
        assert parser.held <= len(PREAMBLE) + 2 + 2 + LONGEST


@given(st.binary(max_size=1400), st.booleans())
def test_any_blocks_are_blocks_or_a_typed_error(data: bytes, fingerprint: bool) -> None:
    with contextlib.suppress(FrameError):
        assert len(split_blocks(data, with_fingerprint=fingerprint).text) == 256


@given(st.binary(max_size=300))
def test_any_addresses_are_addresses_or_a_typed_error(data: bytes) -> None:
    with contextlib.suppress(FrameError):
        assert len(split_addresses(data)) <= 4


@given(
    st.lists(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=35), max_size=4)
)
def test_addresses_that_were_written_are_read(addresses: list[str]) -> None:
    written = addresses_from_json({"newest_addresses": addresses})
    assert (split_addresses(written) if written else ()) == tuple(addresses)


@given(st.sampled_from(sorted(CARDS)), st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), max_size=6))
def test_a_damaged_text_is_a_text_or_a_typed_error(name: str, changes: list[tuple[int, int]]) -> None:
    block = bytearray(split_blocks(codec.decode_reply(CARDS[name]).data).text)
    for at, value in changes:
        block[at] = value
    with contextlib.suppress(TextError):
        encode_text(parse_text(bytes(block)))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([0x81, 0x85]), st.one_of(st.binary(max_size=80), replies())), max_size=8))
def test_whatever_comes_on_split_endpoints_is_bytes(packets: list[tuple[int, bytes]]) -> None:
    device = FakeUsbDevice(interfaces=((0x02, 0x06, 0x81, 0x85),))
    pipe = SdtUsbTransport(UsbAddress(0x0400, 0xC35A), backend=FakeBus(device))
    pipe.open()
    for end, data in packets:
        device.say(end, data[:4096])
    parser = FrameParser()
    for _ in range(len(packets)):
        parser.feed(pipe.read(4096, 0.0))
    pipe.drain_input()
    assert pipe.read(10, 0.0) == b""
    # After a drain the next reply is whole, whatever was there before.
    device.say(0x81, CARD[:7])
    device.say(0x85, CARD[7:])
    assert b"".join(pipe.read(4096, 0.0) for _ in range(2)) == CARD
    pipe.close()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.binary(max_size=300), st.sampled_from([0x9000, 0x6300, 0x6C10])), min_size=1, max_size=7))
def test_whatever_pages_say_is_one_reply(pages: list[tuple[bytes, int]]) -> None:
    queue = deque(pages)
    device = PagesReader()
    device.atr = b"\x3b"
    device.answer = lambda _apdu: queue.popleft() if queue else (b"", 0x6B00)
    reader = PcscReader("0", FakeService(device))
    pipe = PcscCardTransport(reader)
    pipe.open()
    reader.connect_card()
    pipe.write(codec.READ, 1.0)
    stream = b""
    for _ in range(8):
        stream += pipe.read(4096, 0.0)
    assert len(FrameParser().feed(stream)) == 1
    pipe.close()


@given(st.binary(max_size=40))
def test_whatever_is_asked_of_pages_is_answered(asked: bytes) -> None:
    pipe = PcscCardTransport(PcscReader("0", FakeService(PagesReader())))
    pipe.open()
    for question in (asked, encode(asked)):
        pipe.write(question, 1.0)
        assert len(FrameParser().feed(b"".join(pipe.read(4096, 0.0) for _ in range(2)))) == 1
