"""The receipt names a certificate, and the terminal fetches it: signed, sealed, the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import re
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from sqlalchemy import select

from central_platform import documents
from central_platform.app import create_app
from central_platform.models import CaseStep, Document
from central_platform.settings import PACKAGES
from tests.central_platform.certificates.judging import believed, poppler
from tests.central_platform.documents.certified import (
    NAMELESS,
    SEEDED,
    SERVICE,
    asked,
    call,
    counted,
    document_of,
    earn,
    fetched,
    root_of,
    words_of,
)
from tests.central_platform.world import (
    CARD,
    CHILD,
    HOST,
    OTHER,
    PERSON,
    Client,
    Template,
    World,
    application,
    open_platform,
)

CONTRACT = Path(__file__).parents[3] / "contracts" / "openapi.yaml"


def test_the_receipt_names_the_certificate_and_how_many_sheets(world: World) -> None:
    result = earn(world, copies=3)["result"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", result.pop("document"))
    assert result == {"kind": "certificate", "title": {"zh": "样例缴费证明", "en": "Sample record"}, "copies": 3}


def test_other_services_say_what_they_said_before(world: World) -> None:
    receipt = world.result(world.item(application("TB01", (CARD,), PERSON, copies=1)))["receipt"]
    assert receipt["result"] == {"kind": "none", "title": {"zh": "回执", "en": "Receipt"}}
    assert counted(world, Document) == 0


def test_a_certificate_is_fetched_signed_sealed_and_says_what_was_asked_for(world: World, tmp_path: Path) -> None:
    receipt = earn(world)
    signed, pdf = fetched(world, document_of(receipt))
    assert {name: signed[name] for name in ("kind", "document", "number", "terminal", "title", "sealed_at")} == {
        "kind": "document",
        "document": document_of(receipt),
        "number": receipt["number"],
        "terminal": "XC-0042",
        "title": {"zh": "样例缴费证明", "en": "Sample record"},
        "sealed_at": "2026-11-20T10:00:00+08:00",
    }
    assert believed(pdf, root_of(world), world.clock.now())
    assert "Signature is Valid" in poppler(pdf, tmp_path)
    said = words_of(pdf)
    wanted = [*NAMELESS, receipt["number"], "2025年11月至2026年10月", "办贷款", "2026年11月20日出具", "样例局"]
    assert [word for word in wanted if word not in said] == []


def test_one_changed_byte_and_neither_envelope_nor_seal_fits(world: World) -> None:
    signed, pdf = fetched(world, document_of(earn(world)))
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    assert not believed(bytes(changed), root_of(world), world.clock.now())
    assert signed["digest"] != f"sha256:{hashlib.sha256(changed).hexdigest()}"


def test_the_envelope_has_the_written_form(world: World) -> None:
    written = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    answer = call(world, "fetch", document_of(earn(world))).json()
    for name, value in (("FetchedDocument", answer), ("SealedDocument", answer["signed"]["signed"])):
        schema = {"$ref": f"#/components/schemas/{name}", "components": written["components"]}
        Draft202012Validator(schema).validate(value)


def test_fetching_again_gives_the_same_envelope_and_bytes(world: World) -> None:
    document = document_of(earn(world))
    first = call(world, "fetch", document)
    world.clock.advance(hours=3)
    assert call(world, "fetch", document).content == first.content


def test_two_who_fetch_at_once_get_the_same_bytes(world: World) -> None:
    document = document_of(earn(world))

    def fetch(_: int) -> bytes:
        answer = Client(world.app, world.der).post("/v1/documents:fetch", json={"document": document})
        assert answer.status_code == 200
        return answer.content

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(fetch, range(4)))) == 1
    with world.platform.database.read() as session:
        number = session.get_one(Document, document).number
        words = session.scalars(select(CaseStep.text).where(CaseStep.number == number)).all()
    assert [json.loads(text) for text in words if "电子印章" in text] == [documents.STEP]


def test_a_restart_keeps_the_bytes(world: World, issuing: Template, tmp_path: Path) -> None:
    document = document_of(earn(world))
    _, pdf = fetched(world, document)
    unsealed = document_of(earn(world))
    world.platform.close()
    world.platform = open_platform(tmp_path, issuing.packages, world.clock)
    world.app = create_app(world.platform)
    world.terminal = Client(world.app, world.der)
    assert fetched(world, document)[1] == pdf
    assert believed(fetched(world, unsealed)[1], root_of(world), world.clock.now())


def test_a_duplicate_names_the_same_certificate(world: World) -> None:
    item = world.item(asked())
    assert world.result(item)["receipt"] == world.result(item)["receipt"]
    assert counted(world, Document) == 1


def test_the_case_says_when_the_certificate_was_issued(world: World) -> None:
    receipt = earn(world)
    query = {"number": receipt["number"]}
    before = world.terminal.post("/v1/cases:find", json=query).json()["cases"][0]
    world.clock.advance(minutes=5)
    fetched(world, document_of(receipt))
    after = world.terminal.post("/v1/cases:find", json=query).json()["cases"][0]
    assert [step["state"] for step in before["steps"]] == ["accepted", "done"]
    assert after["steps"][:2] == before["steps"]
    assert (after["state"], after["steps"][2]["at"]) == ("done", "2026-11-20T10:05:00+08:00")
    assert "电子印章" in after["steps"][2]["text"]["zh"]


def test_a_childs_certificate_is_the_childs(world: World) -> None:
    seeded = {"id_no": CHILD["id_no"], "records": {"social_insurance": SEEDED}}
    assert world.public.post("/lab/people", json=seeded).status_code == 201
    guardian = {**OTHER, "relation": "parent", "evidence": [CARD]}
    result = world.result(world.item({**asked(CHILD), "guardian": guardian}))
    assert result["status"] == "accepted", result
    said = words_of(fetched(world, document_of(result["receipt"]))[1])
    assert CHILD["name"] in said
    assert CHILD["id_no"] in said
    assert not [text for text in NAMELESS if text in said]


def test_a_case_with_a_certificate_costs_about_as_much_as_one_without(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints what accepting costs, and what the first fetch and the next ones do. Nothing is asserted of times."""

    def took(what: Any) -> tuple[float, Any]:
        began = time.perf_counter()
        found = what()
        return (time.perf_counter() - began) * 1000, found

    plain = [
        took(lambda: world.result(world.item(application("TB01", (CARD,), OTHER, copies=1))))[0] for _ in range(20)
    ]
    earned = [took(lambda: world.result(world.item(asked()))) for _ in range(20)]
    names = [document_of(result["receipt"]) for _, result in earned]
    first = [took(partial(call, world, "fetch", name))[0] for name in names[:8]]
    again = [took(partial(call, world, "fetch", name))[0] for name in names[:8]]
    figures = {
        "without": plain,
        "with": [ms for ms, _ in earned],
        "cold fetch": first[:1],
        "first fetch": first[1:],
        "again": again,
    }
    said = ", ".join(f"{name} {statistics.median(times):.1f}" for name, times in figures.items())
    with capsys.disabled():
        sys.stdout.write(f"\ncertificates, median ms: {said}\n")
    assert counted(world, Document) == len(names)


def test_the_service_of_these_tests_issues(world: World) -> None:
    issuing = [name for name, package in world.platform.catalogue.packages.items() if package.certificate]
    assert issuing == [SERVICE]


def test_the_record_of_social_insurance_fits_on_one_page(template: Template, tmp_path: Path) -> None:
    world = replace(template, packages=PACKAGES).open(tmp_path / "shipped")
    answers = {"periodFrom": "2025-11", "periodTo": "2026-10", "purpose": "house", "copies": 1}
    receipt = world.result(world.item(application("SB01", (CARD, HOST), OTHER, **answers)))["receipt"]
    signed, pdf = fetched(world, document_of(receipt))
    world.platform.close()
    assert signed["title"] == receipt["result"]["title"]
    said = words_of(pdf)
    wanted = [*NAMELESS, "社会保险个人权益记录", "买房、租房", "2026年10月", "西城区人力资源和社会保障局"]
    assert [word for word in wanted if word not in said] == []
    done = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    assert "Pages:           1" in done.stdout.decode()
