"""The seal: its key, its end, its failure, its warning."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from central_platform import documents
from central_platform.certificates import Seal, SealError
from central_platform.models import DocumentContent
from tests.central_platform.certificates.judging import believed
from tests.central_platform.documents.certified import (
    call,
    code_of,
    document_of,
    earn,
    fetched,
    linked,
    public,
    root_of,
    words_of,
)
from tests.central_platform.world import (
    OTHER,
    Template,
    World,
    open_platform,
)


class Failing:
    """A seal service that cannot be reached."""

    words, warning = "章", "测试"

    def set_on(self, page: bytes, office: str, at: datetime) -> bytes:
        raise SealError("not reached")


def test_while_the_seal_fails_nothing_is_handed_out(world: World, caplog: pytest.LogCaptureFixture) -> None:
    document = document_of(earn(world))
    path = linked(world, document)
    working: Seal = world.platform.seal
    world.platform.seal = Failing()
    with caplog.at_level(logging.ERROR):
        answer = call(world, "fetch", document)
    assert (*code_of(answer), answer.json()["retry_s"], answer.headers["retry-after"]) == (503, "unavailable", 30, "30")
    assert caplog.messages == ["a certificate could not be sealed: SealError"]
    phone = world.public.get(f"{path}/file")
    assert (phone.status_code, phone.headers["retry-after"]) == (503, "30")
    public(phone)
    assert "您的事情不受影响" in phone.text
    world.platform.seal = working
    assert fetched(world, document)[1].startswith(b"%PDF")


def test_a_letter_that_no_font_has_is_told_as_unavailable(world: World) -> None:
    document = document_of(earn(world, {**OTHER, "name": "测\u0378试"}))
    assert code_of(call(world, "fetch", document)) == (503, "unavailable")


def test_the_seals_key_is_its_owners_alone_and_its_certificate_is_renewed(world: World) -> None:
    authority, now = world.platform.authority, world.clock.now()
    key, (own, root) = authority.test_seal(now)
    folder = world.platform.settings.data / "authority"
    assert (folder / "seal.key").stat().st_mode & 0o777 == 0o600
    usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert own.not_valid_after_utc - now == timedelta(days=730)
    assert (root, authority.test_seal(now + timedelta(days=699))[1][0]) == (root_of(world), own)
    later = authority.test_seal(now + timedelta(days=701))
    assert later[1][0].not_valid_after_utc > own.not_valid_after_utc
    assert later[0].private_numbers() == key.private_numbers()


def test_a_sealed_page_stays_verifiable_after_the_seal_was_renewed(world: World) -> None:
    first, second = document_of(earn(world)), document_of(earn(world))
    pdf, sealed_at = documents.issued(world.platform, first).pdf, world.clock.now()
    world.clock.advance(days=720)
    later = documents.issued(world.platform, second).pdf
    assert believed(pdf, root_of(world), sealed_at)
    assert believed(later, root_of(world), world.clock.now())
    assert not believed(later, root_of(world), sealed_at), "a certificate is not believed before it began"


def test_a_restart_keeps_the_seals_certificate(world: World, issuing: Template, tmp_path: Path) -> None:
    before = world.platform.authority.test_seal(world.clock.now())[1][0]
    world.platform.close()
    world.platform = open_platform(tmp_path, issuing.packages, world.clock)
    assert world.platform.authority.test_seal(world.clock.now())[1][0] == before


def test_a_terminals_certificate_cannot_seal(world: World) -> None:
    from central_platform.certificates import TestSeal, page, sealed

    document = document_of(earn(world))
    with world.platform.database.read() as session:
        said = page.loads(session.get_one(DocumentContent, document).page)
    own = x509.load_der_x509_certificate(world.der)
    forged = sealed(said, TestSeal(lambda _at: (world.key, (own, root_of(world)))), world.clock.now())
    assert not believed(forged, root_of(world), world.clock.now())


def test_the_warning_of_the_test_seal_is_on_what_is_issued(world: World) -> None:
    zh, en = world.platform.seal.warning.split("  ")
    said = words_of(fetched(world, document_of(earn(world)))[1])
    assert "".join(zh.split()) in said
    assert "".join(en.split()) in said
