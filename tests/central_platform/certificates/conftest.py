from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from central_platform.certificates import Fact, Page, TestSeal

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
PAGE = Page(
    title="社会保险个人权益记录",
    issuer="西城区人力资源和社会保障局",
    number="XC-2026-1130-000123",
    check_code="8F3K-2Q7M",
    check_url="https://platform.example/verify/8F3K2Q7M",
    issued_on=date(2026, 11, 30),
    facts=(Fact("姓名", "𠮷野芳"), Fact("用途", "办贷款")),
    columns=("月份", "单位", "基数（元）", "状态"),
    rows=tuple((f"2026年{month}月", "北京安宁商贸公司", "8,200.00", "已缴") for month in range(1, 13)),
    statements=("上述人员在本区参加社会保险，缴费情况如上表。",),
)


def certified(
    name: str, key: ec.EllipticCurvePrivateKey, by: x509.Certificate | None, by_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """A certificate of `name`; its own authority when there is no `by`."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    root = by is None
    usage = x509.KeyUsage(not root, not root, False, False, False, root, root, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False)
        .sign(by_key, hashes.SHA256())
    )


@pytest.fixture(scope="session")
def chain() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate, x509.Certificate]:
    """The key of a seal, its certificate and that of its authority."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certified("Doorstep test seals", authority, None, authority)
    return key, certified("西城区人力资源和社会保障局（测试）", key, root, authority), root


@pytest.fixture(scope="session")
def seal(chain: tuple[ec.EllipticCurvePrivateKey, x509.Certificate, x509.Certificate]) -> TestSeal:
    key, *certificates = chain
    return TestSeal(lambda _at: (key, tuple(certificates)))
