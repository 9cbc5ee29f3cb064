"""Who seals certificates. A real seal belongs to a licensed seal service; what is here is a test seal that says so."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from central_platform.certificates.page import Page, SealLook, draw

if TYPE_CHECKING:
    from pyhanko.pdf_utils.writer import BasePdfFileWriter
    from pyhanko.sign.signers import PdfSigner
    from pyhanko.sign.signers.pdf_signer import PdfSigningSession

FIELD = "seal"
PLACE = "Beijing"
REASON = "Issued under an electronic seal"

Keys = Callable[[datetime], tuple[ec.EllipticCurvePrivateKey, tuple[x509.Certificate, ...]]]
"""Returns a key that is good at a time, and its chain, which begins with the certificate of the key."""


class SealError(Exception):
    """The seal could not be set; the page must not be handed out."""


class Seal(SealLook, Protocol):
    """A seal of an office: PAdES, ETSI EN 319 142-1 level B-B, certifying, no change allowed after it."""

    def set_on(self, page: bytes, office: str, at: datetime) -> bytes:
        """Return the PDF under the seal; `page` is its beginning, byte for byte. Pages come from `sealed` only.

        Raises:
            SealError: the service refused or could not be reached, or this is no PDF.
        """


def sealed(page: Page, seal: Seal, at: datetime) -> bytes:
    """Draw a page with everything on it that has to be known of a seal, and set that seal on it.

    Raises:
        PageError: the page cannot be drawn.
        SealError: the seal could not be set.
    """
    return seal.set_on(draw(page, seal), page.issuer, at)


class TestSeal:
    """Seals with a key of this platform. Nobody outside believes it: its warning says so on every page."""

    __test__ = False
    words = "测试专用章"
    warning = "测试章：仅供演示，没有法律效力  Test seal: no legal effect"

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def set_on(self, page: bytes, office: str, at: datetime) -> bytes:
        """Return the PDF under the seal.

        Raises:
            SealError: this is no PDF.
        """
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError

        out = io.BytesIO()
        try:
            self._signer(office, at).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(page)), output=out)
        except (PdfError, ValueError) as error:
            raise SealError("the page could not be sealed") from error
        return out.getvalue()

    def _signer(self, office: str, at: datetime) -> PdfSigner:
        from asn1crypto import keys
        from asn1crypto import x509 as asn1
        from pyhanko.sign import fields, signers
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        class AtThatTime(signers.PdfSigner):
            """Takes the time from the platform, not from the machine."""

            def init_signing_session(
                self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
            ) -> PdfSigningSession:
                session = super().init_signing_session(pdf_out, existing_fields_only)
                session.system_time = at
                return session

        key, chain = self._keys(at)
        own, *others = (asn1.Certificate.load(c.public_bytes(serialization.Encoding.DER)) for c in chain)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(others)
        private = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        what = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            name=office,
            reason=REASON,
            location=PLACE,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
        )
        return AtThatTime(what, signers.SimpleSigner(own, keys.PrivateKeyInfo.load(private), store))
