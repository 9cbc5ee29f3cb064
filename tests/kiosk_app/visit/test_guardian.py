"""A child's case: whose card comes first does not matter, who may stand by does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk_app.identity import CardEvidence, Level, Person, Relation
from kiosk_app.lab.samples import ADULT, CHILD, ELDER, EXPIRED, SEEING
from kiosk_app.screens import view
from kiosk_app.visit import State, listening
from kiosk_app.visit.body import submission_body
from kiosk_app.visit.effects import FetchPrefill, SendPhoneCode, StartFace, Submit
from kiosk_app.visit.events import (
    CardRead,
    Edited,
    FaceEnded,
    PhoneCodeRight,
    PhoneCodeSent,
    PrefillMissing,
    Pressed,
    TokenAccepted,
    WitnessChecked,
)
from kiosk_app.visit.state import Form, Guide, Home, Identify, Review, WithGuardian
from tests.kiosk_app.visit.walks import DESK, asked, only, walk, with_child
from ui.view import Privacy

OTHER_CHILD = Person("周小满", "110102201503031233", "男", date(2015, 3, 3))
PHONE = (
    Pressed("way.phone"),
    Edited("identify.phone", "13800138000"),
    Pressed("actions.send"),
    PhoneCodeSent("c1", "138*****000"),
    Edited("identify.code", "123456"),
    Pressed("actions.check"),
    PhoneCodeRight(),
)


def notice(state: State) -> str:
    assert isinstance(state.place, WithGuardian)
    return state.place.notice


def beside() -> State:
    """Child's card, parent's card, relation and consent: the parent's second proof is wanted."""
    state, _ = walk(with_child(), CardRead(ADULT, photo=True), Pressed("relation.parent"), Pressed("actions.agree"))
    assert isinstance(state.place, Identify)
    assert state.place.guardian
    return state


def test_a_childs_card_asks_for_the_guardians() -> None:
    state = with_child()
    assert isinstance(state.place, WithGuardian)
    assert listening(state) == {"card_reader"}


def test_the_guardian_says_what_they_are_and_agrees_then_proves_themselves() -> None:
    guardian = beside().visit.guardian
    assert guardian is not None
    assert (guardian.person, guardian.relation, guardian.consent) == (ADULT, Relation.PARENT, True)


@pytest.mark.parametrize("one", list(Relation))
def test_every_relation_can_be_chosen(one: Relation) -> None:
    state, _ = walk(with_child(), CardRead(ADULT), Pressed(f"relation.{one}"))
    assert state.visit.guardian is not None
    assert state.visit.guardian.relation is one


def test_the_second_proof_is_the_guardians() -> None:
    state, effects = walk(beside(), *PHONE)
    assert only(effects, SendPhoneCode) == [SendPhoneCode("13800138000", ADULT.id_number)]
    assert isinstance(state.place, Form)
    assert only(effects, FetchPrefill) == [
        FetchPrefill(CHILD.id_number, "GA02", ({"kind": "card", "layout": "resident"},), CHILD.name)
    ]
    assert state.visit.phone == ""


def test_the_face_is_the_guardians() -> None:
    state, effects = walk(beside(), Pressed("way.face"), Pressed("actions.agree"))
    assert only(effects, StartFace) == [StartFace(ADULT.id_number)]
    state, _ = walk(state, FaceEnded("accept"))
    assert isinstance(state.place, Form)
    assert {c.who for c in state.visit.consents} == {"guardian"}


def test_a_witness_vouches_for_the_guardian() -> None:
    state, _ = walk(
        beside(),
        Pressed("way.witness"),
        CardRead(ELDER),
        Edited("identify.pin", "246810"),
        Pressed("actions.check"),
        WitnessChecked("李师傅"),
    )
    assert isinstance(state.place, Form)


def test_the_guardians_card_first_is_understood() -> None:
    state, _ = walk(asked(), CardRead(ADULT, photo=True), CardRead(CHILD))
    assert isinstance(state.place, WithGuardian)
    assert state.visit.person == CHILD
    assert state.visit.guardian is not None
    assert state.visit.guardian.person == ADULT
    assert view(state, DESK).node("relation.parent") is not None


def test_what_the_guardian_proved_before_counts() -> None:
    first, _ = walk(SEEING, CardRead(ADULT, photo=True), Pressed("service.GA02"), Pressed("actions.start"), *PHONE)
    assert isinstance(first.place, Form)
    state, _ = walk(first, Pressed("actions.home"), CardRead(CHILD), Pressed("service.GA02"), Pressed("actions.start"))
    assert isinstance(state.place, WithGuardian)
    state, _ = walk(state, Pressed("relation.parent"), Pressed("actions.agree"))
    assert isinstance(state.place, Form)


@pytest.mark.parametrize(
    ("person", "said"),
    [(CHILD, "guardian_same"), (EXPIRED, "guardian_expired"), (OTHER_CHILD, "guardian_young")],
)
def test_a_card_that_cannot_be_the_guardians_is_said_kindly(person: Person, said: str) -> None:
    state, _ = walk(with_child(), CardRead(person))
    assert notice(state) == said
    assert state.visit.guardian is None
    node = view(state, DESK).node("guardian.notice")
    assert node is not None
    assert node.text in view(state, DESK).intro


def test_a_social_card_is_no_card_of_a_guardian() -> None:
    state, _ = walk(with_child(), CardRead(ADULT, "social"))
    assert notice(state) == "guardian_needs_id"


def test_no_consent_no_case_and_still_a_way_on() -> None:
    state, _ = walk(with_child(), CardRead(ADULT), Pressed("relation.other"), Pressed("actions.decline"))
    assert notice(state) == "guardian_declined"
    assert state.visit.consents[-1].given is False
    active = {n.id for n in view(state, DESK).nodes if n.actions and n.enabled}
    assert {"actions.agree", "actions.decline", "actions.end", "dock.help"} <= active


def test_consent_cannot_be_given_before_the_relation_is_said() -> None:
    state, _ = walk(with_child(), CardRead(ADULT), Pressed("actions.agree"))
    assert state.visit.guardian is not None
    assert not state.visit.guardian.consent


def test_a_code_names_the_child_as_well() -> None:
    state, _ = walk(replace(asked(), place=Identify(Level.L2, busy="token")), TokenAccepted(CHILD, "medical"))
    assert isinstance(state.place, WithGuardian)


def test_a_strangers_code_is_not_the_guardians_proof() -> None:
    waiting = replace(beside(), place=Identify(Level.L2, busy="token", guardian=True))
    state, _ = walk(waiting, TokenAccepted(ELDER))
    assert isinstance(state.place, Identify)
    assert state.place.notice == "guardian_other"


def test_back_leads_out_step_by_step() -> None:
    state = beside()
    places = []
    for _ in range(4):
        state, _ = walk(state, Pressed("actions.back"))
        places.append(type(state.place))
    assert places == [WithGuardian, WithGuardian, WithGuardian, Guide]


def test_the_body_names_child_and_guardian_with_their_own_proofs() -> None:
    state, _ = walk(beside(), *PHONE, PrefillMissing())
    body = submission_body(state.with_visit(consent=True), DESK)
    assert body["person"]["id_no"] == CHILD.id_number
    assert body["level"] == "L2"
    assert body["evidence"] == [{"kind": "card", "layout": "resident"}]
    assert body["guardian"] == {
        "name": ADULT.name,
        "id_no": ADULT.id_number,
        "birth": "1988-07-21",
        "relation": "parent",
        "evidence": [
            {"kind": "card", "layout": "resident"},
            {"kind": "phone_code", "phone": "13800138000", "challenge": "c1"},
        ],
    }
    assert [(c["text"], c["who"]) for c in body["consents"]] == [
        ("consent.guardian", "guardian"),
        ("review.consent", "guardian"),
    ]


def test_the_review_names_the_guardian_masked() -> None:
    state, _ = walk(beside(), *PHONE, PrefillMissing())
    node = view(replace(state, place=Review()), DESK).node("case.guardian")
    assert node is not None
    assert node.value == ADULT.masked_name
    assert node.privacy is Privacy.PRIVATE


def test_a_childs_case_without_its_guardian_is_not_submitted() -> None:
    visit = replace(
        with_child().visit,
        evidence=(CardEvidence(CHILD),),
        consent=True,
        answers={"phone": "13800138000"},
    )
    state, effects = walk(replace(SEEING, place=Review(), visit=visit), Pressed("actions.submit"))
    assert only(effects, Submit) == []
    assert state.place == Review(notice="level_first")


def test_a_child_may_look_around_without_a_guardian() -> None:
    state, _ = walk(SEEING, CardRead(CHILD))
    assert isinstance(state.place, Home)
    state, _ = walk(state, Pressed("service.GA02"))
    assert isinstance(state.place, Guide)


def test_a_parents_card_at_the_guide_is_the_guardians() -> None:
    state, _ = walk(SEEING, CardRead(CHILD), Pressed("service.GA02"), CardRead(ADULT))
    assert state.visit.person == CHILD
    assert state.visit.guardian is not None


def test_nothing_of_child_or_guardian_stays_after_the_end() -> None:
    state, _ = walk(beside(), Pressed("actions.end"))
    assert state.visit.guardian is None
    assert state.visit.consents == ()
    shown = repr(view(state, DESK))
    assert not any(secret in shown for secret in (CHILD.name, ADULT.name, CHILD.id_number, ADULT.id_number))
