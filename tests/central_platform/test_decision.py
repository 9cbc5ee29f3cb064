from __future__ import annotations

from datetime import date, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_platform import codes
from central_platform.catalogue import read_package
from central_platform.clock import BEIJING, ShiftedClock, SystemClock
from central_platform.decision import acceptance_number, decide
from central_platform.evidence import Level, reached
from central_platform.working_days import Calendar
from tests.central_platform.world import write_packages

CALENDAR = Calendar.load()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_working_days_skip_weekends_and_holidays_and_count_make_up_days(start: date, days: int, end: date) -> None:
    assert CALENDAR.after(start, days) == end


def test_the_holiday_table_says_that_it_is_a_sample() -> None:
    from central_platform.working_days import TABLE

    assert '"sample": true' in TABLE.read_text(encoding="utf-8")


KINDS = ("card", "token", "phone_code", "witness", "face", "social_card", "voice", "palm", "iris")
SECOND = ("phone_code", "witness", "face", "voice", "palm", "iris")
L2 = [*({"card", second} for second in SECOND), {"token", "phone_code"}]
L1 = [{"card"}, {"token"}, {"phone_code"}, {"social_card", "witness"}]


@pytest.mark.parametrize("size", range(len(KINDS) + 1))
def test_every_set_of_proofs_reaches_the_level_of_the_rule(size: int) -> None:
    for kinds in map(frozenset, combinations(KINDS, size)):
        if any(rule <= kinds for rule in L2):
            expected = Level.L2
        else:
            expected = Level.L1 if any(rule <= kinds for rule in L1) else Level.L0
        assert reached(kinds) is expected, kinds


def test_a_decision_is_the_same_for_the_same_inputs(tmp_path: Path) -> None:
    package = read_package(write_packages(tmp_path) / "TA01")
    at = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING)
    first, second = (decide(package, at, 123, CALENDAR, b"k" * 32, "o", "https://p") for _ in range(2))
    assert first == second
    assert (first.number, first.due) == ("XC-2026-1122-000123", date(2026, 12, 18))


def test_numbers_have_the_agreed_shape() -> None:
    assert acceptance_number(datetime(2027, 1, 4, tzinfo=BEIJING), 7) == "XC-2027-0104-000007"


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=24))
def test_check_codes_can_be_typed_back(key: bytes, number: str) -> None:
    code = codes.check_code(key, number)
    assert codes.normalise_check(code.lower().replace("-", " ")) == code
    assert not set(code) & set("01OI")


@given(st.binary(min_size=7, max_size=7))
def test_enrolment_codes_survive_being_read_aloud(raw: bytes) -> None:
    code = codes.enrolment_code(lambda n: raw[:n])
    assert len(code) == 10
    assert codes.normalise_crockford(code.replace("0", "O").replace("1", "l").lower()) == code


def test_phone_codes_skip_values_that_would_make_some_codes_likelier() -> None:
    draws = iter([b"\xff\xff\xff\xff", (7).to_bytes(4, "big")])
    assert codes.phone_code(lambda n: next(draws)) == "000007"


def test_time_cannot_be_moved_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        ShiftedClock(SystemClock()).advance(-1)
