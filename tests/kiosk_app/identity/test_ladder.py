from __future__ import annotations

import itertools

import pytest

from kiosk_app.identity import (
    CardEvidence,
    Evidence,
    Level,
    Person,
    PhoneCodeEvidence,
    TokenEvidence,
    Way,
    WitnessEvidence,
    level,
    next_ways,
)

PERSON = Person("测试甲", "11010519491231002X")
GIVES: dict[Way, Evidence] = {
    Way.CARD: CardEvidence(PERSON),
    Way.CODE: TokenEvidence(PERSON),
    Way.PHONE: PhoneCodeEvidence("13800138000"),
    Way.WITNESS: WitnessEvidence("值班员"),
}


def test_nothing_is_asked_once_the_level_is_reached() -> None:
    assert next_ways(Level.L1, (GIVES[Way.CARD],), True, {}) == ()


def test_all_ways_listen_at_once_on_line() -> None:
    assert next_ways(Level.L1, (), True, {}) == (Way.CARD, Way.CODE, Way.PHONE, Way.PEOPLE)


def test_only_the_card_is_left_without_a_network() -> None:
    assert next_ways(Level.L2, (), False, {}) == (Way.CARD, Way.PEOPLE)


def test_card_off_line_leads_to_the_witness() -> None:
    assert next_ways(Level.L2, (GIVES[Way.CARD],), False, {}) == (Way.WITNESS, Way.PEOPLE)


def test_card_on_line_leads_to_phone_then_witness() -> None:
    assert next_ways(Level.L2, (GIVES[Way.CARD],), True, {}) == (Way.PHONE, Way.WITNESS, Way.PEOPLE)


def test_a_site_without_witness_offers_none() -> None:
    assert next_ways(Level.L2, (GIVES[Way.CARD],), False, {}, has_witness=False) == (Way.PEOPLE,)


def test_an_expired_card_does_not_close_the_card_way() -> None:
    assert Way.CARD in next_ways(Level.L1, (CardEvidence(PERSON, expired=True),), True, {})


def test_a_way_that_failed_twice_stands_behind_the_others() -> None:
    assert next_ways(Level.L1, (), True, {"card": 2}) == (Way.CODE, Way.PHONE, Way.CARD, Way.PEOPLE)


def test_one_failure_changes_no_order() -> None:
    assert next_ways(Level.L1, (), True, {"card": 1})[0] is Way.CARD


@pytest.mark.parametrize("failures", [{"card": 5}, {"card": 2, "code": 2, "phone": 1}, {"phone": 9}])
def test_five_failures_lead_to_people(failures: dict[str, int]) -> None:
    assert next_ways(Level.L2, (), True, failures) == (Way.PEOPLE,)


def test_a_level_this_terminal_cannot_reach_leads_to_people() -> None:
    assert next_ways(Level.L3, (), True, {}) == (Way.PEOPLE,)


@pytest.mark.parametrize(("need", "online"), list(itertools.product((Level.L1, Level.L2), (True, False))))
def test_following_any_offered_way_reaches_the_level(need: Level, online: bool) -> None:
    open_paths: list[tuple[Evidence, ...]] = [()]
    while open_paths:
        evidence = open_paths.pop()
        ways = next_ways(need, evidence, online, {})
        assert (ways == ()) is (level(evidence, online) >= need)
        real = [way for way in ways if way is not Way.PEOPLE]
        assert bool(real) or not ways
        open_paths += [(*evidence, GIVES[way]) for way in real]


def test_people_are_always_offered_until_the_level_is_reached() -> None:
    assert next_ways(Level.L2, (GIVES[Way.PHONE],), True, {"code": 3})[-1] is Way.PEOPLE
