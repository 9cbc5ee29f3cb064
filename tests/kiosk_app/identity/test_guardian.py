from __future__ import annotations

from datetime import date

import pytest

from kiosk_app.identity import (
    CardEvidence,
    Guardian,
    Level,
    Missing,
    Person,
    PhoneCodeEvidence,
    Relation,
    TokenEvidence,
    missing,
    unfit,
)

TODAY = date(2026, 11, 22)
CHILD = Person("测试小", "110102201609091237", birth=date(2016, 9, 9))
PARENT = Person("测试大", "110102198807210034", birth=date(1988, 7, 21))
EXPIRED = Person("测试旧", "110102198807210034", birth=date(1988, 7, 21), valid_to=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (PARENT, ""),
        (CHILD, "same"),
        (EXPIRED, "expired"),
        (Person("甲", "X1", birth=date(2008, 11, 23)), "young"),
        (Person("甲", "X1", birth=date(2008, 11, 22)), ""),
        (Person("甲", "X1"), "no_age"),
    ],
)
def test_who_may_stand_by(person: Person, why: str) -> None:
    assert unfit(person, CHILD, TODAY) == why


def asked(guardian: Guardian | None, need: Level = Level.L2) -> tuple[Missing, ...]:
    return missing(guardian, CHILD, need, True, TODAY)


def test_without_anybody_everything_is_asked() -> None:
    assert asked(None) == (Missing.CARD, Missing.RELATION, Missing.CONSENT, Missing.PROOF)


def test_a_code_is_no_card_of_a_guardian() -> None:
    assert asked(Guardian(PARENT, (TokenEvidence(PARENT), PhoneCodeEvidence("1"))))[0] is Missing.CARD


def test_somebody_elses_card_is_not_the_guardians() -> None:
    assert asked(Guardian(PARENT, (CardEvidence(CHILD),)))[0] is Missing.CARD


def test_what_is_left_is_asked_in_order() -> None:
    card = (CardEvidence(PARENT),)
    assert asked(Guardian(PARENT, card)) == (Missing.RELATION, Missing.CONSENT, Missing.PROOF)
    assert asked(Guardian(PARENT, card, Relation.PARENT)) == (Missing.CONSENT, Missing.PROOF)
    assert asked(Guardian(PARENT, card, Relation.PARENT, consent=True)) == (Missing.PROOF,)


def test_a_card_is_enough_for_the_first_level() -> None:
    assert asked(Guardian(PARENT, (CardEvidence(PARENT),), Relation.OTHER, consent=True), Level.L1) == ()


def test_card_and_phone_are_enough_for_the_second() -> None:
    proofs = (CardEvidence(PARENT), PhoneCodeEvidence("13800138000"))
    assert asked(Guardian(PARENT, proofs, Relation.PARENT, consent=True)) == ()


def test_consent_alone_is_not_enough() -> None:
    assert asked(Guardian(PARENT, (CardEvidence(PARENT), PhoneCodeEvidence("1")), consent=True)) == (Missing.RELATION,)


def test_a_repr_names_nobody() -> None:
    assert "测试大" not in repr(Guardian(PARENT, (CardEvidence(PARENT),)))
