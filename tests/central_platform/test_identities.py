from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from central_platform import enrolment
from central_platform.clock import BEIJING
from central_platform.models import Identity
from tests.central_platform.world import (
    CARD,
    HOST,
    OTHER,
    PERSON,
    PHONE,
    Client,
    World,
    allowance,
    csr_pem,
    new_key,
)

SOCIAL = {"kind": "social_card"}
FACE = {"kind": "face", "live": "challenge"}
BY_PHONE = {"kind": "phone_code", "phone": PHONE}
TOKEN = {"kind": "token"}


def ask(world: World, *evidence: Any, person: Any = PERSON, client: Client | None = None) -> Any:
    body = {"id_no": person["id_no"], "name": person["name"], "evidence": list(evidence)}
    return (client or world.terminal).post("/v1/identities", json=body)


def prefill(world: World, identity: str | None, person: Any = PERSON, client: Client | None = None) -> Any:
    body = {"id_no": person["id_no"], "service": "TA01", "identity": identity}
    return (client or world.terminal).post("/v1/prefill", json=body)


def find(world: World, identity: str | None, person: Any = PERSON, client: Client | None = None) -> Any:
    return (client or world.terminal).post("/v1/cases:find", json={"id_no": person["id_no"], "identity": identity})


def end(world: World, identity: str, client: Client | None = None) -> Any:
    return (client or world.terminal).delete("/v1/identities", json={"identity": identity})


def second_terminal(world: World) -> Client:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    code = enrolment.create(world.platform, "XC-0043", {"name": "另一台"})
    pem = enrolment.enrol(world.platform, code, csr_pem(new_key()), {}).certificate.pem
    return Client(world.app, x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER))


BOTH = pytest.mark.parametrize("call", [prefill, find], ids=["prefill", "cases"])


def test_a_card_gives_an_identity_of_level_1_for_15_minutes(world: World) -> None:
    answer = ask(world, CARD)
    assert answer.status_code == 201
    assert (answer.json()["level"], answer.json()["expires_s"]) == ("L1", 900)
    assert len(answer.json()["identity"]) >= 40


@pytest.mark.parametrize("second", [HOST, FACE, {"kind": "voice"}, {"kind": "palm"}, {"kind": "iris"}])
def test_a_second_proof_gives_level_2(world: World, second: Any) -> None:
    assert ask(world, CARD, second).json()["level"] == "L2"


def test_a_face_without_a_word_on_liveness_adds_nothing(world: World) -> None:
    assert ask(world, CARD, {"kind": "face"}).json()["level"] == "L1"


@pytest.mark.parametrize(
    "evidence",
    [(), (HOST,), (SOCIAL,), (FACE,), ({"kind": "iris"}, HOST), (SOCIAL, FACE), (TOKEN,), (BY_PHONE,)],
    ids=["nothing", "witness", "social card", "face", "iris", "social card, face", "no token", "no code"],
)
def test_evidence_that_does_not_say_who_it_is_gives_no_identity(world: World, evidence: tuple[Any, ...]) -> None:
    answer = ask(world, *evidence)
    assert (answer.status_code, answer.json()["code"]) == (403, "evidence-insufficient")


def test_a_social_card_beside_a_witness_gives_level_1(world: World) -> None:
    assert ask(world, SOCIAL, HOST).json()["level"] == "L1"


def test_a_token_of_one_person_gives_no_identity_of_another(world: World) -> None:
    world.pass_token()
    assert ask(world, TOKEN).status_code == 201
    assert ask(world, TOKEN, person=OTHER).json()["code"] == "evidence-insufficient"


def test_a_token_verified_at_another_terminal_proves_nothing_here(world: World) -> None:
    world.pass_token()
    assert ask(world, TOKEN, client=second_terminal(world)).json()["code"] == "evidence-insufficient"


def test_a_token_of_another_day_gives_no_identity(world: World) -> None:
    world.pass_token()
    world.clock.advance(hours=1)
    assert ask(world, TOKEN).json()["code"] == "evidence-insufficient"


def test_the_holder_of_some_phone_is_not_whoever_they_say(world: World) -> None:
    world.pass_phone_code(id_no=PERSON["id_no"])
    assert ask(world, BY_PHONE).json()["code"] == "evidence-insufficient"


def test_a_code_to_the_registered_phone_says_who_it_is(world: World) -> None:
    world.public.post("/lab/people", json={"id_no": PERSON["id_no"], "name": PERSON["name"], "phone": PHONE})
    world.pass_phone_code(id_no=PERSON["id_no"])
    assert ask(world, BY_PHONE).json()["level"] == "L1"


@pytest.mark.parametrize(
    ("sent_for", "name"), [(None, PERSON["name"]), (PERSON["id_no"], "测试丁")], ids=["sent for nobody", "other name"]
)
def test_a_phone_says_who_it_is_only_when_asked_for_that_person(world: World, sent_for: str | None, name: str) -> None:
    world.public.post("/lab/people", json={"id_no": PERSON["id_no"], "name": PERSON["name"], "phone": PHONE})
    world.pass_phone_code(id_no=sent_for)
    assert ask(world, BY_PHONE, person={**PERSON, "name": name}).json()["code"] == "evidence-insufficient"


def test_a_code_sent_for_one_person_is_no_proof_for_another(world: World) -> None:
    challenge = world.pass_phone_code(id_no=OTHER["id_no"])
    for code in (BY_PHONE, {**BY_PHONE, "challenge": challenge}, {"kind": "phone_code", "challenge": challenge}):
        assert ask(world, CARD, code).json()["level"] == "L1"
        assert ask(world, CARD, code, person=OTHER).json()["level"] == "L2"


def test_a_code_to_a_phone_that_is_not_the_registered_one_is_no_proof(world: World) -> None:
    world.public.post("/lab/people", json={"id_no": PERSON["id_no"], "phone": "13900000009"})
    world.pass_phone_code()
    assert ask(world, CARD, BY_PHONE).json()["level"] == "L1"


@BOTH
def test_without_an_identity_nothing_is_told_about_a_person(world: World, call: Any) -> None:
    answer = call(world, None)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity-required")


@BOTH
def test_an_identity_opens_what_belongs_to_its_person(world: World, call: Any) -> None:
    assert call(world, world.identity()).status_code == 200


@BOTH
def test_an_identity_that_was_never_given_is_unknown(world: World, call: Any) -> None:
    assert call(world, "anything").json()["code"] == "identity-unknown"


@BOTH
def test_a_stolen_identity_is_refused_at_another_terminal(world: World, call: Any) -> None:
    answer = call(world, world.identity(), client=second_terminal(world))
    assert (answer.status_code, answer.json()["code"]) == (403, "identity-elsewhere")


@BOTH
def test_an_identity_of_one_person_is_refused_for_another(world: World, call: Any) -> None:
    answer = call(world, world.identity(), person=OTHER)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity-mismatch")


@BOTH
def test_an_identity_ends_after_15_minutes(world: World, call: Any) -> None:
    identity = world.identity()
    world.clock.advance(seconds=899)
    assert call(world, identity).status_code == 200
    world.clock.advance(seconds=1)
    assert call(world, identity).json()["code"] == "identity-expired"


@BOTH
def test_an_identity_is_of_no_use_after_the_visit(world: World, call: Any) -> None:
    identity = world.identity()
    answer = end(world, identity)
    assert (answer.status_code, answer.content) == (204, b"")
    assert call(world, identity).json()["code"] == "identity-unknown"


def test_ending_again_or_ending_nothing_changes_nothing(world: World) -> None:
    identity, other = world.identity(), world.identity()
    assert [end(world, token).status_code for token in (identity, identity, "anything")] == [204, 204, 204]
    assert prefill(world, other).status_code == 200


def test_another_terminal_cannot_end_an_identity(world: World) -> None:
    identity = world.identity()
    assert end(world, identity, client=second_terminal(world)).status_code == 204
    assert prefill(world, identity).status_code == 200


def test_identities_that_ran_out_are_cleared_away(world: World) -> None:
    world.identity()
    world.clock.advance(hours=2)
    world.identity()
    with world.platform.database.read() as session:
        rows = session.query(Identity).all()
    assert [row.expires.astimezone(BEIJING).hour for row in rows] == [12]


def test_a_case_number_alone_needs_no_identity_and_tells_nothing_personal(world: World) -> None:
    number = world.result(world.item(allowance()))["receipt"]["number"]
    answer = world.terminal.post("/v1/cases:find", json={"number": number})
    assert [case["number"] for case in answer.json()["cases"]] == [number]
    assert not [text for text in (*PERSON.values(), PHONE) if text in answer.text]


def test_two_identities_of_one_person_share_nothing(world: World) -> None:
    first, second = world.identity(), world.identity()
    assert first != second
    with world.platform.database.read() as session:
        rows = session.query(Identity).all()
    assert len({row.hash for row in rows} | {row.person_hash for row in rows}) == 4


def test_neither_the_identity_nor_its_person_is_in_the_database(world: World) -> None:
    identity = world.identity()
    prefill(world, identity)
    with closing(world.platform.database.engine.raw_connection()) as connection:
        dump = "\n".join(map(str, connection.execute("SELECT * FROM identity").fetchall()))
    assert identity not in dump
    assert PERSON["id_no"] not in dump
    assert PERSON["name"] not in dump


@pytest.mark.parametrize("name", ["\ud800", "", "名" * 81])
def test_a_name_that_cannot_be_one_is_refused_without_quoting_it(world: World, name: str) -> None:
    answer = ask(world, CARD, person={**PERSON, "name": name})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    assert PERSON["id_no"] not in answer.text
