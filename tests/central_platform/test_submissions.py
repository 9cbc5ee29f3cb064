from __future__ import annotations

import gzip
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from central_platform.models import Booking, Case, Rating, Submission
from contracts import digest
from tests.central_platform.world import (
    CARD,
    HOST,
    PERSON,
    PHONE,
    START,
    TERMINAL,
    Client,
    World,
    allowance,
    application,
)


def count(world: World, table: Any) -> int:
    with world.platform.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def code_of(result: dict[str, Any]) -> str:
    assert result["status"] == "rejected"
    assert result["receipt"] is None
    return str(result["problem"]["code"])


def test_an_accepted_application_gets_a_complete_receipt(world: World) -> None:
    result = world.result(world.item(allowance()))
    receipt = result["receipt"]
    assert result["status"] == "accepted"
    assert receipt["number"] == "XC-2026-1120-000001"
    assert receipt["service_name"] == {"zh": "样例服务 TA01", "en": "Sample service TA01"}
    assert receipt["department"] == {"zh": "样例局", "en": "Sample Bureau"}
    assert receipt["accepted_at"] == "2026-11-20T10:00:00+08:00"
    assert (receipt["due"], receipt["limit_days"], receipt["state"]) == ("2026-12-18", 20, "accepted")
    assert receipt["track_url"].startswith("https://platform.test/receipts/")
    assert receipt["fee"] == {"zh": "不要钱", "en": "Free of charge"}
    assert set(receipt["check_code"]) - {"-"} <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    assert len(receipt["check_code"]) == 9


def test_an_instant_service_is_done_at_once(world: World) -> None:
    receipt = world.result(world.item(application("TB01", (CARD,), PERSON, copies=1)))["receipt"]
    assert (receipt["state"], receipt["due"], receipt["limit_days"]) == ("done", None, None)
    assert receipt["result"]["kind"] == "none"


def test_numbers_begin_anew_each_day(world: World) -> None:
    first = world.result(world.item(application()))["receipt"]["number"]
    second = world.result(world.item(application()))["receipt"]["number"]
    world.clock.advance(days=1)
    third = world.result(world.item(application()))["receipt"]["number"]
    assert (first[-6:], second[-6:], third) == ("000001", "000002", "XC-2026-1121-000001")


def test_the_same_item_again_returns_the_original_receipt(world: World) -> None:
    item = world.item(allowance())
    first, second = world.result(item), world.result(item)
    assert second["status"] == "duplicate"
    assert second["receipt"] == first["receipt"]
    assert count(world, Case) == 1


def test_the_same_item_twice_in_one_batch_has_one_effect(world: World) -> None:
    item = world.item(application())
    assert [r["status"] for r in world.submit(item, item).json()["results"]] == ["accepted", "duplicate"]
    assert count(world, Case) == 1


def test_parallel_duplicates_have_one_effect_and_one_receipt(world: World) -> None:
    items = [world.item(application()) for _ in range(4)]

    def send(_: int) -> list[str]:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        client = Client(world.app, world.der)
        answer = client.post("/v1/submissions:batch", json={"terminal": TERMINAL, "items": items}, headers=headers)
        return [r["receipt"]["number"] for r in answer.json()["results"]]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert all(numbers == answers[0] for numbers in answers)
    assert (count(world, Submission), count(world, Case)) == (4, 4)


def test_a_digest_that_does_not_fit_is_rejected(world: World) -> None:
    assert code_of(world.result(world.item(application(), digest="sha256:" + "0" * 64))) == "digest-mismatch"
    assert count(world, Submission) == 0


def test_a_body_without_canonical_form_is_rejected(world: World) -> None:
    for odd in (1.5, "\ud800"):
        item = {**world.item({}), "body": {"service": odd}}
        raw = json.dumps({"terminal": TERMINAL, "items": [item]})
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        answer = world.terminal.post("/v1/submissions:batch", content=raw.encode(), headers=headers)
        assert code_of(answer.json()["results"][0]) == "digest-mismatch"


def test_the_same_id_with_another_body_is_a_conflict_and_changes_nothing(world: World) -> None:
    item = world.item(application(words="甲"))
    world.result(item)
    other = application(words="乙")
    assert code_of(world.result({**item, "body": other, "digest": digest(other)})) == "digest-conflict"
    assert world.terminal.get(f"/v1/submissions/{item['id']}").json()["status"] == "accepted"


def test_a_sequence_number_used_by_another_item_is_a_conflict(world: World) -> None:
    world.result(world.item(application()))
    result = world.result(world.item(application(), seq=1))
    assert code_of(result) == "seq-conflict"
    assert result["problem"]["high_water"] == 1


def test_high_water_and_gaps_tell_what_never_arrived(world: World) -> None:
    answer = world.submit(world.item(application(), seq=2), world.item(application(), seq=5)).json()
    assert (answer["high_water"], answer["gaps"]) == (5, [1, 3, 4])


def test_a_rejected_item_is_no_gap(world: World) -> None:
    answer = world.submit(world.item(application("TZ99")), world.item(application())).json()
    assert (answer["high_water"], answer["gaps"]) == (2, [])


def test_one_poisoned_item_does_not_stop_the_others(world: World) -> None:
    items = [world.item(application()), world.item(application("TZ99")), world.item(application())]
    statuses = [r["status"] for r in world.submit(*items).json()["results"]]
    assert statuses == ["accepted", "rejected", "accepted"]


def test_an_unknown_service_is_refused(world: World) -> None:
    assert code_of(world.result(world.item(application("TZ99")))) == "service-unknown"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"phone": "12", "addr": "样例街 1 号"}, "/phone"),
        ({"phone": PHONE}, "/addr"),
        ({"phone": PHONE, "addr": "样例街", "shoe": "42"}, "/shoe"),
    ],
)
def test_wrong_data_are_refused_by_field_without_the_value(world: World, answers: dict[str, Any], field: str) -> None:
    problem = world.result(world.item({**allowance(), "answers": answers}))["problem"]
    assert (problem["code"], problem["field"]) == ("data-invalid", field)
    assert "样例街" not in problem["detail"]


def test_a_wrong_identity_number_is_refused(world: World) -> None:
    wrong = PERSON["id_no"][:-1] + ("1" if PERSON["id_no"][-1] != "1" else "2")
    body = {**allowance(), "person": {**PERSON, "id_no": wrong}}
    assert world.result(world.item(body))["problem"]["field"] == "/person/id_no"


def test_a_refused_item_may_come_again_and_is_then_taken(world: World) -> None:
    item = world.item(allowance(CARD, {"kind": "phone_code", "phone": PHONE}))
    assert code_of(world.result(item)) == "level-not-reached"
    assert world.terminal.get(f"/v1/submissions/{item['id']}").json()["status"] == "rejected"
    world.pass_phone_code()
    assert world.result(item)["status"] == "accepted"


@pytest.mark.parametrize(
    "evidence",
    [
        (CARD,),
        (HOST,),
        ({"kind": "phone_code", "phone": PHONE}, CARD),
        ({"kind": "token"}, {"kind": "phone_code", "phone": PHONE}),
        (CARD, {"kind": "witness", "host": "陌生人"}),
        (CARD, {"kind": "witness"}),
    ],
)
def test_a_level_that_the_evidence_does_not_reach_is_refused(world: World, evidence: tuple[Any, ...]) -> None:
    assert code_of(world.result(world.item(allowance(*evidence)))) == "level-not-reached"


def test_the_level_that_a_terminal_claims_counts_nothing(world: World) -> None:
    assert code_of(world.result(world.item({**allowance(CARD), "level": "L2"}))) == "level-not-reached"


def test_card_and_witness_reach_l2_without_a_network(world: World) -> None:
    assert world.result(world.item(allowance(CARD, HOST)))["status"] == "accepted"


def test_card_and_phone_code_reach_l2(world: World) -> None:
    world.pass_phone_code()
    evidence = (CARD, {"kind": "phone_code", "phone": PHONE})
    assert world.result(world.item(allowance(*evidence)))["status"] == "accepted"


def test_token_and_phone_code_reach_l2(world: World) -> None:
    world.pass_token()
    world.pass_phone_code()
    evidence = ({"kind": "token"}, {"kind": "phone_code", "phone": PHONE})
    assert world.result(world.item(allowance(*evidence)))["status"] == "accepted"


def test_what_was_consented_to_is_kept_with_the_version_of_its_text(world: World) -> None:
    consents = [
        {"text": "consent.face", "version": "0123456789abcdef", "lang": "zh", "given": False, "who": "applicant"}
    ]
    item = world.item({**allowance(), "consents": consents})
    assert world.result(item)["status"] == "accepted"
    (found,) = world.public.get("/lab/submissions", params={"id": item["id"]}).json()
    assert found["body"]["consents"] == consents


def test_a_consent_without_its_text_is_refused(world: World) -> None:
    problem = world.result(world.item({**allowance(), "consents": [{"given": True}]}))["problem"]
    assert (problem["code"], problem["field"]) == ("data-invalid", "/consents/0/text")


def test_provisional_numbers_may_repeat(world: World) -> None:
    body = {**application(), "provisional": "L20261120-0042-0001"}
    assert world.result(world.item(body))["status"] == "accepted"
    assert world.result(world.item({**body, "lang": "en"}))["status"] == "accepted"


def booking(date: str = "2026-11-23") -> dict[str, Any]:
    return application("TC01", (CARD,), PERSON, hall="H01", date=date, slot="0900")


def test_a_full_slot_refuses_and_leaves_no_case(world: World) -> None:
    statuses = [world.result(world.item(booking()))["status"] for _ in range(3)]
    assert statuses == ["accepted", "accepted", "rejected"]
    assert (count(world, Case), count(world, Booking)) == (2, 2)


def test_a_full_slot_says_so_and_other_slots_stay_open(world: World) -> None:
    for _ in range(2):
        world.result(world.item(booking()))
    assert code_of(world.result(world.item(booking()))) == "slot-full"
    assert world.result(world.item(booking("2026-11-25")))["status"] == "accepted"


def test_a_duplicate_takes_no_second_place(world: World) -> None:
    item = world.item(booking())
    for _ in range(3):
        world.result(item)
    assert world.result(world.item(booking()))["status"] == "accepted"


@pytest.mark.parametrize("date", ["2026-11-20", "2026-11-22", "2026-11-24", "soon"])
def test_an_appointment_needs_an_open_day_to_come(world: World, date: str) -> None:
    assert world.result(world.item(booking(date)))["problem"]["field"] == "/date"


def test_a_case_is_rated_once(world: World) -> None:
    item = world.item(application())
    number = world.result(item)["receipt"]["number"]
    rating = {"submission": item["id"], "case_no": None, "grade": 5, "reasons": [], "words": ""}
    assert world.result(world.item(rating, "rating"))["status"] == "accepted"
    again = {**rating, "submission": None, "case_no": number, "grade": 1}
    assert code_of(world.result(world.item(again, "rating"))) == "already-rated"
    assert count(world, Rating) == 1


def test_a_rating_in_the_batch_of_its_case_is_taken(world: World) -> None:
    item = world.item(application())
    rating = world.item({"submission": item["id"], "grade": 4, "reasons": []}, "rating")
    assert [r["status"] for r in world.submit(item, rating).json()["results"]] == ["accepted", "accepted"]


@pytest.mark.parametrize("grade", [0, 6])
def test_there_are_five_grades(world: World, grade: int) -> None:
    result = world.result(world.item({"case_no": "XC-2026-1120-000001", "grade": grade, "reasons": []}, "rating"))
    assert result["problem"]["field"] == "/grade"


def test_a_rating_of_no_case_is_refused(world: World) -> None:
    assert code_of(world.result(world.item({"case_no": "XC-1", "grade": 5, "reasons": []}, "rating"))) == "case-unknown"


def test_a_print_result_is_kept(world: World) -> None:
    body = {"job": "job-1", "outcome": "printed", "submission": None}
    assert world.result(world.item(body, "print_result"))["status"] == "accepted"


def test_what_was_taken_back_before_acceptance_is_refused_when_it_arrives_late(world: World) -> None:
    item = world.item(application())
    assert world.result(world.item({"submission": item["id"]}, "delete_request"))["status"] == "accepted"
    assert code_of(world.result(item)) == "deleted"


def test_what_was_accepted_cannot_be_taken_back(world: World) -> None:
    item = world.item(application())
    world.result(item)
    assert code_of(world.result(world.item({"submission": item["id"]}, "delete_request"))) == "already-accepted"


def test_gzip_bodies_are_understood(world: World) -> None:
    raw = gzip.compress(json.dumps({"terminal": TERMINAL, "items": [world.item(application())]}).encode())
    headers = {
        "Idempotency-Key": str(uuid.uuid4()),
        "Content-Encoding": "gzip",
        "Content-Type": "application/json",
    }
    answer = world.terminal.post("/v1/submissions:batch", content=raw, headers=headers)
    assert answer.json()["results"][0]["status"] == "accepted"


@pytest.mark.parametrize(
    ("raw", "encoding", "status"),
    [
        (b"x" * (512 * 1024 + 1), "identity", 413),
        (gzip.compress(b"x" * (512 * 1024 + 1), mtime=0), "gzip", 413),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip", 415),
        (b"no gzip", "gzip", 415),
        (b"{}", "br", 415),
    ],
)
def test_bodies_are_bounded_and_must_unpack(world: World, raw: bytes, encoding: str, status: int) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    answer = world.terminal.post("/v1/submissions:batch", content=raw, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_more_than_twenty_items_are_refused(world: World) -> None:
    assert world.submit(*[world.item(application()) for _ in range(21)]).status_code == 422


def test_a_batch_needs_its_idempotency_key(world: World) -> None:
    answer = world.terminal.post("/v1/submissions:batch", json={"terminal": TERMINAL, "items": []})
    assert answer.json()["code"] == "invalid-request"


def test_a_refused_request_never_repeats_what_was_in_it(world: World) -> None:
    secret = "测试甲的秘密"
    answer = world.submit({**world.item(application()), "seq": secret})
    assert answer.status_code == 422
    assert secret not in answer.text


def test_an_unknown_submission_is_not_found(world: World) -> None:
    assert world.terminal.get(f"/v1/submissions/{uuid.uuid4()}").json()["code"] == "not-found"


def test_a_crash_between_effect_and_commit_leaves_nothing(world: World) -> None:
    item = world.item(application())
    with pytest.raises(ZeroDivisionError):
        _store_and_fail(world, item)
    assert count(world, Submission) == 0
    assert world.result(item)["status"] == "accepted"


def _store_and_fail(world: World, item: dict[str, Any]) -> None:
    with world.platform.database.write() as session:
        session.add(_row(item))
        session.flush()
        raise ZeroDivisionError


def _row(item: dict[str, Any]) -> Submission:
    return Submission(
        id=item["id"],
        terminal=TERMINAL,
        seq=item["seq"],
        case_key="k",
        kind="application",
        schema_name="s",
        captured_at=START,
        mono_ms=0,
        boot_id="b",
        digest=item["digest"],
        body="{}",
        received_at=START,
    )
