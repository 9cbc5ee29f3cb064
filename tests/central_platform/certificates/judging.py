"""What those who did not make a sealed page say of it."""

from __future__ import annotations

import io
import subprocess
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def believed(pdf: bytes, root: x509.Certificate, at: datetime) -> bool:
    """What pyHanko says: one signature, whole, over the entire file, by that authority, nothing added."""
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    trusted = ValidationContext(trust_roots=[asn1.Certificate.load(root.public_bytes(Encoding.DER))], moment=at)
    try:
        (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        found = validate_pdf_signature(signature, trusted)
    except Exception:  # noqa: BLE001 - a document that cannot be read is not believed either, however it fails
        return False
    return bool(found.bottom_line) and found.coverage is SignatureCoverageLevel.ENTIRE_FILE


def poppler(pdf: bytes, folder: Path) -> str:
    """What pdfsig says."""
    (folder / "sealed.pdf").write_bytes(pdf)
    done = subprocess.run(["pdfsig", folder / "sealed.pdf"], capture_output=True, check=False)
    return done.stdout.decode(errors="replace")
