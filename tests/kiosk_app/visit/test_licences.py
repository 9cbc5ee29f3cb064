"""Electronic licences in the place of papers: nothing before a yes, the camera always beside it, nobody else's told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.identity import Guardian, Relation
from kiosk_app.lab.samples import ADULT, EQUIPPED, KNOWN, ONLINE
from kiosk_app.receipts import receipt_of
from kiosk_app.screens import view
from kiosk_app.services import Scan, Text
from kiosk_app.visit import State
from kiosk_app.visit.effects import DeletePending, FetchPrefill, Log, Submit, TakePage
from kiosk_app.visit.events import (
    DeviceChanged,
    Event,
    KeyPressed,
    OnlineChanged,
    PageTaken,
    Prefilled,
    Pressed,
    Stirred,
    TimerFired,
)
from kiosk_app.visit.flow import open_form
from kiosk_app.visit.materials import handed_in
from kiosk_app.visit.proof import another
from kiosk_app.visit.state import Aloud, Case, Form, Guide, Materials, Outcome, Review, Verdict
from kiosk_app.visit.supplied import Given, Licence, Licences, Paper, ScanStage
from kiosk_app.voice.phrases import introduce
from kiosk_app.voice.privacy import Hearers
from tests.kiosk_app.visit.test_materials import ANSWERS, BROKEN, FIRST, desk_with, place, words
from tests.kiosk_app.visit.walks import DESK, later, only, walk
from ui.view import Action, Privacy

assert KNOWN.person is not None
OWNER = KNOWN.person.id_number
NAME, NUMBER = "最低生活保障证", "DB**********66"
LICENCE = Licence(
    "low_income_certificate", Text(NAME, "Certificate"), NUMBER, Text("西城区民政局", "Office"), date(2027, 3, 31)
)
TOLD = Licences(OWNER, "JZ02", {"PROOF": LICENCE})
VISIT = replace(KNOWN, service="JZ02", licences=TOLD)
ASKED = replace(EQUIPPED, place=Materials("PROOF"), visit=VISIT)
USE, YES, NO = Pressed("actions.licence"), Pressed("actions.agree"), Pressed("actions.decline")


def main_key(state: State) -> str:
    return next(n.id for n in view(state, DESK).nodes if n.style == "primary" and n.slot == "actions")


def ids(state: State) -> set[str]:
    return {node.id for node in view(state, DESK).nodes}


def logs(effects: object) -> list[str]:
    assert isinstance(effects, tuple)
    return [e.event for e in effects if isinstance(e, Log)]


def test_the_licence_comes_first_and_the_camera_next() -> None:
    assert main_key(ASKED) == "actions.licence"
    assert {"licence.which", "actions.scan", "actions.without"} <= ids(ASKED)
    state, effects = walk(ASKED, Pressed("actions.scan"))
    assert only(effects, TakePage)
    assert "PROOF" not in state.visit.papers


def test_nothing_is_used_before_the_answer() -> None:
    state, effects = walk(ASKED, USE)
    assert place(state).stage is ScanStage.CONSENT
    assert logs(effects) == []
    assert handed_in(state, DESK) == ([], ())
    for said in ("临时救助申请", "居住地街道办事处", "和这次申请一起保存", "这台机器里不留"):
        assert said in words(state)
    state, effects = walk(state, NO)
    assert place(state).stage is ScanStage.ASK
    assert logs(effects) == []


def test_a_yes_goes_with_the_case_in_the_words_that_were_shown() -> None:
    asked, _ = walk(ASKED, USE)
    text = "".join(n.text for n in view(asked, DESK).nodes if n.id.startswith("consent.text"))
    state, effects = walk(asked, YES, at=later(5))
    assert isinstance(state.place, Review)
    assert logs(effects) == ["consent_given"]
    ready = replace(state, visit=replace(state.visit, consent=True, answers=ANSWERS))
    _, effects = walk(ready, Pressed("actions.submit"))
    (sent,) = only(effects, Submit)
    assert isinstance(sent, Submit)
    assert sent.pages == ()
    assert sent.body["materials"] == [
        {
            "code": "PROOF",
            "given": "licence",
            "pages": [],
            "licence": {
                "kind": "low_income_certificate",
                "number": NUMBER,
                "purpose": "临时救助申请",
                "at": later(5).now.isoformat(),
                "lang": "zh",
                "words": text,
                "who": "applicant",
            },
        }
    ]


def test_the_guardian_agrees_for_a_child() -> None:
    beside = Guardian(ADULT, relation=Relation.PARENT, consent=True)
    state, _ = walk(replace(ASKED, visit=replace(VISIT, guardian=beside)), USE, YES)
    consent = state.visit.papers["PROOF"].agreed
    assert consent is not None
    assert consent.who == "guardian"


def test_the_review_shows_it_and_leads_back_and_the_camera_takes_the_consent_back() -> None:
    state, _ = walk(ASKED, USE, YES)
    row = next(n for n in view(state, DESK).nodes if n.id == "paper.PROOF")
    assert (row.value, row.privacy) == (NAME, Privacy.PRIVATE)
    state, _ = walk(state, Pressed("paper.PROOF"))
    assert main_key(state) == "actions.next"
    kept, effects = walk(state, Pressed("actions.next"))
    assert isinstance(kept.place, Review)
    assert logs(effects) == []
    state, effects = walk(state, Pressed("actions.scan"))
    assert logs(effects) == ["consent_withdrawn"]
    assert state.visit.papers["PROOF"] == Paper()


def test_another_way_takes_the_consent_back_too() -> None:
    state, _ = walk(ASKED, USE, YES, Pressed("paper.PROOF"))
    state, effects = walk(state, Pressed("actions.without"))
    assert logs(effects) == ["consent_withdrawn"]
    assert handed_in(state, DESK)[0] == [{"code": "PROOF", "given": "none", "pages": []}]


def test_a_needed_paper_is_not_locked_to_the_licence_where_no_camera_works() -> None:
    needed = desk_with(Scan(1, licence="low_income_certificate"), required=True)
    state, _ = walk(ASKED, BROKEN, USE, YES, Pressed("paper.PROOF"), at=needed)
    assert "actions.decline" in {n.id for n in view(state, needed).nodes}
    state, effects = walk(state, NO, at=needed)
    assert logs(effects) == ["consent_withdrawn"]
    assert state.visit.papers["PROOF"] == Paper()


@pytest.mark.parametrize(
    "told",
    [
        None,
        Licences("110102196003071234", "JZ02", {"PROOF": LICENCE}),
        Licences(OWNER, "YL02", {"PROOF": LICENCE}),
        Licences(OWNER, "JZ02", {"PROOF": replace(LICENCE, kind="household_register")}),
        Licences(OWNER, "JZ02", {"OTHER": LICENCE}),
    ],
    ids=["not told", "another person's", "for another service", "of another kind", "for another paper"],
)
def test_without_a_licence_of_their_own_it_is_simply_the_camera(told: Licences | None) -> None:
    state = replace(ASKED, visit=replace(VISIT, licences=told))
    assert main_key(state) == "actions.scan"
    assert NAME not in words(state) + "".join(n.value for n in view(state, DESK).nodes)
    for event in (USE, YES):
        stays, effects = walk(state, event)
        assert stays.place == Materials("PROOF")
        assert logs(effects) == []


def test_without_a_network_it_is_simply_the_camera_but_what_was_agreed_to_stays() -> None:
    offline = replace(ASKED, world=replace(ASKED.world, online=False))
    assert main_key(offline) == "actions.scan"
    gone, _ = walk(ASKED, USE)
    gone, _ = walk(replace(gone, world=offline.world), YES)
    assert gone.place == Materials("PROOF")
    state, _ = walk(ASKED, USE, YES)
    assert isinstance(walk(replace(state, world=offline.world), Pressed("paper.PROOF"))[0].place, Materials)
    assert handed_in(replace(state, world=offline.world), DESK)[0][0]["given"] == "licence"


def test_where_there_is_no_camera_a_licence_is_still_offered() -> None:
    state, _ = walk(replace(ONLINE, place=Form("bank"), visit=replace(VISIT, answers=ANSWERS)), Pressed("actions.next"))
    assert place(state).code == "PROOF"
    assert main_key(state) == "actions.licence"
    assert "高拍仪" not in words(state)


def test_the_platform_is_asked_only_where_a_licence_may_take_the_place() -> None:
    def asks(service: str) -> list[bool]:
        fresh = replace(KNOWN, service=service, sources={}, answers={}, prefilled=frozenset())
        _, effects = open_form(replace(ONLINE, place=Form(), visit=fresh), DESK)
        return [e.licences for e in effects if isinstance(e, FetchPrefill)]

    assert (asks("JZ02"), asks("GA02")) == ([True], [False])
    waiting = replace(ONLINE, place=Form(waiting=True), visit=replace(VISIT, licences=None))
    assert walk(waiting, Prefilled({}, {}, TOLD))[0].visit.licences == TOLD


def test_what_belongs_to_one_person_ends_with_them() -> None:
    state, _ = walk(ASKED, USE, YES)
    left = another(state.visit, ADULT, DESK)
    assert (left.licences, left.papers) == (None, {})


def test_which_licence_it_is_is_said_to_its_holder_alone() -> None:
    state, _ = walk(ASKED, USE)
    shown = view(state, DESK)
    aloud = " ".join(clip.text for clip in introduce(shown, Hearers()).clips)
    alone = " ".join(clip.text for clip in introduce(shown, Hearers(headphones=True)).clips)
    assert NAME in alone
    assert NAME not in aloud
    assert "民政局" not in aloud
    assert "和这次申请一起保存" in aloud


def test_reading_it_to_others_is_asked_about_first() -> None:
    state, _ = walk(ASKED, USE, Pressed("actions.listen"))
    assert state.cover == Aloud("page")
    state, _ = walk(state, Pressed("cover.aloud"))
    assert (state.aloud, place(state).stage) == (True, ScanStage.CONSENT)
    asking, _ = walk(ASKED, Pressed("actions.listen"))
    assert asking.cover is None


def test_whoever_helps_does_not_see_which_licence_it_is() -> None:
    helped = replace(ASKED, visit=replace(VISIT, helped=True))
    for state in (helped, walk(helped, USE)[0], walk(helped, USE, YES)[0]):
        seen = [f"{n.text}{n.value}{n.note}{n.source}" for n in view(state, DESK).nodes]
        assert not [text for text in seen if NAME in text or "西城区民政局" in text]


def test_a_licence_that_could_not_be_used_leads_back_to_its_paper_with_all_answers() -> None:
    state, _ = walk(ASKED, USE, YES)
    case = Case("s1", "L1", Verdict.REFUSED, problem="licence-unusable")
    refused = replace(state, place=Outcome(), visit=replace(state.visit, case=case, answers=ANSWERS, consent=True))
    assert main_key(refused) == "actions.papers"
    again, effects = walk(refused, Pressed("actions.papers"))
    assert only(effects, DeletePending) == [DeletePending("s1")]
    assert place(again).code == "PROOF"
    assert main_key(again) == "actions.scan"
    assert (again.visit.answers, again.visit.case) == (ANSWERS, None)


def test_the_key_of_that_page_does_nothing_anywhere_else() -> None:
    other = replace(ASKED, place=Outcome(), visit=replace(VISIT, case=Case("s1", "L1", Verdict.REFUSED, problem="x")))
    assert walk(other, Pressed("actions.papers"))[0] == other


def test_the_receipt_says_how_it_was_handed_in_and_not_by_which_licence() -> None:
    state, _ = walk(ASKED, USE, YES)
    paper = receipt_of(replace(state, visit=replace(state.visit, case=Case("s1", "L1", Verdict.SAVED))), DESK)
    assert paper is not None
    assert paper.materials == ("情况证明：用电子证照交了",)


def test_a_camera_that_breaks_leaves_the_licence() -> None:
    state, _ = walk(ASKED, DeviceChanged("document_scanner", "offline", {}))
    assert main_key(state) == "actions.licence"
    assert state.visit.papers.get("PROOF", Paper()).given is not Given.LICENCE


HAPPENS = st.sampled_from([
    BROKEN, DeviceChanged("document_scanner", "online", {}), OnlineChanged(False), OnlineChanged(True), USE, YES, NO,
    Pressed("paper.PROOF"), Pressed("actions.scan"), Pressed("actions.without"), PageTaken(FIRST, "good"),
    Prefilled({}, {}, TOLD), Prefilled({}, {}), KeyPressed("back"), TimerFired("idle"), Stirred(),
])  # fmt: skip


@given(st.lists(st.one_of(HAPPENS, st.integers(0, 30)), max_size=30))
def test_a_licence_goes_along_exactly_while_the_last_answer_was_yes(plan: list[Event | int]) -> None:
    state, yes = ASKED, 0
    for item in plan:
        active = [n for n in view(state, DESK).nodes if n.actions and n.enabled and Action.PRESS in n.actions]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) and active else Stirred()
        event = item if not isinstance(item, int) else event
        state, effects = walk(state, event)
        if state.visit.person is None or state.visit.service != "JZ02" or isinstance(state.place, Guide):
            return
        yes += logs(effects).count("consent_given") - logs(effects).count("consent_withdrawn")
        held = state.visit.papers.get("PROOF", Paper())
        assert yes == (held.given is Given.LICENCE)
        assert (held.agreed is not None) == (held.given is Given.LICENCE)
        assert not (held.pages and held.agreed)
