from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.host_frames import CorruptStreamError, Frames, Ping
from tests.drivers.misbehaving_child import WIRE, Colour, Echo, Point

MESSAGES = st.builds(
    Echo,
    st.text(max_size=50),
    st.sampled_from(Colour),
    st.lists(st.builds(Point, st.floats(allow_nan=False, allow_infinity=False), st.none() | st.integers())).map(tuple),
    st.binary(max_size=200),
)


@given(st.lists(MESSAGES, max_size=5), st.integers(1, 40))
def test_frames_survive_any_fragmentation(messages: list[Echo], size: int) -> None:
    stream = b"".join(WIRE.encode(m) for m in messages)
    frames = Frames(WIRE)
    out = [m for at in range(0, len(stream), size) for m in frames.feed(stream[at : at + size])]
    assert out == messages


@given(MESSAGES, st.data())
def test_a_flipped_bit_is_never_taken_for_a_message(message: Echo, data: st.DataObject) -> None:
    frame = bytearray(WIRE.encode(message))
    bit = data.draw(st.integers(0, len(frame) * 8 - 1))
    frame[bit // 8] ^= 1 << bit % 8
    try:
        out = list(Frames(WIRE).feed(bytes(frame)))
    except CorruptStreamError:
        return
    assert out == []  # a longer length: still waiting


@pytest.mark.parametrize(
    "head",
    [
        b"[]",
        b"{}",
        b'{"is":"Nobody"}',
        b'{"is":"Ping"}',
        b'{"is":"Ping","n":"1"}',
        b'{"is":"Ping","n":true}',
        b'{"is":"Ping","n":1,"more":2}',
        b'{"is":"Echo","text":"a","colour":"blue","points":[]}',
        b'{"is":"Echo","text":"a","colour":"red","points":[{"z":1}]}',
        b'{"is":"Echo","text":"a","colour":"red","points":{}}',
        b"\xff",
    ],
)
def test_a_head_that_fits_no_message_is_corrupt(head: bytes) -> None:
    with pytest.raises(CorruptStreamError):
        WIRE.decode(head, b"")


def test_a_body_where_none_belongs_is_corrupt() -> None:
    with pytest.raises(CorruptStreamError):
        WIRE.decode(b'{"is":"Ping","n":1}', b"more")


def test_a_corrupt_stream_tells_nothing_of_its_content() -> None:
    with pytest.raises(CorruptStreamError) as caught:
        WIRE.decode('{"is":"Ping","n":"欧阳小明"}'.encode(), b"")
    assert "欧阳" not in str(caught.value)


def test_ping_is_part_of_every_wire() -> None:
    assert list(Frames(WIRE).feed(WIRE.encode(Ping(7)))) == [Ping(7)]
