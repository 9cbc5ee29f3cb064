"""Frames of both families: the published vectors, and streams with noise in them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.relays import lcus, modbus
from drivers.relays.modbus import Bits, FrameError, Function, Refused, Request, Written, crc, find_answer

REQUESTS = st.builds(
    Request, st.integers(1, 247), st.sampled_from([Function.READ_COILS, Function.READ_INPUTS]), st.integers(0, 99),
    st.integers(1, 40),
)  # fmt: skip


def test_the_published_switches() -> None:
    assert lcus.encode_switch(1, True).hex(" ").upper() == "A0 01 01 A2"
    assert lcus.encode_switch(1, False).hex(" ").upper() == "A0 01 00 A1"
    assert lcus.encode_switch(2, True).hex(" ").upper() == "A0 02 01 A3"
    assert lcus.decode_switch(bytes.fromhex("A00201A3")) == (2, True)
    assert lcus.decode_switch(bytes.fromhex("A00201A4")) is None
    with pytest.raises(ValueError, match="1 to 16"):
        lcus.encode_switch(0, True)


@pytest.mark.parametrize(
    ("answer", "states"),
    [
        (b"CH1:OFF \r\nCH2:ON \r\n", {1: False, 2: True}),
        (b"\x00CH1: ON\r\nCH2: OFF\r\n", {1: True, 2: False}),
        (b"\x00\x01", {1: False, 2: True}),
        (b"CH1:OFF \r\n", None),
        (b"\x00", None),
        (b"\x00\x02", None),
        (b"", None),
    ],
)
def test_both_kinds_of_answers_to_the_query(answer: bytes, states: dict[int, bool] | None) -> None:
    assert lcus.states_in(answer, 2) == states


def test_the_checksum_of_the_serial_line_guide() -> None:
    # The guide's own example: 02 07 ends in 41 12.
    assert crc(bytes.fromhex("0207")).hex() == "4112"
    assert modbus.encode(Request(1, Function.WRITE_COIL, 0, modbus.ON)).hex() == "01050000ff008c3a"
    assert modbus.encode(Request(1, Function.READ_COILS, 0, 4)).hex() == "0101000000043dc9"


def test_the_coils_of_the_specification() -> None:
    # Coils 20 to 38 of the application protocol: CD 6B 05.
    request = Request(1, Function.READ_COILS, 19, 19)
    frame = bytes.fromhex("010103CD6B05")
    answer = find_answer(request, frame + crc(frame))
    assert isinstance(answer, Bits)
    assert "".join(str(int(bit)) for bit in answer.values) == "1011001111010110101"


@given(REQUESTS, st.data(), st.binary(max_size=6))
def test_an_answer_is_found_behind_noise_and_never_before_it_is_whole(
    request: Request, data: st.DataObject, noise: bytes
) -> None:
    # A byte that could begin the answer may hide nothing: the answer is looked for at every place.
    values = tuple(data.draw(st.lists(st.booleans(), min_size=request.value, max_size=request.value)))
    raw = modbus.encode_answer(request, Bits(values))
    assert len(raw) == request.answer_bytes
    assert find_answer(request, noise + raw) == Bits(values)
    assert all(find_answer(request, raw[:end]) is None for end in range(len(raw)))


@given(REQUESTS, st.integers(0, 7), st.integers(0, 30))
def test_a_flipped_bit_is_no_answer(request: Request, bit: int, at: int) -> None:
    raw = bytearray(modbus.encode_answer(request, Bits((True,) * request.value)))
    raw[at % len(raw)] ^= 1 << bit
    assert find_answer(request, bytes(raw)) is None


def test_exceptions_written_coils_and_answers_to_something_else() -> None:
    request = Request(3, Function.WRITE_COIL, 1, modbus.ON)
    assert find_answer(request, modbus.encode_answer(request, Refused(2))) == Refused(2)
    assert find_answer(request, modbus.encode_answer(request, Written())) == Written()
    assert find_answer(request, modbus.encode(Request(3, Function.WRITE_COIL, 1, modbus.OFF))) is None
    assert find_answer(request, modbus.encode(Request(4, Function.WRITE_COIL, 1, modbus.ON))) is None


@given(st.binary(max_size=12))
def test_bytes_that_are_no_request_are_refused(raw: bytes) -> None:
    with contextlib.suppress(FrameError):
        assert modbus.encode(modbus.decode_request(raw)) == raw
