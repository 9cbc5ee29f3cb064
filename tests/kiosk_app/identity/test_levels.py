from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk_app.identity import (
    BiometricEvidence,
    CardEvidence,
    Evidence,
    FaceEvidence,
    Level,
    Person,
    PhoneCodeEvidence,
    SocialCardEvidence,
    TokenEvidence,
    WitnessEvidence,
    level,
    person_of,
)

PERSON = Person("测试甲", "11010519491231002X")
OTHER = Person("测试乙", "440524188001010014")
CARD = CardEvidence(PERSON)
OLD_CARD = CardEvidence(PERSON, expired=True)
TOKEN = TokenEvidence(OTHER)
PHONE = PhoneCodeEvidence("13800138000")
UNCHECKED = PhoneCodeEvidence("13800138000", confirmed=False)
WITNESS = WitnessEvidence("社区工作人员", datetime(2026, 11, 22, tzinfo=UTC))

FACE = FaceEvidence("challenge")
PALM = BiometricEvidence("palm")
SOCIAL = SocialCardEvidence(PERSON)

MATRIX: list[tuple[tuple[Evidence, ...], Level, Level]] = [
    ((), Level.L0, Level.L0),
    ((OLD_CARD,), Level.L0, Level.L0),
    ((WITNESS,), Level.L0, Level.L0),
    ((CARD,), Level.L1, Level.L1),
    ((TOKEN,), Level.L1, Level.L1),
    ((PHONE,), Level.L1, Level.L1),
    ((UNCHECKED,), Level.L1, Level.L0),
    ((CARD, TOKEN), Level.L1, Level.L1),
    ((TOKEN, WITNESS), Level.L1, Level.L1),
    ((PHONE, WITNESS), Level.L1, Level.L1),
    ((OLD_CARD, PHONE), Level.L1, Level.L1),
    ((OLD_CARD, WITNESS), Level.L0, Level.L0),
    ((CARD, PHONE), Level.L2, Level.L2),
    ((CARD, UNCHECKED), Level.L2, Level.L1),
    ((CARD, WITNESS), Level.L2, Level.L2),
    ((TOKEN, PHONE), Level.L2, Level.L2),
    ((CARD, TOKEN, PHONE, WITNESS), Level.L2, Level.L2),
    ((FACE,), Level.L0, Level.L0),
    ((PALM,), Level.L0, Level.L0),
    ((CARD, FACE), Level.L2, Level.L2),
    ((CARD, PALM), Level.L2, Level.L2),
    ((OLD_CARD, FACE), Level.L0, Level.L0),
    ((TOKEN, FACE), Level.L1, Level.L1),
    ((SOCIAL,), Level.L0, Level.L0),
    ((SOCIAL, WITNESS), Level.L1, Level.L1),
    ((SOCIAL, PHONE), Level.L1, Level.L1),
    ((SOCIAL, UNCHECKED), Level.L1, Level.L0),
    ((SOCIAL, FACE), Level.L0, Level.L0),
    ((SOCIAL, PALM, WITNESS, PHONE), Level.L1, Level.L1),
    ((SOCIAL, TOKEN, PHONE), Level.L2, Level.L2),
]


@pytest.mark.parametrize(("evidence", "online", "offline"), MATRIX)
def test_evidence_reaches_the_level_of_the_matrix_on_line(
    evidence: tuple[Evidence, ...], online: Level, offline: Level
) -> None:
    assert level(evidence, online=True) is online


@pytest.mark.parametrize(("evidence", "online", "offline"), MATRIX)
def test_evidence_reaches_the_level_of_the_matrix_off_line(
    evidence: tuple[Evidence, ...], online: Level, offline: Level
) -> None:
    assert level(evidence, online=False) is offline


@pytest.mark.parametrize(("evidence", "online", "offline"), MATRIX)
def test_order_of_evidence_does_not_matter(evidence: tuple[Evidence, ...], online: Level, offline: Level) -> None:
    assert level(tuple(reversed(evidence)), online=True) is online


def test_the_card_names_the_person_before_the_code() -> None:
    assert person_of((TOKEN, CARD)) is PERSON


def test_a_phone_alone_names_nobody() -> None:
    assert person_of((PHONE, WITNESS)) is None


def test_a_social_card_names_somebody_when_nothing_better_does() -> None:
    assert person_of((SOCIAL, PHONE)) is PERSON
    assert person_of((SOCIAL, TOKEN)) is OTHER


def test_repr_of_evidence_holds_nothing_personal() -> None:
    words = repr((CARD, TOKEN, PHONE))
    assert not any(secret in words for secret in ("测试甲", "11010519491231002X", "13800138000"))
