"""Signatures as text: what is written is read again, and nothing else is taken."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from struct import pack
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import GM, INTL, digest
from contracts.handwriting import (
    HEIGHT,
    LONGEST,
    MOST_POINTS,
    MOST_STROKES,
    WIDTH,
    HandwritingError,
    Signed,
    Stroke,
    Way,
    decode,
    encode,
    is_written,
    signs,
)

ANSWERS = {"phone": "13800138000", "members": [{"name": "测试甲"}]}
OF = digest(ANSWERS)
LINE: Stroke = ((0, 0), (200, 0))
POINTS = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))
STROKES = st.lists(st.lists(POINTS, min_size=1, max_size=10).map(tuple), min_size=1, max_size=MOST_STROKES)


def drawn(*numbers: int) -> str:
    """A drawn signature of any numbers."""
    text = urlsafe_b64encode(pack(f">{len(numbers)}H", *numbers)).rstrip(b"=").decode()
    return f"sig1:drawn:{OF}:{text}"


@given(STROKES.map(tuple), st.sampled_from((INTL, GM)))
def test_what_is_written_is_read_again(strokes: tuple[Stroke, ...], suite: object) -> None:
    signed = Signed(Way.DRAWN, digest(ANSWERS, suite), strokes)  # type: ignore[arg-type]
    text = encode(signed)
    assert decode(text) == signed
    assert text.isascii()
    assert text.isprintable()


def test_the_largest_fits_and_one_point_or_stroke_more_does_not() -> None:
    least = MOST_POINTS - MOST_STROKES + 1
    largest = (*[((0, 0),)] * (MOST_STROKES - 1), tuple([(WIDTH, HEIGHT)] * least))
    assert decode(encode(Signed(Way.DRAWN, OF, largest))).strokes == largest
    assert len(encode(Signed(Way.DRAWN, OF, largest))) <= LONGEST
    for more in ((*largest[:-1], (*largest[-1], (0, 0))), tuple([LINE] * (MOST_STROKES + 1))):
        with pytest.raises(HandwritingError):
            decode(encode(Signed(Way.DRAWN, OF, more)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "confirmed",
        "sig1:",
        "sig2:confirmed:" + OF,
        f"sig1:confirmed:{OF}:AAEAAAAA",
        f"sig1:confirmed:{OF} ",
        f"sig1:confirmed:{OF}\n",
        f"\x00sig1:confirmed:{OF}",
        f"sig1:confirmed:{OF[:-1]}",
        f"sig1:confirmed:{OF.upper()}",
        "sig1:confirmed:md5:" + "0" * 32,
        f"sig1:drawn:{OF}",
        f"sig1:drawn:{OF}:",
        f"sig1:drawn:{OF}:A",
        f"sig1:drawn:{OF}:AAAA=",
        f"sig1:drawn:{OF}:ＡＡＡＡ",
        f"sig1:drawn:{OF}:AAEAAAAB\u202e",
        f"sig1:drawn:{OF}:AAEAAAAB ",
        drawn(0),
        drawn(2, 1, 1),
        drawn(1, 1, 1, 1),
        drawn(65535, 1, 1),
        drawn(1, WIDTH + 1, 0),
        drawn(1, 0, HEIGHT + 1),
    ],
)
def test_nothing_else_is_taken_and_it_is_not_quoted(text: str) -> None:
    with pytest.raises(HandwritingError) as caught:
        decode(text)
    assert OF not in str(caught.value)


def test_the_same_strokes_are_written_in_one_way_only() -> None:
    """The last four bits of this base64 mean nothing: another letter there is another text of the same strokes."""
    text = drawn(2, 10, 20, 30, 40)
    assert decode(text).strokes == (((10, 20), (30, 40)),)
    with pytest.raises(HandwritingError):
        decode(text[:-1] + chr(ord(text[-1]) + 1))


@pytest.mark.parametrize("text", ["sig1:drawn:" + OF + ":" + "A" * 10_000_000, "\x00" * 10_000_000, "签" * 3_000_000])
def test_ten_megabytes_are_refused_at_once(text: str) -> None:
    began = perf_counter()
    with pytest.raises(HandwritingError):
        decode(text)
    assert perf_counter() - began < 0.05


@given(st.text(max_size=200) | st.text("sig1:drawnAB_-0123456789abcdef", max_size=200).map(f"sig1:drawn:{OF}:".__add__))
def test_whatever_is_taken_is_what_would_be_written(text: str) -> None:
    try:
        signed = decode(text)
    except HandwritingError:
        return
    assert encode(signed) == text


def test_it_signs_these_answers_and_no_others() -> None:
    for suite in (INTL, GM):
        signed = Signed(Way.CONFIRMED, digest(ANSWERS, suite))
        assert signs(signed, ANSWERS)
        assert signs(signed, dict(reversed(ANSWERS.items())))
        assert not signs(signed, {**ANSWERS, "phone": "13800138001"})
        assert not signs(signed, {})
        assert not signs(signed, {"amount": 1.5})


@pytest.mark.parametrize(
    ("strokes", "written"),
    [
        ((((500, 200),),), False),
        ((((500, 200), (501, 200)),), False),
        (tuple(((at, 0),) for at in range(90)), False),
        ((LINE,), True),
        ((((0, 0), (80, 0)), ((0, 50), (80, 50))), True),
    ],
)
def test_a_dot_is_no_signature(strokes: tuple[Stroke, ...], written: bool) -> None:
    assert is_written(strokes) is written


def test_what_was_drawn_is_in_no_representation() -> None:
    assert "200" not in repr(Signed(Way.DRAWN, "sha256:", (LINE,)))
