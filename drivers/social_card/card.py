"""What the reader hands out: one social-security card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.id_number import birth_date, is_valid
from drivers.card_reader.names import SEX_CODES, Sex
from drivers.social_card.records import RecordError

REGION_DIGITS = 6


@dataclass(frozen=True, slots=True, repr=False)
class SocialCard:
    """The public fields of one card. They can be copied: they name somebody and prove nothing (reference level L0).

    `region` is the six-digit area code of the issuer; `valid_to` None when the card holds no last day; `spec` is the
    version that the card was made to, such as 2.00; what a card does not hold is "".
    """

    name: str
    id_number: str
    card_number: str
    sex: Sex
    birth: date
    region: str
    valid_to: date | None
    spec: str

    def __repr__(self) -> str:
        return f"SocialCard(spec={self.spec}, <redacted>)"

    def expired(self, today: date) -> bool:
        """True from the day after the last day of validity."""
        return self.valid_to is not None and today > self.valid_to


def make_card(fields: Mapping[str, str]) -> SocialCard:
    """Join decoded fields (`profile.FIELDS`).

    Raises:
        RecordError: no name, the number's check does not hold, or the birth contradicts the number.
    """
    id_number = fields.get("id_number", "").upper()
    if not is_valid(id_number):
        raise RecordError("id_number: the check does not hold")
    born = birth_date(id_number)
    if born is None or fields.get("birth", born.isoformat()) not in ("", born.isoformat()):
        raise RecordError("birth contradicts id_number")
    if not fields.get("name"):
        raise RecordError("no name")
    valid_to = fields.get("valid_to", "")
    return SocialCard(
        name=fields["name"],
        id_number=id_number,
        card_number=fields.get("card_number", ""),
        sex=SEX_CODES.get(fields.get("sex", ""), Sex.UNKNOWN),
        birth=born,
        region=fields.get("card_id", "")[:REGION_DIGITS],
        valid_to=date.fromisoformat(valid_to) if valid_to else None,
        spec=fields.get("spec", ""),
    )
