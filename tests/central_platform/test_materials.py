"""Papers of a case: there page by page before anything is decided, or it is said until when they are brought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from central_platform.progress import find
from tests.central_platform.test_blobs import name, scan, send
from tests.central_platform.world import TERMINAL, World, both, build, write_package, write_packages

PAGE, OTHER, LATE = scan(3000), scan(2000, 2), scan(1000, 3)


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform with a package that asks for a lease (needed, may follow) and a photograph (welcome)."""
    folder = tmp_path_factory.mktemp("materials")
    card = {
        "code": "ID",
        "text": both("身份证", "ID card"),
        "note": both("原件", "It"),
        "required": True,
        "shared": False,
    }
    lease = {**card, "code": "LEASE", "text": both("租房合同", "Lease"), "scan": {"pages": 2, "follow": 5}}
    photo = {**card, "code": "PHOTO", "text": both("照片", "Photo"), "required": False, "scan": {"pages": 1}}
    packages = write_packages(folder / "packages")
    text = {"type": "string", "minLength": 1}
    write_package(packages, "TM01", {"words": text}, limit=5, materials=[card, lease, photo])
    made = build(folder, packages=packages)
    send(made.terminal, PAGE)
    send(made.terminal, OTHER)
    yield made
    made.platform.close()


def body(*materials: dict[str, Any], version: int = 1) -> dict[str, Any]:
    return {
        "service": "TM01",
        "service_version": version,
        "answers": {"words": "x"},
        "person": None,
        "level": "L0",
        "evidence": [],
        "lang": "zh",
        "consent": {"text": "review.consent", "lang": "zh", "given": True},
        "materials": list(materials),
    }


def given(code: str, how: str, *pages: bytes) -> dict[str, Any]:
    return {"code": code, "given": how, "pages": [name(page) for page in pages]}


def submit(world: World, sent: dict[str, Any], *attached: bytes) -> dict[str, Any]:
    return world.result(world.item(sent, blobs=[ref(page) for page in attached]))


def ref(page: bytes) -> dict[str, Any]:
    return {"digest": name(page), "size": len(page), "media": "image/jpeg"}


def progress(world: World, number: str) -> dict[str, Any]:
    (case,) = find(world.platform, TERMINAL, None, number)
    return case.model_dump(mode="json")


def test_a_case_is_not_decided_before_every_page_is_there(asking: World) -> None:
    sent = body(given("LEASE", "paper", PAGE, LATE))
    item = asking.item(sent, blobs=[ref(PAGE), ref(LATE)])
    assert asking.result(item)["status"] == "waiting_blobs"
    send(asking.terminal, LATE)
    assert asking.result(item)["status"] == "accepted"


def test_a_case_lists_its_papers(asking: World) -> None:
    taken = submit(asking, body(given("LEASE", "paper", PAGE), given("PHOTO", "none")), PAGE)
    listed = progress(asking, taken["receipt"]["number"])["materials"]
    assert [(m["code"], m["given"], m["pages"], m["due"]) for m in listed] == [
        ("LEASE", "paper", 1, None),
        ("PHOTO", "none", 0, None),
    ]
    assert listed[0]["name"] == both("租房合同", "Lease")


def test_a_paper_that_is_brought_later_is_a_step_with_a_day_and_a_place(asking: World) -> None:
    taken = submit(asking, body(given("LEASE", "later")))
    assert taken["status"] == "accepted"
    assert taken["receipt"]["state"] == "accepted"
    case = progress(asking, taken["receipt"]["number"])
    due = case["materials"][0]["due"]
    (step,) = [step for step in case["steps"] if step["state"] == "materials"]
    assert due in step["text"]["zh"]
    assert "3 号窗口" in step["text"]["zh"]
    assert due > str(case["accepted_at"])[:10]


@pytest.mark.parametrize(
    ("materials", "attached"),
    [
        ((), ()),
        ((given("LEASE", "none"),), ()),
        ((given("LEASE", "paper"),), ()),
        ((given("LEASE", "paper", PAGE),), ()),
        ((given("LEASE", "paper", PAGE, PAGE),), (PAGE,)),
        ((given("LEASE", "later", PAGE),), (PAGE,)),
        ((given("LEASE", "later"), given("LEASE", "later")), ()),
        ((given("LEASE", "later"), given("PHOTO", "later")), ()),
        ((given("LEASE", "later"), given("ID", "paper", PAGE)), (PAGE,)),
        ((given("LEASE", "later"), given("PHOTO", "paper", PAGE, OTHER)), (PAGE, OTHER)),
    ],
    ids=[
        "missing", "needed", "no page", "not attached", "twice the same", "later with a page", "named twice",
        "cannot follow", "not asked for", "too many",
    ],
)  # fmt: skip
def test_papers_that_were_not_asked_for_so_are_refused(
    asking: World, materials: tuple[dict[str, Any], ...], attached: tuple[bytes, ...]
) -> None:
    refused = submit(asking, body(*materials), *attached)
    assert (refused["status"], refused["problem"]["code"]) == ("rejected", "data-invalid")
    assert refused["problem"]["field"] == "/materials"


def test_a_terminal_that_still_had_an_older_package_is_not_blamed(asking: World) -> None:
    assert submit(asking, body(version=0))["status"] == "accepted"
