"""A place that is taken in the same second is answered with the next free ones, and never given twice."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date as Day
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from central_platform.models import Booking, Slot
from tests.central_platform.documents.certified import counted
from tests.central_platform.test_tls import Device, Server, enrolled_at, item, served_by
from tests.central_platform.world import (
    CARD,
    PERSON,
    Template,
    World,
    application,
    build,
    write_package,
    write_packages,
)

TIMES = ["0900", "1000", "1400"]
DATE = {"type": "string", "format": "date", "x-range": {"from": "+1d", "to": "+14d"}, "x-workdays": True}
HALL = {"type": "string", "minLength": 3, "maxLength": 3}
CROWD = 12
PLACES = 2


def with_bookings(folder: Path) -> Path:
    """The packages of `world` and TG01, three times a day with two places each; 24 November is closed."""
    packages = write_packages(folder)
    fields = {"hall": HALL, "date": DATE, "slot": {"type": "string", "enum": TIMES}}
    write_package(packages, "TG01", fields, level="L1", instant=True, kind="BOOK", capacity=PLACES)
    return packages


@pytest.fixture(scope="module")
def booking(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("booking")
    packages = with_bookings(folder / "packages")
    made = build(folder, packages=packages)
    made.platform.close()
    return Template(folder, packages, made.key, made.der)


@pytest.fixture
def world(booking: Template, tmp_path: Path) -> Iterator[World]:
    made = booking.open(tmp_path)
    yield made
    made.platform.close()


def wish(date: str = "2026-11-23", slot: str = "0900", hall: str = "H01") -> dict[str, Any]:
    return application("TG01", (CARD,), PERSON, hall=hall, date=date, slot=slot)


def fill(world: World, *places: tuple[str, str], hall: str = "H01") -> None:
    for date, slot in places:
        for _ in range(PLACES):
            assert world.result(world.item(wish(date, slot, hall)))["status"] == "accepted"


def offered(world: World, date: str = "2026-11-23", slot: str = "0900") -> list[tuple[str, str]]:
    problem = world.result(world.item(wish(date, slot)))["problem"]
    assert problem["code"] == "slot-full"
    return [(place["date"], place["slot"]) for place in problem["free"]]


def test_the_next_free_ones_are_told_soonest_first(world: World) -> None:
    fill(world, ("2026-11-23", "0900"))
    assert offered(world) == [("2026-11-23", "1000"), ("2026-11-23", "1400"), ("2026-11-25", "0900")]


def test_what_is_full_or_closed_is_not_told(world: World) -> None:
    fill(world, ("2026-11-23", "0900"), ("2026-11-23", "1400"), ("2026-11-25", "0900"))
    assert offered(world) == [("2026-11-23", "1000"), ("2026-11-25", "1000"), ("2026-11-25", "1400")]


def test_another_hall_has_places_of_its_own(world: World) -> None:
    fill(world, ("2026-11-23", "1000"), hall="H02")
    fill(world, ("2026-11-23", "0900"))
    assert offered(world)[0] == ("2026-11-23", "1000")


def test_after_the_last_one_those_before_it_are_told(world: World) -> None:
    fill(world, ("2026-12-04", "1400"))
    monday = [("2026-11-23", time) for time in TIMES]
    assert offered(world, "2026-12-04", "1400") == monday


def test_where_nothing_is_free_nothing_is_told(world: World) -> None:
    days = [f"2026-11-{day}" for day in (23, 25, 26, 27, 30)] + [f"2026-12-0{day}" for day in range(1, 5)]
    fill(world, *((day, time) for day in days for time in TIMES))
    assert offered(world) == []


def test_an_offered_place_can_be_taken(world: World) -> None:
    fill(world, ("2026-11-23", "0900"))
    date, slot = offered(world)[0]
    assert world.result(world.item(wish(date, slot)))["status"] == "accepted"


def test_a_refusal_leaves_no_place_taken(world: World) -> None:
    fill(world, ("2026-11-23", "0900"))
    offered(world)
    with world.platform.database.read() as session:
        assert session.scalars(select(Slot.taken)).all() == [PLACES]
    assert counted(world, Booking) == PLACES


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("crowd")
    with served_by(folder, with_bookings(folder / "packages")) as running:
        yield running


def day_on(server: Server) -> str:
    """A day on which this moment's platform takes appointments."""
    _, now = server.call("GET", "/v1/time")
    today = Day.fromisoformat(now["server_time"][:10])
    return next(day.isoformat() for day in (today + timedelta(days=n) for n in range(3, 10)) if day.weekday() < 5)


def send(server: Server, device: Device, seq: int, date: str, slot: str) -> dict[str, Any]:
    body = {"terminal": device.terminal, "items": [item(wish(date, slot), seq)]}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    status, answer = server.call("POST", "/v1/submissions:batch", body, device.cert, headers)
    assert status == 200, answer
    result: dict[str, Any] = answer["results"][0]
    return result


def test_of_a_crowd_in_the_same_second_as_many_as_there_are_places_get_one_and_the_others_the_next_free_ones(
    server: Server, tmp_path: Path
) -> None:
    devices = [enrolled_at(server, tmp_path / f"{n}.pem") for n in range(CROWD)]
    day, start = day_on(server), threading.Barrier(CROWD)

    def visit(device: Device) -> list[dict[str, Any]]:
        """Ask for the same place as everybody, then touch what is offered until there is one."""
        start.wait(30)
        answers = [send(server, device, 1, day, "0900")]
        while answers[-1]["status"] == "rejected":
            assert answers[-1]["problem"]["code"] == "slot-full"
            place = answers[-1]["problem"]["free"][0]
            answers.append(send(server, device, len(answers) + 1, place["date"], place["slot"]))
        return answers

    with ThreadPoolExecutor(CROWD) as crowd:
        visits = list(crowd.map(visit, devices))
    first = [answers[0]["status"] for answers in visits]
    assert first.count("accepted") == PLACES
    refused = [answers[0]["problem"] for answers in visits if answers[0]["status"] == "rejected"]
    assert all(1 <= len(problem["free"]) <= 3 for problem in refused)
    assert all((place["date"], place["slot"]) > (day, "0900") for problem in refused for place in problem["free"])
    assert all(answers[-1]["status"] == "accepted" for answers in visits)
    numbers = {answers[-1]["receipt"]["number"] for answers in visits}
    assert len(numbers) == CROWD
    _, found = server.call("GET", "/lab/submissions")
    booked = [json.dumps(one["body"]["answers"], sort_keys=True) for one in found if one["status"] == "accepted"]
    assert len(booked) == CROWD
    assert max(map(booked.count, booked)) == PLACES
