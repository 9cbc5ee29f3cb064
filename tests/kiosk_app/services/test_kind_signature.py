"""A signature: drawn or confirmed, for the other answers as they are; smooth, small, told only by how it was given."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.handwriting import HEIGHT, MOST_POINTS, MOST_STROKES, WIDTH, Way
from contracts.suites import GM, INTL
from kiosk_app.services import Control, facts_of, kinds, masked, normalise, options, prefill, problems, shown, spoken
from kiosk_app.services.ink import STEP, read, tidied, write
from kiosk_app.services.model import FieldSpec
from kiosk_app.services.signing import TAKEN_BACK, sign, strokes_of, without_outlived
from tests.kiosk_app.services.data import ELDER, TODAY
from tests.kiosk_app.services.kinds import GOOD, SIGNATURE, signed_form

HOOK = "100,100 300,100 300,300;500,200 700,200"
"""Two strokes, as a panel writes them."""


def spec() -> FieldSpec:
    found = signed_form().field("sign")
    assert found is not None
    return found


def given_as(text: str, **changed: str) -> dict[str, str]:
    """The answers, signed."""
    answers = {**GOOD, **changed}
    return {**answers, "sign": sign(signed_form(), answers, spec(), text, INTL)}


def faults(answers: dict[str, str]) -> dict[str, str]:
    return {p.scope: p.key for p in problems(signed_form(), answers, TODAY)}


def test_it_is_a_field_with_a_panel_of_its_own_and_one_may_confirm_instead() -> None:
    assert kinds.kind_of(SIGNATURE, {}).control is Control.SIGNATURE
    assert (spec().control, spec().panel, spec().privacy) == (Control.SIGNATURE, "signature", "personal")
    assert [(o.value, o.text) for o in options(spec(), GOOD, "en")] == [("confirmed", "I confirm this as my signature")]


@pytest.mark.parametrize("suite", [INTL, GM])
@pytest.mark.parametrize("text", [HOOK, "confirmed"])
def test_both_ways_are_signatures_of_all_other_answers(text: str, suite: object) -> None:
    answers = {**GOOD, "sign": sign(signed_form(), GOOD, spec(), text, suite)}  # type: ignore[arg-type]
    assert faults(answers) == {}
    assert normalise(signed_form(), answers)["sign"] == answers["sign"]
    assert faults({**answers, "plate": "京A12346"}) == {"sign": "signature-again"}
    assert faults({**answers, "sign": ""}) == {"sign": "required"}


def test_it_goes_with_what_was_signed_and_comes_back_with_nothing() -> None:
    answers = given_as(HOOK)
    assert without_outlived(signed_form(), answers) == answers
    changed = without_outlived(signed_form(), {**answers, "city": "310000"})
    assert changed["sign"] == TAKEN_BACK
    assert faults(dict(changed)) == {"sign": "signature-again"}
    assert without_outlived(signed_form(), {**changed, "city": GOOD["city"]})["sign"] == TAKEN_BACK
    assert shown(spec(), TAKEN_BACK) == ""
    assert strokes_of(TAKEN_BACK) == ()


def test_another_way_to_write_the_same_answer_is_the_same_answer() -> None:
    assert faults({**given_as("confirmed"), "plate": " 京 A12345"}) == {}


@pytest.mark.parametrize("text", ["500,200", "500,200 503,201", ";".join(["5,5"] * 50)])
def test_a_dot_is_refused_kindly(text: str) -> None:
    found = problems(signed_form(), given_as(text), TODAY)
    assert [p.text for p in found] == ["签名太短了，请再写一遍。"]


@pytest.mark.parametrize("text", ["", ";", "abc", "1;2", "NaN,1", "confirm", "sig1:confirmed:sha256:" + "0" * 64])
def test_what_is_no_stroke_is_no_signature(text: str) -> None:
    assert sign(signed_form(), GOOD, spec(), text, INTL) == ""


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [(HOOK, "手写签名", "Signed by hand"), ("confirmed", "已确认，作为签名", "Confirmed as signature")],
)
def test_it_is_told_only_how_it_was_given(text: str, zh: str, en: str) -> None:
    answers = given_as(text)
    for tell in (shown, masked, spoken):
        assert (tell(spec(), answers["sign"], "zh"), tell(spec(), answers["sign"], "en")) == (zh, en)
    assert dict(facts_of(normalise(signed_form(), answers), signed_form(), "zh"))["您的签名"] == zh


def test_nobody_has_one_beforehand() -> None:
    found = prefill(signed_form(), ELDER, {"sign": "confirmed"}, {}, TODAY)
    assert "sign" not in found.answers


# The strokes


def test_a_panel_draws_what_it_is_told() -> None:
    assert write(read(HOOK)) == HOOK


@given(st.text("0123456789,-; x", max_size=300))
def test_any_text_is_strokes_within_the_sheet(text: str) -> None:
    for stroke in read(text):
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in stroke)


def test_strokes_have_points_at_even_distances_and_their_ends() -> None:
    (corner, line) = tidied(read(HOOK))
    assert (corner[0], corner[-1], line[0], line[-1]) == ((100, 100), (300, 300), (500, 200), (700, 200))
    gaps = [math.dist(a, b) for stroke in (corner, line) for a, b in pairwise(stroke[:-1])]
    assert all(abs(gap - STEP) < 3 for gap in gaps)


def test_a_trembling_line_becomes_smoother() -> None:
    shaky = tuple((x, 200 + (8 if x % 20 else -8)) for x in range(100, 900, 10))
    (smooth,) = tidied((shaky,))

    def bends(stroke: tuple[tuple[int, int], ...]) -> float:
        return max(abs(b[1] - a[1]) for a, b in pairwise(stroke[1:-1]))

    assert bends(smooth) < bends(shaky) / 2


def test_what_was_smooth_stays_when_a_stroke_is_added() -> None:
    first = tidied(read("100,100 300,180 500,100"))
    both = tidied((*first, ((600, 100), (600, 300))), first)
    assert both[0] == first[0]
    assert tidied(both, both) == both


STROKE = st.lists(st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT)), min_size=1, max_size=60).map(tuple)


@given(st.lists(STROKE, min_size=1, max_size=120).map(tuple))
def test_there_are_never_more_strokes_or_points_than_a_signature_has(
    strokes: tuple[tuple[tuple[int, int], ...], ...],
) -> None:
    found = tidied(strokes)
    assert len(found) == min(len(strokes), MOST_STROKES)
    assert sum(map(len, found)) <= MOST_POINTS
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for stroke in found for x, y in stroke)


def test_a_name_takes_little_room() -> None:
    """Three characters of ten strokes each."""
    name = ";".join(f"{300 * c + 60},{30 + 30 * s} {300 * c + 240},{40 + 30 * s}" for c in range(3) for s in range(10))
    assert len(given_as(name)["sign"]) < 3200
    assert Way.DRAWN in given_as(name)["sign"]
