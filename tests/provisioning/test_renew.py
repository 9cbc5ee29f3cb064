"""A new certificate over the old one, and by a signed request after its end."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from contracts import canonical
from provisioning import enrol, load_identity, needs_renewal, renew, renew_if_due, status
from provisioning.errors import AnswerBadError, AuthorityChangedError, PlatformUnreachableError, TerminalRevokedError
from provisioning.identity import lock
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import CODE, LATER_CODE, TERMINAL, FixedClock, Platform, platform


@pytest.fixture
def folder(double: Platform, tmp_path: Path) -> Path:
    home = tmp_path / "kiosk"
    enrol(PlatformHttp(FixedClock()), double.url, CODE, double.ca.fingerprint, home, FixedClock(), os.urandom)
    double.heard.clear()
    return home


def test_renewal_is_due_at_half_of_life(double: Platform, folder: Path) -> None:
    certificate = load_identity(folder).certificate
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    half = begin + (end - begin) / 2
    assert not needs_renewal(certificate, half - timedelta(seconds=1))
    assert needs_renewal(certificate, half)


def test_living_certificate_renews_over_mutual_tls(double: Platform, folder: Path) -> None:
    before = load_identity(folder).certificate
    after = renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom).certificate
    assert double.heard[0].peer == f"urn:kiosk:terminal:{TERMINAL}"
    assert after.serial_number != before.serial_number
    assert after.public_key() == before.public_key()


def test_expired_certificate_renews_by_a_request_signed_with_the_device_key(double: Platform, folder: Path) -> None:
    clock = FixedClock(datetime.now(UTC) + timedelta(days=15))
    double.life = timedelta(days=40)
    renew(PlatformHttp(FixedClock()), folder, clock, os.urandom)
    heard = double.heard[0]
    assert heard.peer is None
    key = load_identity(folder).certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signed = (heard.body["csr_pem"] + heard.body["at"]).encode() + canonical(heard.body["inventory"])
    key.verify(bytes.fromhex(heard.body["signature"]), signed, ec.ECDSA(hashes.SHA256()))


def test_nothing_is_asked_before_half_of_life(double: Platform, folder: Path) -> None:
    renew_if_due(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)
    assert double.heard == []


def test_certificate_of_another_key_does_not_replace_ours(double: Platform, folder: Path) -> None:
    before = load_identity(folder).certificate
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    double.answer = lambda path, body: (200, {"certificate_pem": double.certify(body["csr_pem"], key=stranger)})
    with pytest.raises(AnswerBadError):
        renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)
    assert load_identity(folder).certificate == before


def test_shorter_certificate_does_not_replace_a_longer_one(double: Platform, folder: Path) -> None:
    double.life = timedelta(days=1)
    with pytest.raises(AnswerBadError):
        renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)


def test_revoked_terminal_is_told_so(double: Platform, folder: Path) -> None:
    double.answer = lambda path, body: (403, {"code": "certificate-revoked"})
    with pytest.raises(TerminalRevokedError):
        renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)


def test_platform_away_keeps_the_old_certificate(double: Platform, folder: Path) -> None:
    before = load_identity(folder).certificate
    double.answer = lambda path, body: (503, {})
    with pytest.raises(PlatformUnreachableError):
        renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)
    assert load_identity(folder).certificate == before


def test_request_names_the_terminal(double: Platform, folder: Path) -> None:
    renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)
    csr = x509.load_pem_x509_csr(double.heard[0].body["csr_pem"].encode())
    san = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert san.get_values_for_type(x509.UniformResourceIdentifier) == [f"urn:kiosk:terminal:{TERMINAL}"]


def test_a_platform_that_changed_its_authority_is_not_trusted_and_the_terminal_keeps_everything(
    double: Platform, folder: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with platform(tmp_path / "changed") as changed:
        facts = folder / "identity" / "enrolment.json"
        facts.write_text(facts.read_text().replace(double.url, changed.url))
        with pytest.raises(AuthorityChangedError, match="new slip"):
            renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)
        assert changed.heard == []
        facts.write_text(facts.read_text().replace(changed.url, double.url))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_platform_that_is_away_is_only_away(double: Platform, folder: Path) -> None:
    facts = folder / "identity" / "enrolment.json"
    facts.write_text(facts.read_text().replace(double.url, "https://127.0.0.1:1"))
    with pytest.raises(PlatformUnreachableError):
        renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)


def test_a_withdrawn_terminal_stays_locked_until_it_is_enrolled_again(double: Platform, folder: Path) -> None:
    lock(load_identity(folder), os.urandom)
    assert load_identity(folder).revoked
    assert status(folder, FixedClock()).problem == "certificate-revoked"
    enrol(PlatformHttp(FixedClock()), double.url, LATER_CODE, double.ca.fingerprint, folder, FixedClock(), os.urandom)
    assert not load_identity(folder).revoked
