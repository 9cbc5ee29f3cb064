"""certificate.json: what is wrong with it is said when the platform starts, with the file; never when one is issued."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from central_platform.catalogue import Catalogue, PackageError, read_package
from central_platform.certificates import FillError, Template
from central_platform.checking import check_folder
from central_platform.settings import PACKAGES
from tests.central_platform.documents.certified import CERTIFICATE, SERVICE, write_certified
from tests.central_platform.world import change

TODAY = date(2026, 11, 30)
ANSWERS = {"periodFrom": "2025-01", "periodTo": "2025-12", "purpose": "visa", "copies": 2}
RECORD = {
    "first": "2025-01",
    "last": "2025-12",
    "count": 12,
    "base_total": "12345678.90",
    "paid_total": "864.00",
    "months": [{"month": "2025-12", "employer": "企业职工", "base": "8200.00", "paid": "864.00"}],
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_certified(tmp_path)


def written(package: Path, value: object) -> Path:
    path = package / "certificate.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def changed(**members: Any) -> dict[str, Any]:
    """The sample with members replaced; None takes one away."""
    found = copy.deepcopy({**CERTIFICATE, **members})
    return {name: value for name, value in found.items() if value is not None}


def template(package: Path, value: object) -> Template:
    written(package, value)
    found = read_package(package).certificate
    assert found is not None
    return found


def test_a_package_without_the_file_issues_none(package: Path) -> None:
    assert read_package(package).certificate is None


def test_the_file_is_no_part_of_what_is_signed(package: Path) -> None:
    before = read_package(package)
    written(package, CERTIFICATE)
    after = read_package(package)
    assert (after.digest, after.content) == (before.digest, before.content)


def test_every_placeholder_is_filled_in_chinese(package: Path) -> None:
    said = template(package, CERTIFICATE).fill("测试乙", "110102", ANSWERS, RECORD, TODAY)
    assert [(fact.label, fact.value) for fact in said.facts] == [
        ("姓名", "测试乙"),
        ("证件号码", "110102"),
        ("时间段", "2025年1月 至 2025年12月"),
        ("用途", "出国签证"),
        ("合计", "864.00 元"),
    ]
    assert said.columns == ("月份", "身份", "基数", "个人")
    assert said.rows == (("2025年12月", "企业职工", "8,200.00", "864.00"),)
    assert said.statements == ("共 12 个月，2026年11月30日出具。",)


def test_sheets_are_as_many_as_were_asked_for_and_one_otherwise(package: Path) -> None:
    assert template(package, CERTIFICATE).copies_of(ANSWERS) == 2
    assert template(package, changed(copies=None)).copies_of(ANSWERS) == 1


def test_a_certificate_may_have_no_table(package: Path) -> None:
    said = template(package, changed(rows=None, columns=None)).fill("甲", "1", ANSWERS, RECORD, TODAY)
    assert (said.columns, said.rows) == ((), ())


def facts(value: str) -> dict[str, Any]:
    return changed(facts=[{"label": "姓名", "value": "{person.name}"}, {"label": "别的", "value": value}])


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ([], "model_type"),
        (changed(records=None), "/records: missing"),
        (changed(records="dog_licences"), "/records: there are no records of 'dog_licences'"),
        (changed(title={"zh": "证明"}), "/title/en: missing"),
        (changed(title="证明"), "/title"),
        (changed(facts=[]), "/facts: too_short"),
        (changed(facts=[{"label": "姓名"}]), "/facts/0/value: missing"),
        (changed(facts=[{"label": "姓\u202e名", "value": "x"}]), "/facts/0/label: value_error"),
        (changed(seal="red"), "/seal: extra_forbidden"),
        (facts("{person.phone}"), "/facts/1/value: {person.phone} is nothing that is always known"),
        (facts("{answers.purpos}"), "/facts/1/value: {answers.purpos}"),
        (facts("{record.average}"), "/facts/1/value: {record.average}"),
        (facts("{row.month}"), "/facts/1/value: {row.month}"),
        (facts("{record.months}"), "/facts/1/value: {record.months}"),
        (facts("{today.day}"), "/facts/1/value: {today.day}"),
        (facts("{person}"), "/facts/1/value: {person}"),
        (facts("{}"), "/facts/1/value: a brace"),
        (facts("{person.name"), "/facts/1/value: a brace"),
        (facts("person.name}"), "/facts/1/value: a brace"),
        (facts("{{person.name}}"), "/facts/1/value: a brace"),
        (facts("{person.name!r}"), "/facts/1/value: a brace"),
        (facts("{person.__class__}"), "/facts/1/value: a brace"),
        (changed(statements=["好 {row.month}"]), "/statements/0: {row.month}"),
        (changed(columns=[{"label": "x", "value": "{row.wage}"}]), "/columns/0/value: {row.wage}"),
        (changed(rows="weeks"), "/rows"),
        (changed(rows=None), "/rows"),
        (changed(columns=None), "/rows"),
        (changed(copies="purpose"), "/copies: purpose is no integer"),
        (changed(copies="sheets"), "/copies: sheets is no integer"),
    ],
)
def test_what_is_wrong_stops_the_start_with_file_and_place(package: Path, value: object, why: str) -> None:
    path = written(package, value)
    with pytest.raises(PackageError) as refused:
        Catalogue.load(package.parent)
    assert str(path) in str(refused.value)
    assert why in str(refused.value)


def optional(data: dict[str, Any]) -> None:
    data["required"].remove("purpose")


def flags(data: dict[str, Any]) -> None:
    data["properties"]["purpose"] = {"type": "boolean", "x-privacy": "plain"}


def endless(data: dict[str, Any]) -> None:
    del data["properties"]["copies"]["maximum"]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (optional, "/facts/3/value: {answers.purpose} is nothing that is always known"),
        (flags, "/facts/3/value: {answers.purpose}"),
        (endless, "/copies: copies is no integer field from 1 to a maximum"),
    ],
    ids=["may be left out", "a kind that has no words", "no most"],
)
def test_answers_that_may_be_missing_or_have_no_words_stop_the_start(
    package: Path, spoil: Callable[[dict[str, Any]], None], why: str
) -> None:
    written(package, CERTIFICATE)
    change(package / "data.schema.json", spoil)
    with pytest.raises(PackageError, match=r"certificate\.json") as refused:
        read_package(package)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("members", "why"),
    [({"output": "RCPT"}, "output CERT"), ({"instant": False}, "instant"), ({"level": "L0"}, "level L0")],
)
def test_a_service_that_cannot_issue_stops_the_start(package: Path, members: dict[str, Any], why: str) -> None:
    written(package, CERTIFICATE)
    change(package / "service.json", lambda service: service.update(members))
    if not members.get("instant", True):
        (package / "decision.json").unlink()
    with pytest.raises(PackageError, match=r"certificate\.json") as refused:
        read_package(package)
    assert why in str(refused.value)


def test_a_file_that_is_no_json_stops_the_start(package: Path) -> None:
    (package / "certificate.json").write_text("{", encoding="utf-8")
    with pytest.raises(PackageError, match=r"certificate\.json:1:2: this is not JSON"):
        read_package(package)


def test_the_check_of_packages_names_it_beforehand(package: Path) -> None:
    path = written(package, facts("{answers.purpos}"))
    findings, _ = check_folder(package.parent)
    assert len(findings) == 1
    assert findings[0].startswith(str(path))


@pytest.mark.parametrize(
    ("answers", "record", "field"),
    [
        ({**ANSWERS, "periodFrom": "2025-13"}, RECORD, "/periodFrom"),
        ({**ANSWERS, "purpose": "party"}, RECORD, "/purpose"),
        (ANSWERS, {**RECORD, "paid_total": "much"}, "/record/paid_total"),
        (ANSWERS, {**RECORD, "count": True}, "/record/count"),
        (ANSWERS, {**RECORD, "months": [{"month": "2025-12"}]}, "/row/employer"),
    ],
)
def test_a_value_of_another_form_is_refused_by_name_and_not_quoted(
    package: Path, answers: dict[str, Any], record: dict[str, Any], field: str
) -> None:
    with pytest.raises(FillError) as refused:
        template(package, CERTIFICATE).fill("甲", "1", answers, record, TODAY)
    assert refused.value.field == field
    assert not [text for text in ("2025-13", "party", "much") if text in str(refused.value)]


def test_the_certificates_of_the_packages_that_ship_are_whole() -> None:
    issuing = {name for name, found in Catalogue.load(PACKAGES).packages.items() if found.certificate is not None}
    assert "SB01" in issuing
    assert SERVICE not in issuing
