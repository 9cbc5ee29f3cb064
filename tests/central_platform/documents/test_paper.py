"""Whoever has the paper before them learns whether it is genuine."""

from __future__ import annotations

import re
from pathlib import Path

from contracts.masks import mask_id, mask_name
from tests.central_platform.documents.certified import (
    BROWSER,
    address_of,
    code_of,
    document_of,
    earn,
    fetched,
    public,
    words_of,
)
from tests.central_platform.test_receipts import Page
from tests.central_platform.world import (
    OTHER,
    World,
)


def test_the_code_on_the_paper_leads_to_what_is_genuine(world: World, tmp_path: Path) -> None:
    receipt = earn(world)
    signed, pdf = fetched(world, document_of(receipt))
    path = address_of(pdf, tmp_path)
    assert re.fullmatch(r"/documents/[A-Za-z0-9_-]{22}", path)
    assert world.public.get(path).json() == {
        "number": receipt["number"],
        "title": {"zh": "样例缴费证明", "en": "Sample record"},
        "issuer": {"zh": "样例局", "en": "Sample Bureau"},
        "issued_on": "2026-11-20",
        "holder": f"{mask_name(OTHER['name'])} {mask_id(OTHER['id_no'])}",
        "digest": signed["digest"],
        "warning": world.platform.seal.warning,
    }
    answer = world.public.get(path, headers=BROWSER)
    assert answer.status_code == 200
    public(answer)
    wanted = [receipt["number"], "样例局", "2026-11-20", mask_name(OTHER["name"]), "没有法律效力", "对一对"]
    assert [words for words in wanted if words not in answer.text] == []


def test_number_and_code_of_the_paper_can_be_typed(world: World) -> None:
    receipt = earn(world)
    _, pdf = fetched(world, document_of(receipt))
    found = world.public.get("/lab/documents", params={"number": receipt["number"]}).json()
    assert found["check_code"] in words_of(pdf)
    typed = {"number": receipt["number"].lower(), "check": found["check_code"].replace("-", " ").lower()}
    assert world.public.get("/documents", params=typed).json()["number"] == receipt["number"]
    page = world.public.get("/documents", params=typed, headers=BROWSER)
    public(page)
    assert "查到了" in page.text


def test_the_code_of_the_receipt_does_not_open_the_certificate(world: World) -> None:
    receipt = earn(world)
    fetched(world, document_of(receipt))
    typed = {"number": receipt["number"], "check": receipt["check_code"]}
    assert world.public.get("/receipts", params=typed).status_code == 200
    assert code_of(world.public.get("/documents", params=typed)) == (404, "not-found")


def test_what_was_never_sealed_is_not_genuine(world: World) -> None:
    receipt = earn(world)
    found = world.public.get("/lab/documents", params={"number": receipt["number"]}).json()
    assert found["digest"] is None
    assert world.public.get(f"/documents/{found['check']}").status_code == 404
    typed = {"number": receipt["number"], "check": found["check_code"]}
    assert world.public.get("/documents", params=typed).status_code == 404


def test_the_page_for_nothing_found_is_kind_and_lets_one_try_again(world: World) -> None:
    for answer in (
        world.public.get("/documents/nothing", headers=BROWSER),
        world.public.get("/documents", params={"number": "XC-1", "check": "2222-2222"}, headers=BROWSER),
    ):
        assert answer.status_code == 404
        public(answer)
        page = Page(answer.text)
        assert page.inputs == page.labels == {"n", "c"}
        assert "先别急" in answer.text


def test_a_browser_that_asks_for_no_certificate_gets_the_form(world: World) -> None:
    answer = world.public.get("/documents", headers=BROWSER)
    assert answer.status_code == 200
    public(answer)
    assert Page(answer.text).inputs == {"n", "c"}
    assert code_of(world.public.get("/documents")) == (404, "not-found")


def test_the_lab_looks_a_certificate_up_by_its_case(world: World) -> None:
    receipt = earn(world)
    signed, _ = fetched(world, document_of(receipt))
    found = world.public.get("/lab/documents", params={"number": receipt["number"]}).json()
    assert (found["document"], found["digest"]) == (document_of(receipt), signed["digest"])
    assert found["title"] == {"zh": "样例缴费证明", "en": "Sample record"}
    assert world.public.get(f"/documents/{found['check']}").json()["digest"] == signed["digest"]
    assert code_of(world.public.get("/lab/documents", params={"number": "XC-1"})) == (404, "not-found")
