"""Signatures at the platform: only those of these very answers are taken, and staff can see them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from central_platform.models import Case
from central_platform.signed import signatures, svg
from contracts import GM, INTL, digest
from contracts.handwriting import HEIGHT, WIDTH, Signed, Strokes, Way, encode
from tests.central_platform.test_cli import run
from tests.central_platform.world import CARD, HOST, PERSON, PHONE, World, application, build, write_package

HOOK: Strokes = (((100, 100), (300, 100), (300, 300)), ((500, 200), (700, 200)))
OTHERS = {"phone": PHONE}


def confirmed(answers: dict[str, Any] = OTHERS, suite: Any = INTL) -> str:
    return encode(Signed(Way.CONFIRMED, digest(answers, suite)))


def drawn(strokes: Strokes = HOOK, answers: dict[str, Any] = OTHERS) -> str:
    return encode(Signed(Way.DRAWN, digest(answers), strokes))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A platform with one service, of L3."""
    phone = {"type": "string", "pattern": "^1[0-9]{10}$"}
    sign = {"type": "string", "format": "signature", "x-privacy": "personal"}
    write_package(tmp_path / "packages", "TS01", {"phone": phone, "sign": sign}, level="L3", limit=3)
    reference = {"halls": [], "listed": [], "closedDays": [], "streets": []}
    (tmp_path / "packages" / "reference.json").write_text(json.dumps(reference), encoding="utf-8")
    made = build(tmp_path)
    yield made
    made.platform.close()


def sent(sign: object, *evidence: Any) -> dict[str, Any]:
    return application("TS01", evidence or (CARD, HOST), PERSON, phone=PHONE, sign=sign)


@pytest.mark.parametrize("sign", [confirmed(), confirmed(suite=GM), drawn()], ids=["confirmed", "gm", "drawn"])
def test_a_signature_makes_three_of_two(world: World, sign: str) -> None:
    assert world.result(world.item(sent(sign)))["status"] == "accepted"
    with world.platform.database.read() as session:
        assert session.scalars(select(Case.level)).all() == ["L3"]


def test_it_makes_nothing_of_one(world: World) -> None:
    assert world.result(world.item(sent(drawn(), CARD)))["problem"]["code"] == "level-not-reached"


@pytest.mark.parametrize(
    "sign",
    [
        None,
        7,
        [],
        {},
        "",
        "confirmed",
        "sig1:",
        confirmed({"phone": "13800000009"}),
        confirmed({}),
        drawn(answers={"phone": "13800000009"}),
        drawn((((500, 200),),)),
        drawn()[:-1],
        drawn() + "A",
        drawn() + "\n",
        "\x00" + drawn(),
        drawn().replace("drawn", "confirmed"),
        confirmed().replace("confirmed", "drawn"),
        "sig1:drawn:" + "<svg onload=alert(1)>",
        "sig1:" + "A" * 100_000,
    ],
    ids=lambda sign: repr(sign)[:24],
)
def test_nothing_else_is_taken_and_the_field_is_named(world: World, sign: object) -> None:
    found = world.result(world.item(sent(sign)))
    assert (found["status"], found["problem"]["code"], found["problem"]["field"]) == (
        "rejected",
        "data-invalid",
        "/sign",
    )
    assert "sig1" not in json.dumps(found["problem"])


def test_ten_megabytes_do_not_get_far(world: World) -> None:
    began = perf_counter()
    answer = world.submit(world.item(sent("sig1:drawn:" + "A" * 10_000_000)))
    assert answer.status_code == 413
    assert perf_counter() - began < 5.0


def test_what_was_left_out_is_missed(world: World) -> None:
    body = application("TS01", (CARD, HOST), PERSON, phone=PHONE)
    assert world.result(world.item(body))["problem"]["field"] == "/sign"


# What staff see


def test_a_picture_holds_every_stroke_and_only_numbers() -> None:
    root = ElementTree.fromstring(svg((*HOOK, ((5, 5),))))
    assert root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert [path.get("d") for path in root] == ["M100 100 Q300 100 300 200 L300 300", "M500 200 L700 200", "M5 5 L5 5"]


def test_answers_that_were_changed_afterwards_are_told_apart() -> None:
    (kept,) = signatures({**OTHERS, "sign": drawn()})
    (changed,) = signatures({"phone": "13800000009", "sign": drawn()})
    assert (kept.field, kept.holds, changed.holds) == ("sign", True, False)
    assert signatures({**OTHERS, "words": "sig1:drawn", "list": ["sig1:"]}) == []


@pytest.mark.parametrize("way", ["drawn", "confirmed"])
def test_staff_ask_how_a_case_was_signed(world: World, tmp_path: Path, way: str) -> None:
    sign = drawn() if way == "drawn" else confirmed()
    number = world.result(world.item(sent(sign)))["receipt"]["number"]
    picture = tmp_path / "signature.svg"
    found = run("signature", number, "--svg", picture, "--data", tmp_path / "data")
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout)
    assert (told["number"], told["field"], told["way"], told["holds"]) == (number, "sign", way, True)
    assert picture.exists() is (way == "drawn")
    if way == "drawn":
        assert picture.read_text("utf-8") == svg(HOOK)
        assert picture.stat().st_mode & 0o077 == 0


def test_a_case_that_is_not_there_was_not_signed(world: World, tmp_path: Path) -> None:
    found = run("signature", "XC-2026-0101-000001", "--data", tmp_path / "data")
    assert (found.returncode, found.stdout) == (1, "")
