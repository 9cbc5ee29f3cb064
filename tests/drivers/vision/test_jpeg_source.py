"""Cutting a stream into pictures: whole ones only, however the bytes arrive, never more than the bound."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.vision.jpeg import MOST_PIXELS, JpegSplitter, acceptable, size_of
from tests.drivers.vision.cameras import jpeg, picture

ONE, TWO = jpeg(picture(seed=1)), jpeg(picture((200, 40, 40), (64, 48), seed=2))


def with_thumbnail() -> bytes:
    """A picture whose Exif segment holds a whole smaller one, end marker and all."""
    small = b"Exif\0\0" + jpeg(picture(size=(16, 16)))
    return ONE[:2] + b"\xff\xe1" + (len(small) + 2).to_bytes(2) + small + ONE[2:]


def progressive() -> bytes:
    out = io.BytesIO()
    picture().save(out, "JPEG", progressive=True)
    return out.getvalue()


@pytest.mark.parametrize(
    "whole", [ONE, TWO, with_thumbnail(), progressive()], ids=["one", "two", "exif", "progressive"]
)
def test_a_picture_comes_out_as_it_went_in(whole: bytes) -> None:
    assert JpegSplitter().feed(whole + TWO) == [whole, TWO]


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_however_the_bytes_arrive(cuts: list[int]) -> None:
    stream, splitter, got = ONE + with_thumbnail() + TWO, JpegSplitter(), []
    at = 0
    for size in cuts:
        got += splitter.feed(stream[at : at + size])
        at += size
    got += splitter.feed(stream[at:])
    assert got == [ONE, with_thumbnail(), TWO]
    assert splitter.held == splitter.lost == 0


def test_one_byte_at_a_time() -> None:
    splitter = JpegSplitter()
    assert [p for byte in TWO + TWO for p in splitter.feed(bytes([byte]))] == [TWO, TWO]


@pytest.mark.parametrize("cut", range(2, len(TWO), 97))
def test_after_a_picture_that_was_cut_short_the_next_but_one_is_whole_again(cut: int) -> None:
    got = JpegSplitter().feed(TWO[:cut] + TWO + TWO + TWO)
    assert got[-1] == TWO
    assert len(got) >= 2


def test_noise_between_pictures_is_skipped() -> None:
    assert JpegSplitter().feed(b"HTTP/1.1 200 OK\r\n\r\n" + ONE + b"\xff\xff\x00--boundary\r\n" + TWO) == [ONE, TWO]


@given(st.binary(max_size=3000), st.integers(100, 2000))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_pictures_or_nothing_and_never_more_than_the_bound(data: bytes, most: int) -> None:
    splitter = JpegSplitter(most)
    for start in range(0, len(data), 700):
        for found in splitter.feed(data[start : start + 700]):
            assert found.startswith(b"\xff\xd8\xff")
            assert found.endswith(b"\xff\xd9")
            assert len(found) <= most
        assert splitter.held <= most


@given(st.integers(0, len(TWO) - 1), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_a_damaged_picture_does_not_lose_those_after_the_next(at: int, value: int) -> None:
    damaged = TWO[:at] + bytes([value]) + TWO[at + 1 :]
    # A length that was damaged may swallow up to 64 KB: so much is sent after it.
    assert JpegSplitter().feed(damaged + TWO * (70_000 // len(TWO)))[-1] == TWO


def test_an_endless_picture_is_given_up() -> None:
    splitter = JpegSplitter(most=50_000)
    start = ONE[: ONE.index(b"\xff\xda") + 20]
    for data in (start, *[b"\x55" * 20_000] * 10):
        splitter.feed(data)
        assert splitter.held <= 50_000
    assert splitter.lost
    assert splitter.feed(ONE) == [ONE]


def test_the_size_a_picture_claims_is_read_without_decoding_it() -> None:
    assert [size_of(p) for p in (ONE, TWO, with_thumbnail())] == [(320, 180), (64, 48), (320, 180)]
    frame = ONE.index(b"\xff\xc0")
    huge = ONE[: frame + 5] + b"\xff\xdc\xff\xdc" + ONE[frame + 9 :]
    assert size_of(huge) == (65500, 65500)
    assert not acceptable(huge)
    assert acceptable(ONE)
    assert Image.open(io.BytesIO(ONE)).size[0] * 180 < MOST_PIXELS


@given(st.binary(max_size=200))
def test_the_size_of_anything_is_a_size_or_none(data: bytes) -> None:
    size_of(b"\xff\xd8" + data)
    acceptable(data)
