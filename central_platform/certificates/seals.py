"""Who seals certificates. A real seal belongs to a licensed seal service; what is here is a test seal that says so."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from pyhanko.pdf_utils.writer import BasePdfFileWriter
    from pyhanko.sign.signers import PdfSigner
    from pyhanko.sign.signers.pdf_signer import PdfSigningSession

FIELD = "seal"
PLACE = "Beijing"
REASON = "Issued under an electronic seal"


class SealError(Exception):
    """The seal could not be set; the page must not be handed out."""


class Seal(Protocol):
    """A seal of an office: PAdES, ETSI EN 319 142-1 level B-B, certifying, no change allowed after it."""

    @property
    def words(self) -> str:
        """What stands in the drawn seal under the star."""

    @property
    def warning(self) -> str:
        """What a resident has to know of this seal, in the words of the page; "" when nothing."""

    def set_on(self, page: bytes, office: str, at: datetime) -> bytes:
        """Return the PDF under the seal; `page` is its beginning, byte for byte.

        Raises:
            SealError: the service refused or could not be reached, or this is no PDF.
        """


class TestSeal:
    """Seals with a key of this platform. Nobody outside believes it: `Page.warning` has to say so."""

    __test__ = False
    words = "测试专用章"
    warning = "测试章：仅供演示，没有法律效力  Test seal: no legal effect"

    def __init__(self, key: ec.EllipticCurvePrivateKey, chain: tuple[x509.Certificate, ...]) -> None:
        """`chain` begins with the certificate of `key`."""
        self._key = key
        self._chain = chain

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

        own, *others = (asn1.Certificate.load(c.public_bytes(serialization.Encoding.DER)) for c in self._chain)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(others)
        private = self._key.private_bytes(
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
