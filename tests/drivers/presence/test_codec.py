"""Frames of the radar: vectors of its published protocol, and streams with garbage in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.presence.codec import (
    COMMAND_HEAD,
    LONGEST,
    REPORT_HEAD,
    Answer,
    FrameError,
    FrameParser,
    Sighting,
    Target,
    Word,
    decode,
    encode_answer,
    encode_command,
    encode_report,
    firmware,
    parameters,
)

REPORT = bytes.fromhex("F4F3F2F10D0002AA02510000000" + "03B00005500F8F7F6F5")
SEEN = Sighting(Target.STILL, 81, 0, 0, 59)
FIRMWARE = bytes.fromhex("FDFCFBFA0C00A00100000000020116240622" + "04030201")
PARAMETERS = bytes.fromhex("FDFCFBFA1C0061010000AA080808" + "14" * 9 + "19" * 9 + "050004030201")

SIGHTINGS = st.builds(
    Sighting,
    st.sampled_from(Target),
    st.integers(0, 900),
    st.integers(0, 100),
    st.integers(0, 900),
    st.integers(0, 100),
)


def test_the_published_report() -> None:
    assert decode(REPORT) == SEEN


def test_the_published_commands() -> None:
    assert encode_command(Word.ENABLE_CONFIG).hex().upper() == "FDFCFBFA0400FF00010004030201"
    assert encode_command(Word.END_CONFIG).hex().upper() == "FDFCFBFA0200FE0004030201"
    assert encode_command(Word.READ_PARAMETERS).hex().upper() == "FDFCFBFA0200610004030201"


def test_the_published_firmware_and_parameters() -> None:
    told = decode(FIRMWARE)
    assert isinstance(told, Answer)
    assert firmware(told.value) == "V1.02.22062416"
    said = decode(PARAMETERS)
    assert isinstance(said, Answer)
    found = parameters(said.value)
    assert (found.moving_gates, found.still_gates, found.hold_s) == (8, 8, 5)
    assert (found.moving, found.still) == ((20,) * 9, (25,) * 9)


@pytest.mark.parametrize(
    ("target", "nearest"), [(Target.NOBODY, None), (Target.MOVING, 90), (Target.STILL, 70), (Target.BOTH, 70)]
)
def test_the_distance_of_a_target_that_is_not_there_says_nothing(target: Target, nearest: int | None) -> None:
    assert Sighting(target, 90, 50, 70, 50).nearest_cm == nearest


@given(SIGHTINGS, st.booleans())
def test_what_engineering_mode_adds_is_passed_over(seen: Sighting, engineering: bool) -> None:
    assert decode(encode_report(seen, engineering=engineering)) == seen


@given(st.lists(SIGHTINGS, max_size=4), st.binary(max_size=40), st.integers(1, 7))
def test_reports_are_found_however_the_stream_is_cut(seen: list[Sighting], noise: bytes, step: int) -> None:
    # Noise that holds no head hides nothing; a head in it may cost what follows, and is tested by itself.
    noise = noise.replace(REPORT_HEAD[:1], b"").replace(COMMAND_HEAD[:1], b"")
    stream = b"".join(noise + encode_report(one) for one in seen)
    parser, found = FrameParser(), []
    for at in range(0, len(stream), step):
        found += parser.feed(stream[at : at + step])
    assert found == seen


@given(st.binary(max_size=200))
def test_after_any_garbage_the_reports_are_found_again(garbage: bytes) -> None:
    parser = FrameParser()
    parser.feed(garbage)
    found = parser.feed(REPORT * 4)
    assert SEEN in found
    assert len(parser._waiting) <= LONGEST + 10


def test_a_false_head_does_not_hide_the_true_one() -> None:
    assert FrameParser().feed(REPORT_HEAD + b"\xff\xff" + REPORT) == [SEEN]
    assert FrameParser().feed(REPORT[:9] + REPORT * 2) in ([SEEN], [SEEN, SEEN])


@pytest.mark.parametrize("at", range(len(REPORT)))
def test_a_report_without_one_of_its_bytes_is_none(at: int) -> None:
    with pytest.raises(FrameError):
        decode(REPORT[:at] + REPORT[at + 1 :])


def test_an_answer_says_whether_it_was_done() -> None:
    for done in (True, False):
        answer = Answer(Word.READ_FIRMWARE, done, b"\x01")
        assert decode(encode_answer(answer)) == answer
    with pytest.raises(FrameError):
        decode(encode_command(Word.READ_FIRMWARE))
    with pytest.raises(FrameError):
        parameters(b"\xaa\x08\x08\x08")
