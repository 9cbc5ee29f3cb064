"""What most people use stands first on terminals: an order alone, from many people, of whole days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from central_platform.models import Case, Submission
from central_platform.most_used import DAYS, FLOOR
from central_platform.platform import Platform
from tests.central_platform.world import START, TERMINAL, World

YESTERDAY = START - timedelta(days=1)


def cases(
    world: World, service: str, people: int, at: datetime = YESTERDAY, *, each: int = 1, nameless: bool = False
) -> None:
    """So many people had so many cases each."""
    with world.platform.database.write() as session:
        count = session.query(Case).count()
        for n in range(people * each):
            key = f"{service}-{count + n}"
            submission = Submission(
                id=key, terminal=TERMINAL, seq=10_000 + count + n, case_key=key, kind="application", schema_name="2",
                captured_at=at, mono_ms=0, boot_id="b", digest="d", body="{}", received_at=at,
            )  # fmt: skip
            session.add(submission)
            session.flush()
            session.add(
                Case(
                    number=key,
                    submission=key,
                    terminal=TERMINAL,
                    service=service,
                    service_version="1",
                    service_name="{}",
                    id_no=None if nameless else f"person-{n % people}",
                    level="L1",
                    state="done",
                    accepted_at=at,
                    opaque=key,
                    check_code="c",
                )
            )


def order(world: World) -> list[str]:
    world.platform.see_most_used()
    signed: dict[str, Any] = world.platform.signed_index()[1]["signed"]
    return list(signed["reference"].get("mostUsed", ()))


def test_the_order_is_that_of_the_last_ninety_days(world: World) -> None:
    cases(world, "TB01", FLOOR)
    cases(world, "TC01", FLOOR, each=2)
    cases(world, "TA01", FLOOR * 3, START - timedelta(days=DAYS + 2))
    assert order(world) == ["TC01", "TB01"]


def test_what_few_people_asked_for_does_not_show_however_often_they_did(world: World) -> None:
    cases(world, "TB01", FLOOR - 1, each=5)
    assert order(world) == []
    cases(world, "TC01", FLOOR - 1, nameless=True)
    assert order(world) == []
    cases(world, "TC01", 1, nameless=True)
    assert order(world) == ["TC01"]


def test_today_does_not_count_yet_so_that_no_single_case_moves_anything(world: World) -> None:
    cases(world, "TB01", FLOOR, START)
    assert order(world) == []
    world.clock.advance(days=1)
    assert order(world) == ["TB01"]


def test_only_the_order_is_published_and_each_new_one_once(world: World) -> None:
    cases(world, "TB01", FLOOR)
    before = world.platform.catalogue_version
    assert order(world) == ["TB01"]
    assert str(FLOOR) not in str(world.platform.signed_index()[1]["signed"]["reference"]["mostUsed"])
    assert world.platform.catalogue_version == before + 1
    assert world.platform.see_most_used() is False
    assert world.platform.catalogue_version == before + 1


def test_without_enough_people_the_district_s_own_order_stands(world: World) -> None:
    world.platform._own_order = ("TA01", "TB01")
    assert order(world) == ["TA01", "TB01"]
    cases(world, "TB01", FLOOR)
    assert order(world) == ["TB01", "TA01"]


def test_a_platform_that_starts_again_knows_the_order(world: World) -> None:
    cases(world, "TB01", FLOOR)
    assert order(world) == ["TB01"]
    version = world.platform.catalogue_version
    settings = world.platform.settings
    world.platform.close()
    again = Platform.open(settings, world.clock)
    assert (again.catalogue.reference["mostUsed"], again.catalogue_version) == (["TB01"], version)
    again.close()
