"""A platform whose service TF01 issues certificates, and what a terminal and a phone do with them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import func, select

from central_platform import enrolment
from contracts import digest_bytes, verify
from tests.central_platform.test_receipts import Page
from tests.central_platform.world import (
    CARD,
    OTHER,
    Answer,
    Client,
    World,
    application,
    both,
    change,
    csr_pem,
    new_key,
    refusing,
    rules,
    write_package,
    write_packages,
)

SERVICE = "TF01"
MONTH = {"type": "string", "format": "month", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
PROPERTIES: Mapping[str, Any] = {
    "periodFrom": MONTH,
    "periodTo": MONTH,
    "purpose": {"type": "string", "enum": ["loan", "visa"]},
    "copies": {"type": "integer", "minimum": 1, "maximum": 3, "x-default": 1},
}
WORDS = {"option.purpose.loan": "办贷款", "option.purpose.visa": "出国签证"}
CERTIFICATE: Mapping[str, Any] = {
    "records": "social_insurance",
    "title": {"zh": "样例缴费证明", "en": "Sample record"},
    "facts": [
        {"label": "姓名", "value": "{person.name}"},
        {"label": "证件号码", "value": "{person.id_no}"},
        {"label": "时间段", "value": "{answers.periodFrom} 至 {answers.periodTo}"},
        {"label": "用途", "value": "{answers.purpose}"},
        {"label": "合计", "value": "{record.paid_total} 元"},
    ],
    "rows": "months",
    "columns": [
        {"label": "月份", "value": "{row.month}"},
        {"label": "身份", "value": "{row.employer}"},
        {"label": "基数", "value": "{row.base}"},
        {"label": "个人", "value": "{row.paid}"},
    ],
    "statements": ["共 {record.count} 个月，{today}出具。"],
    "copies": "copies",
}

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
NAMELESS = (OTHER["name"], OTHER["id_no"])
"""What no public page, log or lasting row may hold."""
SEEDED: Mapping[str, Any] = {
    "first": "2026-01",
    "last": "2026-01",
    "count": 1,
    "base_total": "8200.00",
    "paid_total": "864.00",
    "months": [{"month": "2026-01", "employer": "企业职工", "base": "8200.00", "paid": "864.00"}],
}
"""A record of social insurance that the lab may put in the place of an invented one."""


def certified_packages(folder: Path) -> Path:
    """The packages of `world`, and TF01."""
    place = write_certified(write_packages(folder))
    (place / "certificate.json").write_text(json.dumps(CERTIFICATE, ensure_ascii=False), encoding="utf-8")
    return folder


def write_certified(folder: Path) -> Path:
    """TF01 without its certificate.json; returns its folder."""
    place = write_package(folder, SERVICE, PROPERTIES, level="L1", instant=True, output="CERT", kind="PRINT")
    change(place / "strings" / "zh.json", lambda words: words.update(WORDS))
    held = {"fact": "records.social_insurance.months", "above": 0}
    nothing = {"any": [{"fact": "records.social_insurance.found", "is": False}, {"not": held}]}
    granted = {"id": "held", "outcome": "granted", "words": both("有", "Held")}
    decision = rules(refusing("nothing-held", nothing), granted, records=("social_insurance",))
    (place / "decision.json").write_text(json.dumps(decision, ensure_ascii=False), encoding="utf-8")
    return place


def asked(person: Any = None, **answers: Any) -> dict[str, Any]:
    """An application for a certificate of last year's months."""
    said = {"periodFrom": "2025-11", "periodTo": "2026-10", "purpose": "loan", "copies": 2, **answers}
    return application(SERVICE, (CARD,), person or OTHER, **said)


def earn(world: World, person: Any = None, **answers: Any) -> dict[str, Any]:
    """Have a certificate's case accepted; returns its receipt."""
    result = world.result(world.item(asked(person, **answers)))
    assert result["status"] == "accepted", result
    receipt: dict[str, Any] = result["receipt"]
    return receipt


def call(world: World, what: str, document: str) -> Answer:
    """Fetch or link."""
    return world.terminal.post(f"/v1/documents:{what}", json={"document": document})


def fetched(world: World, document: str) -> tuple[dict[str, Any], bytes]:
    """What the platform signed of a document, verified, and its bytes, which are those."""
    answer = call(world, "fetch", document)
    assert answer.status_code == 200, answer.text
    keys = {name: bytes.fromhex(raw) for name, raw in world.platform.authority.keys.items()}
    signed: dict[str, Any] = verify(answer.json()["signed"], keys)
    pdf = base64.b64decode(answer.json()["pdf"], validate=True)
    assert (signed["digest"], signed["size"]) == (digest_bytes(pdf), len(pdf))
    return signed, pdf


def linked(world: World, document: str) -> str:
    """The path of a fresh address for a phone."""
    answer = call(world, "link", document)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"]).removeprefix("https://platform.test")


def words_of(pdf: bytes) -> str:
    """What is written in a PDF, without spaces."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def address_of(pdf: bytes, folder: Path) -> str:
    """The path that the QR code on the paper leads to."""
    import zxingcpp
    from PIL import Image

    (folder / "page.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", folder / "page.pdf", folder / "page"], check=True)
    found = [
        code.text
        for picture in sorted(folder.glob("page-*.png"))
        for code in zxingcpp.read_barcodes(Image.open(picture).convert("RGB"))
    ]
    assert len(found) == 1, found
    return str(found[0]).removeprefix("https://platform.test")


def document_of(receipt: dict[str, Any]) -> str:
    """What opens the certificate of a receipt."""
    return str(receipt["result"]["document"])


def root_of(world: World) -> x509.Certificate:
    return x509.load_pem_x509_certificate(world.platform.authority.ca_pem.encode())


def counted(world: World, table: Any) -> int:
    with world.platform.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def another_terminal(world: World) -> Client:
    code = enrolment.create(world.platform, "XC-0043", {"name": "另一台"})
    pem = enrolment.enrol(world.platform, code, csr_pem(new_key()), {}).certificate.pem
    return Client(world.app, x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER))


def public(answer: Answer) -> None:
    """What holds for every public page: safe headers, its own style alone, and nothing of the person."""
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert not [text for text in NAMELESS if text in answer.text]
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    page = Page(answer.text)
    assert (page.lang, page.tags.count("h1"), "script" in page.tags) == ("zh-CN", 1, False)
    assert [address for address in page.outside if not address.startswith("/")] == []
