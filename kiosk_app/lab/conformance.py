"""`python -m kiosk_app.lab.conformance [--results FILE] [PAGE]`: docs/accessibility-conformance.md.

One row for each clause of `clauses.yaml`: what it asks, how far it is met, the tests that show it. A clause *supports*
when its tests show all of it that software can show; *partly* when something is missing, which the note says;
*hardware* when only a look at the machine or a measurement can show it; *not yet* when it is not there. The tests
belong to `make test`; with the results of a run (JUnit XML) a clause that one of its tests did not show is *not shown*.
"""

from __future__ import annotations

import argparse
import ast
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "accessibility-conformance.md"
TABLE = Path(__file__).parent / "clauses.yaml"


class Verdict(StrEnum):
    """How far a clause is met."""

    SUPPORTS = "supports"
    PARTLY = "partly"
    HARDWARE = "hardware"
    NOT_YET = "not yet"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: where it stands, what it asks, how far it is met, its tests, what is left."""

    clause: str
    asks: str
    verdict: Verdict
    evidence: tuple[str, ...] = ()
    note: str = ""


def chapters() -> dict[str, tuple[Clause, ...]]:
    """Return all clauses, chapter by chapter."""
    read = yaml.safe_load(TABLE.read_text("utf-8"))
    return {title: tuple(_clause(row) for row in rows) for title, rows in read.items()}


def _clause(row: dict[str, object]) -> Clause:
    evidence = row.get("evidence", [])
    assert isinstance(evidence, list)
    words = {key: str(row.get(key, "")) for key in ("clause", "asks", "note")}
    return Clause(verdict=Verdict(str(row["verdict"])), evidence=tuple(map(str, evidence)), **words)


def faults(found: dict[str, tuple[Clause, ...]]) -> Iterator[str]:
    """Name what is wrong with the table: tests that do not exist, verdicts without a test or a reason."""
    for clause in (one for rows in found.values() for one in rows):
        yield from (f"{clause.clause}: no such test: {test}" for test in clause.evidence if not exists(test))
        if clause.verdict is Verdict.SUPPORTS and not clause.evidence:
            yield f"{clause.clause}: supported by no test"
        if clause.verdict is not Verdict.SUPPORTS and not clause.note:
            yield f"{clause.clause}: {clause.verdict}, and no word of what is missing"


def exists(test: str) -> bool:
    """Whether a test (`path::function`) is there."""
    path, _, name = test.partition("::")
    return name in _tests(ROOT / path)


@cache
def _tests(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_"))


def shown(found: dict[str, tuple[Clause, ...]], results: Path) -> dict[str, tuple[Clause, ...]]:
    """Return the clauses as a run of the tests (JUnit XML) showed them."""
    passed: dict[str, bool] = {}
    for case in ET.parse(results).iter("testcase"):  # noqa: S314  (pytest's own file)
        test = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').split('[')[0]}"
        well = not any(case.find(bad) is not None for bad in ("failure", "error", "skipped"))
        passed[test] = passed.get(test, True) and well
    return {
        title: tuple(
            one if all(passed.get(test) for test in one.evidence) else replace(one, verdict=Verdict.NOT_SHOWN)
            for one in rows
        )
        for title, rows in found.items()
    }


def document(found: dict[str, tuple[Clause, ...]]) -> str:
    """Return the whole page."""
    every = [one for rows in found.values() for one in rows]
    counts = ", ".join(f"{sum(one.verdict is v for one in every)} {v}" for v in Verdict if v is not Verdict.NOT_SHOWN)
    lines = [
        "# Accessibility conformance",
        "",
        "Made by `python -m kiosk_app.lab.conformance` from `kiosk_app/lab/clauses.yaml`; do not edit.",
        "",
        f"{len(every)} clauses: {counts}.",
        "",
        "*Supports*: the tests show all of it that software can show. *Partly*: the note says what is missing.",
        "*Hardware*: a look at the machine or a measurement must show it. *Not yet*: it is not there. The tests belong",
        "to `make test`. `kiosk screens` audits every page in every language, size, theme and reach, and plants one",
        "fault of every kind to see that each is reported (kinds, clauses and figures: `ui/audit/figures.py`).",
        "",
    ]
    for title, rows in found.items():
        lines += [f"## {title}", "", "| clause | asks | verdict | evidence | note |", "|---|---|---|---|---|"]
        lines += [_row(one) for one in rows]
        lines.append("")
    return "\n".join(lines)


def _row(one: Clause) -> str:
    evidence = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in one.evidence)
    return f"| {one.clause} | {one.asks} | {one.verdict} | {evidence} | {one.note} |"


def main() -> int:
    """Write the page; 1 when the table claims what no test shows."""
    parser = argparse.ArgumentParser(prog="python -m kiosk_app.lab.conformance")
    parser.add_argument("--results", type=Path, help="JUnit XML of a run of the tests")
    parser.add_argument("page", nargs="?", type=Path, default=PAGE)
    wish = parser.parse_args()
    found = chapters()
    wrong = list(faults(found))
    for fault in wrong:
        sys.stderr.write(fault + "\n")
    if wrong:
        return 1
    wish.page.write_text(document(shown(found, wish.results) if wish.results else found), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
