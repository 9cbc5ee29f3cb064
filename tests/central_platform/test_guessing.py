"""Codes by text message cannot be guessed, however the guesses are spread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.central_platform.world import OTHER, PERSON, PHONE, Client, World

SECOND_PHONE = "13900000002"


@pytest.fixture
def quick(world: World) -> World:
    """Codes may follow each other at once, so that only what a test is about stands in the way."""
    return loosened(world)


def loosened(world: World, **limits: int) -> World:
    figures: dict[str, Any] = {"phone_per_minute": 100, "phone_per_hour": 100, "person_per_hour": 100, **limits}
    world.platform.settings = replace(world.platform.settings, **figures)
    return world


def send(world: World, phone: str = PHONE, id_no: str | None = None) -> Any:
    return world.terminal.post("/v1/phone-codes", json={"phone": phone, "id_no": id_no, "purpose": "identity"})


def check(world: World, challenge: str, code: str) -> Any:
    return world.terminal.post(f"/v1/phone-codes/{challenge}:check", json={"code": code})


def code_in(world: World, phone: str = PHONE) -> str:
    text = world.public.get("/lab/messages", params={"phone": phone}).json()[-1]["text"]
    return str(text.split("验证码 ")[1][:6])


def fresh(world: World, phone: str = PHONE, id_no: str | None = None) -> tuple[str, str, str]:
    """A new challenge with its right code and a wrong one."""
    answer = send(world, phone, id_no)
    assert answer.status_code == 201, answer.text
    right = code_in(world, phone)
    return answer.json()["challenge"], right, "000000" if right != "000000" else "000001"


def lock(world: World, phone: str = PHONE, id_no: str | None = None) -> Any:
    """Five wrong codes, no two of them of the same challenge; returns the last answer."""
    answer = None
    for _ in range(5):
        challenge, _right, wrong = fresh(world, phone, id_no)
        answer = check(world, challenge, wrong)
    return answer


def test_five_wrong_codes_lock_the_phone_over_several_challenges(quick: World) -> None:
    answer = lock(quick)
    assert (answer.status_code, answer.json()["code"], answer.json()["retry_s"]) == (423, "code-locked", 900)
    assert answer.headers["retry-after"] == "900"


def test_the_tries_that_remain_are_those_of_the_phone(quick: World) -> None:
    remaining = []
    for _ in range(4):
        challenge, _, wrong = fresh(quick)
        remaining.append(check(quick, challenge, wrong).json()["remaining"])
    assert remaining == [4, 3, 2, 1]


def test_while_a_phone_is_locked_the_right_code_does_not_count(quick: World) -> None:
    challenge, right, _ = fresh(quick)
    lock(quick)
    quick.clock.advance(seconds=60)
    answer = check(quick, challenge, right)
    assert (answer.json()["code"], answer.json()["retry_s"]) == ("code-locked", 840)


def test_no_code_is_sent_to_a_locked_phone(quick: World) -> None:
    lock(quick)
    quick.clock.advance(minutes=5)
    answer = send(quick)
    assert (answer.status_code, answer.json()["code"], answer.json()["retry_s"]) == (423, "code-locked", 600)


def test_the_lock_ends_by_itself_and_the_count_begins_anew(quick: World) -> None:
    lock(quick)
    quick.clock.advance(minutes=15)
    challenge, right, wrong = fresh(quick)
    assert check(quick, challenge, wrong).json()["remaining"] == 4
    assert check(quick, challenge, right).json() == {"ok": True}


def test_asking_while_locked_makes_the_lock_no_longer(quick: World) -> None:
    challenge, _, wrong = fresh(quick)
    lock(quick)
    for _ in range(10):
        quick.clock.advance(minutes=1)
        check(quick, challenge, wrong)
    quick.clock.advance(minutes=5)
    assert send(quick).status_code == 201


def test_wrong_codes_longer_ago_than_15_minutes_do_not_count(quick: World) -> None:
    for _ in range(4):
        challenge, _, wrong = fresh(quick)
        check(quick, challenge, wrong)
    quick.clock.advance(minutes=15)
    challenge, _, wrong = fresh(quick)
    assert check(quick, challenge, wrong).json()["remaining"] == 4


def test_the_right_code_forgives_the_wrong_ones(quick: World) -> None:
    for _ in range(3):
        challenge, _, wrong = fresh(quick)
        check(quick, challenge, wrong)
    challenge, right, _ = fresh(quick)
    assert check(quick, challenge, right).json() == {"ok": True}
    challenge, _, wrong = fresh(quick)
    assert check(quick, challenge, wrong).json()["remaining"] == 4


def test_guesses_side_by_side_count_like_others(quick: World) -> None:
    challenges = [fresh(quick) for _ in range(6)]

    def guess(number: int) -> Any:
        challenge, _, wrong = challenges[number % 6]
        client = Client(quick.app, quick.der)
        return client.post(f"/v1/phone-codes/{challenge}:check", json={"code": wrong}).json()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert sorted(a["remaining"] for a in answers if "remaining" in a) == [0, 1, 2, 3, 4]
    assert sum(a["code"] == "code-locked" for a in answers) == 20


def test_one_locked_phone_locks_no_other(quick: World) -> None:
    lock(quick)
    challenge, right, _ = fresh(quick, SECOND_PHONE)
    assert check(quick, challenge, right).json() == {"ok": True}


def test_another_phone_does_not_help_to_guess_for_the_same_person(quick: World) -> None:
    lock(quick, id_no=PERSON["id_no"])
    assert send(quick, SECOND_PHONE, PERSON["id_no"]).json()["code"] == "code-locked"
    assert send(quick, SECOND_PHONE, OTHER["id_no"]).status_code == 201


def test_a_person_gets_few_codes_an_hour_over_all_phones(world: World) -> None:
    loosened(world, person_per_hour=2)
    for phone in (PHONE, SECOND_PHONE):
        assert send(world, phone, PERSON["id_no"]).status_code == 201
    answer = send(world, "13900000003", PERSON["id_no"])
    assert (answer.json()["code"], answer.json()["retry_s"]) == ("too-many", 3600)
    assert send(world, "13900000003", OTHER["id_no"]).status_code == 201


def test_a_terminal_sends_so_many_codes_an_hour(world: World) -> None:
    loosened(world, terminal_per_hour=3)
    for number in range(3):
        assert send(world, f"1380000010{number}").status_code == 201
        world.clock.advance(minutes=10)
    assert send(world, "13800000104").json()["retry_s"] == 1800
    world.clock.advance(minutes=30)
    assert send(world, "13800000104").status_code == 201


def test_what_was_refused_costs_no_code(world: World) -> None:
    loosened(world, phone_per_minute=1, terminal_per_hour=2)
    send(world)
    for _ in range(5):
        assert send(world).json()["code"] == "too-many"
    assert send(world, SECOND_PHONE).status_code == 201
