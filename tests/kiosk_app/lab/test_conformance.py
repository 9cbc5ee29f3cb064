"""The conformance page: every test it names exists, it is up to date, and a run that failed is not hidden."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk_app.lab.conformance import PAGE, Clause, Verdict, chapters, document, exists, faults, shown

REAL = "tests/kiosk_app/lab/test_conformance.py::test_the_page_is_up_to_date"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == document(chapters()), "run: python -m kiosk_app.lab.conformance"


def test_every_test_that_is_named_exists_and_every_verdict_has_its_reason() -> None:
    assert list(faults(chapters())) == []


def test_no_clause_stands_twice() -> None:
    every = [one.clause for rows in chapters().values() for one in rows]
    assert len(every) == len(set(every)) > 90


@pytest.mark.parametrize(
    "clause",
    [
        Clause("1", "", Verdict.SUPPORTS, ("tests/kiosk_app/lab/test_conformance.py::test_nothing",)),
        Clause("1", "", Verdict.SUPPORTS, ("tests/nowhere.py::test_the_page_is_up_to_date",)),
        Clause("1", "", Verdict.SUPPORTS),
        Clause("1", "", Verdict.PARTLY, (REAL,)),
    ],
)
def test_a_claim_without_ground_is_a_fault(clause: Clause) -> None:
    assert len(list(faults({"": (clause,)}))) == 1


def test_a_test_is_known_by_its_file_and_name() -> None:
    assert exists(REAL)
    assert not exists(REAL + "_not")


@pytest.mark.parametrize("bad", ["<failure/>", "<error/>", "<skipped/>"])
def test_a_clause_whose_test_failed_is_not_shown(tmp_path: Path, bad: str) -> None:
    clause = Clause("1", "", Verdict.SUPPORTS, ("tests/a/test_b.py::test_c",))
    case = '<testcase classname="tests.a.test_b" name="test_c[{}]">{}</testcase>'
    results = tmp_path / "results.xml"
    results.write_text(f"<testsuite>{case.format('x', '')}{case.format('y', bad)}</testsuite>", "utf-8")
    assert shown({"": (clause,)}, results)[""] == (replace(clause, verdict=Verdict.NOT_SHOWN),)
    results.write_text(f"<testsuite>{case.format('x', '')}</testsuite>", "utf-8")
    assert shown({"": (clause,)}, results)[""] == (clause,)
