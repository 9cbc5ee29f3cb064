"""Every L2 item of the catalogue is reached without a camera, and without a phone (requirements A30).

Every live one is finished: proved, answered, checked, handed in, and told on paper.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from central_platform.catalogue import read_package
from central_platform.validation import check
from contracts.id_number import check_character
from kiosk_app.documents.receipt import text_of
from kiosk_app.identity import CardEvidence, Level, Means, Person, Way, next_ways
from kiosk_app.lab.samples import BILL, ELDER, EQUIPPED, OFFLINE, ONLINE, PACKAGES, RECEIPT, SEEING
from kiosk_app.receipts import receipt_of
from kiosk_app.services import Offline, Service, eligible
from kiosk_app.visit import State
from kiosk_app.visit.effects import Deliver, OpenPayment, Submit
from kiosk_app.visit.events import (
    Accepted,
    CardRead,
    DeviceChanged,
    Edited,
    Event,
    FaceEnded,
    PaymentTold,
    PhoneCodeRight,
    PhoneCodeSent,
    PrefillMissing,
    Pressed,
    Saved,
    WitnessChecked,
)
from kiosk_app.visit.flow import entitled, proceed
from kiosk_app.visit.state import Form, Guide, Identify, Outcome, Review, Verdict, Visit
from tests.kiosk_app.services.data import GOOD
from tests.kiosk_app.visit.walks import DESK, only, walk

HOST = replace(ELDER, id_number="110102195001014425")
L2 = [s for s in DESK.catalogue.all() if s.level is Level.L2]
LIVE = DESK.catalogue.live()
MOST_QUESTIONS = 10
PAID = replace(BILL, state="paid", code="")
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


def handed_in(service: Service, site: State, proof: tuple[Event, ...]) -> tuple[State, Submit | OpenPayment]:
    """The visit of somebody who answers what the page asks, one thing after the other, until it is handed in.

    What costs something is paid before; then what was opened is what is handed in.
    """
    state = replace(site, place=Guide(), visit=Visit(service=service.id))
    proofs = {Level.L0: (), Level.L1: (CardRead(somebody_for(service)),)}
    all_of_it = (CardRead(somebody_for(service)), *proof)
    state, _ = walk(state, Pressed("actions.start"), *proofs.get(service.level, all_of_it))
    if state.place == Form(waiting=True):
        state, _ = walk(state, PrefillMissing())
    for _ in range(MOST_QUESTIONS):
        if not isinstance(state.place, Form):
            break
        scope = state.place.current
        answer = GOOD[service.id][scope]
        entered = "confirmed" if answer.startswith("sig1:") else answer
        state, _ = walk(state, Edited(f"form.{scope}", entered), Pressed("actions.next"))
    assert isinstance(state.place, Review)
    state, effects = walk(state, Pressed("consent"), Pressed("actions.submit"))
    if service.kind == "PAY":
        (opening,) = only(effects, OpenPayment)
        assert isinstance(opening, OpenPayment)
        state, effects = walk(state, *(PaymentTold(bill, opening.attempt) for bill in (BILL, PAID)))
        assert only(effects, Deliver)
        return state, opening
    (submit,) = only(effects, Submit)
    assert isinstance(submit, Submit)
    return state, submit


@pytest.mark.parametrize("service", LIVE, ids=lambda s: s.id)
def test_a_live_service_is_finished_with_a_receipt(service: Service) -> None:
    state, submit = handed_in(service, ONLINE, PHONE)
    assert check(read_package(PACKAGES / service.id), submit.body["answers"]) is None
    accepted = {**RECEIPT, "state": "done", "due": None} if service.instant else RECEIPT
    state, _ = walk(state, Saved("s1", "L20261122-0042-0001"), Accepted("s1", accepted))
    assert isinstance(state.place, Outcome)
    paper = receipt_of(state, DESK)
    assert paper is not None
    said = "".join(text_of(paper))
    for text in (service.names.zh, service.department.zh, RECEIPT["number"], paper.headline):
        assert str(text) in said


@pytest.mark.parametrize("service", [s for s in LIVE if s.offline is Offline.QUEUE], ids=lambda s: s.id)
def test_what_may_be_queued_is_kept_off_line_and_never_called_accepted(service: Service) -> None:
    state, submit = handed_in(service, OFFLINE, WITNESS)
    assert isinstance(submit, Submit)
    assert not submit.hurry
    state, _ = walk(state, Saved("s1", "L20261122-0042-0001"))
    assert state.visit.case is not None
    assert state.visit.case.verdict is Verdict.SAVED
    paper = receipt_of(state, DESK)
    assert paper is not None
    assert paper.provisional


@pytest.mark.parametrize("service", [s for s in LIVE if s.offline is Offline.ONLINE], ids=lambda s: s.id)
def test_what_needs_the_platform_is_not_started_off_line(service: Service) -> None:
    state = replace(OFFLINE, place=Guide(), visit=Visit(service=service.id))
    state, _ = walk(state, Pressed("actions.start"))
    assert isinstance(state.place, Guide)
