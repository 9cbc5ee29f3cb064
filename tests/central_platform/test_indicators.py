from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from central_platform.indicator_counts import Period
from central_platform.indicators import INDICATORS, plain, report
from central_platform.settings import PACKAGES
from tests.central_platform.documents.certified import asked, certified_packages, document_of, earn, fetched
from tests.central_platform.test_cli import run
from tests.central_platform.world import OTHER, TERMINAL, Template, World, application, build

DOC = Path(__file__).parents[2] / "docs" / "indicators.md"
TODAY = date(2026, 11, 20)
SHARES = {1, 2, 4, 5, 6, 8, 12, 20, 24}
NUMBERS = {7, 11, 14}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("counted")
    packages = certified_packages(folder / "packages")
    made = build(folder, packages=packages)
    made.platform.close()
    return Template(folder, packages, made.key, made.der)


@pytest.fixture
def world(counted: Template, tmp_path: Path) -> Iterator[World]:
    made = counted.open(tmp_path)
    yield made
    made.platform.close()


def values(world: World, first: date = TODAY, last: date = TODAY) -> dict[int, Any]:
    return {one.indicator.number: plain(one) for one in report(world.platform, Period(first, last))}


def share(found: dict[str, Any]) -> tuple[int, int, float | None]:
    return found["count"], found["total"], found["value"]


def rate(world: World, *grades: int) -> None:
    for grade in grades:
        number = world.result(world.item(application()))["receipt"]["number"]
        rating = {"case_no": number, "grade": grade, "reasons": []}
        assert world.result(world.item(rating, "rating"))["status"] == "accepted"


def beat(world: World, version: int) -> None:
    sign = {"terminal": TERMINAL, "at": world.clock.now().isoformat(), "catalogue": {"version": version}}
    assert world.terminal.post("/v1/heartbeat", json=sign).status_code == 200
    world.platform.presence.flush()


def test_all_of_the_plan_are_there_with_a_formula_or_a_reason(world: World) -> None:
    assert [one.number for one in INDICATORS] == list(range(1, 29))
    assert all(bool(one.formula) == (one.count is not None) != bool(one.reason) for one in INDICATORS)
    assert {one.number for one in INDICATORS if one.count} == SHARES | NUMBERS
    assert all(found["value"] is not None or found["reason"] for found in values(world).values())


def test_services_are_counted_by_what_the_catalogue_says(world: World) -> None:
    found = values(world)
    assert share(found[1]) == (5, 6, 83.3)
    assert share(found[2]) == (4, 6, 66.7)
    assert (found[11]["value"], found[11]["met"], found[11]["unit"]) == (4, False, "count")


def test_satisfaction_is_the_three_upper_grades_of_those_who_rated(world: World) -> None:
    assert (values(world)[12]["value"], values(world)[12]["met"]) == (None, None)
    rate(world, 5, 4, 3, 2)
    assert share(values(world)[12]) == (3, 4, 75.0)
    assert values(world)[12]["met"] is False


def test_a_goal_is_met_by_the_exact_share_and_not_by_a_rounded_one(world: World) -> None:
    rate(world, *[5] * 19, 1)
    assert (values(world)[12]["value"], values(world)[12]["met"]) == (95.0, True)
    rate(world, 1)
    assert values(world)[12]["met"] is False


def test_only_days_of_the_period_count_and_both_ends_belong_to_it(world: World) -> None:
    rate(world, 5)
    world.clock.advance(days=1, hours=13, minutes=59)
    rate(world, 1)
    world.clock.advance(minutes=1)
    rate(world, 1)
    assert share(values(world)[12]) == (1, 1, 100.0)
    assert share(values(world, TODAY, date(2026, 11, 21))[12]) == (1, 2, 50.0)
    assert share(values(world, date(2026, 11, 22), date(2026, 11, 22))[12]) == (0, 1, 0.0)
    assert values(world, date(2026, 11, 23), date(2026, 12, 31))[12]["total"] == 0


def test_certificates_count_as_sealed_once_they_are(world: World) -> None:
    first, _ = earn(world), earn(world)
    assert share(values(world)[5]) == (0, 2, 0.0)
    fetched(world, document_of(first))
    assert share(values(world)[5]) == (1, 2, 50.0)


def test_terminals_count_by_their_last_heartbeat(world: World) -> None:
    assert values(world)[6]["value"] is None
    beat(world, world.platform.catalogue_version)
    assert (share(values(world)[6]), values(world)[6]["met"]) == ((1, 1, 100.0), True)
    assert share(values(world)[20]) == (0, 1, 0.0)
    beat(world, world.platform.catalogue_version + 1)
    assert share(values(world)[6]) == (0, 1, 0.0)


def test_shared_data_are_met_when_every_department_answered(world: World) -> None:
    from central_platform.records import RecordsError

    class Silent:
        def find(self, kind: str, id_no: str, answers: Any) -> None:
            raise RecordsError

    earn(world)
    world.result(world.item(asked(OTHER, periodFrom="2026-10", periodTo="2026-09"), schema="application/2"))
    assert share(values(world)[24]) == (2, 2, 100.0)
    world.platform.records = Silent()
    world.result(world.item(asked()))
    assert share(values(world)[24]) == (2, 3, 66.7)


def test_what_ships_counts_themes_bundles_and_matters(counted: Template, tmp_path: Path) -> None:
    from dataclasses import replace

    shipped = replace(counted, packages=PACKAGES).open(tmp_path)
    found = values(shipped)
    shipped.platform.close()
    reference = json.loads((PACKAGES / "reference.json").read_text("utf-8"))
    assert found[7]["value"] == len(reference["bundles"])
    assert found[14]["met"] is True
    assert share(found[8]) == (len(reference["windowItems"]), len(reference["windowItems"]), 100.0)


def test_the_command_prints_json_and_a_table(tmp_path: Path) -> None:
    days = ("--from", "2026-11-01", "--to", "2026-11-30", "--data", tmp_path)
    said = json.loads(run("indicators", *days, "--json").stdout)
    assert (said["from"], said["to"], len(said["indicators"])) == ("2026-11-01", "2026-11-30", 28)
    table = run("indicators", *days)
    assert table.returncode == 0
    assert [int(line[:2]) for line in table.stdout.splitlines()] == list(range(1, 29))


def test_days_in_the_wrong_order_are_wrong_usage(tmp_path: Path) -> None:
    found = run("indicators", "--from", "2026-12-01", "--to", "2026-11-30", "--data", tmp_path)
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (2, "", 1)


def test_the_page_about_them_says_the_same() -> None:
    lines = DOC.read_text("utf-8").splitlines()
    for one in INDICATORS:
        goal = "" if one.goal is None else str(one.goal)
        assert f"| {one.number} | {one.zh} | {goal} | {one.formula or '— ' + one.reason} |" in lines
