"""The ceremony against a TLS server that writes down what it heard."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from contracts import sign
from provisioning import (
    Enrolled,
    ProvisioningError,
    Ticket,
    enrol,
    load_identity,
    load_profile,
    read_asked,
    status,
)
from provisioning.errors import (
    AnswerBadError,
    AuthorityMismatchError,
    CodeExpiredError,
    CodeLockedError,
    CodeUnknownError,
    CodeUsedError,
    EnrolmentPendingError,
    EnrolmentRejectedError,
    MachineClockError,
    NotEnrolledError,
    PlatformUnreachableError,
    ProfileOlderError,
    ProfileSignatureBadError,
    RequestRefusedError,
    ServerDatesError,
    SlotOccupiedError,
    TicketMalformedError,
)
from provisioning.key import word_of
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import CODE, LATER_CODE, TERMINAL, Ca, FixedClock, Platform, platform, profile_value


def run(double: Platform, folder: Path, **changes: Any) -> Enrolled:
    given = {"url": double.url, "code": CODE, "ca_fingerprint": double.ca.fingerprint, "terminal": None, **changes}
    return enrol(
        PlatformHttp(FixedClock()),
        given["url"],
        given["code"],
        given["ca_fingerprint"],
        folder,
        given.get("clock") or FixedClock(),
        os.urandom,
        terminal=given["terminal"],
        inventory={"arch": "x86_64"},
        timeout=5.0,
    )


def test_identity_and_profile_are_stored(double: Platform, tmp_path: Path) -> None:
    enrolled = run(double, tmp_path / "kiosk")
    identity = load_identity(tmp_path / "kiosk")
    assert (enrolled.terminal, identity.terminal, identity.url) == (TERMINAL, TERMINAL, double.url)
    assert load_profile(tmp_path / "kiosk") == enrolled.profile


def test_key_is_private_and_never_sent(double: Platform, tmp_path: Path) -> None:
    run(double, tmp_path / "kiosk")
    identity = load_identity(tmp_path / "kiosk")
    assert stat.S_IMODE(identity.key_path.stat().st_mode) == 0o600
    assert "PRIVATE" not in str(double.heard)
    assert identity.key_protection == "file"


def test_nothing_pending_is_left_after_success(double: Platform, tmp_path: Path) -> None:
    run(double, tmp_path / "kiosk")
    names = sorted(path.name for path in (tmp_path / "kiosk").iterdir())
    assert names[0] == "identity"
    assert len(names) == 2


def test_request_names_the_terminal_of_the_slip(double: Platform, tmp_path: Path) -> None:
    run(double, tmp_path / "kiosk", terminal=TERMINAL)
    csr = x509.load_pem_x509_csr(double.heard[0].body["csr_pem"].encode())
    san = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert san.get_values_for_type(x509.UniformResourceIdentifier) == [f"urn:kiosk:terminal:{TERMINAL}"]


def test_wrong_fingerprint_sends_nothing(double: Platform, tmp_path: Path) -> None:
    with pytest.raises(AuthorityMismatchError):
        run(double, tmp_path / "kiosk", ca_fingerprint=Ca().fingerprint)
    assert double.heard == []


def test_impostor_with_a_copied_authority_hears_nothing(tmp_path: Path) -> None:
    real = Ca()
    with platform(tmp_path / "impostor", ca=Ca(), presented=real) as impostor:
        with pytest.raises(AuthorityMismatchError):
            run(impostor, tmp_path / "kiosk", ca_fingerprint=real.fingerprint)
        assert impostor.heard == []


def test_fingerprint_of_the_server_certificate_is_not_enough(double: Platform, tmp_path: Path) -> None:
    leaf = x509.load_pem_x509_certificates((tmp_path / "server" / "server.pem").read_bytes())[0]
    from cryptography.hazmat.primitives import hashes

    with pytest.raises(AuthorityMismatchError):
        run(double, tmp_path / "kiosk", ca_fingerprint=leaf.fingerprint(hashes.SHA256()).hex())
    assert double.heard == []


def test_server_certified_for_another_host_hears_nothing(tmp_path: Path) -> None:
    with platform(tmp_path / "server", host="192.0.2.7") as other:
        with pytest.raises(AuthorityMismatchError):
            run(other, tmp_path / "kiosk")
        assert other.heard == []


@pytest.mark.parametrize("begin", [timedelta(days=1), timedelta(days=-20)])
def test_server_out_of_its_dates_points_at_the_clock_and_hears_nothing(tmp_path: Path, begin: timedelta) -> None:
    with platform(tmp_path / "server", begin=begin) as other:
        with pytest.raises(ServerDatesError):
            run(other, tmp_path / "kiosk")
        assert other.heard == []


def test_server_that_hides_its_authority_hears_nothing(tmp_path: Path) -> None:
    with platform(tmp_path / "server", chain=False) as silent:
        with pytest.raises(AuthorityMismatchError):
            run(silent, tmp_path / "kiosk")
        assert silent.heard == []


def test_closed_port_is_unreachable(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{closed.getsockname()[1]}"
        double = Platform(Ca(), None)  # type: ignore[arg-type]
        with pytest.raises(PlatformUnreachableError) as raised:
            run(double, tmp_path / "kiosk", url=url)
    assert raised.value.exit_code == 3


def test_server_without_tls_never_sees_the_code(tmp_path: Path) -> None:
    heard = bytearray()
    with socket.socket() as plain:
        plain.bind(("127.0.0.1", 0))
        plain.listen()

        def answer() -> None:
            connection, _ = plain.accept()
            with connection:
                heard.extend(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        double = Platform(Ca(), None)  # type: ignore[arg-type]
        with pytest.raises(PlatformUnreachableError):
            run(double, tmp_path / "kiosk", url=f"https://127.0.0.1:{plain.getsockname()[1]}")
        thread.join(5)
    assert heard
    assert CODE.encode() not in heard


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://", "nonsense", "https://host:notaport"])
def test_address_that_is_not_https_is_refused_before_any_connection(tmp_path: Path, url: str) -> None:
    double = Platform(Ca(), None)  # type: ignore[arg-type]
    with pytest.raises(TicketMalformedError):
        run(double, tmp_path / "kiosk", url=url)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("code-unknown", CodeUnknownError),
        ("code-used", CodeUsedError),
        ("code-expired", CodeExpiredError),
        ("code-locked", CodeLockedError),
        ("csr-invalid", RequestRefusedError),
    ],
)
def test_problem_code_becomes_its_error(
    double: Platform, tmp_path: Path, code: str, error: type[ProvisioningError]
) -> None:
    double.answer = lambda path, body: (409, {"code": code, "title": "no"})
    with pytest.raises(error) as raised:
        run(double, tmp_path / "kiosk")
    assert raised.value.cause.zh
    assert raised.value.remedy.en
    assert CODE not in str(raised.value)


def other_key(double: Platform, body: dict[str, Any]) -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return double.enrolled(body["csr_pem"], certificate_pem=double.certify(body["csr_pem"], key=key))


def other_issuer(double: Platform, body: dict[str, Any]) -> dict[str, Any]:
    return double.enrolled(body["csr_pem"], certificate_pem=double.certify(body["csr_pem"], ca=Ca()))


def other_name(double: Platform, body: dict[str, Any]) -> dict[str, Any]:
    return double.enrolled(body["csr_pem"], certificate_pem=double.certify(body["csr_pem"], terminal="XC-0043"))


def other_authority(double: Platform, body: dict[str, Any]) -> dict[str, Any]:
    return double.enrolled(body["csr_pem"], ca_pem=Ca().pem.decode())


def no_keys(double: Platform, body: dict[str, Any]) -> dict[str, Any]:
    return double.enrolled(body["csr_pem"], keys={})


@pytest.mark.parametrize("spoil", [other_key, other_issuer, other_name, other_authority, no_keys])
def test_wrong_answer_is_not_stored(double: Platform, tmp_path: Path, spoil: Any) -> None:
    double.answer = lambda path, body: (201, spoil(double, body))
    with pytest.raises(AnswerBadError):
        run(double, tmp_path / "kiosk")
    with pytest.raises(NotEnrolledError):
        load_identity(tmp_path / "kiosk")


def test_login_page_is_not_an_answer(double: Platform, tmp_path: Path) -> None:
    double.answer = lambda path, body: (200, b"<html>log in</html>")
    with pytest.raises(AnswerBadError):
        run(double, tmp_path / "kiosk")


def test_server_error_is_unreachable(double: Platform, tmp_path: Path) -> None:
    double.answer = lambda path, body: (500, {"code": "internal"})
    with pytest.raises(PlatformUnreachableError):
        run(double, tmp_path / "kiosk")


def test_profile_with_a_strange_signature_spoils_the_enrolment(double: Platform, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    forged = sign(profile_value(), Ed25519PrivateKey.generate())
    double.answer = lambda path, body: (201, double.enrolled(body["csr_pem"], profile=forged))
    with pytest.raises(ProfileSignatureBadError):
        run(double, tmp_path / "kiosk")
    with pytest.raises(NotEnrolledError):
        load_identity(tmp_path / "kiosk")


def test_another_terminal_than_the_slip_says_is_refused(double: Platform, tmp_path: Path) -> None:
    with pytest.raises(AnswerBadError):
        run(double, tmp_path / "kiosk", terminal="XC-0099")


def test_retry_after_a_lost_answer_asks_for_the_same_key(double: Platform, tmp_path: Path) -> None:
    double.answer = lambda path, body: (502, {})
    with pytest.raises(PlatformUnreachableError):
        run(double, tmp_path / "kiosk")
    double.answer = None
    run(double, tmp_path / "kiosk")
    first, second = (x509.load_pem_x509_csr(heard.body["csr_pem"].encode()) for heard in double.heard)
    assert first.public_key() == second.public_key()


def test_enrolling_again_replaces_the_key_and_removes_the_old_one(double: Platform, tmp_path: Path) -> None:
    run(double, tmp_path / "kiosk")
    before = load_identity(tmp_path / "kiosk")
    run(double, tmp_path / "kiosk", code=LATER_CODE)
    assert load_identity(tmp_path / "kiosk").certificate.public_key() != before.certificate.public_key()
    assert not before.key_path.exists()


def test_a_slip_that_did_its_work_unseen_may_be_used_again_here(double: Platform, tmp_path: Path) -> None:
    run(double, tmp_path / "kiosk")
    before = load_identity(tmp_path / "kiosk")
    run(double, tmp_path / "kiosk")
    assert load_identity(tmp_path / "kiosk").certificate.public_key() == before.certificate.public_key()


def test_a_machine_that_has_to_wait_asks_again_with_the_same_key(double: Platform, tmp_path: Path) -> None:
    double.answer = lambda *_: (202, {"terminal": TERMINAL, "why": "inventory", "retry_s": 15})
    with pytest.raises(EnrolmentPendingError, match="an operator has to accept"):
        run(double, tmp_path / "kiosk", terminal=TERMINAL)
    found = status(tmp_path / "kiosk", FixedClock(), {})
    assert (found.enrolled, found.waiting, found.problem) == (False, "inventory", "not-enrolled")
    asked = read_asked(tmp_path / "kiosk")
    assert asked is not None
    assert asked.ticket() == Ticket(double.url, CODE, double.ca.fingerprint, TERMINAL)
    assert CODE not in repr(asked)
    double.answer = None
    run(double, tmp_path / "kiosk", code=asked.code)
    first, second = (x509.load_pem_x509_csr(heard.body["csr_pem"].encode()) for heard in double.heard)
    assert first.public_key() == second.public_key()
    assert read_asked(tmp_path / "kiosk") is None
    assert word_of(first.public_key()) == found.key == status(tmp_path / "kiosk", FixedClock(), {}).key


def test_an_image_of_a_machine_that_waits_makes_its_own_key(double: Platform, tmp_path: Path) -> None:
    double.answer = lambda *_: (202, {"terminal": TERMINAL, "why": "asked", "retry_s": 15})
    for name in ("kiosk", "image"):
        with pytest.raises(EnrolmentPendingError):
            run(double, tmp_path / name)
        if name == "kiosk":
            shutil.copytree(tmp_path / "kiosk", tmp_path / "image")
    first, second = (x509.load_pem_x509_csr(heard.body["csr_pem"].encode()) for heard in double.heard)
    assert first.public_key() != second.public_key()


@pytest.mark.parametrize("days", [-100, 100])
def test_a_dead_clock_is_named_and_the_code_stays_good(double: Platform, tmp_path: Path, days: int) -> None:
    wrong = FixedClock(datetime.now(UTC) + timedelta(days=days))
    with pytest.raises(MachineClockError, match="the code is still good"):
        run(double, tmp_path / "kiosk", clock=wrong)
    assert run(double, tmp_path / "kiosk").terminal == TERMINAL


@pytest.mark.parametrize(
    ("code", "kind"), [("slot-occupied", SlotOccupiedError), ("enrolment-rejected", EnrolmentRejectedError)]
)
def test_what_an_operator_has_to_settle_is_said(
    double: Platform, tmp_path: Path, code: str, kind: type[ProvisioningError]
) -> None:
    double.answer = lambda *_: (409, {"code": code})
    with pytest.raises(kind):
        run(double, tmp_path / "kiosk")
    with pytest.raises(NotEnrolledError):
        load_identity(tmp_path / "kiosk")


def test_enrolling_again_does_not_take_an_older_profile(double: Platform, tmp_path: Path) -> None:
    run(double, tmp_path / "kiosk")
    before = load_identity(tmp_path / "kiosk")
    double.profile = profile_value(rev=2)
    with pytest.raises(ProfileOlderError):
        run(double, tmp_path / "kiosk")
    assert load_identity(tmp_path / "kiosk").certificate == before.certificate


def test_code_is_sent_as_the_platform_writes_it(double: Platform, tmp_path: Path) -> None:
    run(double, tmp_path / "kiosk", code=" 7k3m-q2xw-9a ")
    assert double.heard[0].body["code"] == CODE
