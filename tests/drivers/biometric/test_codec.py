"""Frames of the adapter protocol: vectors, round trips, damage, and what cannot cross."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.biometric import codec
from drivers.biometric.codec import Frame, FrameError, FrameParser
from drivers.biometric.messages import Compare, Decision, Modality, Prompt

SUBJECT = bytes(range(32))
FRAMES = [
    Frame(1, codec.Hello()),
    Frame(2, codec.CompareNow(SUBJECT, 30)),
    Frame(3, codec.Cancel()),
    Frame(4, codec.Ping()),
    Frame(0xFFFF, codec.Welcome(1, Modality.IRIS, codec.State.SENSOR_FAULT)),
    Frame(6, codec.Taken()),
    *(Frame(7, codec.Judged(decision, SUBJECT[:8])) for decision in Decision),
    Frame(8, codec.Pong(codec.State.READY)),
    *(Frame(9, codec.Prompted(prompt)) for prompt in Prompt),
    *(Frame(10, codec.Refused(why)) for why in codec.Refusal),
]


@pytest.mark.parametrize(
    ("message", "raw"),
    [
        (codec.Hello(), "d00b0001010102030401d877"),
        (codec.CompareNow(SUBJECT, 30), f"d00b00220201020304{SUBJECT.hex()}001e6a05"),
        (codec.Judged(Decision.REJECT, SUBJECT[:8]), "d00b000983010203040100010203040506071550"),
    ],
)
def test_frames_are_the_bytes_on_the_page_of_the_protocol(message: codec.Message, raw: str) -> None:
    assert codec.encode(Frame(0x01020304, message)).hex() == raw


@pytest.mark.parametrize("frame", FRAMES, ids=str)
def test_every_frame_comes_back(frame: Frame) -> None:
    assert codec.decode(codec.encode(frame)) == frame


def test_frames_come_out_of_noise_however_they_are_cut() -> None:
    noise = b"\x00\xd0\xff\xd0\x0b\xff\xff"
    stream = b"".join(noise + codec.encode(frame) for frame in FRAMES)
    parser = FrameParser()
    assert [found for byte in stream for found in parser.feed(bytes((byte,)))] == FRAMES
    assert FrameParser().feed(stream) == FRAMES


@pytest.mark.parametrize("frame", FRAMES[:3], ids=str)
def test_no_flipped_bit_passes(frame: Frame) -> None:
    whole = codec.encode(frame)
    for bit in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FrameError):
            codec.decode(bytes(flipped))


@pytest.mark.parametrize(
    ("kind", "body"),
    [(0x83, b"\x04" + bytes(8)), (0x83, b"\x00"), (0x81, b"\x01\x07\x00"), (0x86, b"\x00"), (0xEE, b""), (0x02, b"")],
)
def test_values_that_are_not_listed_are_no_message(kind: int, body: bytes) -> None:
    head = codec.MAGIC + len(body).to_bytes(2, "big") + bytes((kind,)) + b"\x00\x00\x00\x01" + body
    with pytest.raises(FrameError):
        codec.decode(head + codec.checksum(head))


def test_nothing_longer_than_a_reference_and_a_verdict_can_cross() -> None:
    assert codec.LONGEST_BODY == 64
    with pytest.raises(ValueError, match="32 bytes"):
        Compare("c", 1.0, b"a whole voice recording" * 9)
    with pytest.raises(FrameError):
        codec.encode(Frame(1, codec.CompareNow(bytes(33), 1)))


def test_a_reference_is_in_no_repr() -> None:
    assert "subject" not in repr(Compare("c", 1.0, SUBJECT))
    assert "subject" not in repr(codec.CompareNow(SUBJECT))


@given(st.lists(st.binary(max_size=90)))
def test_any_bytes_leave_at_most_one_frame_behind(chunks: list[bytes]) -> None:
    parser = FrameParser()
    for chunk in chunks:
        parser.feed(chunk)
        assert len(parser._waiting) <= codec.OVERHEAD + codec.LONGEST_BODY
