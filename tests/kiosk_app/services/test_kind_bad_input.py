"""Whatever a field of the newer kinds is given: it is refused with a sentence that says what to do, or it is right."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts import uscc
from kiosk_app.services import masked, normalise, problems, shown, spoken
from kiosk_app.services.plates import CHARACTERS
from kiosk_app.services.regions import regions
from kiosk_app.voice import lint
from tests.kiosk_app.services.data import TODAY
from tests.kiosk_app.services.kinds import GOOD, HOSPITALS, form

SCOPES = ("year", "city", "hospitals", "company", "plate", "pin", "again")
LONG = 10_000
CITIES = {place.value for place in regions()} - {place.parent for place in regions()}
ALWAYS_WRONG = [
    "9" * LONG,
    "A" * LONG,
    "京" * LONG,
    "," * LONG + "H99",
    "\x00\x07\x1b[2J",
    "\u202e5432",
    "\u200f\u200f",
    "\ufeff",
    "<b>1</b>",
    "' OR 1=1 --",
    "-1",
    "½",
    "٢٠٢٥",
]
PIECES = st.one_of(
    st.text(max_size=40),
    st.text("0123456789ABCDEFXIOSVZ京冀港,，·- \u200f\u202e\x00１Ａ", max_size=25),
    st.sampled_from(sorted(GOOD.values())),
    st.sampled_from(ALWAYS_WRONG),
    st.builds(lambda value, at, bad: value[:at] + bad + value[at:], st.sampled_from(sorted(GOOD.values())),
              st.integers(0, 18), st.sampled_from(["\u200f", "\x00", "O", "９", " ", "\n"])),
)  # fmt: skip


def right(scope: str, sent: object, today: date) -> bool:
    """Whether a value is one that the platform wants, by its own definition."""
    if scope == "hospitals":
        return isinstance(sent, list) and 2 <= len(sent) <= 3 and set(sent) <= set(HOSPITALS)
    if not isinstance(sent, str):
        return False
    match scope:
        case "year":
            return bool(re.fullmatch("[0-9]{4}", sent)) and today.year - 5 <= int(sent) <= today.year
        case "city":
            return sent in CITIES
        case "company":
            return uscc.is_valid(sent)
        case "plate":
            return sent[0] in CHARACTERS and bool(re.fullmatch("[A-HJ-NP-Z][A-HJ-NP-Z0-9]{5,6}", sent[1:]))
        case _:
            return bool(re.fullmatch("[0-9]{6}", sent))


@given(scope=st.sampled_from(SCOPES), value=PIECES, lang=st.sampled_from(["zh", "en"]))
@example(scope="plate", value="京A" + "\u0130" * 5, lang="zh")
@example(scope="company", value="ß" * 9, lang="en")
@settings(max_examples=400, deadline=None)
def test_what_is_not_refused_is_right(scope: str, value: str, lang: str) -> None:
    answers = {**GOOD, scope: value}
    found = [p for p in problems(form(), answers, TODAY, lang) if p.scope == scope]
    sent = normalise(form(), answers).get(scope)
    if not found:
        assert right(scope, sent, TODAY)
    elif scope not in {"pin", "again"}:
        assert not right(scope, sent, TODAY), "a PIN may have the form and be easy to guess"
    assert all(p.text for p in found)


@given(value=PIECES, lang=st.sampled_from(["zh", "en"]))
@settings(max_examples=150, deadline=None)
def test_anything_can_be_shown_and_spoken(value: str, lang: str) -> None:
    for spec in form().fields:
        for say in (shown, masked, spoken):
            assert isinstance(say(spec, value, lang), str)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("value", [*ALWAYS_WRONG, ""], ids=lambda v: ascii(v[:12]))
def test_bad_input_is_refused_by_a_sentence_that_can_be_said(scope: str, value: str, lang: str) -> None:
    found = [p for p in problems(form(), {**GOOD, scope: value}, TODAY, lang) if p.scope == scope]
    assert len(found) == 1
    assert lint(found[0].text, lang) == ()
    assert not re.search(r"\{|\}|失败|错误|非法|无效", found[0].text)
    assert len(found[0].text) < 200, "the value is not repeated"
