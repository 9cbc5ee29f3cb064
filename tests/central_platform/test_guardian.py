"""A child under 14 applies together with an adult; both find the case, each with their own identity."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from central_platform.clock import BEIJING
from central_platform.guardians import birth
from central_platform.models import Case
from central_platform.wire.submissions import Person
from tests.central_platform.world import CARD, CHILD, HOST, OTHER, PERSON, PHONE, START, World, application, invented_id

GUARDIAN = {**OTHER, "relation": "parent", "evidence": [CARD, HOST]}
FACE = {"kind": "face", "live": "passive"}


def born(day: str, **more: str) -> dict[str, str]:
    return {"name": "测试小戊", "id_no": invented_id(born=day, **more)}


def child_applies(guardian: Any, person: Any = CHILD, service: str = "TA01", evidence: Any = (CARD,)) -> dict[str, Any]:
    answers: dict[str, Any] = {"phone": PHONE, "addr": "样例街 1 号"} if service == "TA01" else {"copies": 1}
    return {**application(service, evidence, person, **answers), "guardian": guardian}


def problem(world: World, body: Any, **other: Any) -> tuple[str, str | None]:
    result = world.result(world.item(body, **other))
    assert result["status"] == "rejected"
    return result["problem"]["code"], result["problem"].get("field")


def find(world: World, person: Any, identity: str) -> Any:
    return world.terminal.post("/v1/cases:find", json={"id_no": person["id_no"], "identity": identity})


def test_a_child_alone_is_refused(world: World) -> None:
    assert problem(world, child_applies(None, evidence=(CARD, HOST))) == ("guardian-required", "/guardian")


def test_a_child_with_an_adult_who_reached_the_level_is_accepted(world: World) -> None:
    assert world.result(world.item(child_applies(GUARDIAN)))["status"] == "accepted"


def test_the_applicant_is_the_child_and_the_guardian_is_kept(world: World) -> None:
    world.result(world.item(child_applies(GUARDIAN)))
    with world.platform.database.read() as session:
        case = session.scalars(select(Case)).one()
    assert (case.id_no, case.guardian_id_no) == (CHILD["id_no"], OTHER["id_no"])
    assert (case.guardian_relation, case.level) == ("parent", "L2")


def test_the_receipt_of_a_child_holds_nothing_of_either(world: World) -> None:
    item = world.item(child_applies(GUARDIAN))
    answer = world.submit(item)
    assert answer.json()["results"][0]["status"] == "accepted"
    assert not [text for text in (*CHILD.values(), OTHER["id_no"], OTHER["name"]) if text in answer.text]


def test_what_needs_no_identity_needs_no_guardian(world: World) -> None:
    assert world.result(world.item(application("TD01", (), CHILD)))["status"] == "accepted"


@pytest.mark.parametrize("service", ["TA01", "TB01"])
def test_every_service_that_needs_an_identity_needs_the_guardian(world: World, service: str) -> None:
    assert problem(world, child_applies(None, service=service))[0] == "guardian-required"


@pytest.mark.parametrize(
    ("guardian", "field"),
    [
        ({**GUARDIAN, **CHILD}, "/guardian/id_no"),
        ({**GUARDIAN, **born("20081121")}, "/guardian/id_no"),
        ({**GUARDIAN, **born("20150601", order="033")}, "/guardian/id_no"),
    ],
    ids=["the child itself", "a day short of 18", "another child"],
)
def test_a_guardian_is_an_adult_and_not_the_child(world: World, guardian: Any, field: str) -> None:
    assert problem(world, child_applies(guardian)) == ("guardian-required", field)


def test_somebody_who_is_18_today_is_an_adult(world: World) -> None:
    guardian = {**GUARDIAN, **born("20081120")}
    assert world.result(world.item(child_applies(guardian)))["status"] == "accepted"


@pytest.mark.parametrize(
    "evidence",
    [[], [CARD], [HOST], [{"kind": "phone_code", "phone": PHONE}], [CARD, {"kind": "face"}], [HOST, FACE]],
    ids=["nothing", "card", "witness", "no code", "face without liveness", "face without card"],
)
def test_the_guardians_own_evidence_must_reach_the_level(world: World, evidence: list[Any]) -> None:
    body = child_applies({**GUARDIAN, "evidence": evidence}, evidence=(CARD, HOST, FACE))
    assert problem(world, body) == ("level-not-reached", "/guardian")


@pytest.mark.parametrize("second", [HOST, FACE, {"kind": "voice"}, {"kind": "palm"}, {"kind": "iris"}])
def test_any_second_proof_of_the_guardian_will_do(world: World, second: Any) -> None:
    body = child_applies({**GUARDIAN, "evidence": [CARD, second]})
    assert world.result(world.item(body))["status"] == "accepted"


def test_a_code_sent_for_the_child_is_no_proof_of_the_guardian(world: World) -> None:
    world.pass_phone_code(id_no=CHILD["id_no"])
    body = child_applies({**GUARDIAN, "evidence": [CARD, {"kind": "phone_code", "phone": PHONE}]})
    assert problem(world, body) == ("level-not-reached", "/guardian")


def test_a_code_sent_for_the_guardian_is(world: World) -> None:
    challenge = world.pass_phone_code(id_no=OTHER["id_no"])
    code = {"kind": "phone_code", "phone": PHONE, "challenge": challenge}
    assert world.result(world.item(child_applies({**GUARDIAN, "evidence": [CARD, code]})))["status"] == "accepted"


def test_a_phone_alone_does_not_say_who_the_guardian_is(world: World) -> None:
    world.pass_phone_code(id_no=OTHER["id_no"])
    guardian = {**GUARDIAN, "evidence": [{"kind": "phone_code", "phone": PHONE}]}
    assert problem(world, child_applies(guardian, service="TB01")) == ("level-not-reached", "/guardian")


@pytest.mark.parametrize("evidence", [(), (HOST,), (FACE,), ({"kind": "token"},)])
def test_a_card_or_code_of_the_child_must_name_it(world: World, evidence: Any) -> None:
    assert problem(world, child_applies(GUARDIAN, evidence=evidence)) == ("level-not-reached", "/evidence")


def test_a_verified_code_of_the_child_names_it(world: World) -> None:
    world.pass_token(CHILD)
    body = child_applies(GUARDIAN, evidence=({"kind": "token"},))
    assert world.result(world.item(body))["status"] == "accepted"


def test_a_social_card_of_the_child_names_it_beside_a_witness(world: World) -> None:
    body = child_applies(GUARDIAN, evidence=({"kind": "social_card"}, HOST))
    assert world.result(world.item(body))["status"] == "accepted"
    body = child_applies(GUARDIAN, evidence=({"kind": "social_card"},))
    assert problem(world, body) == ("level-not-reached", "/evidence")


def test_a_guardian_whose_number_cannot_be_is_refused(world: World) -> None:
    wrong = OTHER["id_no"][:-1] + ("1" if OTHER["id_no"][-1] != "1" else "2")
    assert problem(world, child_applies({**GUARDIAN, "id_no": wrong})) == ("data-invalid", "/guardian/id_no")


def test_a_relation_outside_the_three_is_refused(world: World) -> None:
    assert problem(world, child_applies({**GUARDIAN, "relation": "friend"})) == ("data-invalid", "/guardian/relation")


@pytest.mark.parametrize(("day", "alone"), [("20121120", True), ("20121121", False)])
def test_from_the_14th_birthday_nobody_else_is_needed(world: World, day: str, alone: bool) -> None:
    body = child_applies(None, born(day), evidence=(CARD, HOST))
    assert (world.result(world.item(body))["status"] == "accepted") is alone


def test_an_adult_gets_no_guardian_and_nobody_else_finds_the_case(world: World) -> None:
    body = {**child_applies(GUARDIAN, PERSON), "evidence": [CARD, HOST]}
    assert world.result(world.item(body))["status"] == "accepted"
    assert find(world, OTHER, world.identity(OTHER)).json() == {"cases": []}


def test_an_adult_without_evidence_of_their_own_cannot_use_anothers(world: World) -> None:
    assert problem(world, child_applies(GUARDIAN, PERSON)) == ("level-not-reached", None)


def test_who_applied_before_the_birthday_is_judged_by_that_day(world: World) -> None:
    item = world.item(child_applies(None, born("20121125"), evidence=(CARD, HOST)))
    world.clock.advance(days=10)
    assert world.result(item)["problem"]["code"] == "guardian-required"


def test_a_clock_that_runs_ahead_makes_no_child_older(world: World) -> None:
    late = {"captured_at": "2031-01-01T00:00:00+08:00"}
    assert problem(world, child_applies(None), **late)[0] == "guardian-required"


def test_child_and_guardian_each_find_the_case_with_their_own_identity(world: World) -> None:
    number = world.result(world.item(child_applies(GUARDIAN)))["receipt"]["number"]
    for person in (CHILD, OTHER):
        cases = find(world, person, world.identity(person)).json()["cases"]
        assert [case["number"] for case in cases] == [number]


def test_the_guardians_identity_does_not_open_the_childs_number(world: World) -> None:
    world.result(world.item(child_applies(GUARDIAN)))
    assert find(world, CHILD, world.identity(OTHER)).json()["code"] == "identity-mismatch"


@pytest.mark.parametrize(
    ("id_no", "on_card", "year"),
    [
        ("CAN110190080104", None, 1990),
        ("CAN110114080104", None, 2014),
        ("CAN110114080104", "1914-08-01", 1914),
        ("CAN110114080104", "", 2014),
        ("CAN110114990104", None, None),
        (CHILD["id_no"], "1950-01-01", 2015),
    ],
)
def test_when_somebody_was_born(id_no: str, on_card: str | None, year: int | None) -> None:
    found = birth(Person(name="A", id_no=id_no, birth=on_card), START.astimezone(BEIJING).date())
    assert (found.year if found else None) == year
