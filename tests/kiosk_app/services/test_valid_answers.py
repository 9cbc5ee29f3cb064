"""Whatever people answer rightly is taken by terminal and platform alike; whatever is wrong is said at its field."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_platform.catalogue import Package, read_package
from central_platform.validation import check
from kiosk_app.services import masked, normalise, problems, shown, visible_fields
from kiosk_app.services.model import PERSONAL
from tests.kiosk_app.services.data import LIVE, PACKAGES, TODAY, form
from tests.kiosk_app.services.drawing import right, wrong


@cache
def published(service: str) -> Package:
    """The package as the platform reads it."""
    return read_package(PACKAGES / service)


@pytest.mark.parametrize("service", LIVE)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_right_answers_are_taken_on_both_sides(service: str, data: st.DataObject) -> None:
    compiled = form(service)
    answers = data.draw(right(compiled))
    assert problems(compiled, answers, TODAY) == ()
    assert check(published(service), normalise(compiled, answers)) is None


@pytest.mark.parametrize("service", LIVE)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_one_wrong_answer_is_said_at_its_field_in_both_languages(service: str, data: st.DataObject) -> None:
    compiled = form(service)
    answers = data.draw(right(compiled))
    spec = data.draw(st.sampled_from(visible_fields(compiled, answers)))
    given_ = {**answers, spec.scope: data.draw(wrong(spec))}
    for lang in ("zh", "en"):
        found = {problem.scope: problem.text for problem in problems(compiled, given_, TODAY, lang)}
        assert found.get(spec.scope), spec.scope


@pytest.mark.parametrize("service", LIVE)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_what_is_personal_is_never_shown_whole(service: str, data: st.DataObject) -> None:
    compiled = form(service)
    answers = data.draw(right(compiled))
    for spec in compiled.fields:
        if spec.scope in answers and spec.privacy == PERSONAL and spec.panel not in ("money", "signature"):
            assert masked(spec, answers[spec.scope]) != shown(spec, answers[spec.scope])
