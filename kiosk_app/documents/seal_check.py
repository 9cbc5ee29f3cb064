"""A sealed page, looked at in a process of its own: `python -m kiosk_app.documents.seal_check AUTHORITY AT < page`.

Parsers of PDF are large and fed by strangers; this one lives for one page, sees no network and takes what it read with
it. One word on standard output, exit 0; anything else means that nobody knows.
"""

from __future__ import annotations

import io
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

MOST_BYTES = 4 * 1024 * 1024


class Finding(StrEnum):
    """Closed set of what a page can be. Only GENUINE is printed."""

    GENUINE = "genuine"
    UNREADABLE = "unreadable"
    NO_SEAL = "no_seal"
    CHANGED = "changed"
    NOT_TRUSTED = "not_trusted"


def check(page: bytes, authority: x509.Certificate, at: datetime) -> Finding:
    """Judge the seal of a page: one signature (PAdES), over the entire file, nothing added, by that authority.

    `at` is the time by which certificates must be valid.
    """
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    root = asn1.Certificate.load(authority.public_bytes(Encoding.DER))
    trusted = ValidationContext(trust_roots=[root], moment=at, allow_fetching=False)
    try:
        signatures = PdfFileReader(io.BytesIO(page)).embedded_signatures
        if len(signatures) != 1:
            return Finding.NO_SEAL
        found = validate_pdf_signature(signatures[0], trusted)
        if not (found.intact and found.valid and found.coverage is SignatureCoverageLevel.ENTIRE_FILE):
            return Finding.CHANGED
        if not found.trusted:
            return Finding.NOT_TRUSTED
        return Finding.GENUINE if found.bottom_line else Finding.CHANGED
    except Exception:  # noqa: BLE001 - a page that cannot be read is not printed, however it fails
        return Finding.UNREADABLE


def main() -> int:
    """Judge what comes in."""
    authority = x509.load_pem_x509_certificate(Path(sys.argv[1]).read_bytes())
    page = sys.stdin.buffer.read(MOST_BYTES + 1)
    finding = (
        Finding.UNREADABLE if len(page) > MOST_BYTES else check(page, authority, datetime.fromisoformat(sys.argv[2]))
    )
    sys.stdout.write(finding)
    return 0


if __name__ == "__main__":
    sys.exit(main())
