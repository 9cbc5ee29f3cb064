"""Permits, cards of foreigners, social-security cards and codes of four more kinds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.identity import Level, SocialCardEvidence
from kiosk_app.lab.samples import ADULT, ELDER, EQUIPPED, EXPIRED, FOREIGNER, LATIN, PERMIT, SEEING
from kiosk_app.screens import view
from kiosk_app.visit import State, listening
from kiosk_app.visit.body import evidence_json
from kiosk_app.visit.effects import CheckWitness, SendPhoneCode
from kiosk_app.visit.events import CardFailed, CardRead, Edited, Pressed, TokenAccepted, WitnessChecked
from kiosk_app.visit.state import Attract, CardShown, Guide, Home, Identify, Way
from tests.kiosk_app.visit.walks import DESK, asked, only, walk, with_card

FACTS = {"latin_name": LATIN, "nationality": "XXX", "renewals": "01"}
LAYOUTS = [("hmt", PERMIT), ("foreigner_2017", FOREIGNER), ("foreigner_2023", FOREIGNER)]


def known(state: State) -> dict[str, str]:
    return {n.id.removeprefix("known."): n.value for n in view(state, DESK).nodes if n.id.startswith("known.")}


@pytest.mark.parametrize(("layout", "person"), LAYOUTS)
def test_the_card_is_shown_before_it_is_taken(layout: str, person: object) -> None:
    state, _ = walk(SEEING, CardRead(person, layout, facts=FACTS))  # type: ignore[arg-type]  # persons of the samples
    assert isinstance(state.place, CardShown)
    assert state.visit.person is None
    taken, _ = walk(state, Pressed("actions.next"))
    assert taken.visit.person == person
    assert taken.place == Home()
    assert evidence_json(taken.visit.evidence) == ({"kind": "card", "layout": layout},)


def test_a_long_latin_name_stands_in_whole() -> None:
    assert len(LATIN) == 45
    state, _ = walk(SEEING, CardRead(FOREIGNER, "foreigner_2023", facts=FACTS))
    shown = known(state)
    assert shown["latin_name"] == LATIN
    assert shown["chinese_name"] == "艾丽山"
    assert shown["nationality"] == "XXX"
    assert shown["renewals"] == "1"
    assert FOREIGNER.id_number not in shown.values()


def test_a_permit_shows_its_pass_masked() -> None:
    facts = {"pass_number": "H12345678", "issue_count": "02"}
    state, _ = walk(SEEING, CardRead(PERMIT, "hmt", facts=facts))
    assert known(state)["pass_number"] == "H1*****78"
    assert known(state)["issue_count"] == "2"
    assert view(state, DESK).node("actions.english") is None


def test_english_is_offered_to_foreigners_at_once_and_keeps_the_page() -> None:
    state, _ = walk(SEEING, CardRead(FOREIGNER, "foreigner_2023", facts=FACTS))
    assert "English" in " ".join(view(state, DESK).intro)
    after, _ = walk(state, Pressed("actions.english"))
    assert after.prefs.lang == "en"
    assert after.place == state.place


@pytest.mark.parametrize("node", ["actions.not_me", "actions.back"])
def test_a_card_that_is_not_mine_leaves_nothing(node: str) -> None:
    state, _ = walk(SEEING, CardRead(PERMIT, "hmt"), Pressed(node))
    assert state.visit.person is None
    assert PERMIT.name not in repr(view(state, DESK))


def test_a_permit_at_the_question_goes_on_from_there() -> None:
    state, _ = walk(asked(), CardRead(PERMIT, "hmt", photo=True), Pressed("actions.next"))
    assert isinstance(state.place, Identify)
    assert state.place.need is Level.L2
    assert {"way.face", "way.phone", "way.witness"} <= {n.id for n in view(state, DESK).nodes if n.enabled}


def test_a_card_that_was_taken_is_not_asked_about_again() -> None:
    state, _ = walk(SEEING, CardRead(PERMIT, "hmt"), Pressed("actions.next"), CardRead(PERMIT, "hmt"))
    assert state.place == Home()


def test_an_expired_permit_is_not_shown() -> None:
    state, _ = walk(SEEING, CardRead(replace(EXPIRED), "hmt"))
    assert isinstance(state.place, Identify)
    assert state.place.notice == "card_expired"


def test_a_social_card_names_somebody_and_proves_nothing() -> None:
    state, _ = walk(EQUIPPED, CardRead(ELDER, "social"))
    assert state.visit.person == ELDER
    assert state.visit.evidence == (SocialCardEvidence(ELDER),)
    assert state.visit.level(online=True) is Level.L0


def test_a_social_card_and_a_witness_reach_the_first_level() -> None:
    state, _ = walk(
        replace(asked(EQUIPPED, "YY01", Level.L1), world=replace(EQUIPPED.world, online=False)),
        CardRead(ELDER, "social"),
        Pressed("way.witness"),
        CardRead(ADULT),
        Edited("identify.pin", "246810"),
    )
    state, effects = walk(state, Pressed("actions.check"), WitnessChecked("李师傅"))
    assert only(effects, CheckWitness)
    assert state.visit.level(online=False) is Level.L1


def test_a_hosts_social_card_is_no_witness() -> None:
    state, effects = walk(with_card(), Pressed("way.witness"), CardRead(ELDER, "social"), Pressed("actions.check"))
    assert only(effects, CheckWitness) == []
    assert isinstance(state.place, Identify)
    assert state.place.host_id == ""


def test_nobody_witnesses_for_themselves() -> None:
    state, effects = walk(
        with_card(), Pressed("way.witness"), CardRead(ADULT), Edited("identify.pin", "246810"), Pressed("actions.check")
    )
    assert only(effects, CheckWitness) == []
    assert isinstance(state.place, Identify)
    assert state.place.notice == "witness_self"


def test_a_locked_host_is_told_in_minutes() -> None:
    state, _ = walk(
        with_card(),
        Pressed("way.witness"),
        CardRead(ELDER),
        Edited("identify.pin", "000000"),
        Pressed("actions.check"),
        WitnessChecked("", locked_s=841),
    )
    node = view(state, DESK).node("identify.notice")
    assert node is not None
    assert "15" in node.text


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("doorstep", "身份码"),
        ("medical", "医保码"),
        ("social_security", "社保卡"),
        ("network_id", "网络身份"),
        ("city_app", "京通"),
        ("unheard_of", "身份码"),
    ],
)
def test_a_code_is_called_by_its_own_name(kind: str, word: str) -> None:
    state, _ = walk(replace(asked(), place=Identify(Level.L2, busy="token")), TokenAccepted(ELDER, kind))
    assert word in view(state, DESK).lead


def test_a_code_that_nobody_waits_for_names_nobody() -> None:
    state, _ = walk(asked(), TokenAccepted(ELDER))
    assert state.visit.person is None


def test_an_answer_for_a_phone_that_was_left_proves_nothing() -> None:
    from kiosk_app.visit.events import PhoneCodeRight

    state, _ = walk(with_card(), PhoneCodeRight())
    assert state.visit.level(online=True) is Level.L1


def test_a_phone_that_was_guessed_five_times_rests_while_the_witness_stays() -> None:
    from kiosk_app.visit.events import PhoneCodeSent, PhoneCodeWrong

    state, _ = walk(with_card(), Pressed("way.phone"), Edited("identify.phone", "13800138000"), Pressed("actions.send"))
    state, _ = walk(state, PhoneCodeSent("c1", "138*****000"))
    for _ in range(5):
        state, _ = walk(state, PhoneCodeWrong("code-wrong", 0))
    assert isinstance(state.place, Identify)
    assert state.place.way is Way.OPEN
    open_ways = [n.id for n in view(state, DESK).nodes if n.id.startswith("way.") and n.enabled]
    assert open_ways == ["way.witness"]
    _, effects = walk(state, Pressed("way.phone"), Edited("identify.phone", "13800138000"), Pressed("actions.send"))
    assert only(effects, SendPhoneCode) == []


@pytest.mark.parametrize("place", [Attract(), Home(), Guide(), Identify(Level.L1)])
def test_all_readers_listen_where_a_card_is_welcome(place: object) -> None:
    state = replace(SEEING, place=place)  # type: ignore[arg-type]  # a place of the list
    assert listening(state) == {"card_reader", "code_reader", "social_card_reader"}


def test_a_broken_reader_wakes_nobody_and_a_card_that_cannot_be_read_does() -> None:
    for place in (Attract(), Home()):
        idle = replace(SEEING, place=place)
        left, effects = walk(idle, CardFailed("device_fault"))
        assert (left.place, tuple(effects)) == (place, ())
        met, _ = walk(idle, CardFailed("unreadable"))
        assert isinstance(met.place, Identify)


def test_whoever_waits_for_the_reader_is_told_that_it_is_broken() -> None:
    waiting = replace(SEEING, place=Identify(need=Level.L1, goal="home"))
    told, _ = walk(waiting, CardFailed("device_fault"))
    assert told != waiting
