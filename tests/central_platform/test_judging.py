"""Cases that rules decide, from the item that a terminal sends to the decision that is kept with the case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from central_platform import judging
from central_platform.models import Booking, Case, CaseStep, Document, RuleText, Ruling, Slot
from central_platform.records import RecordsError
from tests.central_platform.documents.certified import asked, certified_packages, counted
from tests.central_platform.test_cli import run
from tests.central_platform.world import (
    CARD,
    OTHER,
    PERSON,
    Template,
    World,
    application,
    both,
    build,
    invented_id,
    refusing,
    rules,
    write_package,
)

ELDER, ADULT = PERSON, OTHER
"""82 and 45 years old on the day of the tests."""
OFFICER = {"outcome": "officer", "words": both("要问一问", "To be asked"), "workdays": 5, "call": "12345"}
GRANTED = {"id": "granted", "outcome": "granted", "words": both("可以", "Yes")}
YOUNG = refusing("young", {"fact": "person.age", "below": 60}, within={"workdays": 3}, call="12345")
FAR = {**OFFICER, "id": "elsewhere", "when": {"not": {"fact": "person.address", "begins_with": "西城区"}}}
LATE = refusing("late", {"fact": "answers.start", "below": "-1m"}, within={"days": 10})
START = {"type": "string", "format": "date", "x-range": {"from": "-5y", "to": "+0d"}}


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A platform with TG01, which rules decide, TC01, whose rules refuse everybody under 60, and TF01."""
    folder = tmp_path_factory.mktemp("ruled")
    packages = certified_packages(folder / "packages")
    place = write_package(packages, "TG01", {"start": START}, level="L1", instant=True)
    for package, decision in ((place, rules(YOUNG, FAR, LATE, GRANTED)), (packages / "TC01", rules(YOUNG, GRANTED))):
        (package / "decision.json").write_text(json.dumps(decision, ensure_ascii=False), encoding="utf-8")
    made = build(folder, packages)
    made.platform.close()
    return Template(folder, packages, made.key, made.der)


@pytest.fixture
def world(ruled: Template, tmp_path: Path) -> Iterator[World]:
    made = ruled.open(tmp_path)
    yield made
    made.platform.close()


def live_at(world: World, person: Mapping[str, str], address: str) -> None:
    world.public.post("/lab/people", json={"id_no": person["id_no"], "addr": address})


def sent(world: World, person: Any, start: str = "2026-11-01", schema: str = "application/2") -> dict[str, Any]:
    body = application("TG01", (CARD,), person, start=start)
    return world.result(world.item(body, schema=schema))


def decided(world: World, person: Any, start: str = "2026-11-01") -> dict[str, Any]:
    result = sent(world, person, start)
    assert result["status"] == "accepted", result
    receipt: dict[str, Any] = result["receipt"]
    return receipt


def ruling(world: World, number: str) -> Ruling:
    with world.platform.database.read() as session:
        return session.get_one(Ruling, number)


def test_who_is_granted_is_done_at_once_and_told_by_which_rule(world: World) -> None:
    live_at(world, ELDER, "西城区样例街 1 号")
    receipt = decided(world, ELDER)
    assert (receipt["state"], receipt["due"]) == ("done", None)
    assert receipt["decision"] == {
        "rule": "granted",
        "outcome": "granted",
        "words": both("可以", "Yes"),
        "where": None,
        "bring": None,
        "by": None,
        "call": None,
    }


def test_who_is_refused_is_told_why_where_with_what_until_when_and_whom_to_call(world: World) -> None:
    receipt = decided(world, ADULT)
    assert (receipt["state"], receipt["due"], receipt["result"]) == ("refused", None, None)
    assert receipt["decision"] == {
        "rule": "young",
        "outcome": "refused",
        "words": both("不行", "No"),
        "where": both("到窗口", "At the window"),
        "bring": both("带证件", "With your ID card"),
        "by": "2026-11-25",
        "call": "12345",
    }
    assert receipt["pickup"] == both("到窗口", "At the window")


def test_a_deadline_of_calendar_days_counts_every_day(world: World) -> None:
    live_at(world, ELDER, "西城区样例街 1 号")
    assert decided(world, ELDER, start="2026-10-01")["decision"]["by"] == "2026-11-30"


def test_the_first_rule_that_holds_decides(world: World) -> None:
    live_at(world, ADULT, "东城区")
    assert decided(world, ADULT, start="2022-01-01")["decision"]["rule"] == "young"
    live_at(world, ELDER, "东城区")
    assert decided(world, ELDER, start="2022-01-01")["decision"]["rule"] == "elsewhere"


def test_an_officer_has_working_days_and_the_case_is_only_accepted(world: World) -> None:
    live_at(world, ELDER, "东城区样例街 1 号")
    receipt = decided(world, ELDER)
    assert (receipt["state"], receipt["limit_days"], receipt["due"]) == ("accepted", 5, "2026-11-27")
    assert (receipt["result"], receipt["decision"]["rule"]) == (None, "elsewhere")
    assert receipt["pickup"] == both("3 号窗口", "Window 3")


def test_a_fact_that_nobody_knows_goes_to_an_officer_and_is_named(world: World) -> None:
    receipt = decided(world, ELDER)
    assert (receipt["state"], receipt["decision"]["rule"], receipt["limit_days"]) == ("accepted", "unknown-fact", 3)
    kept = ruling(world, receipt["number"])
    assert (kept.outcome, json.loads(kept.missing)) == ("officer", ["person.address"])


def test_a_date_of_birth_that_no_number_tells_is_not_known(world: World) -> None:
    receipt = decided(world, {"name": "LEE", "id_no": "USA110199135012"})
    assert json.loads(ruling(world, receipt["number"]).missing) == ["person.age"]


def test_the_age_is_that_of_the_day_on_which_somebody_applied(world: World) -> None:
    just = {"name": "测试丁", "id_no": invented_id(born="19661121")}
    live_at(world, just, "西城区")
    before = world.item(application("TG01", (CARD,), just, start="2026-11-01"), schema="application/2")
    world.clock.advance(days=1)
    assert world.result(before)["receipt"]["decision"]["rule"] == "young"
    assert decided(world, just)["decision"]["rule"] == "granted"


def test_a_decision_is_kept_with_its_case_and_says_the_same_again(world: World) -> None:
    live_at(world, ELDER, "西城区样例街 1 号")
    numbers = [decided(world, person)["number"] for person in (ELDER, ADULT)]
    live_at(world, ELDER, "西城区样例街 2 号")
    for number, rule in zip(numbers, ("granted", "young"), strict=True):
        found = judging.replay(world.platform, number)
        assert found is not None
        assert (found.same, found.again.rule.id, found.service) == (True, rule, "TG01")
    assert json.loads(ruling(world, numbers[0]).facts) == {
        "person.age": 82,
        "person.address": "西城区样例街 1 号",
        "answers.start": "2026-11-01",
        "today": "2026-11-20",
    }
    assert counted(world, RuleText) == 1


def test_a_fact_that_was_changed_afterwards_is_noticed(world: World) -> None:
    number = decided(world, ADULT)["number"]
    with world.platform.database.write() as session:
        session.get_one(Ruling, number).facts = json.dumps({"person.age": 61})
    found = judging.replay(world.platform, number)
    assert found is not None
    assert not found.same


def test_a_case_of_officers_has_no_ruling(world: World) -> None:
    number = world.result(world.item(application()))["receipt"]["number"]
    assert judging.replay(world.platform, number) is None


def test_the_same_item_sent_again_gets_the_same_decision_once(world: World) -> None:
    item = world.item(application("TG01", (CARD,), ADULT, start="2026-11-01"), schema="application/2")
    first, again = world.result(item), world.result(item)
    assert (first["status"], again["status"]) == ("accepted", "duplicate")
    assert first["receipt"] == again["receipt"]
    assert (counted(world, Ruling), counted(world, Case)) == (1, 1)


def test_who_is_refused_takes_no_place(world: World) -> None:
    body = {"hall": "H01", "date": "2026-11-23", "slot": "0900"}
    result = world.result(world.item(application("TC01", (CARD,), ADULT, **body), schema="2"))
    assert result["receipt"]["state"] == "refused"
    assert (counted(world, Slot), counted(world, Booking)) == (0, 0)


def test_a_refusal_with_nothing_on_record_issues_no_certificate(world: World) -> None:
    world.public.post("/lab/people", json={"id_no": OTHER["id_no"], "records": {"social_insurance": None}})
    receipt = world.result(world.item(asked(), schema="application/2"))["receipt"]
    assert (receipt["state"], receipt["decision"]["rule"], receipt["result"]) == ("refused", "nothing-held", None)
    assert counted(world, Document) == 0
    assert json.loads(ruling(world, receipt["number"]).facts) == {"records.social_insurance.found": False}


def test_a_department_that_does_not_answer_leaves_it_to_an_officer(world: World) -> None:
    class Silent:
        def find(self, kind: str, id_no: str, answers: Mapping[str, Any]) -> None:
            raise RecordsError

    world.platform.records = Silent()
    receipt = world.result(world.item(asked()))["receipt"]
    assert (receipt["state"], receipt["decision"]["rule"], receipt["result"]) == ("accepted", "unknown-fact", None)
    missing = json.loads(ruling(world, receipt["number"]).missing)
    assert missing == ["records.social_insurance.found", "records.social_insurance.months"]


def test_a_terminal_from_before_the_rules_is_told_a_problem_and_not_a_receipt(world: World) -> None:
    result = sent(world, ADULT, schema="application/1")
    assert (result["status"], result["receipt"], result["problem"]["code"]) == ("rejected", None, "refused")
    assert (counted(world, Case), counted(world, Ruling)) == (0, 0)


def test_the_progress_of_a_refused_case_says_so(world: World) -> None:
    number = decided(world, ADULT)["number"]
    with world.platform.database.read() as session:
        steps = list(session.scalars(select(CaseStep.state).where(CaseStep.number == number)))
    assert steps == ["accepted", "refused"]


def test_the_command_shows_a_decision_and_asks_the_rules_again(world: World) -> None:
    number = decided(world, ADULT)["number"]
    data = ("--data", world.platform.settings.data, "--packages", world.platform.settings.packages)
    shown = run("decision", number, *data)
    said = json.loads(shown.stdout)
    assert (shown.returncode, said["rule"], said["outcome"], said["same"]) == (0, "young", "refused", True)
    assert said["facts"] == {"person.age": 45, "answers.start": "2026-11-01", "today": "2026-11-20"}
    with world.platform.database.write() as session:
        session.get_one(Ruling, number).rule = "granted"
    assert run("decision", number, *data).returncode == 1
    assert run("decision", "XC-2026-0101-000001", *data).returncode == 1
