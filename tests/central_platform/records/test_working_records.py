"""What the records of one working life say: whole, stable, and in agreement with each other."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_platform.clock import BEIJING
from central_platform.records import KINDS, SampleRecords
from central_platform.records.income_tax import due
from central_platform.records.medical_insurance import EMPLOYED
from central_platform.records.pension import COMPANIES, OFFICES
from central_platform.records.sample import WORKING
from central_platform.records.working_life import COMPANY, FLEXIBLE, OFFICE, PENSIONER
from tests.central_platform.world import START, HandClock, invented_id

KEY = b"k" * 32
ALWAYS = {"periodFrom": "2019-01", "periodTo": "2100-12"}
LATELY = {"periodFrom": "2026-06", "periodTo": "2026-10"}
MONTHLY = [kind for kind in WORKING if "months" in KINDS[kind].rows]
SUMS = {
    "social_insurance": {"base_total": "base", "paid_total": "paid"},
    "pension": {"total": "amount"},
    "medical_insurance": {"paid_total": "paid", "credited_total": "credited"},
    "housing_fund": {"total": "sum"},
    "income_tax": {"income_total": "income", "tax_total": "tax"},
}
PEOPLE = st.builds(
    lambda born, order: invented_id(born=f"{born:%Y%m%d}", order=f"{order:03d}"),
    st.dates(date(1930, 1, 1), date(2008, 1, 1)),
    st.integers(0, 999),
)


def found(kind: str, id_no: str, answers: dict[str, str] | None = None, at: datetime = START) -> Any:
    return SampleRecords(KEY, HandClock(at)).find(kind, id_no, ALWAYS if answers is None else answers)


def months(kind: str, id_no: str) -> dict[str, dict[str, str]]:
    """Month -> its row."""
    record = found(kind, id_no)
    return {} if record is None else {row["month"]: row for row in record["months"]}


def born_plus(id_no: str, years: int) -> str:
    """The birthday so many years on."""
    return f"{int(id_no[6:10]) + years}-{id_no[10:12]}-{id_no[12:14]}"


def somebody(employer: str) -> str:
    """The number of somebody whose last month had this employer."""
    for order in range(200):
        id_no = invented_id(born="19800214", order=f"{order:03d}")
        if found("social_insurance", id_no, LATELY)["months"][-1]["employer"] == employer:
            return id_no
    raise AssertionError(f"nobody ends with {employer}")


@pytest.mark.parametrize("kind", MONTHLY)
@settings(max_examples=20, deadline=None)
@given(id_no=PEOPLE)
def test_a_record_is_whole_and_its_sums_are_those_of_its_months(kind: str, id_no: str) -> None:
    record = found(kind, id_no)
    if record is None:
        return
    assert KINDS[kind].fits(record)
    rows = record["months"]
    assert [row["month"] for row in rows] == sorted({row["month"] for row in rows})
    assert (record["first"], record["last"], record["count"]) == (rows[0]["month"], rows[-1]["month"], len(rows))
    for name, part in SUMS[kind].items():
        assert Decimal(record[name]) == sum(Decimal(row[part]) for row in rows)
    assert rows[-1]["month"] < f"{START:%Y-%m}"


@pytest.mark.parametrize("kind", MONTHLY)
@settings(max_examples=15, deadline=None)
@given(id_no=PEOPLE)
def test_months_are_the_same_whatever_is_asked_for_and_whenever(kind: str, id_no: str) -> None:
    whole = months(kind, id_no)
    part = found(kind, id_no, {"periodFrom": "2024-03", "periodTo": "2025-02"})
    later = found(kind, id_no, at=datetime(2027, 3, 1, tzinfo=BEIJING))
    expected = [row for month, row in whole.items() if "2024-03" <= month <= "2025-02"]
    assert (part or {"months": []})["months"] == expected
    assert (later or {"months": []})["months"][: len(whole)] == list(whole.values())


@settings(max_examples=20, deadline=None)
@given(id_no=PEOPLE)
def test_all_records_of_a_person_agree(id_no: str) -> None:
    insured = months("social_insurance", id_no)
    pension, medical = months("pension", id_no), months("medical_insurance", id_no)
    fund, tax = months("housing_fund", id_no), months("income_tax", id_no)
    by_employer = {e: {m for m, row in insured.items() if row["employer"] == e} for e in (COMPANY, OFFICE, PENSIONER)}
    assert medical.keys() == insured.keys()
    assert pension.keys() == by_employer[PENSIONER]
    assert fund.keys() == tax.keys() == by_employer[COMPANY] | by_employer[OFFICE]
    assert all(row["amount"] == insured[month]["base"] for month, row in pension.items())
    assert all(row["income"] == insured[month]["base"] for month, row in tax.items())
    assert all(row["paid_on"].startswith(month) for month, row in pension.items())
    assert all(Decimal(row["own"]) * 100 <= Decimal(row["base"]) * 12 + 50 for row in fund.values())
    assert all(Decimal(row["tax"]) < Decimal(row["income"]) / 2 for row in tax.values())


@settings(max_examples=20, deadline=None)
@given(id_no=PEOPLE)
def test_a_balance_does_not_depend_on_the_months_asked_for(id_no: str) -> None:
    for kind in ("medical_insurance", "housing_fund"):
        whole, part = found(kind, id_no), found(kind, id_no, {"periodFrom": "2025-01", "periodTo": "2025-12"})
        if whole is not None and part is not None:
            assert part["balance"] == whole["balance"]


@pytest.mark.parametrize(
    ("employer", "status", "credited"),
    [(FLEXIBLE, FLEXIBLE, False), (COMPANY, EMPLOYED, True), (OFFICE, EMPLOYED, True)],
)
def test_only_employees_have_something_credited(employer: str, status: str, credited: bool) -> None:
    row = list(months("medical_insurance", somebody(employer)).values())[-1]
    assert row["status"] == status
    assert (Decimal(row["credited"]) > 0) is credited


@pytest.mark.parametrize(("born", "credited"), [("19600308", "100.00"), ("19440308", "110.00")])
def test_a_pensioner_gets_more_credited_from_seventy(born: str, credited: str) -> None:
    row = list(months("medical_insurance", invented_id(born=born)).values())[-1]
    assert (row["status"], row["base"], row["credited"]) == (PENSIONER, "0.00", credited)


def test_the_pension_names_the_scheme_of_the_last_employer() -> None:
    schemes = {found("pension", invented_id(born="19440308", order=f"{n:03d}"))["scheme"] for n in range(40)}
    assert schemes == {COMPANIES, OFFICES}


def test_nobody_below_sixty_has_a_pension() -> None:
    assert found("pension", invented_id(born="19661201")) is None
    assert found("pension", invented_id(born="19660801")) is not None


@pytest.mark.parametrize(
    ("taxable", "expected"),
    [("-100", "0.00"), ("36000", "1080.00"), ("144000", "11880.00"), ("300000", "43080.00"), ("960000", "250080.00")],
)
def test_the_tax_of_a_year_follows_the_brackets(taxable: str, expected: str) -> None:
    assert due(Decimal(taxable)) == Decimal(expected)


def test_a_file_is_kept_for_companies_and_flexible_work_only() -> None:
    people = [invented_id(born="19800214", order=f"{n:03d}") for n in range(100)]
    employers = [found("social_insurance", p, LATELY)["months"][-1]["employer"] for p in people]
    kept = [(found("personnel_file", p), employer) for p, employer in zip(people, employers, strict=True)]
    assert {employer for record, employer in kept if record is not None} == {COMPANY, FLEXIBLE}
    assert 0 < sum(record is None and employer == COMPANY for record, employer in kept) < 40
    assert found("personnel_file", invented_id(born="19440308")) is None


@settings(max_examples=30, deadline=None)
@given(id_no=PEOPLE)
def test_a_file_came_in_when_somebody_worked_and_not_later(id_no: str) -> None:
    record = found("personnel_file", id_no)
    if record is None:
        return
    assert KINDS["personnel_file"].fits(record)
    insured = months("social_insurance", id_no)
    assert born_plus(id_no, 18) < record["since"]
    assert record["since"] < START.date().isoformat()
    assert all(insured.get(month, {}).get("employer") != OFFICE for month in insured if month >= record["since"][:7])
    assert found("personnel_file", id_no, at=datetime(2026, 12, 2, tzinfo=BEIJING)) in (record, None)


@pytest.mark.parametrize("kind", WORKING)
def test_children_and_people_of_unknown_birth_have_none(kind: str) -> None:
    assert found(kind, invented_id(born="20150601")) is None
    assert found(kind, "XXX110099999919") is None


@pytest.mark.parametrize("kind", MONTHLY)
@pytest.mark.parametrize("answers", [{}, {"periodFrom": "soon", "periodTo": "2026-09"}, {"periodFrom": "2026-10"}])
def test_nothing_is_held_for_months_that_are_none(kind: str, answers: dict[str, str]) -> None:
    assert found(kind, invented_id(born="19600308"), answers) is None
