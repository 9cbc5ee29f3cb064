"""Who the visit belongs to. Lives in memory only; its repr says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.id_number import age, birth_date, is_male, is_valid
from contracts.masks import mask_address, mask_id, mask_name

ADULT_AGE = 18
GUARDIAN_AGE = 14

_MALE = {"1", "m", "male", "男"}
_FEMALE = {"2", "f", "female", "女"}


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """A resident as their card or the platform describes them.

    `sex` is 男, 女 or empty; `valid_to` is None for 长期 and when nobody said; `valid_to` itself is still a valid day.
    """

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    sex: str = ""
    birth: date | None = None
    address: str = ""
    nation: str = ""
    valid_to: date | None = None

    def __repr__(self) -> str:
        return "Person(<redacted>)"

    @property
    def masked_name(self) -> str:
        """Surname and last character."""
        return mask_name(self.name)

    @property
    def masked_id(self) -> str:
        """First 2 and last 2 characters."""
        return mask_id(self.id_number)

    @property
    def masked_address(self) -> str:
        """The street without numbers."""
        return mask_address(self.address) if self.address else ""

    def age(self, today: date) -> int | None:
        """Whole years lived, or None when no birth date is known."""
        return age(self.birth, today) if self.birth else None


def expired(person: Person, today: date) -> bool:
    """True from the day after `valid_to`; a card without an end never expires."""
    return person.valid_to is not None and person.valid_to < today


def minor(person: Person, today: date) -> bool:
    """True below 18: some services want a guardian beside them."""
    years = person.age(today)
    return years is not None and years < ADULT_AGE


def needs_guardian(person: Person, today: date) -> bool:
    """True below 14: personal data need a guardian's consent (PIPL article 31)."""
    years = person.age(today)
    return years is not None and years < GUARDIAN_AGE


def person_from_card(card: object) -> Person:
    """Build a person from a card of the drivers, whatever its layout, by the names of its attributes.

    Reads `name` (else `latin_name`), `id_number`, `sex`, `birth`, `address`, `nation` (else `nationality`), `valid_to`.

    Raises:
        ValueError: there is no name or no number.
    """
    name = _first(card, "name", "latin_name")
    number = _first(card, "id_number")
    if not name or not number:
        raise ValueError("the card names nobody")
    return _person(
        name,
        number.upper(),
        sex=_first(card, "sex"),
        birth=_date(getattr(card, "birth", None)),
        address=_first(card, "address"),
        nation=_first(card, "nation", "nationality"),
        valid_to=_date(getattr(card, "valid_to", None)),
    )


def person_from_token(fields: Mapping[str, object]) -> Person:
    """Build a person from the platform's `person` object (`name`, `id_no`, `sex`, `birth`, `address`).

    Raises:
        ValueError: there is no name or no number.
    """
    name, number = str(fields.get("name") or "").strip(), str(fields.get("id_no") or "").strip().upper()
    if not name or not number:
        raise ValueError("the platform named nobody")
    return _person(
        name,
        number,
        sex=str(fields.get("sex") or ""),
        birth=_date(fields.get("birth")),
        address=str(fields.get("address") or "").strip(),
        nation=str(fields.get("nation") or ""),
        valid_to=_date(fields.get("valid_to")),
    )


def _person(
    name: str, number: str, *, sex: str, birth: date | None, address: str, nation: str, valid_to: date | None
) -> Person:
    word = sex.strip().lower()
    said = "男" if word in _MALE else "女" if word in _FEMALE else ""
    if is_valid(number):
        said = said or ("男" if is_male(number) else "女")
        birth = birth or birth_date(number)
    return Person(name, number, said, birth, address, nation, valid_to)


def _first(card: object, *names: str) -> str:
    for name in names:
        value = getattr(card, name, None)
        text = str(getattr(value, "value", value)).strip() if value is not None else ""
        if text:
            return text
    return ""


def _date(value: object) -> date | None:
    """A date as it is, `YYYY-MM-DD`, `YYYYMMDD`; None for 长期, nothing and nonsense."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
