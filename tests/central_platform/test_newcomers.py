"""Which machines come in at once, which wait for an operator, and which are copies."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import update

from central_platform import alarms, enrolment, newcomers
from central_platform.models import Certificate, Terminal
from contracts import canonical
from contracts.hardware import key_word, same_machine
from tests.central_platform.world import Client, World, csr_pem, new_key

SLOT = "XC-0043"
BOARD, OTHER_BOARD = {"hardware": {"board": "a"}}, {"hardware": {"board": "b"}}


def slot(world: World, **wanted: Any) -> str:
    return enrolment.create(world.platform, SLOT, {"name": "另一台"}, **wanted)


def spki(key: ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()


def ask(world: World, code: str, key: Any, inventory: Any = BOARD, **more: Any) -> Any:
    body = {"code": code, "csr_pem": csr_pem(key), "inventory": inventory, **more}
    return world.public.post("/v1/enrol", json=body)


def client(world: World, answer: Any) -> Client:
    certificate = x509.load_pem_x509_certificate(answer.json()["certificate_pem"].encode())
    return Client(world.app, certificate.public_bytes(Encoding.DER))


def serial(answer: Any) -> str:
    return f"{x509.load_pem_x509_certificate(answer.json()['certificate_pem'].encode()).serial_number:x}"


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def alive(caller: Client) -> int:
    return int(caller.get("/v1/profile").status_code)


def test_the_expected_machine_comes_in_at_once(world: World) -> None:
    code = slot(world, expected={"arch": "x86_64", **BOARD})
    assert ask(world, code, new_key(), {"arch": "x86_64", **BOARD}).status_code == 201


@pytest.mark.parametrize("found", [{"arch": "arm64", **BOARD}, {"arch": "x86_64", **OTHER_BOARD}, BOARD])
def test_another_machine_than_expected_waits(world: World, found: dict[str, Any]) -> None:
    answer = ask(world, slot(world, expected={"arch": "x86_64", **BOARD}), new_key(), found)
    assert (answer.status_code, answer.json()["why"]) == (202, "inventory")
    (listed,) = [one for one in newcomers.listed(world.platform) if one["terminal"] == SLOT]
    assert listed["state"] == "waiting"
    assert listed["waiting"][0]["differs"]


def test_who_waits_comes_in_after_an_operator_accepted_even_when_the_code_ended_meanwhile(world: World) -> None:
    code, key = slot(world, ask=True), new_key()
    assert ask(world, code, key).json()["why"] == "asked"
    assert ask(world, code, key).status_code == 202
    world.clock.advance(hours=71)
    assert newcomers.decide(world.platform, SLOT, newcomers.ACCEPTED) == key_word(spki(key))
    world.clock.advance(hours=10)
    assert ask(world, code, key).status_code == 201
    assert ask(world, code, key).status_code == 201


def test_who_was_turned_away_is_told_so_until_there_is_a_new_code(world: World) -> None:
    code, key = slot(world, ask=True), new_key()
    ask(world, code, key)
    newcomers.decide(world.platform, SLOT, newcomers.REJECTED)
    assert code_of(ask(world, code, key)) == (403, "enrolment-rejected")
    assert ask(world, slot(world), key).status_code == 201


def test_the_code_of_one_who_waits_is_used_for_everybody_else(world: World) -> None:
    code = slot(world, ask=True)
    ask(world, code, new_key())
    assert code_of(ask(world, code, new_key())) == (409, "code-used")


def test_an_operator_decides_on_exactly_one_machine(world: World) -> None:
    assert newcomers.decide(world.platform, SLOT, newcomers.ACCEPTED) is None
    ask(world, slot(world, ask=True), new_key())
    assert newcomers.decide(world.platform, SLOT, newcomers.ACCEPTED, "zz") is None
    assert newcomers.decide(world.platform, SLOT, newcomers.ACCEPTED) is not None
    assert newcomers.decide(world.platform, SLOT, newcomers.ACCEPTED) is None


def test_a_slot_in_service_is_not_taken_by_another_machine_by_mistake(world: World) -> None:
    ask(world, slot(world), new_key())
    code, key = slot(world), new_key()
    assert code_of(ask(world, code, key, OTHER_BOARD)) == (409, "slot-occupied")
    # Nothing was used up: the technician says that this is a swap.
    assert ask(world, code, key, OTHER_BOARD, replace=True).status_code == 201


def test_the_former_machine_works_until_the_new_one_has_spoken(world: World) -> None:
    old = client(world, ask(world, slot(world), new_key()))
    assert alive(old) == 200
    new = client(world, ask(world, slot(world), new_key(), OTHER_BOARD, replace=True))
    assert alive(old) == 200
    assert alive(new) == 200
    assert code_of(old.get("/v1/profile")) == (403, "certificate-revoked")
    assert alive(new) == 200


def test_a_certificate_from_before_device_keys_were_noted_ends_with_the_swap_too(world: World) -> None:
    old = client(world, ask(world, slot(world), new_key()))
    with world.platform.database.write() as session:
        session.execute(update(Certificate).values(device=None))
        session.execute(update(Terminal).values(device_key=None))
    assert alive(old) == 200
    new = client(world, ask(world, slot(world), new_key(), OTHER_BOARD, replace=True))
    assert (alive(old), alive(new), alive(old)) == (200, 200, 403)


def test_the_same_machine_comes_again_without_being_a_swap(world: World) -> None:
    ask(world, slot(world), new_key())
    assert ask(world, slot(world), new_key()).status_code == 201


def test_a_withdrawn_terminal_is_locked_at_its_next_call(world: World) -> None:
    terminal = client(world, ask(world, slot(world), new_key()))
    beat = {"terminal": SLOT, "at": world.clock.now().isoformat()}
    assert terminal.post("/v1/heartbeat", json=beat).json()["next_s"] <= 60
    enrolment.revoke(world.platform, SLOT)
    assert code_of(terminal.post("/v1/heartbeat", json=beat)) == (403, "certificate-revoked")


def proven(world: World, device: Any, certified: Any, inventory: Any, **more: Any) -> dict[str, Any]:
    pem, at = csr_pem(certified), world.clock.now().isoformat()
    signature = device.sign((pem + at).encode() + canonical(inventory), ec.ECDSA(hashes.SHA256())).hex()
    return {
        "csr_pem": pem,
        "at": at,
        "inventory": inventory,
        "device_key": spki(device),
        "signature": signature,
        **more,
    }


def test_a_key_in_a_tpm_speaks_for_a_second_key(world: World) -> None:
    device, code = new_key(), slot(world)
    answer = world.public.post(
        "/v1/enrol", json=proven(world, device, new_key(), BOARD, code=code, key_protection="tpm")
    )
    assert answer.status_code == 201
    terminal = client(world, answer)
    other = csr_pem(new_key())
    assert code_of(terminal.post("/v1/certs/renew", json={"csr_pem": other})) == (403, "signature-invalid")
    stranger = proven(world, new_key(), new_key(), BOARD)
    assert code_of(terminal.post("/v1/certs/renew", json=stranger)) == (403, "signature-invalid")
    assert terminal.post("/v1/certs/renew", json=proven(world, device, new_key(), BOARD)).status_code == 200
    # The lost answer: the device key asks again, with yet another key for its certificate.
    again = proven(world, device, new_key(), BOARD, code=code, key_protection="tpm")
    assert world.public.post("/v1/enrol", json=again).status_code == 201


@pytest.mark.parametrize("what", ["inventory", "at", "csr_pem"])
def test_a_signature_covers_request_time_and_inventory(world: World, what: str) -> None:
    other = {"inventory": OTHER_BOARD, "at": "2026-01-01T00:00:00+08:00", "csr_pem": csr_pem(new_key())}
    body = proven(world, new_key(), new_key(), BOARD, code=slot(world), key_protection="tpm")
    assert code_of(world.public.post("/v1/enrol", json={**body, what: other[what]})) == (403, "signature-invalid")


@pytest.mark.parametrize("expired", [False, True])
def test_a_file_key_on_other_hardware_is_not_renewed(world: World, expired: bool) -> None:
    key = new_key()
    terminal = client(world, ask(world, slot(world), key))
    caller = world.public if expired else terminal
    assert code_of(caller.post("/v1/certs/renew", json=proven(world, key, key, OTHER_BOARD))) == (
        403,
        "hardware-changed",
    )
    world.clock.advance(seconds=1)
    assert caller.post("/v1/certs/renew", json=proven(world, key, key, BOARD)).status_code == 200


def test_a_copy_that_comes_late_is_told_that_a_newer_certificate_is_in_use(world: World) -> None:
    key = new_key()
    first = ask(world, slot(world), key)
    terminal, copy = client(world, first), serial(first)
    world.clock.advance(days=7)
    lost = terminal.post("/v1/certs/renew", json=proven(world, key, key, BOARD, serial=copy))
    world.clock.advance(hours=1)
    # The answer was lost on the way: what nobody has used counts for nothing.
    newer = terminal.post("/v1/certs/renew", json=proven(world, key, key, BOARD, serial=copy))
    assert (lost.status_code, newer.status_code) == (200, 200)
    assert alive(client(world, newer)) == 200
    late = terminal.post("/v1/certs/renew", json=proven(world, key, key, BOARD, serial=copy))
    assert code_of(late) == (403, "certificate-superseded")
    (alarm,) = alarms.listed(world.platform)
    assert (alarm.terminal, alarm.kind, alarm.detail) == (SLOT, "identity_copied", '{"why": "certificate-superseded"}')


@pytest.mark.parametrize(
    ("known", "found", "same"),
    [
        ({}, {}, True),
        ({"board": "a"}, {}, True),
        ({"board": "a", "network": ["1"]}, {"board": "a", "network": ["2"]}, True),
        ({"board": "a", "machine": "m"}, {"board": "b", "machine": "m"}, False),
        ({"network": ["1", "2"]}, {"network": ["2", "3"], "machine": "m"}, True),
        ({"network": ["1"], "machine": "m"}, {"network": ["3"], "machine": "m"}, False),
        ({"machine": "m"}, {"machine": "n"}, False),
        ({"board": "a", "machine": "m"}, {"machine": "m"}, True),
    ],
)
def test_the_strongest_fact_that_both_know_decides(known: Any, found: Any, same: bool) -> None:
    assert same_machine(known, found) is same
