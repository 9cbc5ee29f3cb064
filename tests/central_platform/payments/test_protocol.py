"""The wire to the provider: what is signed is read back, and nothing else is believed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from central_platform.clock import BEIJING
from central_platform.payments.protocol import (
    MOST_BYTES,
    MOST_CODE,
    Found,
    ProtocolError,
    Question,
    answer,
    ask,
    notify,
    read_answer,
    read_notice,
    read_question,
)
from central_platform.payments.states import Call, There
from contracts.signatures import sign

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=BEIJING)
OURS, THEIRS, STRANGER = (Ed25519PrivateKey.generate() for _ in range(3))
NONCE = "0" * 32
BODY = {"number": "PY-AAAA-BBBB-CCCC"}


def raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


MERCHANTS = {"ours": raw(OURS), "other": raw(STRANGER)}
QUESTION = Question(Call.QUERY, "ours", NONCE, BODY)
PENDING = Found(There.PENDING, 1500, code="https://pay.example/s/x", simulated=True)


def question(**changes: Any) -> bytes:
    given = {"call": Call.QUERY, "body": BODY, "merchant": "ours", "key": OURS, "at": NOW, "nonce": NONCE, **changes}
    return ask(**given)


def refused(read: Any, *arguments: Any) -> str:
    with pytest.raises(ProtocolError) as caught:
        read(*arguments)
    return caught.value.why


def test_a_question_is_read_as_it_was_asked() -> None:
    found = read_question(question(), MERCHANTS, NOW)
    assert (found.call, found.merchant, found.nonce, found.body) == (Call.QUERY, "ours", NONCE, BODY)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (question(key=STRANGER), "signature"),
        (question(merchant="other"), "signature"),
        (question(merchant="nobody"), "signature"),
        (question(at=NOW - timedelta(minutes=6)), "stale"),
        (question(at=NOW + timedelta(minutes=6)), "stale"),
        (question(at=NOW.replace(tzinfo=None)), "malformed"),
        (question().replace(b"PY-AAAA", b"PY-AAAB"), "signature"),
        (answer(QUESTION, PENDING, OURS, NOW), "signature"),
        (b" " * (MOST_BYTES + 1), "too-large"),
        (b"", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b"[" * 50_000, "malformed"),
        (b"[]", "malformed"),
        (b'{"signed": 1, "signatures": []}', "malformed"),
        (b'{"signed": {"merchant": ["ours"]}, "signatures": []}', "signature"),
        (b'{"signed": {"merchant": "ours", "x": 1.5}, "signatures": []}', "malformed"),
        (b'{"signed": {"merchant": "ours"}}', "signature"),
    ],
)
def test_what_is_no_question_of_a_merchant_is_refused(data: bytes, why: str) -> None:
    assert refused(read_question, data, MERCHANTS, NOW) == why


@pytest.mark.parametrize("found", [PENDING, Found(There.ABSENT), Found(There.PAID, 1500, 1500, "t-1"), "not-paid"])
def test_an_answer_is_read_as_it_was_given(found: Found | str) -> None:
    assert read_answer(answer(QUESTION, found, THEIRS, NOW), Call.QUERY, NONCE, raw(THEIRS)) == found


def test_an_answer_is_believed_only_to_its_question_and_from_the_provider() -> None:
    data = answer(QUESTION, PENDING, THEIRS, NOW)
    assert refused(read_answer, data, Call.QUERY, "1" * 32, raw(THEIRS)) == "other-question"
    assert refused(read_answer, data, Call.CLOSE, NONCE, raw(THEIRS)) == "other-question"
    assert refused(read_answer, data, Call.QUERY, NONCE, raw(STRANGER)) == "signature"
    assert refused(read_answer, question(key=THEIRS), Call.QUERY, NONCE, raw(THEIRS)) == "malformed"


@pytest.mark.parametrize(
    "change",
    [
        {"status": "lost"},
        {"status": "pending", "code": ""},
        {"fen": -1},
        {"fen": True},
        {"fen": "1500"},
        {"paid_fen": 10**12},
        {"declined": None},
        {"code": "x" * (MOST_CODE + 1)},
        {"code": "a\x1b[2J"},
        {"code": "付款"},
        {"provider_no": "x" * 65},
        {"simulated": "yes"},
    ],
)
def test_an_answer_with_a_wrong_part_is_refused(change: dict[str, Any]) -> None:
    order = {**PENDING.as_json(), **change}
    value = {"kind": "payment-answer", "call": "query", "nonce": NONCE, "at": NOW.isoformat(), "order": order}
    assert refused(read_answer, json.dumps(sign(value, THEIRS)).encode(), Call.QUERY, NONCE, raw(THEIRS)) == "malformed"


@pytest.mark.parametrize("why", ["", "Not Paid", "x" * 41, 7, ["no"]])
def test_a_refusal_is_one_plain_word(why: Any) -> None:
    value = {"kind": "payment-answer", "call": "query", "nonce": NONCE, "at": NOW.isoformat(), "declined": why}
    assert refused(read_answer, json.dumps(sign(value, THEIRS)).encode(), Call.QUERY, NONCE, raw(THEIRS)) == "malformed"


def test_a_notice_names_an_order_of_this_merchant_and_is_fresh() -> None:
    def told(
        number: str = "PY-AAAA", merchant: str = "ours", key: Ed25519PrivateKey = THEIRS, at: datetime = NOW
    ) -> Any:
        return notify(number, merchant, key, at, NONCE, 1500), "ours", raw(THEIRS), NOW

    assert read_notice(*told()) == "PY-AAAA"
    assert refused(read_notice, *told(key=STRANGER)) == "signature"
    assert refused(read_notice, *told(merchant="other")) == "malformed"
    assert refused(read_notice, *told(number="'; DROP")) == "malformed"
    assert refused(read_notice, *told(at=NOW - timedelta(days=1))) == "stale"


@given(st.binary(max_size=300) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str).map(str.encode))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    refused(read_question, data, MERCHANTS, NOW)
    refused(read_answer, data, Call.QUERY, NONCE, raw(THEIRS))
    refused(read_notice, data, "ours", raw(THEIRS), NOW)


@given(st.integers(0, len(question()) - 1), st.integers(0, 7))
def test_one_flipped_bit_of_a_question_is_found(at: int, bit: int) -> None:
    data = bytearray(question())
    data[at] ^= 1 << bit
    try:
        found = read_question(bytes(data), MERCHANTS, NOW)
    except ProtocolError:
        return
    # White space between two members is no part of what was said.
    assert found == read_question(question(), MERCHANTS, NOW)
