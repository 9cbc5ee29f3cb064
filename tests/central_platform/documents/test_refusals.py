"""Who may not have a certificate, and what cannot become one."""

from __future__ import annotations

from pathlib import Path

import pytest

from central_platform.models import Booking, Case, CaseStep, DayCounter, Document, DocumentContent, Submission
from tests.central_platform.documents.certified import (
    SEEDED,
    address_of,
    another_terminal,
    asked,
    call,
    code_of,
    counted,
    document_of,
    earn,
    fetched,
    words_of,
)
from tests.central_platform.world import (
    OTHER,
    World,
    invented_id,
)


def test_another_terminal_is_told_nothing(world: World) -> None:
    document = document_of(earn(world))
    other = another_terminal(world)
    for what in ("fetch", "link"):
        answer = other.post(f"/v1/documents:{what}", json={"document": document})
        nothing = other.post(f"/v1/documents:{what}", json={"document": "A" * 22})
        assert code_of(answer) == (404, "document-unknown")
        assert answer.content == nothing.content
    world.clock.advance(days=2)
    assert code_of(other.post("/v1/documents:fetch", json={"document": document})) == (404, "document-unknown")


def test_a_certificate_can_be_fetched_for_a_day(world: World) -> None:
    document = document_of(earn(world))
    world.clock.advance(hours=23, minutes=59, seconds=59)
    assert call(world, "fetch", document).status_code == 200
    assert call(world, "link", document).status_code == 200
    world.clock.advance(seconds=1)
    for what in ("fetch", "link"):
        assert code_of(call(world, what, document)) == (410, "document-expired")


@pytest.mark.parametrize("document", ["", "a b", "张", "../x", "\x00", "x" * 65, None, 7])
def test_what_cannot_name_a_certificate_is_refused(world: World, document: object) -> None:
    answer = world.terminal.post("/v1/documents:fetch", json={"document": document})
    assert code_of(answer) == (422, "invalid-request")


def test_without_a_certificate_of_its_own_nobody_is_a_terminal(world: World) -> None:
    answer = world.public.post("/v1/documents:fetch", json={"document": document_of(earn(world))})
    assert code_of(answer) == (401, "client-certificate-required")


def test_whoever_has_the_paper_cannot_fetch_the_file(world: World, tmp_path: Path) -> None:
    document = document_of(earn(world))
    check = address_of(fetched(world, document)[1], tmp_path).removeprefix("/documents/")
    assert check != document
    assert code_of(call(world, "fetch", check)) == (404, "document-unknown")
    assert world.public.get(f"/take/{check}").status_code == 404
    assert world.public.get(f"/take/{check}/file").status_code == 404
    assert world.public.get(f"/documents/{document}").status_code == 404


def test_an_empty_record_refuses_the_item_and_leaves_nothing(world: World) -> None:
    world.public.post("/lab/people", json={"id_no": OTHER["id_no"], "records": {"social_insurance": None}})
    item = world.item(asked())
    result = world.result(item)
    assert (result["status"], result["receipt"]) == ("rejected", None)
    assert (result["problem"]["code"], result["problem"]["status"]) == ("record-empty", 409)
    for table in (Case, CaseStep, Document, DocumentContent, DayCounter, Booking, Submission):
        assert counted(world, table) == 0
    assert world.terminal.get(f"/v1/submissions/{item['id']}").json()["problem"]["code"] == "record-empty"
    world.public.post("/lab/people", json={"id_no": OTHER["id_no"]})
    assert world.result(item)["status"] == "accepted"


@pytest.mark.parametrize(
    "answers",
    [
        {"periodFrom": "2026-10", "periodTo": "2026-09"},
        {"periodFrom": "2026-11", "periodTo": "2026-12"},
        {"periodFrom": "1981-01", "periodTo": "1998-12"},
        {"periodFrom": "0000-01", "periodTo": "0000-12"},
    ],
    ids=["backwards", "to come", "before anybody works at 18", "no year at all"],
)
def test_months_in_which_nobody_paid_are_an_empty_record(world: World, answers: dict[str, str]) -> None:
    assert world.result(world.item(asked(**answers)))["problem"]["code"] == "record-empty"


def test_the_lab_says_what_the_departments_hold(world: World) -> None:
    world.public.post("/lab/people", json={"id_no": OTHER["id_no"], "records": {"social_insurance": SEEDED}})
    said = words_of(fetched(world, document_of(earn(world)))[1])
    assert "2026年1月企业职工8,200.00864.00" in said
    assert "共1个月" in said


def test_a_record_without_rows_is_an_empty_one(world: World) -> None:
    nothing = {"social_insurance": {**SEEDED, "count": 0, "months": []}}
    assert world.public.post("/lab/people", json={"id_no": OTHER["id_no"], "records": nothing}).status_code == 201
    assert world.result(world.item(asked()))["problem"]["code"] == "record-empty"


@pytest.mark.parametrize(
    "records",
    [
        {"social_insurance": {**SEEDED, "count": "1"}},
        {"social_insurance": {**SEEDED, "paid_total": "864"}},
        {"social_insurance": {**SEEDED, "months": [{"month": "2026-01"}]}},
        {"social_insurance": {**SEEDED, "months": "none"}},
        {"social_insurance": {}},
        {"dog_licences": None},
        [],
    ],
)
def test_the_lab_takes_no_record_that_is_not_whole(world: World, records: object) -> None:
    answer = world.public.post("/lab/people", json={"id_no": OTHER["id_no"], "records": records})
    assert code_of(answer) == (422, "invalid-request")


@pytest.mark.parametrize("name", ["测\u202e试", "测\ue123试", "测\x07试", "   "])
def test_a_name_that_cannot_stand_on_paper_is_refused_and_not_quoted(world: World, name: str) -> None:
    problem = world.result(world.item(asked({**OTHER, "name": name})))["problem"]
    assert problem["code"] == "data-invalid"
    assert "测" not in problem["detail"]
    assert counted(world, Document) == 0


def test_people_of_other_provinces_may_have_nothing(world: World) -> None:
    verdicts = [
        world.result(world.item(asked({"name": "测试", "id_no": invented_id("130102", "19800101", f"{n:03d}")})))
        for n in range(20)
    ]
    empty = [v for v in verdicts if v["status"] == "rejected"]
    assert 0 < len(empty) < len(verdicts)
    assert {v["problem"]["code"] for v in empty} == {"record-empty"}
    assert counted(world, Case) == len(verdicts) - len(empty)
