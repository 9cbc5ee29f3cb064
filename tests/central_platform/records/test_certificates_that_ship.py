"""Every printed service with the invented records: what is said fits on paper, in Chinese, with no place left empty."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from central_platform.catalogue import Catalogue, Package
from central_platform.certificates.page import Page, draw
from central_platform.certificates.template import Said
from central_platform.records import SampleRecords
from central_platform.settings import PACKAGES
from tests.central_platform.documents.certified import document_of, fetched, words_of
from tests.central_platform.world import CARD, HOST, START, HandClock, Template, World, application, invented_id

KEY = b"k" * 32
TODAY = START.date()
PRINTED = [package for package in Catalogue.load(PACKAGES).packages.values() if package.certificate is not None]
PEOPLE = [
    *(invented_id(born="19880721", order=f"{n:03d}") for n in range(12)),
    *(invented_id(born="19520308", order=f"{n:03d}") for n in range(6)),
    *(invented_id(born="20190601", order=f"{n:03d}") for n in range(2)),
    *(invented_id("130102", "19900721", f"{n:03d}") for n in range(6)),
]
DAYS = {"month": ("2025-11", "2026-10"), "date": ("2025-11-20", "2026-11-20")}


class Warned:
    """A seal whose warning takes a line."""

    words = "测试专用章"
    warning = "测试章：仅供演示，没有法律效力"


def answers(package: Package, choice: int = 0) -> dict[str, Any]:
    """What the form proposes, and one of the choices."""
    found: dict[str, Any] = {}
    for name, schema in package.content["data"]["properties"].items():
        if "enum" in schema:
            found[name] = schema["enum"][choice % len(schema["enum"])]
        elif schema.get("format") in DAYS:
            found[name] = DAYS[schema["format"]][name == "periodTo"]
        else:
            found[name] = schema["x-default"]
    return found


def certificates(package: Package) -> list[Said]:
    """What is said to those who have something on record."""
    template = package.certificate
    assert template is not None
    records = SampleRecords(KEY, HandClock())
    said = []
    for at, id_no in enumerate(PEOPLE):
        given = answers(package, at)
        record = records.find(template.records, id_no, given)
        if record is not None and not template.empty(record):
            said.append(template.fill("测试甲", id_no, given, record, TODAY))
    return said


def test_ten_services_print() -> None:
    assert {package.id for package in PRINTED} >= {
        "SB01", "SB03", "JY04", "YB01", "GJ01", "MZ02", "GA06", "SW01", "BD01", "WJ03",
    }  # fmt: skip


@pytest.mark.parametrize("package", PRINTED, ids=lambda package: package.id)
def test_everything_on_a_certificate_is_said_and_no_brace_is_left(package: Package) -> None:
    said = certificates(package)
    assert said
    for one in said:
        texts = [*one.statements, *(fact.value for fact in one.facts), *(text for row in one.rows for text in row)]
        assert all(text.strip() and not set("{}") & set(text) for text in texts)
        assert not any(word in text for text in texts for word in ("None", "purpose", "option."))


@pytest.mark.parametrize("package", PRINTED, ids=lambda package: package.id)
def test_a_usual_certificate_is_one_page_and_the_longest_of_a_year_at_most_two(package: Package) -> None:
    assert package.certificate is not None
    longest = max(certificates(package), key=lambda said: (len(said.rows), sum(map(len, said.statements))))
    page = Page(
        title=package.certificate.title["zh"],
        issuer=package.words("department")["zh"],
        number="XC-2026-1120-000123",
        check_code="8F3K-2Q7M",
        check_url="https://platform.test/documents/abcdefghijklmnopqrstuv",
        issued_on=TODAY,
        facts=longest.facts,
        columns=longest.columns,
        rows=longest.rows,
        statements=longest.statements,
    )
    pages = PdfFileReader(io.BytesIO(draw(page, Warned()))).root["/Pages"]["/Count"]
    assert pages == (2 if len(longest.rows) > 12 else 1)


@pytest.fixture
def shipped(template: Template, tmp_path: Path) -> Iterator[World]:
    """A platform with the packages that ship."""
    made = replace(template, packages=PACKAGES).open(tmp_path)
    yield made
    made.platform.close()


@pytest.mark.parametrize("package", PRINTED, ids=lambda package: package.id)
def test_the_platform_issues_it_and_says_so_when_there_is_nothing(shipped: World, package: Package) -> None:
    given = answers(package)
    issued = None
    for id_no in PEOPLE[:18]:
        person = {"name": "测试甲", "id_no": id_no, "birth": f"{id_no[6:10]}-{id_no[10:12]}-{id_no[12:14]}"}
        result = shipped.result(shipped.item(application(package.id, (CARD, HOST), person, **given)))
        if result["status"] == "accepted":
            issued = result["receipt"]
            break
        assert result["problem"]["code"] == "record-empty"
    assert issued is not None
    assert (issued["state"], issued["due"], issued["result"]["copies"]) == ("done", None, 1)
    signed, pdf = fetched(shipped, document_of(issued))
    assert signed["number"] == issued["number"]
    said = words_of(pdf)
    assert package.certificate is not None
    assert package.certificate.title["zh"] in said
    assert "测试甲" in said
