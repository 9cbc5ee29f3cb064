"""Orders that nobody asks about are brought to their end by a platform that runs, also one that was killed."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from central_platform.payments import ledger
from central_platform.payments.models import PaymentOrder
from central_platform.payments.settling import Settling, settle
from central_platform.payments.states import State
from central_platform.platform import Platform
from central_platform.settings import Settings
from tests.central_platform.payments.world import Place, Provider
from tests.central_platform.world import HandClock


def test_a_running_platform_gives_back_by_itself(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    order = place.paid()
    place.later(610)
    settings = place.world.platform.settings
    object.__setattr__(settings, "payment_tick_s", 0.01)
    settling = Settling(place.world.platform)
    settling.start()
    place.until(order, "refunded")
    settling.close()
    assert place.kept(order) == 0


def reopened(place: Place) -> Platform:
    """The platform of the same folder, as after a kill: nothing was said goodbye to."""
    settings = place.world.platform.settings
    return Platform.open(
        Settings(settings.data, packages=settings.packages, public_url=settings.public_url, lab=True),
        clock=HandClock(place.world.clock.at, place.world.clock.mono),
    )


@pytest.mark.parametrize("left", [State.CREATED, State.PENDING, State.UNKNOWN, State.PAID, State.REFUNDING])
def test_an_order_that_a_crash_left_anywhere_ends_with_the_money_back(place: Place, left: State) -> None:
    """The provider has the order and the money; the platform knows less than that, or has done nothing about it."""
    order = place.opened()
    place.provider.ask(fault="mute")
    assert place.pay(order) == ""
    with place.world.platform.database.write() as session:
        row = ledger.locked(session, order["number"])
        row.state = left.value
        row.paid_fen = 1250 if left in (State.PAID, State.REFUNDING) else 0
        row.paid_at = place.world.clock.now() if row.paid_fen else None
        row.next_at = ledger.next_look(left, row, place.world.clock.now(), place.world.platform.settings)
    place.later(620)
    platform = reopened(place)
    try:
        for _ in range(3):
            while settle(platform):
                pass
            place.later(620)
            platform.clock.advance(620)
    finally:
        platform.close()
    assert place.stored(order)["state"] == "refunded"
    assert place.kept(order) == 0


def test_a_provider_that_comes_back_finds_its_orders(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    own = Provider(folder, folder / "till.db")
    merchant = place.world.public.post("/lab/provider", json={"url": own.url, "key": own.key}).json()
    own.ask(merchant=merchant["merchant"], key=merchant["key"])
    shared, place.provider = place.provider, own
    place.world.clock.at = own.now()
    order = place.opened()
    assert place.pay(order) == ""
    own.kill()
    place.world.clock.mono += 3
    assert place.ask(order)["state"] in {"pending", "paid"}
    place.provider = again = Provider(folder, folder / "till.db", own.port)
    assert again.key == own.key
    assert place.state(order) == "paid"
    assert place.kept(order) == 1250
    again.kill()
    place.provider = shared


def row(**changes: object) -> PaymentOrder:
    now = HandClock().now()
    known = {"tries": 0, "expires_at": now + timedelta(seconds=300), "paid_at": None, "ended_at": None, **changes}
    return PaymentOrder(**known)


def test_when_an_order_is_looked_at_again() -> None:
    now, settings = HandClock().now(), Settings(Path("nowhere"))

    def wait(state: State, **changes: object) -> float | None:
        at = ledger.next_look(state, row(**changes), now, settings)
        return None if at is None else (at - now).total_seconds()

    assert wait(State.PENDING) == 310
    assert wait(State.UNKNOWN, expires_at=now - timedelta(hours=1), tries=3) == 40
    assert wait(State.PAID, paid_at=now - timedelta(seconds=100)) == 500
    assert [wait(State.REFUNDING, tries=n) for n in (0, 1, 4, 40)] == [5, 10, 80, 3600]
    assert [wait(State.CLOSED, ended_at=now, tries=n) for n in (0, 1, 2)] == [900, 86400, None]
    assert (wait(State.DELIVERED), wait(State.REFUNDED)) == (None, None)


def test_settling_ends_when_it_is_told_to(place: Place) -> None:
    settling = Settling(place.world.platform)
    settling.start()
    began = time.monotonic()
    settling.close()
    assert time.monotonic() - began < 3
