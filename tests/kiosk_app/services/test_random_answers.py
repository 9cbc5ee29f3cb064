from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.services import (
    asked_fields,
    masked,
    normalise,
    options,
    prefill,
    problems,
    shown,
    spoken,
    visible_fields,
)
from kiosk_app.services.validation import validate_package
from tests.kiosk_app.services.data import ELDER, GOOD, LIVE, catalogue, form, package, reference

DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))
PIECES = st.one_of(
    st.text(max_size=40),
    st.text("0123456789 -xX１２", max_size=25),
    st.sampled_from(sorted({value for answers in GOOD.values() for value in answers.values()})),
    DAYS.map(str),
    DAYS.map(lambda day: str(day)[:7]),
)
ANSWERED = st.sampled_from(LIVE).flatmap(
    lambda service: st.tuples(
        st.just(service), st.dictionaries(st.sampled_from([*GOOD[service], "ghost"]), PIECES, max_size=8)
    )
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(answered=ANSWERED, today=DAYS, lang=st.sampled_from(["zh", "en"]))
@settings(max_examples=300, deadline=None)
def test_no_answer_crashes_a_form(answered: tuple[str, dict[str, str]], today: date, lang: str) -> None:
    service, answers = answered
    compiled = form(service)
    scopes = {spec.scope for spec in visible_fields(compiled, answers)}
    found = problems(compiled, answers, today, lang)
    assert all(p.text and (p.scope in scopes or not p.scope) for p in found)
    assert len({p.scope for p in found}) == len(found)


@given(answered=ANSWERED, today=DAYS)
@settings(max_examples=300, deadline=None)
def test_no_problem_means_that_the_data_schema_agrees(answered: tuple[str, dict[str, str]], today: date) -> None:
    service, answers = answered
    compiled = form(service)
    if not problems(compiled, answers, today):
        assert compiled.validate(normalise(compiled, answers)) == ()


@given(service=st.sampled_from(LIVE), value=PIECES, lang=st.sampled_from(["zh", "en"]))
@settings(max_examples=100, deadline=None)
def test_any_value_can_be_shown_masked_and_spoken(service: str, value: str, lang: str) -> None:
    for spec in form(service).fields:
        for say in (shown, masked, spoken):
            assert isinstance(say(spec, value, lang), str)
        assert all(option.text for option in options(spec, {spec.depends: value}, lang))


@given(
    service=st.sampled_from(LIVE), held=st.dictionaries(st.sampled_from(["phone", "addr", "bank"]), PIECES), today=DAYS
)
@settings(max_examples=100, deadline=None)
def test_what_is_prefilled_is_right_and_never_asked(service: str, held: dict[str, str], today: date) -> None:
    compiled = form(service)
    found = prefill(compiled, ELDER, held, {}, today)
    wrong = {p.scope for p in problems(compiled, found.answers, today)}
    assert not wrong & set(found.answers)
    asked = {spec.scope for spec in asked_fields(compiled, found.answers, found.answers)}
    assert not asked & set(found.answers)
    assert set(found.sources) == set(found.kinds) == set(found.answers)


@given(text=st.text(max_size=30))
@settings(max_examples=80, deadline=None)
def test_no_query_crashes_the_search(text: str) -> None:
    assert len(catalogue().search(text, 5)) <= 5


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_package_with_any_part_replaced_is_judged_without_a_crash(data: st.DataObject) -> None:
    broken: Any = package(data.draw(st.sampled_from(LIVE)))
    holder = broken
    for _ in range(data.draw(st.integers(0, 4))):
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            break
        deeper = holder[data.draw(st.sampled_from(keys))]
        if not isinstance(deeper, dict | list):
            break
        holder = deeper
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    if keys:
        holder[data.draw(st.sampled_from(keys))] = data.draw(JSON)
    assert isinstance(validate_package(broken, reference()), list)


@pytest.mark.parametrize("service", LIVE)
def test_prefilled_good_answers_are_complete(service: str) -> None:
    assert problems(form(service), GOOD[service], date(2026, 11, 22)) == ()
