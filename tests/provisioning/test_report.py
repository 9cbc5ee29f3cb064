"""The readiness report under the signature of the device key."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.readiness import ReportMalformedError, read_address, statement_of
from provisioning import Identity, enrol, load_identity, profile_digest, sign_report
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import CODE, TERMINAL, FixedClock, Platform


def made(state: str = "pass", ready: bool = True, **other: Any) -> dict[str, Any]:
    return {
        "kind": "readiness",
        "version": 1,
        "id": "01890000-0000-7000-8000-000000000001",
        "terminal": TERMINAL,
        "at": "2026-11-20T02:00:00Z",
        "ready": ready,
        "devices": [],
        "checks": [{"id": "disk", "state": state}],
        "guided": [],
        **other,
    }


@pytest.fixture
def identity(double: Platform, tmp_path: Path) -> Identity:
    enrol(PlatformHttp(FixedClock()), double.url, CODE, double.ca.fingerprint, tmp_path, FixedClock(), os.urandom)
    return load_identity(tmp_path)


def test_the_device_key_signs_the_statement_and_the_address_carries_it(identity: Identity) -> None:
    signed = sign_report(made(), identity)
    statement, signature = read_address(dict(parse_qsl(urlsplit(signed.address).query)))
    assert statement == statement_of(made())
    assert signature.hex() == signed.signature
    identity.device_public().verify(signature, statement.signed_bytes(), ec.ECDSA(hashes.SHA256()))


def test_any_change_of_the_report_changes_what_is_signed() -> None:
    first = statement_of(made())
    assert first.signed_bytes() != statement_of(made(by="T-7")).signed_bytes()
    assert first.signed_bytes() != replace(first, ready=False).signed_bytes()


def test_who_is_not_enrolled_cannot_sign() -> None:
    signed = sign_report(made(), None)
    assert (signed.signature, signed.address, signed.as_json()["signature"]) == ("", "", None)


@pytest.mark.parametrize(
    "wrong",
    [made("fail"), made("pass", ready=False), made(terminal="XC"), made(at="today"), made(checks=[{}]), made(took=1.5)],
    ids=["ready-and-failing", "unready-and-well", "terminal", "moment", "check", "float"],
)
def test_what_contradicts_itself_or_has_another_form_is_no_report(wrong: dict[str, Any]) -> None:
    with pytest.raises(ReportMalformedError):
        statement_of(wrong)


def test_a_guided_test_that_failed_makes_it_unready() -> None:
    rows = [{"id": "loudspeaker", "outcome": "fail"}]
    assert statement_of(made(ready=False, guided=rows)).ready is False
    with pytest.raises(ReportMalformedError):
        statement_of(made(guided=rows))


def test_the_digest_of_the_profile_is_of_the_signed_file(identity: Identity) -> None:
    before = profile_digest(identity)
    assert before.startswith("sha256:")
    identity.profile_file.unlink()
    assert profile_digest(identity) == ""
