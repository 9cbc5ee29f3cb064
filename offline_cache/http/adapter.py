"""Connections to the platform: the moment a test pulls the plug, and by whose clock a certificate is valid."""

from __future__ import annotations

import ssl
from datetime import datetime
from enum import Enum
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import BaseHTTPResponse
from urllib3.util.ssl_ import create_urllib3_context

from offline_cache.faces import Checkpoint, Clock

NOT_YET, EXPIRED = 9, 10
WRONG_DATES = frozenset({NOT_YET, EXPIRED})
"""X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED. https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/"""
NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL 1.1.0 and later, which `ssl` does not name."""


class Dates(Enum):
    """By whose clock a certificate has to be valid: the machine's (OpenSSL judges), ours, or nobody's."""

    MACHINE = "machine"
    OURS = "ours"
    ASIDE = "aside"


class PlatformAdapter(HTTPAdapter):
    """Names the moment between the last byte of a request and the first byte of its answer."""

    def __init__(self, checkpoint: Checkpoint, dates: Dates, clock: Clock, password: str | None = None) -> None:
        """`password` is that of the terminal's key file."""
        self._password = password
        self._checkpoint = checkpoint
        self._dates = dates
        self._clock = clock
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools. The chain and the host's name are always checked by OpenSSL."""
        if self._dates is not Dates.MACHINE:
            context = create_urllib3_context()
            context.verify_flags |= NO_CHECK_TIME
            kwargs["ssl_context"] = context
        if self._password is not None:
            kwargs["key_password"] = self._password
        super().init_poolmanager(*args, **kwargs)
        checkpoint, clock = self._checkpoint, self._clock if self._dates is Dates.OURS else None

        class Plain(HTTPConnection):
            def getresponse(self) -> BaseHTTPResponse:  # type: ignore[override]
                checkpoint("after-post-before-answer")
                return super().getresponse()

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                if clock is not None and isinstance(self.sock, ssl.SSLSocket):
                    try:
                        check_dates(self.sock.getpeercert(binary_form=True), clock.now())
                    except ssl.SSLCertVerificationError:
                        self.close()
                        raise

            def getresponse(self) -> BaseHTTPResponse:  # type: ignore[override]
                checkpoint("after-post-before-answer")
                return super().getresponse()

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def check_dates(der: bytes | None, now: datetime) -> None:
    """Make sure that the platform's certificate is valid now. The authority above it is pinned.

    Raises:
        ssl.SSLCertVerificationError: it is not.
    """
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(der or b"")
    code = 0
    if now < certificate.not_valid_before_utc:
        code = NOT_YET
    elif now > certificate.not_valid_after_utc:
        code = EXPIRED
    if code:
        error = ssl.SSLCertVerificationError("the certificate is not valid at the signed time")
        error.verify_code = code
        raise error
