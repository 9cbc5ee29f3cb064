"""Codes of five issuers: whatever they look like, only the platform knows whose they are and of which kind."""

from __future__ import annotations

import base64
import string
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from central_platform.models import Token
from central_platform.tokens import SHAPES
from central_platform.wire.identity import TokenKind
from tests.central_platform.world import PERSON, TERMINAL, Client, World

KINDS = pytest.mark.parametrize("kind", [kind.value for kind in TokenKind])


def issue(world: World, kind: str) -> str:
    return str(world.public.post("/lab/tokens", json={"person": PERSON, "kind": kind}).json()["raw"])


def verify(world: World, raw: str) -> Any:
    return world.terminal.post("/v1/tokens:verify", json={"raw": raw, "purpose": "identity", "terminal": TERMINAL})


@KINDS
def test_the_answer_says_whose_code_it_is_and_of_which_kind(world: World, kind: str) -> None:
    assert verify(world, issue(world, kind)).json() == {"person": PERSON, "level": "L1", "kind": kind}


@KINDS
def test_a_code_of_any_kind_works_once(world: World, kind: str) -> None:
    raw = issue(world, kind)
    assert verify(world, raw).status_code == 200
    assert verify(world, raw).json()["code"] == "token-used"


def test_a_code_shown_at_several_readers_at_once_works_at_one(world: World) -> None:
    raw = issue(world, "social_security")
    body = {"raw": raw, "purpose": "identity", "terminal": TERMINAL}

    def show(_: int) -> int:
        return Client(world.app, world.der).post("/v1/tokens:verify", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(show, range(8))) == [200] + [409] * 7


@KINDS
def test_a_code_of_any_kind_lives_60_seconds(world: World, kind: str) -> None:
    raw, late = issue(world, kind), issue(world, kind)
    world.clock.advance(seconds=59)
    assert verify(world, raw).status_code == 200
    world.clock.advance(seconds=1)
    assert verify(world, late).json()["code"] == "token-expired"


@KINDS
def test_a_code_is_printable_short_and_says_nothing(world: World, kind: str) -> None:
    raw = issue(world, kind)
    assert set(raw) <= set(string.printable) - set(string.whitespace)
    assert len(raw) <= 1024
    for personal in PERSON.values():
        assert personal not in raw
        assert base64.b64encode(personal.encode()).decode().rstrip("=") not in raw


def test_the_shapes_differ(world: World) -> None:
    texts = [issue(world, kind.value) for kind in TokenKind]
    assert len({len(text) for text in texts}) == len(texts)
    assert len({frozenset(map(shape, text)) for text in texts}) >= 4


def shape(character: str) -> str:
    names = {"digit": string.digits, "upper": string.ascii_uppercase, "lower": string.ascii_lowercase}
    return next((name for name, members in names.items() if character in members), character)


@pytest.mark.parametrize("kind", list(TokenKind))
def test_no_two_codes_are_alike(kind: TokenKind) -> None:
    counter = iter(range(1, 1000))
    made = {SHAPES[kind](lambda n: next(counter).to_bytes(n, "big")) for _ in range(50)}
    assert len(made) == 50


def test_an_unknown_kind_cannot_be_issued(world: World) -> None:
    answer = world.public.post("/lab/tokens", json={"person": PERSON, "kind": "passport"})
    assert answer.json()["field"] == "/body/kind"


def test_a_code_with_one_character_changed_is_unknown(world: World) -> None:
    raw = issue(world, "medical")
    assert verify(world, raw[:-1] + ("0" if raw[-1] != "0" else "1")).json()["code"] == "token-unknown"
    assert verify(world, raw).status_code == 200


def test_of_a_used_code_only_the_number_of_its_person_stays(world: World) -> None:
    verify(world, issue(world, "network_id"))
    with world.platform.database.read() as session:
        (row,) = session.query(Token).all()
    assert (row.person, row.id_no, row.terminal) == ("", PERSON["id_no"], TERMINAL)
