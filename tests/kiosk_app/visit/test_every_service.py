"""Every L2 item of the catalogue is reached without a camera, and without a phone (requirements A30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contracts.id_number import check_character
from kiosk_app.identity import CardEvidence, Level, Means, Person, Way, next_ways
from kiosk_app.lab.samples import ELDER, EQUIPPED, ONLINE, SEEING
from kiosk_app.services import Service, eligible
from kiosk_app.visit import State
from kiosk_app.visit.events import (
    CardRead,
    DeviceChanged,
    Edited,
    Event,
    FaceEnded,
    PhoneCodeRight,
    PhoneCodeSent,
    Pressed,
    WitnessChecked,
)
from kiosk_app.visit.flow import entitled, proceed
from kiosk_app.visit.state import Guide, Identify, Visit
from tests.kiosk_app.visit.walks import DESK, walk

HOST = replace(ELDER, id_number="110102195001014425")
L2 = [s for s in DESK.catalogue.all() if s.level is Level.L2]
PHONE: tuple[Event, ...] = (
    Pressed("way.phone"),
    Edited("identify.phone", "13800138000"),
    Pressed("actions.send"),
    PhoneCodeSent("c1", "138*****000"),
    Edited("identify.code", "123456"),
    Pressed("actions.check"),
    PhoneCodeRight(),
)
WITNESS: tuple[Event, ...] = (
    Pressed("way.witness"),
    CardRead(HOST),
    Edited("identify.pin", "246810"),
    Pressed("actions.check"),
    WitnessChecked("李师傅"),
)
FACE: tuple[Event, ...] = (Pressed("way.face"), Pressed("actions.agree"), FaceEnded("accept"))


def somebody_for(service: Service) -> Person:
    """An invented grown-up whom the item admits, else one of 45: listed items are walked up to their question."""
    today = DESK.now.date()
    for years in (45, 62, 67, 81, 91, 20):
        for number in (123, 124):
            body = f"110102{today.year - years}0101{number}"
            one = Person(
                "郑安", body + check_character(body), "", date(today.year - years, 1, 1), "北京市西城区", "汉", None
            )
            if eligible(service, one, today) is None:
                return one
    return one


def question(service: Service, site: State) -> State:
    """The question who somebody is, as the guide asks it at the start; items that are only listed are asked too."""
    state = replace(site, place=Guide(), visit=Visit(service=service.id, started=True))
    asking, _ = proceed(state, DESK, service.level)
    assert isinstance(asking.place, Identify)
    return asking


def test_the_catalogue_has_its_l2_items() -> None:
    assert len(L2) >= 40


@pytest.mark.parametrize("service", L2, ids=lambda s: s.id)
@pytest.mark.parametrize(
    ("missing", "proof"),
    [("camera", PHONE), ("camera", WITNESS), ("phone", WITNESS), ("phone", FACE)],
    ids=["no camera: phone", "no camera: witness", "no phone: witness", "no phone: face"],
)
def test_the_level_is_reached_without(service: Service, missing: str, proof: tuple[Event, ...]) -> None:
    site = ONLINE if missing == "camera" else SEEING
    camera = (DeviceChanged("camera", "no_device", {}),) if missing == "camera" else ()
    person = somebody_for(service)
    state, _ = walk(question(service, site), *camera, CardRead(person, photo=missing != "camera"))
    assert not entitled(state, DESK, service.level)
    state, _ = walk(state, *proof)
    assert entitled(state, DESK, service.level)
    assert not isinstance(state.place, Identify)


@pytest.mark.parametrize("service", L2, ids=lambda s: s.id)
def test_two_ways_that_are_no_face_are_offered(service: Service) -> None:
    means = Means(online=True, witness=True, camera=True)
    person = somebody_for(service)
    ways = set(next_ways(service.level, (CardEvidence(person, photo=True),), means, {}))
    assert len(ways - {Way.FACE, Way.PEOPLE}) >= 2


@pytest.mark.parametrize("service", L2, ids=lambda s: s.id)
def test_refusing_the_camera_blocks_nothing(service: Service) -> None:
    person = somebody_for(service)
    state, _ = walk(
        question(service, EQUIPPED),
        CardRead(person, photo=True),
        Pressed("way.face"),
        Pressed("actions.decline"),
        *PHONE,
    )
    assert entitled(state, DESK, service.level)
