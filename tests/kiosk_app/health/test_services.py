"""Which services are open, and why the others are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drivers.device import DeviceState, Status
from kiosk_app.health import Closed, Needs, Open, Reason, open_services
from provisioning import SiteProfile, Witness, Words

UP = Status("card", "card_reader", DeviceState.ONLINE)
DOWN = Status("card", "card_reader", DeviceState.OFFLINE)
CODES = Status("code", "code_reader", DeviceState.ONLINE)
WITNESS = Witness("周姨", "a", "b", "c")


def site(witnesses: tuple[Witness, ...] = (WITNESS,), services: tuple[str, ...] = ("SB01",)) -> SiteProfile:
    name = Words("终端", "terminal")
    expires = datetime.now(UTC) + timedelta(days=1)
    return SiteProfile("XC-0042", 1, expires, name, name, "community", services, (), witnesses=witnesses)


def judge(need: Needs, *statuses: Status, online: bool = True, profile: SiteProfile | None = None, **more: Any) -> Any:
    devices = {status.kind: status for status in statuses}
    return open_services([need], devices, profile or site(), online, **more)[need.id]


def test_everything_up_is_open() -> None:
    assert judge(Needs("SB01", "L2"), UP) == Open()


def test_a_site_that_names_no_services_offers_all() -> None:
    assert judge(Needs("ZZ99", "L0"), UP, profile=replace(site(), services=())) == Open()


def test_queueable_service_off_line_is_open_and_provisional() -> None:
    assert judge(Needs("SB01", "L2", "queue"), UP, online=False) == Open(provisional=True)


@pytest.mark.parametrize(
    ("need", "statuses", "more", "reason"),
    [
        (Needs("SB01", live=False), (UP,), {}, Reason.NOT_LIVE),
        (Needs("XF01"), (UP,), {}, Reason.NOT_HERE),
        (Needs("SB01", "L0"), (UP,), {"online": False}, Reason.OFFLINE),
        (Needs("SB01", "L2"), (DOWN,), {}, Reason.NO_IDENTIFICATION),
        (Needs("SB01", "L2"), (CODES,), {}, Reason.NO_IDENTIFICATION),
        (Needs("SB01", "L1", "queue"), (CODES,), {"online": False}, Reason.NO_IDENTIFICATION),
        (Needs("SB01", "L2", "queue"), (UP,), {"online": False, "profile": site(())}, Reason.NO_IDENTIFICATION),
        (Needs("SB01", "L9"), (UP,), {}, Reason.NO_IDENTIFICATION),
        (Needs("SB01"), (UP,), {"halted": True}, Reason.OUT_OF_SERVICE),
    ],
)
def test_closed_for_one_reason(need: Needs, statuses: tuple[Status, ...], more: dict[str, Any], reason: Reason) -> None:
    assert judge(need, *statuses, **more) == Closed(reason)


def test_missing_capability_names_the_device() -> None:
    need = Needs("SB01", "L0", capabilities=frozenset({"document_scanner"}))
    assert judge(need, UP) == Closed(Reason.NO_DEVICE, "document_scanner")


def test_printer_without_paper_is_no_printer() -> None:
    need = Needs("SB01", "L0", capabilities=frozenset({"receipt_printer"}))
    empty = Status("p", "receipt_printer", DeviceState.ONLINE, {"paper": "out"})
    assert judge(need, empty) == Closed(Reason.NO_DEVICE, "receipt_printer")


def test_nothing_is_open_without_a_profile() -> None:
    assert open_services([Needs("SB01")], {}, None, True) == {"SB01": Closed(Reason.OUT_OF_SERVICE)}


def test_first_level_needs_no_card_reader_on_line() -> None:
    assert judge(Needs("SB01", "L1"), DOWN) == Open()
