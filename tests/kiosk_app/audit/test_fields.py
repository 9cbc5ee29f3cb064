"""No field can hold anything about a person."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.audit import EVENTS
from kiosk_app.audit.fields import COUNT, FLAG, HASH, ID, NAME, NAMES, TIME, OneOf

PERSONAL = [
    "110102195603071234",
    "11010219560307123X",
    "13911112222",
    "张淑芬",
    "Zhang Shufen",
    "6222020200112233445",
    "北京市西城区新街口西里一区",
    "a@example.org",
    "",
]


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("kind", [ID, HASH, NAME, NAMES, COUNT, FLAG, TIME, OneOf(("a", "b"))])
def test_personal_text_fits_no_type(kind: object, text: str) -> None:
    assert not kind.fits(text)  # type: ignore[attr-defined]


def test_mobile_number_is_no_count() -> None:
    assert not COUNT.fits(13911112222)


def test_true_is_no_count() -> None:
    assert not COUNT.fits(True)


@pytest.mark.parametrize(
    "text", ["0192f3a4-7c1e-7000-8abc-123456789012", "SB01", "XC-2026-1122-000123", "L20261122-0042-0007", "XC-0042"]
)
def test_ids_of_ours_fit(text: str) -> None:
    assert ID.fits(text)


@pytest.mark.parametrize("text", ["sha256:" + "ab" * 32, "0" * 15 + "a"])
def test_digests_fit(text: str) -> None:
    assert HASH.fits(text)


@given(st.from_regex(r"1[3-9]\d{9}|\d{17}[\dX]", fullmatch=True), st.sampled_from(["", "x:", "card/", "-"]))
def test_number_of_a_person_fits_no_id_even_behind_a_prefix(number: str, prefix: str) -> None:
    assert not ID.fits(prefix + number)
    assert not NAME.fits(prefix + number)


def test_every_event_is_declared_with_both_sentences_and_closed_types() -> None:
    for event in EVENTS.values():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", event.id)
        assert event.zh
        assert event.en
        assert not re.search(r"[\u4e00-\u9fff]", event.en)
        for kind in event.fields.values():
            assert not kind.fits("张淑芬")


MAIN_JOB = (
    "terminal_started",
    "visit_began",
    "visit_ended",
    "screen_shown",
    "identified",
    "identification_failed",
    "service_opened",
    "service_refused",
    "saved",
    "accepted",
    "dead_letter",
    "print_started",
    "print_finished",
    "device_changed",
    "network_verdict",
    "package_refused",
    "store_quarantined",
    "wipe_done",
    "unexpected_event",
    "idle_warning",
    "reminder",
)


@pytest.mark.parametrize("name", MAIN_JOB)
def test_main_job_is_declared(name: str) -> None:
    assert name in EVENTS
