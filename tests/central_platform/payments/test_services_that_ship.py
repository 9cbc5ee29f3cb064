"""Every service that takes money and ships: what it costs is paid, and then it is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.services import normalise
from tests.central_platform.payments.world import Place, Provider, Relay
from tests.central_platform.world import CARD, HOST, Template, application, invented_id
from tests.kiosk_app.services.data import GOOD, LIVE, PACKAGES, form, package

PAID = [service for service in LIVE if package(service)["service"]["kind"] == "PAY"]
ATTEMPTS = 30


@pytest.fixture
def shop(pay_template: Template, tmp_path: Path, provider: Provider, relay: Relay) -> Iterator[Place]:
    """A platform with the packages that ship, connected with the provider."""
    own = Template(pay_template.folder, PACKAGES, pay_template.key, pay_template.der)
    world = own.open(tmp_path, provider.now(), relay.url)
    relay.to = world.public
    told = world.public.post("/lab/provider", json={"url": provider.url, "key": provider.key}).json()
    provider.ask(merchant=told["merchant"], key=told["key"])
    yield Place(world, provider, relay)
    relay.to = None
    world.platform.close()


def test_three_services_take_money() -> None:
    assert PAID == ["GA09", "SH01", "YB05"]
    assert all(package(service)["service"]["capabilities"] == ["payment"] for service in PAID)


@pytest.mark.parametrize("service", PAID)
def test_what_it_costs_is_paid_and_then_it_is_done(shop: Place, service: str) -> None:
    body, cost = owing(shop, service)
    order = shop.opened(body)
    assert (order["fen"], order["state"]) == (cost, "pending")
    assert order["subject"]["zh"]
    assert shop.submit(order)["problem"]["code"] == "payment-required"
    assert shop.pay(order) == ""
    assert shop.state(order) == "paid"
    verdict = shop.submit(order)
    assert verdict["status"] == "accepted"
    receipt = verdict["receipt"]
    assert (receipt["state"], receipt["payment"]["fen"]) == ("done", cost)
    assert receipt["pickup"] == package(service)["receipt"]["pickup"]
    if service != "SH01":
        assert shop.open(body).json()["code"] == "bill-paid"


def owing(shop: Place, service: str) -> tuple[dict[str, Any], int]:
    """An application of somebody who owes something, and how much."""
    for n in range(ATTEMPTS):
        id_no = invented_id(born=f"19{50 + n}0308")
        person = {"name": "测试甲", "id_no": id_no, "birth": f"19{50 + n}-03-08"}
        answers = normalise(form(service), given(shop, service, n))
        asked = {"service": service, "person": person, "answers": answers}
        if cost := shop.world.public.post("/lab/charges", json=asked).json()["fen"]:
            return application(service, (CARD, HOST), person, **answers), int(cost)
    raise AssertionError("nobody owes anything")


def given(shop: Place, service: str, n: int) -> dict[str, str]:
    """Answers that differ by `n`: a meter that is topped up, oneself, another car."""
    match service:
        case "SH01":
            return {"accountNo": "2000000006", "amount": f"{50 + n}.00"}
        case "YB05":
            return {"year": str(shop.world.clock.now().year + 1)}
        case _:
            return {**GOOD[service], "plate": f"京A{n:05d}"}
