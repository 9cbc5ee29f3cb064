"""The seal, checked by pyHanko and by poppler; one changed byte anywhere under it and neither believes it."""

from __future__ import annotations

import io
import random
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from central_platform.certificates import SealError, TestSeal, draw
from tests.central_platform.certificates.conftest import NOW, PAGE

FLIPS = 40


@pytest.fixture(scope="session")
def sealed(seal: TestSeal) -> bytes:
    return seal.set_on(draw(PAGE), PAGE.issuer, NOW)


def believed(pdf: bytes, root: x509.Certificate) -> bool:
    """What pyHanko says: one signature, whole, over the entire file, by that authority, nothing added."""
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    trusted = ValidationContext(trust_roots=[asn1.Certificate.load(root.public_bytes(Encoding.DER))], moment=NOW)
    try:
        (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        found = validate_pdf_signature(signature, trusted)
    except Exception:  # noqa: BLE001 - a document that cannot be read is not believed either, however it fails
        return False
    return bool(found.bottom_line) and found.coverage is SignatureCoverageLevel.ENTIRE_FILE


def poppler(pdf: bytes, folder: Path) -> str:
    (folder / "sealed.pdf").write_bytes(pdf)
    done = subprocess.run(["pdfsig", folder / "sealed.pdf"], capture_output=True, check=False)
    return done.stdout.decode(errors="replace")


def test_pyhanko_and_poppler_believe_it(sealed: bytes, chain: tuple[object, ...], tmp_path: Path) -> None:
    root = chain[2]
    assert isinstance(root, x509.Certificate)
    assert believed(sealed, root)
    said = poppler(sealed, tmp_path)
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said


def test_the_page_under_the_seal_is_the_page(sealed: bytes) -> None:
    page = draw(PAGE)
    assert sealed.startswith(page)


def test_the_time_of_the_seal_is_the_platforms(sealed: bytes) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert signature.self_reported_timestamp == NOW


def test_one_changed_byte_of_the_page_and_nobody_believes_it(
    sealed: bytes, chain: tuple[object, ...], tmp_path: Path
) -> None:
    root = chain[2]
    assert isinstance(root, x509.Certificate)
    source = random.Random(7)
    page = len(draw(PAGE))
    for _ in range(FLIPS):
        changed = bytearray(sealed)
        changed[source.randrange(page)] ^= 1 << source.randrange(8)
        assert not believed(bytes(changed), root)
    assert "Signature is Valid" not in poppler(bytes(changed), tmp_path)


def test_another_authority_is_not_believed(sealed: bytes, seal: TestSeal) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    from tests.central_platform.certificates.conftest import certified

    key = ec.generate_private_key(ec.SECP256R1())
    assert not believed(sealed, certified("Doorstep test seals", key, None, key))


def test_something_added_behind_the_seal_is_seen(sealed: bytes, chain: tuple[object, ...]) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    root = chain[2]
    assert isinstance(root, x509.Certificate)
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Doorstep"] = writer.root["/Pages"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert not believed(out.getvalue(), root)


def test_what_is_no_page_is_not_sealed(seal: TestSeal) -> None:
    with pytest.raises(SealError):
        seal.set_on(b"not a page", PAGE.issuer, NOW)
