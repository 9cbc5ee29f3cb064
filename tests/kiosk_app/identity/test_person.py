from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pytest

from kiosk_app.identity import Person, expired, minor, needs_guardian, person_from_card, person_from_token

TODAY = date(2026, 11, 22)


class Sex(StrEnum):
    FEMALE = "female"


@dataclass(frozen=True)
class Card:
    """The attributes that the drivers' card has."""

    name: str = "测试甲"
    latin_name: str = ""
    id_number: str = "11010519491231002x"
    sex: object = Sex.FEMALE
    birth: date | None = date(1949, 12, 31)
    address: str = "北京市西城区新风街1号楼2单元301"
    nation: str = "汉"
    nationality: str = ""
    valid_to: date | None = date(2026, 11, 22)


def test_a_resident_card_becomes_a_person() -> None:
    assert person_from_card(Card()) == Person(
        "测试甲", "11010519491231002X", "女", date(1949, 12, 31), Card().address, "汉", date(2026, 11, 22)
    )


def test_a_foreigner_without_chinese_name_keeps_the_latin_one() -> None:
    person = person_from_card(Card(name="", latin_name="TEST ONE", nation="", nationality="CAN"))
    assert (person.name, person.nation) == ("TEST ONE", "CAN")


def test_sex_and_birth_follow_from_the_number_when_the_card_does_not_say() -> None:
    person = person_from_card(Card(sex="", birth=None))
    assert (person.sex, person.birth) == ("女", date(1949, 12, 31))


@pytest.mark.parametrize("broken", [Card(name=""), Card(id_number=" ")])
def test_a_card_that_names_nobody_is_refused(broken: Card) -> None:
    with pytest.raises(ValueError, match="nobody"):
        person_from_card(broken)


def test_the_platforms_person_becomes_a_person() -> None:
    person = person_from_token(
        {"name": "测试乙", "id_no": "440524188001010014", "birth": "1880-01-01", "address": None}
    )
    assert (person.name, person.sex, person.birth, person.address) == ("测试乙", "男", date(1880, 1, 1), "")


def test_a_token_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        person_from_token({"name": "测试乙"})


def test_the_last_day_of_validity_still_counts() -> None:
    assert not expired(person_from_card(Card()), TODAY)


def test_the_day_after_the_last_day_is_too_late() -> None:
    assert expired(person_from_card(Card(valid_to=date(2026, 11, 21))), TODAY)


def test_a_long_term_card_never_expires() -> None:
    assert not expired(person_from_card(Card(valid_to=None)), date.max)


def test_masks_follow_the_one_mask() -> None:
    person = person_from_card(Card())
    assert (person.masked_name, person.masked_id, person.masked_address) == (
        "测*甲",
        "11**************2X",
        "北京市西城区新风街**",
    )


def test_repr_says_nothing() -> None:
    assert repr(person_from_card(Card())) == "Person(<redacted>)"


@pytest.mark.parametrize(
    ("birth", "young", "guarded"),
    [
        (date(2012, 11, 23), True, True),
        (date(2012, 11, 22), True, False),
        (date(2008, 11, 23), True, False),
        (date(2008, 11, 22), False, False),
    ],
)
def test_minors_are_known_to_the_day(birth: date, young: bool, guarded: bool) -> None:
    person = Person("测试丙", "x", birth=birth)
    assert (minor(person, TODAY), needs_guardian(person, TODAY)) == (young, guarded)


def test_nobody_is_a_minor_without_a_birth_date() -> None:
    assert not minor(Person("测试丙", "x"), TODAY)
