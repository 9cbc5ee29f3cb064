from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from kiosk_app.identity import (
    CardEvidence,
    Evidence,
    Level,
    Means,
    Person,
    PhoneCodeEvidence,
    SocialCardEvidence,
    TokenEvidence,
    Way,
    WitnessEvidence,
    level,
    next_ways,
)

ON = Means(online=True)
OFF = Means(online=False)
PERSON = Person("测试甲", "11010519491231002X")
GIVES: dict[Way, Evidence] = {
    Way.CARD: CardEvidence(PERSON),
    Way.CODE: TokenEvidence(PERSON),
    Way.PHONE: PhoneCodeEvidence("13800138000"),
    Way.WITNESS: WitnessEvidence("值班员"),
}


def test_nothing_is_asked_once_the_level_is_reached() -> None:
    assert next_ways(Level.L1, (GIVES[Way.CARD],), ON, {}) == ()


def test_all_ways_listen_at_once_on_line() -> None:
    assert next_ways(Level.L1, (), ON, {}) == (Way.CARD, Way.CODE, Way.PHONE, Way.PEOPLE)


def test_only_the_card_is_left_without_a_network() -> None:
    assert next_ways(Level.L2, (), OFF, {}) == (Way.CARD, Way.PEOPLE)


def test_card_off_line_leads_to_the_witness() -> None:
    assert next_ways(Level.L2, (GIVES[Way.CARD],), OFF, {}) == (Way.WITNESS, Way.PEOPLE)


def test_card_on_line_leads_to_phone_then_witness() -> None:
    assert next_ways(Level.L2, (GIVES[Way.CARD],), ON, {}) == (Way.PHONE, Way.WITNESS, Way.PEOPLE)


def test_a_site_without_witness_offers_none() -> None:
    assert next_ways(Level.L2, (GIVES[Way.CARD],), replace(OFF, witness=False), {}) == (Way.PEOPLE,)


def test_an_expired_card_does_not_close_the_card_way() -> None:
    assert Way.CARD in next_ways(Level.L1, (CardEvidence(PERSON, expired=True),), ON, {})


def test_a_way_that_failed_twice_stands_behind_the_others() -> None:
    assert next_ways(Level.L1, (), ON, {"card": 2}) == (Way.CODE, Way.PHONE, Way.CARD, Way.PEOPLE)


def test_one_failure_changes_no_order() -> None:
    assert next_ways(Level.L1, (), ON, {"card": 1})[0] is Way.CARD


@pytest.mark.parametrize("failures", [{"card": 5}, {"card": 2, "code": 2, "phone": 1}, {"phone": 9}])
def test_five_failures_put_people_first(failures: dict[str, int]) -> None:
    assert next_ways(Level.L2, (), ON, failures)[0] is Way.PEOPLE


def test_five_guesses_close_every_way_that_can_be_guessed_and_no_other() -> None:
    everything = Means(online=True, camera=True, biometrics=frozenset({"voice", "palm", "iris"}))
    card = CardEvidence(PERSON, photo=True)
    assert next_ways(Level.L2, (card,), everything, {"phone": 3, "face": 2}) == (Way.PEOPLE, Way.WITNESS)
    assert next_ways(Level.L2, (), everything, {"phone": 5}) == (Way.PEOPLE, Way.CARD, Way.CODE)


def test_a_host_who_did_not_match_five_times_is_asked_no_more() -> None:
    assert Way.WITNESS not in next_ways(Level.L2, (GIVES[Way.CARD],), ON, {"witness": 5})


def test_a_face_needs_a_card_with_a_photo_and_a_camera() -> None:
    camera = Means(online=True, camera=True)
    assert Way.FACE in next_ways(Level.L2, (CardEvidence(PERSON, photo=True),), camera, {})
    assert Way.FACE not in next_ways(Level.L2, (CardEvidence(PERSON),), camera, {})
    assert Way.FACE not in next_ways(Level.L2, (CardEvidence(PERSON, photo=True),), ON, {})
    assert Way.FACE not in next_ways(Level.L2, (TokenEvidence(PERSON),), camera, {})


def test_two_failed_looks_put_the_face_behind_the_others() -> None:
    camera = Means(online=True, camera=True)
    card = CardEvidence(PERSON, photo=True)
    assert next_ways(Level.L2, (card,), camera, {"face": 2}) == (Way.PHONE, Way.WITNESS, Way.FACE, Way.PEOPLE)
    behind = replace(camera, behind=frozenset({Way.FACE}))
    assert next_ways(Level.L2, (card,), behind, {})[-2] is Way.FACE


def test_what_was_refused_is_not_offered_again() -> None:
    camera = Means(online=True, camera=True, refused=frozenset({"face"}))
    assert Way.FACE not in next_ways(Level.L2, (CardEvidence(PERSON, photo=True),), camera, {})


def test_modules_of_the_site_are_offered_beside_a_card() -> None:
    site = Means(online=False, biometrics=frozenset({"palm"}))
    assert next_ways(Level.L2, (GIVES[Way.CARD],), site, {}) == (Way.WITNESS, Way.PALM, Way.PEOPLE)


def test_a_social_card_leads_on_to_a_phone_or_a_witness_for_the_first_level_only() -> None:
    social = SocialCardEvidence(PERSON)
    site = Means(online=True, social_card_reader=True)
    assert Way.SOCIAL in next_ways(Level.L1, (), site, {})
    assert {Way.PHONE, Way.WITNESS} <= set(next_ways(Level.L1, (social,), site, {}))
    assert Way.WITNESS not in next_ways(Level.L2, (social,), site, {})


def test_a_level_this_terminal_cannot_reach_leads_to_people() -> None:
    assert next_ways(Level.L3, (), ON, {}) == (Way.PEOPLE,)


@pytest.mark.parametrize(("need", "online"), list(itertools.product((Level.L1, Level.L2), (True, False))))
def test_following_any_offered_way_reaches_the_level(need: Level, online: bool) -> None:
    open_paths: list[tuple[Evidence, ...]] = [()]
    while open_paths:
        evidence = open_paths.pop()
        ways = next_ways(need, evidence, Means(online=online), {})
        assert (ways == ()) is (level(evidence, online) >= need)
        real = [way for way in ways if way is not Way.PEOPLE]
        assert bool(real) or not ways
        open_paths += [(*evidence, GIVES[way]) for way in real]


def test_people_are_always_offered_until_the_level_is_reached() -> None:
    assert next_ways(Level.L2, (GIVES[Way.PHONE],), ON, {"code": 3})[-1] is Way.PEOPLE
