"""What the terminal sends for good answers is taken by the real platform, with the limit and the words it promised.

Certificates are issued in tests/central_platform/records/test_certificates_that_ship.py, what costs money is taken in
tests/central_platform/payments.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk_app.services import normalise
from tests.central_platform.world import CARD, HOST, Template, World, application, build, invented_id
from tests.kiosk_app.services.data import GOOD, LIVE, PACKAGES, form, package

PERSON = {"name": "测试甲", "id_no": invented_id(born="19440308"), "birth": "1944-03-08"}
"""Old enough for whatever asks for an age."""
TAKEN = [service for service in LIVE if package(service)["service"]["kind"] not in {"PAY", "PRINT"}]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform with the packages that ship and one terminal."""
    folder = tmp_path_factory.mktemp("platform")
    first = build(folder)
    first.platform.close()
    made = Template(folder, PACKAGES, first.key, first.der).open(tmp_path_factory.mktemp("opened"))
    yield made
    made.platform.close()


@pytest.mark.parametrize("service", TAKEN)
def test_good_answers_are_taken(world: World, service: str) -> None:
    told, paper = package(service)["service"], package(service)["receipt"]
    body = application(service, (CARD, HOST), PERSON, **normalise(form(service), GOOD[service]))
    result = world.result(world.item(body))
    assert result["status"] == "accepted", result
    receipt = result["receipt"]
    assert receipt["state"] == ("done" if told["instant"] else "accepted")
    assert (receipt["due"] is None) is (told["limit"]["days"] is None)
    assert (receipt["limit_days"], receipt["pickup"]) == (told["limit"]["days"], paper["pickup"])


@pytest.mark.parametrize("service", [s for s in TAKEN if package(s)["service"]["kind"] == "BOOK"])
def test_an_hour_is_full_when_its_places_are_taken(world: World, service: str) -> None:
    places = package(service)["service"].get("capacity", 6)
    answers = normalise(form(service), {**GOOD[service], "date": "2026-11-24"})
    body = application(service, (CARD, HOST), PERSON, **answers)
    results = [world.result(world.item(body)) for _ in range(places + 1)]
    assert [result["status"] for result in results] == ["accepted"] * places + ["rejected"]
    assert results[-1]["problem"]["code"] == "slot-full"
