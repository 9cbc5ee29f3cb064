"""Identities and codes as the terminal's client sees them, over mutual TLS against a running platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.id_number import check_character
from offline_cache import Identity, NotAuthorised, PlatformClient, Refused
from tests.offline_cache.test_against_platform import Enrolled, enrolled, put_into_service, pytestmark, split_digits

__all__ = ["enrolled", "pytestmark"]

CARD = {"kind": "card", "layout": "resident"}
PHONE = "13800000077"


def invented(first17: str) -> str:
    return first17 + check_character(first17)


A, B = invented("11010219440308114"), invented("11010219801230114")

Call = Callable[[PlatformClient, str, Identity], Any]


def prefill(client: PlatformClient, id_no: str, identity: Identity) -> Any:
    return client.prefill(id_no, "YL01", identity)


def cases(client: PlatformClient, id_no: str, identity: Identity) -> Any:
    return client.find_cases(id_no=id_no, identity=identity)


def licences(client: PlatformClient, id_no: str, identity: Identity) -> Any:
    return client.find_licences(id_no, "YL02", identity)


EACH = pytest.mark.parametrize("call", [prefill, cases, licences])


def second_terminal(first: Enrolled, folder: Path) -> Enrolled:
    code = first.lab("POST", "/lab/terminals", {"name": "另一台"})["code"]
    return put_into_service(folder, first.url, first.files.ca_path, code)


def refused(call: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def type_code(enrolled: Enrolled, client: PlatformClient, phone: str, right: bool) -> None:
    challenge = client.request_phone_code(phone, None, "identify").challenge
    text = enrolled.lab("GET", f"/lab/messages?phone={phone}")[-1]["text"]
    code = next(word for word in split_digits(text) if len(word) == 6)
    client.check_phone_code(challenge, code if right else "000000" if code != "000000" else "000001")


def test_the_cases_of_a_person_need_their_identity(enrolled: Enrolled) -> None:
    with enrolled.client() as client:
        assert refused(lambda: client.find_cases(id_no=A)).code == "identity-required"


@EACH
def test_a_stolen_identity_is_refused_and_that_says_nothing_about_the_other_terminal(
    enrolled: Enrolled, tmp_path: Path, call: Call
) -> None:
    with enrolled.client() as client, second_terminal(enrolled, tmp_path).client() as thief:
        identity = client.identify(A, "测试甲", [CARD])
        assert refused(lambda: call(thief, A, identity)).code == "identity-elsewhere"
        thief.end_identity(identity)
        call(client, A, identity)


@EACH
def test_an_identity_of_one_person_is_refused_for_another(enrolled: Enrolled, call: Call) -> None:
    with enrolled.client() as client:
        identity = client.identify(A, "测试甲", [CARD])
        assert refused(lambda: call(client, B, identity)).code == "identity-mismatch"


def test_an_identity_is_ended_with_the_visit_and_ending_it_again_is_no_error(enrolled: Enrolled) -> None:
    with enrolled.client() as client:
        identity = client.identify(A, "测试甲", [CARD])
        client.end_identity(identity)
        client.end_identity(identity)
        assert refused(lambda: prefill(client, A, identity)).code == "identity-unknown"


def test_evidence_that_is_not_enough_is_refused(enrolled: Enrolled) -> None:
    with enrolled.client() as client:
        found = refused(lambda: client.identify(A, "测试甲", [{"kind": "social_card"}]))
        assert (found.status, found.code) == (403, "evidence-insufficient")


def test_an_identity_says_nothing_in_its_repr(enrolled: Enrolled) -> None:
    with enrolled.client() as client:
        identity = client.identify(A, "测试甲", [CARD])
        assert identity.token not in repr(identity)


@pytest.mark.parametrize("kind", ["doorstep", "medical", "social_security", "network_id", "city_app"])
def test_the_client_learns_whose_code_it_was(enrolled: Enrolled, kind: str) -> None:
    body = {"person": {"name": "测试甲", "id_no": A}, "kind": kind}
    raw = enrolled.lab("POST", "/lab/tokens", body)["raw"]
    with enrolled.client() as client:
        assert client.verify_token(raw, "identify", enrolled.terminal).kind == kind
        found = refused(lambda: client.verify_token(raw, "identify", enrolled.terminal))
    assert found.code == "token-used"
    assert raw not in f"{found!r} {found} {found.detail}"


def test_a_locked_phone_says_how_long(enrolled: Enrolled) -> None:
    with enrolled.client() as client:
        found = [refused(lambda: type_code(enrolled, client, PHONE, right=False)) for _ in range(5)]
        assert [(error.code, error.remaining) for error in found] == [
            *(("code-wrong", left) for left in (4, 3, 2, 1)),
            ("code-locked", 0),
        ]
        assert found[-1].retry_s == 900
        again = refused(lambda: client.request_phone_code(PHONE, None, "identify"))
        assert again.code == "code-locked"
        assert again.retry_s is not None
        assert 0 < again.retry_s <= 900
        assert PHONE not in f"{again!r} {again} {again.detail}"


def test_too_many_codes_say_how_long(enrolled: Enrolled) -> None:
    with enrolled.client() as client:
        for _ in range(10):
            client.request_phone_code("13800000078", None, "identify")
        found = refused(lambda: client.request_phone_code("13800000078", None, "identify"))
    assert (found.code, found.status) == ("too-many", 429)
    assert found.retry_s is not None
    assert 0 < found.retry_s <= 60


def test_a_terminal_that_is_not_known_is_still_told_apart_from_a_resident(enrolled: Enrolled) -> None:
    stranger = replace(enrolled, files=replace(enrolled.files, cert_path=None, key_path=None))
    with stranger.client() as client, pytest.raises(NotAuthorised):
        client.identify(A, "测试甲", [CARD])


@EACH
def test_an_expired_identity_is_refused(enrolled: Enrolled, call: Call) -> None:
    # Last of this file: the platform's clock stays moved.
    with enrolled.client() as client:
        identity = client.identify(A, "测试甲", [CARD])
        enrolled.lab("POST", "/lab/clock", {"advance_s": identity.expires_s})
        assert refused(lambda: call(client, A, identity)).code == "identity-expired"
