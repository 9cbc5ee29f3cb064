"""Licences in the place of papers: told to their holder alone, used once they agreed, copied by the platform."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from central_platform import casework, licence_copies
from central_platform.indicator_counts import Period
from central_platform.indicators import plain, report
from central_platform.licences import KINDS, SampleLicences
from central_platform.models import LicenceCopy
from central_platform.progress import find
from tests.central_platform.test_blobs import name, scan, send
from tests.central_platform.test_cli import run
from tests.central_platform.world import (
    CARD,
    CHILD,
    OTHER,
    PERSON,
    START,
    TERMINAL,
    HandClock,
    Template,
    World,
    application,
    both,
    build,
    invented_id,
    write_package,
    write_packages,
)

CARE = "disability_certificate"
LICENCE = {
    "number": "CJ201900001234",
    "issuer": both("西城区残疾人联合会", "Xicheng Disabled Persons' Federation"),
    "issued_on": "2019-03-01",
    "valid_until": "2029-02-28",
    "facts": {"残疾类别": "肢体"},
}
SHOWN = "CJ**********34"
PAGE = scan(3000)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A platform whose TL01 takes a disability certificate in the place of a needed paper, and a lease for another."""
    folder = tmp_path_factory.mktemp("licences")
    paper = {"note": both("原件", "It"), "required": True, "shared": True}
    proof = {**paper, "code": "MED", "text": both("评定材料", "Assessment"), "scan": {"pages": 1, "licence": CARE}}
    plain_ = {**paper, "code": "PHOTO", "text": both("照片", "Photo"), "required": False, "scan": {"pages": 1}}
    packages = write_packages(folder / "packages")
    text = {"type": "string", "minLength": 1}
    write_package(packages, "TL01", {"words": text}, level="L1", limit=5, materials=[proof, plain_])
    world = build(folder, packages=packages)
    send(world.terminal, PAGE)
    world.platform.close()
    return Template(folder, packages, world.key, world.der)


@pytest.fixture
def world(made: Template, tmp_path: Path) -> Iterator[World]:
    opened = made.open(tmp_path)
    register(opened, LICENCE)
    yield opened
    opened.platform.close()


def register(world: World, licence: dict[str, Any] | None, who: dict[str, str] = PERSON) -> None:
    seeded = world.public.post("/lab/people", json={"id_no": who["id_no"], "licences": {CARE: licence}})
    assert seeded.status_code == 201, seeded.text


def ask(world: World, **other: Any) -> Any:
    query = {"id_no": PERSON["id_no"], "service": "TL01", "identity": world.identity(), **other}
    return world.terminal.post("/v1/licences:find", json=query)


def consent(**other: Any) -> dict[str, Any]:
    return {
        "kind": CARE,
        "number": SHOWN,
        "purpose": "样例服务 TL01",
        "at": START.isoformat(),
        "lang": "zh",
        "words": "平台会复制一份这个证照，只用来办“样例服务 TL01”。",
        **other,
    }


def applied(world: World, *, person: Any = PERSON, evidence: tuple[Any, ...] = (CARD,), **agreed: Any) -> Any:
    """What becomes of an application that gives the licence."""
    return world.result(item(world, consent(**agreed), person=person, evidence=evidence))


def item(
    world: World, licence: Any, code: str = "MED", person: Any = PERSON, evidence: Any = (CARD,), **body: Any
) -> Any:
    materials = [{"code": code, "given": "licence", "pages": [], "licence": licence}]
    return world.item({**application("TL01", evidence, person, words="x"), "materials": materials, **body})


def test_the_platform_tells_what_it_holds_of_this_person_for_this_service_and_no_more(world: World) -> None:
    answer = ask(world).json()
    assert answer == {
        "licences": [
            {
                "material": "MED",
                "kind": CARE,
                "name": KINDS[CARE],
                "number": SHOWN,
                "issuer": LICENCE["issuer"],
                "valid_until": "2029-02-28",
            }
        ]
    }
    assert ask(world, service="TA01").json() == {"licences": []}
    assert ask(world, service="TZ99").json() == {"licences": []}


def test_nothing_is_told_without_the_identity_of_that_person(world: World) -> None:
    assert ask(world, identity=None).json()["code"] == "identity-required"
    assert ask(world, identity=world.identity(OTHER)).json()["code"] == "identity-mismatch"
    register(world, None)
    assert ask(world).json() == {"licences": []}


@pytest.mark.parametrize("state", [{"valid_until": "2026-11-19"}, {"revoked": True}], ids=["expired", "revoked"])
def test_a_licence_that_is_not_good_is_not_offered_and_not_taken(world: World, state: dict[str, Any]) -> None:
    register(world, {**LICENCE, **state})
    assert ask(world).json() == {"licences": []}
    refused = applied(world)
    assert (refused["status"], refused["problem"]["code"]) == ("rejected", "licence-unusable")
    assert refused["problem"]["field"] == "/materials"


def test_on_its_last_day_it_is_good(world: World) -> None:
    register(world, {**LICENCE, "valid_until": "2026-11-20"})
    assert applied(world)["status"] == "accepted"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"number": "CJ**********35"}, "licence-unusable"),
        ({"kind": "household_register"}, "data-invalid"),
        ({"purpose": "样例服务 TA01"}, "data-invalid"),
        ({"who": "guardian"}, "data-invalid"),
        ({"person": None}, "level-not-reached"),
        ({"person": {**PERSON, "id_no": OTHER["id_no"]}}, "licence-unusable"),
    ],
    ids=["another number", "another kind", "another purpose", "no guardian there", "nobody's", "somebody else's"],
)
def test_what_was_not_agreed_to_so_is_refused(world: World, other: dict[str, Any], code: str) -> None:
    register(world, None, OTHER)
    refused = applied(world, **other)
    assert (refused["status"], refused["problem"]["code"]) == ("rejected", code)


def test_a_phone_alone_opens_nobodys_licence(world: World) -> None:
    phone = {"kind": "phone_code", "challenge": world.pass_phone_code()}
    refused = applied(world, evidence=(phone,))
    assert (refused["problem"]["code"], refused["problem"]["field"]) == ("level-not-reached", "/materials")


def test_a_paper_that_no_licence_may_stand_for_is_refused(world: World) -> None:
    for bad in (item(world, consent(), code="PHOTO"), item(world, None)):
        refused = world.result(bad)
        assert (refused["problem"]["code"], refused["problem"]["field"]) == ("data-invalid", "/materials")


def test_the_copy_says_across_the_page_what_it_is_for_and_is_made_once(world: World, tmp_path: Path) -> None:
    sent = item(world, consent())
    taken = world.result(sent)
    number = taken["receipt"]["number"]
    copy = casework.licence(world.platform, number, "MED")
    assert world.result(sent)["status"] == "duplicate"
    assert licence_copies.draw_missing(world.platform) == 0
    assert casework.licence(world.platform, number, "MED") == copy
    text = read(copy, "pdftotext", "-raw", "-", "-").replace(" ", "").replace("\n", "")
    place = json.loads(profile(world))["place"]["zh"]
    for said in (PERSON["name"], PERSON["id_no"], LICENCE["number"], "肢体", "没有法律效力", consent()["words"][:12]):
        assert str(said).replace(" ", "") in text
    # Each of them stands upright once or twice; the others are the watermark.
    for said in ("仅用于办理“样例服务TL01”", number, "2026年11月20日", place):
        assert text.count(said.replace(" ", "")) > 5, said
    assert free_of_marks(copy, tmp_path) == []


def test_the_guardian_agrees_for_a_child_and_nobody_else(world: World) -> None:
    register(world, LICENCE, CHILD)
    beside = {**OTHER, "relation": "parent", "evidence": [CARD]}
    refused = world.result(item(world, consent(), person=CHILD, guardian=beside))
    assert (refused["problem"]["code"], refused["problem"]["field"]) == ("data-invalid", "/materials")
    taken = world.result(item(world, consent(who="guardian"), person=CHILD, guardian=beside))
    copy = casework.licence(world.platform, taken["receipt"]["number"], "MED")
    text = read(copy, "pdftotext", "-raw", "-", "-")
    assert "监护人" in text
    assert CHILD["id_no"] in text


def test_a_copy_that_was_not_drawn_is_drawn_for_whoever_asks(world: World) -> None:
    number = applied(world)["receipt"]["number"]
    before = casework.licence(world.platform, number, "MED")
    with world.platform.database.write() as session:
        row = session.get_one(LicenceCopy, (number, "MED"))
        row.pdf = row.digest = None
    assert licence_copies.draw_missing(world.platform) == 1
    assert casework.licence(world.platform, number, "MED") == before


def test_a_name_that_cannot_stand_on_paper_leads_back_to_the_camera(world: World) -> None:
    refused = applied(world, person={**PERSON, "name": "测\ue000"})
    assert refused["problem"]["code"] == "licence-unusable"


def test_the_case_tells_that_a_licence_took_the_place_and_which_one_only_to_staff(world: World) -> None:
    number = applied(world)["receipt"]["number"]
    (case,) = find(world.platform, TERMINAL, None, number)
    assert [(m.code, m.given, m.pages) for m in case.materials] == [("MED", "licence", 0)]
    assert CARE not in case.model_dump_json()
    (paper,) = casework.shown(world.platform, number)["materials"]
    assert paper["licence"]["kind"] == CARE
    assert paper["licence"]["consent"]["words"] == consent()["words"]
    assert paper["licence"]["digest"].startswith("sha256:")


def test_staff_write_the_copy_to_a_file_that_only_they_can_read(world: World, tmp_path: Path) -> None:
    number = applied(world)["receipt"]["number"]
    copy, settings = casework.licence(world.platform, number, "MED"), world.platform.settings
    into = tmp_path / "copy.pdf"
    where = ("--data", settings.data, "--packages", settings.packages)
    done = run("case", *where, number, "licence", "MED", "--into", into)
    assert done.returncode == 0, done.stderr
    assert into.read_bytes() == copy
    assert stat.S_IMODE(into.stat().st_mode) == 0o600
    with pytest.raises(casework.CaseworkError, match="no licence took the place of PHOTO"):
        casework.licence(world.platform, number, "PHOTO")


def test_indicator_4_counts_the_papers_that_a_licence_could_have_stood_for(world: World) -> None:
    def by_licence(day: date) -> Any:
        found = next(one for one in report(world.platform, Period(day, day)) if one.indicator.number == 4)
        return plain(found)

    assert by_licence(START.date())["value"] is None
    page = [{"code": "MED", "given": "paper", "pages": [name(PAGE)]}]
    body = {**application("TL01", (CARD,), PERSON, words="x"), "materials": page}
    blobs = [{"digest": name(PAGE), "size": len(PAGE), "media": "image/jpeg"}]
    assert world.result(world.item(body, blobs=blobs))["status"] == "accepted"
    register(world, None, OTHER)
    nobodys = {**body, "person": OTHER}
    assert world.result(world.item(nobodys, blobs=blobs))["status"] == "accepted"
    applied(world)
    applied(world)
    found = by_licence(START.date())
    assert (found["count"], found["total"], found["value"]) == (2, 3, 66.7)
    assert by_licence(date(2026, 11, 19))["value"] is None


def test_invented_licences_are_always_the_same_and_some_have_run_out() -> None:
    people = [invented_id(born="19520214", order=f"{n:03d}") for n in range(200)]
    today = SampleLicences(b"key", HandClock())
    again = SampleLicences(b"key", HandClock())
    every = [today.find(kind, who) for who in people for kind in KINDS]
    assert every == [again.find(kind, who) for who in people for kind in KINDS]
    found = [one for one in every if one is not None]
    assert {one.kind for one in found} == set(KINDS)
    assert all(one.issued_on <= START.date() for one in found)
    states = {one.unusable(START.date()) for one in found}
    assert states == {"", "it was revoked", "it has expired"}
    assert all(one.masked != one.number and one.holder not in one.number for one in found)


def profile(world: World) -> str:
    from central_platform.models import Terminal

    with world.platform.database.read() as session:
        return session.get_one(Terminal, TERMINAL).profile


def read(pdf: bytes, *command: str) -> str:
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def free_of_marks(pdf: bytes, folder: Path) -> list[tuple[int, int]]:
    """Pieces of the page, a twelfth each, on which there is nothing of the red of the watermark."""
    from PIL import Image

    (folder / "copy.pdf").write_bytes(pdf)
    done = ["pdftoppm", "-r", "40", "-png", "-singlefile", folder / "copy.pdf", folder / "copy"]
    subprocess.run(done, check=True)
    page = Image.open(folder / "copy.png").convert("RGB")
    wide, high = page.width // 3, page.height // 4

    def marked(x: int, y: int) -> bool:
        piece = page.crop((x * wide, y * high, (x + 1) * wide, (y + 1) * high))
        return any(red - green > 30 and red > 200 for red, green, _ in piece.get_flattened_data())

    return [(x, y) for x in range(3) for y in range(4) if not marked(x, y)]
