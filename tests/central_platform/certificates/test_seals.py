"""The seal, checked by pyHanko and by poppler; one changed byte anywhere under it and neither believes it."""

from __future__ import annotations

import io
import random
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from central_platform import certificates
from central_platform.certificates import Page, SealError, TestSeal
from central_platform.certificates.page import draw
from tests.central_platform.certificates.conftest import NOW, PAGE
from tests.central_platform.certificates.judging import believed, poppler

FLIPS = 40


@pytest.fixture(scope="session")
def sealed(seal: TestSeal) -> bytes:
    return certificates.sealed(PAGE, seal, NOW)


def test_pyhanko_and_poppler_believe_it(sealed: bytes, chain: tuple[object, ...], tmp_path: Path) -> None:
    root = chain[2]
    assert isinstance(root, x509.Certificate)
    assert believed(sealed, root, NOW)
    said = poppler(sealed, tmp_path)
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said


def test_the_page_under_the_seal_is_the_page(sealed: bytes, seal: TestSeal) -> None:
    assert sealed.startswith(draw(PAGE, seal))


def test_the_time_of_the_seal_is_the_platforms(sealed: bytes) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert signature.self_reported_timestamp == NOW


def test_one_changed_byte_of_the_page_and_nobody_believes_it(
    sealed: bytes, seal: TestSeal, chain: tuple[object, ...], tmp_path: Path
) -> None:
    root = chain[2]
    assert isinstance(root, x509.Certificate)
    source = random.Random(7)
    page = len(draw(PAGE, seal))
    for _ in range(FLIPS):
        changed = bytearray(sealed)
        changed[source.randrange(page)] ^= 1 << source.randrange(8)
        assert not believed(bytes(changed), root, NOW)
    assert "Signature is Valid" not in poppler(bytes(changed), tmp_path)


def test_another_authority_is_not_believed(sealed: bytes, seal: TestSeal) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    from tests.central_platform.certificates.conftest import certified

    key = ec.generate_private_key(ec.SECP256R1())
    assert not believed(sealed, certified("Doorstep test seals", key, None, key), NOW)


def test_something_added_behind_the_seal_is_seen(sealed: bytes, chain: tuple[object, ...]) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    root = chain[2]
    assert isinstance(root, x509.Certificate)
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Doorstep"] = writer.root["/Pages"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert not believed(out.getvalue(), root, NOW)


def test_what_is_no_page_is_not_sealed(seal: TestSeal) -> None:
    with pytest.raises(SealError):
        seal.set_on(b"not a page", PAGE.issuer, NOW)


SHORTEST = Page(
    title="证明",
    issuer="样例局",
    number="XC-2026-1130-000001",
    check_code="8F3K-2Q7M",
    check_url="https://platform.example/documents/x",
    issued_on=PAGE.issued_on,
)


@pytest.mark.parametrize(
    "page",
    [PAGE, SHORTEST, replace(PAGE, rows=PAGE.rows * 8), replace(SHORTEST, lang="en", title="Certificate")],
    ids=["a year", "nothing but its head", "several sheets", "English"],
)
def test_every_page_under_the_test_seal_says_so(seal: TestSeal, page: Page) -> None:
    pdf = certificates.sealed(page, seal, NOW)
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    said = done.stdout.decode()
    zh, en = seal.warning.split("  ")
    assert zh in said
    assert en in said
    assert seal.words in said


def test_nothing_is_sealed_but_what_was_drawn_for_that_seal() -> None:
    """A page has nowhere to say what is seen of a seal, drawing asks for the seal, and one place sets it."""
    assert {"warning", "seal_words"}.isdisjoint(Page.__dataclass_fields__)
    sources = Path(certificates.__file__).parents[1].rglob("*.py")
    calls = [line.strip() for file in sources for line in file.read_text("utf-8").splitlines() if ".set_on(" in line]
    assert calls == ["return seal.set_on(draw(page, seal), page.issuer, at)"]
