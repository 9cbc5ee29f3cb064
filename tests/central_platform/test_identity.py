from __future__ import annotations

from typing import Any

import pytest

from central_platform import codes
from central_platform.models import PhoneChallenge
from tests.central_platform.world import PERSON, PHONE, TERMINAL, World


def issue(world: World) -> str:
    answer = world.public.post("/lab/tokens", json={"person": PERSON})
    assert answer.json()["expires_s"] == 60
    return str(answer.json()["raw"])


def verify(world: World, raw: str) -> Any:
    return world.terminal.post("/v1/tokens:verify", json={"raw": raw, "purpose": "identity", "terminal": TERMINAL})


def test_a_token_tells_its_person_once(world: World) -> None:
    raw = issue(world)
    assert verify(world, raw).json() == {"person": PERSON, "level": "L1", "kind": "doorstep"}
    assert verify(world, raw).json()["code"] == "token-used"


def test_a_lab_person_is_completed_from_the_identity_number(world: World) -> None:
    person = {"name": PERSON["name"], "id_no": PERSON["id_no"]}
    raw = world.public.post("/lab/tokens", json={"person": person}).json()["raw"]
    assert verify(world, raw).json()["person"] == {**PERSON, "sex": "female", "birth": "1944-03-08", "address": ""}


def test_a_token_lives_60_seconds(world: World) -> None:
    raw = issue(world)
    world.clock.advance(seconds=60)
    assert verify(world, raw).json()["code"] == "token-expired"


@pytest.mark.parametrize("raw", ["DS1.nothing", "http://example.test/", "a\nb", "DS1.\u202e"])
def test_a_code_that_is_no_credential_is_unknown(world: World, raw: str) -> None:
    assert verify(world, raw).json()["code"] == "token-unknown"


def test_a_token_longer_than_1_kib_is_refused(world: World) -> None:
    assert verify(world, "x" * 1025).status_code == 422


def test_the_token_itself_is_not_kept(world: World) -> None:
    raw = issue(world)
    data = b"".join(p.read_bytes() for p in world.platform.settings.data.glob("platform.db*"))
    assert raw.encode() not in data


def send(world: World, phone: str = PHONE, id_no: str | None = None) -> Any:
    return world.terminal.post("/v1/phone-codes", json={"phone": phone, "id_no": id_no, "purpose": "identity"})


def check(world: World, challenge: str, code: str) -> Any:
    return world.terminal.post(f"/v1/phone-codes/{challenge}:check", json={"code": code})


def code_in(world: World, phone: str = PHONE) -> str:
    text = world.public.get("/lab/messages", params={"phone": phone}).json()[-1]["text"]
    return next(part[:6] for part in text.split("验证码 ") if part[:6].isdigit())


def not_the(code: str) -> str:
    return "000000" if code != "000000" else "000001"


def test_the_right_code_is_accepted_and_the_phone_is_masked(world: World) -> None:
    sent = send(world)
    assert (sent.status_code, sent.json()["masked"], sent.json()["expires_s"]) == (201, "138*****001", 300)
    assert check(world, sent.json()["challenge"], code_in(world)).json() == {"ok": True}


def test_wrong_codes_count_down_and_lock(world: World) -> None:
    challenge = send(world).json()["challenge"]
    right = code_in(world)
    answers = [check(world, challenge, not_the(right)).json() for _ in range(5)]
    assert [a.get("remaining") for a in answers] == [4, 3, 2, 1, 0]
    assert [a["code"] for a in answers] == ["code-wrong"] * 4 + ["code-locked"]
    assert check(world, challenge, right).json()["code"] == "code-locked"


def test_a_code_lives_five_minutes(world: World) -> None:
    challenge = send(world).json()["challenge"]
    world.clock.advance(seconds=300)
    assert check(world, challenge, code_in(world)).json()["code"] == "code-expired"


def test_a_second_code_within_a_minute_is_too_many_and_says_how_long_to_wait(world: World) -> None:
    send(world)
    answer = send(world)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "too-many", "60")
    world.clock.advance(seconds=60)
    assert send(world).status_code == 201


def test_a_phone_gets_five_codes_an_hour(world: World) -> None:
    for _ in range(5):
        assert send(world).status_code == 201
        world.clock.advance(minutes=2)
    assert send(world).json()["code"] == "too-many"


def test_a_phone_other_than_the_registered_one_is_refused(world: World) -> None:
    world.public.post("/lab/people", json={"id_no": PERSON["id_no"], "phone": PHONE})
    assert send(world, "13900000002", PERSON["id_no"]).json()["code"] == "phone-not-registered"
    assert send(world, PHONE, PERSON["id_no"]).status_code == 201


def test_a_person_without_a_registered_phone_may_use_any(world: World) -> None:
    assert send(world, "13900000002", PERSON["id_no"]).status_code == 201


def test_a_challenge_that_was_never_given_is_unknown(world: World) -> None:
    assert check(world, "nothing", "123456").json()["code"] == "code-unknown"


def test_the_message_tells_nobody_to_pass_the_code_on(world: World) -> None:
    send(world)
    assert "请不要告诉别人" in world.public.get("/lab/messages", params={"phone": PHONE}).json()[0]["text"]


def test_texts_are_kept_for_a_day(world: World) -> None:
    send(world)
    world.clock.advance(days=1)
    send(world, "13900000002")
    assert [text["phone"] for text in world.public.get("/lab/messages").json()] == ["13900000002"]


def test_a_code_cannot_be_found_from_what_is_kept_of_it(world: World) -> None:
    challenge = send(world).json()["challenge"]
    with world.platform.database.read() as session:
        kept = session.get_one(PhoneChallenge, challenge).code_hash
    assert kept != codes.secret_hash(code_in(world), challenge)
    assert len(kept) == 64


def prefill(world: World, service: str) -> Any:
    body = {"id_no": PERSON["id_no"], "service": service, "identity": world.identity()}
    return world.terminal.post("/v1/prefill", json=body).json()


def test_prefill_gives_what_the_form_asks_for_and_says_from_where(world: World) -> None:
    record = {
        "id_no": PERSON["id_no"],
        "name": "测试甲",
        "phone": PHONE,
        "addr": "样例街 1 号",
        "bank": "6222000000000000",
    }
    world.public.post("/lab/people", json=record)
    found = prefill(world, "TA01")
    assert found["fields"] == {"phone": PHONE, "addr": "样例街 1 号"}
    assert found["sources"]["phone"]["zh"] == "政务服务平台预留手机"
    assert set(found["sources"]) == set(found["fields"])


@pytest.mark.parametrize("service", ["TA01", "TZ99"])
def test_prefill_of_an_unknown_person_or_service_is_empty(world: World, service: str) -> None:
    assert prefill(world, service) == {"fields": {}, "sources": {}}
