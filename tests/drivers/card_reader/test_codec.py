from __future__ import annotations

import json
from functools import reduce
from operator import xor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card_reader import codec
from drivers.card_reader.codec import (
    PREAMBLE,
    ChecksumError,
    FrameError,
    FrameParser,
    LengthError,
    PreambleError,
    Sw3,
    decode_reply,
    encode,
    split_blocks,
)

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "idcard-vectors.json").read_text())
REQUESTS = {name: bytes.fromhex(frame) for name, frame in VECTORS["req"].items()}
REPLIES = {name: bytes.fromhex(frame) for name, frame in VECTORS["rsp"].items()}
CARDS = {name: bytes.fromhex(card["read_3001_reply"]) for name, card in VECTORS["cards"].items()}
CARDS_FP = {name: bytes.fromhex(card["read_3010_reply"]) for name, card in VECTORS["cards"].items()}

COMMANDS = {
    "reset": codec.RESET,
    "status": codec.STATUS,
    "sam_id": codec.SAM_ID,
    "find": codec.FIND,
    "select": codec.SELECT,
    "read": codec.READ,
    "read_fp": codec.READ_WITH_FINGERPRINT,
    "read_addr": codec.READ_NEW_ADDRESSES,
    "read_mgmt": codec.READ_BODY_NUMBER,
    "rf50": codec.MAX_RF_FRAME,
} | {f"baud{baud}": codec.set_baud(baud) for baud in codec.BAUDS}

VERDICTS = {
    "ok": Sw3.OK,
    "found": Sw3.CARD_FOUND,
    "selected": Sw3.OK,
    "no_card": Sw3.NO_CARD,
    "select_fail": Sw3.SELECT_FAILED,
    "read_fail": Sw3.READ_FAILED,
    "empty": Sw3.ITEM_EMPTY,
    "chk_err": Sw3.RX_CHECKSUM,
    "len_err": Sw3.RX_LENGTH,
    "bad_cmd": Sw3.BAD_COMMAND,
    "unauth_op": Sw3.UNAUTHORISED_OPERATION,
    "unknown": Sw3.UNRECOGNISED,
    "card_rej_sam": Sw3.CARD_REJECTS_SAM,
    "sam_rej_card": Sw3.SAM_REJECTS_CARD,
    "mac_err": Sw3.MAC_ERROR,
    "wrong_card": Sw3.WRONG_CARD,
    "rng_fail": Sw3.RANDOM_FAILED,
    "selftest_fail": Sw3.SELF_TEST_FAILED,
    "sam_unauth": Sw3.SAM_NOT_AUTHORISED,
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_command_has_the_published_bytes(name: str) -> None:
    assert COMMANDS[name] == REQUESTS[name]


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_has_its_verdict(name: str) -> None:
    assert decode_reply(REPLIES[name]).status is VERDICTS[name]


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_is_encoded_to_the_same_bytes(name: str) -> None:
    assert encode(codec.unframe(REPLIES[name])) == REPLIES[name]


@pytest.mark.parametrize("name", CARDS)
def test_a_read_reply_splits_into_text_and_photo(name: str) -> None:
    blocks = split_blocks(decode_reply(CARDS[name]).data)
    assert blocks.text.hex() == VECTORS["cards"][name]["text_hex"]
    assert blocks.photo.hex() == VECTORS["photo_hex"]
    assert len(CARDS[name]) == 1295


@pytest.mark.parametrize("name", CARDS_FP)
def test_a_read_reply_with_fingerprint_splits_into_three(name: str) -> None:
    blocks = split_blocks(decode_reply(CARDS_FP[name]).data, with_fingerprint=True)
    assert (len(blocks.text), len(blocks.photo), len(blocks.fingerprint)) == (256, 1024, 1024)


@pytest.mark.parametrize("features", [0, 512])
def test_a_short_or_missing_fingerprint_is_told_by_its_length(features: int) -> None:
    data = bytes.fromhex("01000400") + features.to_bytes(2, "big") + bytes(256 + 1024 + features)
    assert len(split_blocks(data, with_fingerprint=True).fingerprint) == features


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x00\x04\x00" + bytes(1279), b"\x00\xff\x04\x00" + bytes(1279)])
def test_blocks_that_do_not_add_up_are_refused(data: bytes) -> None:
    with pytest.raises(LengthError):
        split_blocks(data)


def test_the_module_number_is_printed_as_vendors_print_it() -> None:
    number = bytes.fromhex("05000100074F00004E61BC00B168DE3A")
    assert encode(b"\x00\x00\x90" + number)[-1] == 0x66
    assert codec.format_sam_id(number) == "05.01-00020231-0012345678-0987654321"


@pytest.mark.parametrize(
    ("frame", "error"),
    [
        (b"", PreambleError),
        (REPLIES["ok"][1:], PreambleError),
        (PREAMBLE, LengthError),
        (REPLIES["ok"][:-1], LengthError),
        (REPLIES["ok"] + b"\x00", LengthError),
        (PREAMBLE + bytes.fromhex("0003000003"), LengthError),
        (REPLIES["ok"][:-1] + b"\x95", ChecksumError),
    ],
)
def test_what_is_no_frame_is_refused_by_name(frame: bytes, error: type[FrameError]) -> None:
    with pytest.raises(error):
        decode_reply(frame)


def test_a_verdict_never_heard_of_is_unrecognised_and_keeps_its_code() -> None:
    reply = decode_reply(encode(b"\x00\x00\x77"))
    assert (reply.status, reply.code) == (Sw3.UNRECOGNISED, 0x77)


def test_the_cards_own_status_is_kept_apart_from_the_verdict() -> None:
    reply = decode_reply(encode(b"\x6a\x82\x41"))
    assert (reply.status, reply.card_status) == (Sw3.READ_FAILED, 0x6A82)


# The stream.


@pytest.mark.parametrize("noise", ["00", "AA", "AAAA", "AAAAAA", "AA00", "00AA", "FF9669", "AAAAAA96"])
def test_noise_before_a_frame_costs_nothing_but_the_noise(noise: str) -> None:
    parser = FrameParser()
    frames = parser.feed(bytes.fromhex(noise) + REPLIES["found"] + REPLIES["selected"])
    assert frames[-2:] == [REPLIES["found"], REPLIES["selected"]]


def test_noise_that_looks_like_a_long_frame_is_given_up_for_the_true_one() -> None:
    parser = FrameParser()
    assert parser.feed(bytes.fromhex("AAAAAA966900") + REPLIES["found"]) == []
    assert parser.resync() == [REPLIES["found"]]


def test_giving_up_a_frame_cut_short_yields_nothing() -> None:
    parser = FrameParser()
    parser.feed(CARDS["resident"][:600])
    assert (parser.resync(), parser.inside) == ([], False)


def test_a_zero_between_the_preamble_bytes_is_tolerated() -> None:
    assert FrameParser().feed(bytes.fromhex("AA00AAAA9669") + REPLIES["ok"][5:]) == [REPLIES["ok"]]


@pytest.mark.parametrize("frame", [*CARDS.values(), *REPLIES.values()], ids=[*CARDS, *REPLIES])
def test_one_byte_at_a_time_is_one_frame(frame: bytes) -> None:
    parser = FrameParser()
    assert [whole for byte in frame for whole in parser.feed(bytes([byte]))] == [frame]


def test_the_length_rule_of_the_public_vector() -> None:
    parser = FrameParser()
    body = bytes(range(256)) + b"\x00\x00\x00"
    assert parser.feed(bytes.fromhex("AAAAAA96690104") + body) == []
    assert parser.inside
    check = reduce(xor, bytes.fromhex("0104") + body)
    assert len(parser.feed(bytes([check]))) == 1


@pytest.mark.parametrize("length", ["0000", "0003", "0A01", "FFFF"])
def test_an_impossible_length_is_damage_and_not_waited_for(length: str) -> None:
    parser = FrameParser()
    assert parser.feed(PREAMBLE + bytes.fromhex(length)) == []
    assert (parser.damaged, parser.inside) == (1, False)


def test_a_true_frame_inside_a_false_one_is_found() -> None:
    parser = FrameParser()
    false = PREAMBLE + b"\x00\x20"
    assert parser.feed(false + REPLIES["ok"] + REPLIES["found"] + bytes(16)) == [REPLIES["ok"], REPLIES["found"]]


bodies = st.binary(min_size=3, max_size=codec.LONGEST - 1)


@given(bodies)
def test_what_was_encoded_is_decoded(body: bytes) -> None:
    assert codec.unframe(encode(body)) == body


@given(st.lists(bodies.filter(lambda body: b"\xaa\x96\x69" not in body), max_size=4), st.integers(1, 99))
def test_frames_survive_any_cutting(parts: list[bytes], size: int) -> None:
    stream = b"".join(encode(body) for body in parts)
    parser = FrameParser()
    found = [frame for at in range(0, len(stream), size) for frame in parser.feed(stream[at : at + size])]
    assert found == [encode(body) for body in parts]


@given(st.lists(st.one_of(st.binary(max_size=40), st.just(PREAMBLE), st.just(PREAMBLE + b"\x00\x05")), max_size=12))
def test_garbage_never_yields_a_frame_with_a_wrong_check(parts: list[bytes]) -> None:
    for frame in FrameParser().feed(b"".join(parts)):
        assert reduce(xor, frame[len(PREAMBLE) :]) == 0
        decode_reply(frame)


@given(st.sampled_from(sorted(CARDS)), st.integers(5, 1294), st.integers(1, 255))
def test_a_card_with_one_damaged_byte_is_never_a_frame(name: str, at: int, flip: int) -> None:
    frame = bytearray(CARDS[name])
    frame[at] ^= flip
    assert FrameParser().feed(bytes(frame)) == []


def test_a_reply_and_its_blocks_hide_the_person() -> None:
    reply = decode_reply(CARDS["resident"])
    assert repr(reply) == "Reply(OK, code=90, 1284 bytes)"
    assert "测试" not in repr(split_blocks(reply.data))
