"""The certificate at the end: printed once, never when it is not genuine, and never for the next resident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from kiosk_app.lab.samples import CERTIFIED, DEVICES, INSURED, ONLINE, RECEIPT, desk
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.certificate import MOST_TURNS
from kiosk_app.visit.effects import CallHost, LinkCertificate, Print, PrintCertificate, Wipe
from kiosk_app.visit.events import (
    Accepted,
    CertificateChecked,
    CertificateEnded,
    CertificateLinked,
    CertificateLinkRefused,
    DeviceChanged,
    Event,
    Pressed,
)
from kiosk_app.visit.sealed import MOST_COPIES, Certificate, Sheet, certificate_of
from kiosk_app.visit.state import Case, DeviceFact, Farewell, Outcome, Submitting, Verdict
from kiosk_app.words import say

DESK = desk()
SUBMITTING = replace(
    ONLINE,
    place=Submitting(saved=True),
    visit=replace(INSURED, case=Case("s1", "L1", Verdict.SAVED)),
)
NO_PRINTER = {kind: fact for kind, fact in DEVICES.items() if kind != "page_printer"}
LINK = "https://platform.example/take/Zq3vXb1sT0m9Yk2LwR8uJA"


def after(state: State, *events: Event) -> tuple[State, list[object]]:
    """Step through events; returns the last state and every effect on the way."""
    effects: list[object] = []
    for event in events:
        state, some = step(state, event, DESK)
        effects += some
    return state, effects


def with_devices(state: State, devices: Mapping[str, DeviceFact]) -> State:
    return replace(state, world=replace(state.world, devices=devices))


def sheets(effects: list[object]) -> list[PrintCertificate]:
    return [effect for effect in effects if isinstance(effect, PrintCertificate)]


def sealed(state: State) -> Certificate:
    assert state.visit.case is not None
    assert state.visit.case.certificate is not None
    return state.visit.case.certificate


def says(state: State) -> str:
    node = view(state, DESK).node("certificate.where")
    assert node is not None
    return node.text


def offers(state: State, node: str) -> bool:
    return view(state, DESK).node(node) is not None


def accepted(start: State = SUBMITTING, **result: Any) -> tuple[State, list[object]]:
    receipt = {**CERTIFIED, "result": {**CERTIFIED["result"], **result}}
    return after(start, Accepted("s1", receipt))


def test_acceptance_begins_one_print_of_the_certificate_and_one_of_the_receipt() -> None:
    state, effects = accepted(copies=2)
    assert sheets(effects) == [PrintCertificate("s1.0", "d1", 2)]
    assert len([effect for effect in effects if isinstance(effect, Print)]) == 1
    assert sealed(state).sheet is Sheet.CHECKING
    assert says(state) == say("zh", "certificate.checking")


def test_it_is_printing_only_once_it_is_known_to_be_genuine() -> None:
    state, _ = accepted()
    assert says(state) != say("zh", "certificate.printing")
    state, _ = after(state, CertificateChecked("s1.0"))
    assert says(state) == say("zh", "certificate.printing")
    state, _ = after(state, CertificateEnded("s1.0", "printed"))
    assert says(state) == say("zh", "certificate.printed")
    assert not offers(state, "certificate.print")


def test_what_is_not_genuine_is_not_printed_not_sent_to_a_phone_and_not_tried_again() -> None:
    state, _ = accepted()
    state, _ = after(state, CertificateEnded("s1.0", "invalid"))
    assert says(state) == "这份证明没有通过验真，没有打印。已经通知管理人员，您不用再付费。"
    assert view(state, DESK).title == say("zh", "certificate.title_invalid"), "nobody reads that all is well"
    state, effects = after(state, *(Pressed(f"certificate.{name}") for name in ("print", "yes", "no", "phone")))
    assert not sheets(effects)
    assert not [effect for effect in effects if isinstance(effect, LinkCertificate)]
    assert not any(offers(state, f"certificate.{name}") for name in ("print", "yes", "no", "phone", "code"))


def test_other_services_have_none() -> None:
    state, effects = after(SUBMITTING, Accepted("s1", RECEIPT))
    assert not sheets(effects)
    assert state.visit.case is not None
    assert state.visit.case.certificate is None
    assert not offers(state, "certificate.where")


@pytest.mark.parametrize(
    "result", [None, [], {"kind": "none"}, {"kind": "certificate"}, {"kind": "certificate", "document": 7}]
)
def test_a_receipt_that_names_no_document_has_none(result: object) -> None:
    assert certificate_of({**RECEIPT, "result": result}) is None


@pytest.mark.parametrize(
    ("said", "copies"), [(3, 3), (0, 1), (-5, 1), (10_000, MOST_COPIES), (True, 1), ("2", 1), (None, 1)]
)
def test_copies_are_a_number_of_sheets_that_makes_sense(said: object, copies: int) -> None:
    found = certificate_of({"result": {"kind": "certificate", "document": "d1", "copies": said}})
    assert found is not None
    assert found.copies == copies


@pytest.mark.parametrize(
    ("printer", "key"),
    [
        (DeviceFact("user_action", {"paper": "out", "cover": "closed"}), "certificate.not_printed"),
        (DeviceFact("offline", {}), "certificate.no_printer"),
    ],
)
def test_without_paper_nothing_is_begun_and_the_phone_is_offered(printer: DeviceFact, key: str) -> None:
    state, effects = accepted(with_devices(SUBMITTING, {**NO_PRINTER, "page_printer": printer}))
    assert not sheets(effects)
    assert sealed(state).sheet is Sheet.NONE
    assert offers(state, "certificate.phone")
    assert not offers(state, "certificate.print")


def test_paper_that_comes_later_lets_the_resident_print() -> None:
    state, _ = accepted(with_devices(SUBMITTING, NO_PRINTER))
    state, effects = after(
        state, DeviceChanged("page_printer", "online", {"paper": "full"}), Pressed("certificate.print")
    )
    assert sheets(effects) == [PrintCertificate("s1.0", "d1", 1)]
    assert sealed(state).sheet is Sheet.CHECKING


def test_paper_that_runs_out_in_the_middle_is_said_and_printing_goes_on_by_itself() -> None:
    state, _ = accepted()
    state, effects = after(
        state, CertificateChecked("s1.0"), DeviceChanged("page_printer", "user_action", {"paper": "out"})
    )
    assert says(state) == say("zh", "certificate.waits")
    state, more = after(state, DeviceChanged("page_printer", "busy", {"paper": "full"}))
    assert says(state) == say("zh", "certificate.printing")
    assert not sheets([*effects, *more])


def test_a_print_of_which_nobody_knows_is_asked_about_and_never_repeated_by_itself() -> None:
    state, _ = accepted()
    state, effects = after(state, CertificateEnded("s1.0", "unknown", "timeout"))
    assert says(state) == say("zh", "certificate.unknown")
    assert not sheets(effects)
    held, _ = after(state, Pressed("certificate.yes"))
    assert sealed(held).sheet is Sheet.PRINTED


def test_it_is_printed_once_more_when_nothing_came_and_then_people_come() -> None:
    state, _ = accepted()
    jobs = ["s1.0"]
    for turn in range(1, MOST_TURNS):
        state, effects = after(state, CertificateEnded(f"s1.{turn - 1}", "unknown"), Pressed("certificate.no"))
        jobs += [effect.job for effect in sheets(effects)]
    assert jobs == [f"s1.{turn}" for turn in range(MOST_TURNS)]
    state, _ = after(state, CertificateEnded(jobs[-1], "unknown"))
    assert offers(state, "host.certificate")
    state, effects = after(state, Pressed("certificate.no"))
    assert not sheets(effects)
    assert [effect for effect in effects if isinstance(effect, CallHost)] == [CallHost("certificate")]


def test_the_answer_of_an_earlier_print_changes_nothing() -> None:
    state, _ = accepted()
    state, _ = after(state, CertificateEnded("s1.0", "unknown"), Pressed("certificate.no"))
    late, _ = after(state, CertificateEnded("s1.0", "printed"), CertificateChecked("other.0"))
    assert sealed(late).sheet is Sheet.CHECKING


def test_without_the_platform_it_is_not_lost_and_can_be_tried_again() -> None:
    state, _ = accepted()
    state, _ = after(state, CertificateEnded("s1.0", "not_printed", "network"))
    assert says(state) == say("zh", "certificate.no_network")
    _, effects = after(state, Pressed("certificate.print"))
    assert sheets(effects) == [PrintCertificate("s1.0", "d1", 1)]


def test_the_phone_gets_the_only_code_on_the_page() -> None:
    state, _ = accepted(with_devices(SUBMITTING, NO_PRINTER))
    assert not offers(state, "outcome.code"), "two codes side by side are scanned for one another"
    state, effects = after(state, Pressed("certificate.phone"))
    assert LinkCertificate("d1") in effects
    again, more = after(state, Pressed("certificate.phone"))
    assert again == state or LinkCertificate("d1") not in more, "one question at a time"
    refused, _ = after(state, CertificateLinkRefused("d1"))
    assert offers(refused, "certificate.link")
    linked, _ = after(refused, Pressed("certificate.phone"), CertificateLinked("d1", LINK, 30))
    code = view(linked, DESK).node("certificate.code")
    assert code is not None
    assert code.value == LINK


def test_a_link_to_the_certificate_of_another_case_is_not_shown() -> None:
    state, _ = accepted(with_devices(SUBMITTING, NO_PRINTER))
    state, _ = after(state, Pressed("certificate.phone"), CertificateLinked("d2", LINK, 30))
    assert not offers(state, "certificate.code")


def test_what_may_lie_in_the_tray_is_called_out_at_the_end_and_forgotten() -> None:
    state, _ = accepted()
    state, effects = after(state, CertificateChecked("s1.0"), Pressed("actions.end"))
    assert isinstance(state.place, Farewell)
    assert "certificate" in state.place.reminders
    assert any(isinstance(effect, Wipe) for effect in effects)
    assert state.visit.case is None
    late, _ = after(state, CertificateEnded("s1.0", "printed"))
    assert late.visit.case is None


def test_a_late_acceptance_prints_too() -> None:
    waiting = replace(
        SUBMITTING, place=Outcome(), visit=replace(SUBMITTING.visit, case=Case("s1", "L1", Verdict.CONFIRMING))
    )
    state, effects = accepted(waiting)
    assert sheets(effects) == [PrintCertificate("s1.0", "d1", 1)]
    assert sealed(state).sheet is Sheet.CHECKING


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_word_of_it_is_missing(lang: str) -> None:
    state, _ = accepted()
    for event in (
        CertificateChecked("s1.0"),
        CertificateEnded("s1.0", "not_printed", "jammed"),
        Pressed("certificate.phone"),
        CertificateLinked("d1", LINK, 30),
    ):
        state, _ = after(state, event)
        page = view(replace(state, prefs=replace(state.prefs, lang=lang)), DESK)
        assert all(node.text for node in page.nodes if node.id.startswith("certificate."))
