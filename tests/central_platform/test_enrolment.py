from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from central_platform import enrolment
from central_platform.authority import terminal_of
from contracts import verify
from tests.central_platform.world import TERMINAL, Client, World, csr_pem, new_key

OTHER = "XC-0043"


def slot(world: World, terminal: str = OTHER) -> str:
    return enrolment.create(world.platform, terminal, {"name": "另一台"})


def enrol(world: World, code: str, key: Any = None) -> Any:
    body = {"code": code, "csr_pem": csr_pem(key or new_key()), "inventory": {"cpu": "样例"}}
    return world.public.post("/v1/enrol", json=body)


def wrong(code: str) -> str:
    """A code for the same slot that is not the one issued."""
    return code[:4] + "".join("0" if c != "0" else "1" for c in code[4:])


def test_a_good_code_gives_an_identity_and_a_signed_profile(world: World) -> None:
    answer = enrol(world, slot(world))
    assert answer.status_code == 201
    enrolled = answer.json()
    profile = verify(enrolled["profile"], {k: bytes.fromhex(v) for k, v in enrolled["keys"].items()})
    assert (enrolled["terminal"], profile["terminal"], profile["rev"]) == (OTHER, OTHER, 1)
    assert profile["services"] == ["TA01", "TB01", "TC01", "TD01"]
    assert profile["hotlines"] == ["66007070", "12345"]


def test_the_certificate_names_the_terminal_and_lasts_14_days(world: World) -> None:
    answer = enrol(world, slot(world)).json()
    certificate = x509.load_pem_x509_certificate(answer["certificate_pem"].encode())
    root = x509.load_pem_x509_certificate(answer["ca_pem"].encode())
    certificate.verify_directly_issued_by(root)
    assert terminal_of(certificate) == OTHER
    now = world.clock.now()
    assert certificate.not_valid_before_utc == now - timedelta(hours=1)
    assert certificate.not_valid_after_utc == now + timedelta(days=14)


def test_a_code_may_be_typed_the_way_people_type(world: World) -> None:
    code = slot(world).lower()
    assert enrol(world, f" {code[:5]}-{code[5:]} ".replace("0", "o").replace("1", "l")).status_code == 201


def test_a_used_code_is_refused(world: World) -> None:
    code = slot(world)
    enrol(world, code)
    answer = enrol(world, code)
    assert (answer.status_code, answer.json()["code"]) == (409, "code-used")


def test_the_same_key_may_ask_again_because_the_answer_may_have_been_lost(world: World) -> None:
    code, key = slot(world), new_key()
    assert [enrol(world, code, key).status_code for _ in range(2)] == [201, 201]


def test_a_code_ends_after_72_hours(world: World) -> None:
    code = slot(world)
    world.clock.advance(hours=72)
    assert enrol(world, code).json()["code"] == "code-expired"


def test_five_wrong_tries_lock_even_the_right_code(world: World) -> None:
    code = slot(world)
    tries = [enrol(world, wrong(code)).json()["code"] for _ in range(5)]
    assert tries == ["code-unknown"] * 4 + ["code-locked"]
    assert enrol(world, code).json()["code"] == "code-locked"


def test_four_wrong_tries_still_let_the_right_code_in(world: World) -> None:
    code = slot(world)
    for _ in range(4):
        enrol(world, wrong(code))
    assert enrol(world, code).status_code == 201


def test_a_code_of_no_slot_is_unknown(world: World) -> None:
    assert enrol(world, "0000000000").json()["code"] in {"code-unknown"}


def test_a_request_that_cannot_be_used_does_not_use_up_the_code(world: World) -> None:
    code = slot(world)
    strange = rsa.generate_private_key(65537, 2048)
    assert enrol(world, code, strange).json()["code"] == "csr-invalid"
    assert enrol(world, code).status_code == 201


def test_the_code_is_nowhere_in_the_database(world: World) -> None:
    code = slot(world)
    data = b"".join(p.read_bytes() for p in world.platform.settings.data.glob("platform.db*"))
    assert code.encode() not in data


def test_keys_are_readable_by_their_owner_only(world: World) -> None:
    folder = world.platform.settings.data / "authority"
    modes = {p.name: p.stat().st_mode & 0o777 for p in folder.glob("*.key")}
    assert modes == {"ca.key": 0o600, "signing.key": 0o600, "sealing.key": 0o600}


def test_renewal_over_the_old_certificate_gives_a_later_one(world: World) -> None:
    world.clock.advance(days=7)
    answer = world.terminal.post("/v1/certs/renew", json={"csr_pem": csr_pem(world.key), "at": None, "signature": None})
    certificate = x509.load_pem_x509_certificate(answer.json()["certificate_pem"].encode())
    assert certificate.not_valid_after_utc == world.clock.now() + timedelta(days=14)
    renewed = Client(world.app, certificate.public_bytes(Encoding.DER))
    assert renewed.get("/v1/profile").status_code == 200


def signed(world: World, at: str, key: Any = None, tampered: str = "") -> dict[str, str]:
    signer = key or world.key
    pem = csr_pem(world.key)
    signature = signer.sign((pem + at).encode(), ec.ECDSA(hashes.SHA256())).hex()
    return {"csr_pem": pem, "at": at + tampered, "signature": signature}


def test_after_expiry_a_request_signed_by_the_device_key_renews(world: World) -> None:
    world.clock.advance(days=20)
    assert world.terminal.get("/v1/profile").json()["code"] == "certificate-expired"
    answer = world.public.post("/v1/certs/renew", json=signed(world, world.clock.now().isoformat()))
    assert answer.status_code == 200


def test_a_signed_renewal_works_once(world: World) -> None:
    world.clock.advance(days=20)
    body = signed(world, world.clock.now().isoformat())
    assert [world.public.post("/v1/certs/renew", json=body).status_code for _ in range(2)] == [200, 403]


@pytest.mark.parametrize("case", ["stale", "other key", "tampered", "no time"])
def test_a_bad_signature_renews_nothing(world: World, case: str) -> None:
    world.clock.advance(days=20)
    now = world.clock.now()
    body = {
        "stale": signed(world, (now - timedelta(hours=2)).isoformat()),
        "other key": signed(world, now.isoformat(), new_key()),
        "tampered": {**signed(world, now.isoformat()), "at": (now + timedelta(seconds=1)).isoformat()},
        "no time": signed(world, "yesterday"),
    }[case]
    assert world.public.post("/v1/certs/renew", json=body).json()["code"] == "signature-invalid"


def test_after_the_grace_a_terminal_is_enrolled_again(world: World) -> None:
    world.clock.advance(days=14 + 91)
    answer = world.public.post("/v1/certs/renew", json=signed(world, world.clock.now().isoformat()))
    assert answer.json()["code"] == "certificate-expired"


def test_a_withdrawn_terminal_is_refused_and_cannot_renew(world: World) -> None:
    assert enrolment.revoke(world.platform, TERMINAL)
    assert world.terminal.get("/v1/profile").json()["code"] == "certificate-revoked"
    answer = world.public.post("/v1/certs/renew", json=signed(world, world.clock.now().isoformat()))
    assert answer.json()["code"] == "certificate-revoked"


def test_one_key_serves_one_terminal(world: World) -> None:
    assert enrol(world, slot(world), world.key).json()["code"] == "csr-invalid"


def test_without_a_certificate_a_terminals_calls_are_refused(world: World) -> None:
    answer = world.public.get("/v1/profile")
    assert (answer.status_code, answer.json()["code"]) == (401, "client-certificate-required")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_certificate_that_was_never_issued_is_refused(world: World) -> None:
    forged = world.platform.authority.issue(
        TERMINAL, x509.load_pem_x509_csr(csr_pem(new_key()).encode()), world.clock.now(), 14
    )
    der = x509.load_pem_x509_certificate(forged.pem.encode()).public_bytes(Encoding.DER)
    assert Client(world.app, der).get("/v1/profile").json()["code"] == "certificate-unknown"


def test_a_body_cannot_speak_for_another_terminal(world: World) -> None:
    slot(world)
    assert world.submit(terminal=OTHER).json()["code"] == "terminal-mismatch"
    beat = {"terminal": OTHER, "at": world.clock.now().isoformat()}
    assert world.terminal.post("/v1/heartbeat", json=beat).json()["code"] == "terminal-mismatch"
    token = {"raw": "x", "purpose": "identity", "terminal": OTHER}
    assert world.terminal.post("/v1/tokens:verify", json=token).json()["code"] == "terminal-mismatch"


def test_a_submission_is_told_to_its_own_terminal_only(world: World) -> None:
    from tests.central_platform.world import application

    item = world.item(application())
    world.result(item)
    pem = enrol(world, slot(world)).json()["certificate_pem"]
    other = Client(world.app, x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER))
    assert other.get(f"/v1/submissions/{item['id']}").status_code == 404
