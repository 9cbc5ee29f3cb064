"""What the reader hands out: one identity card, whatever its layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from drivers.card_reader.names import Sex, nation_name
from drivers.card_reader.text import CardText, Foreigner2017, Foreigner2023, Hmt, Layout, Resident

MINISTRY = {"1500": "公安部"}


@dataclass(frozen=True, slots=True)
class Timing:
    """When one read happened, in seconds of the clock that was handed in."""

    command_at: float
    first_byte_at: float
    last_byte_at: float
    parsed_at: float

    @property
    def seconds(self) -> float:
        """From the first byte of the read command to the parsed card."""
        return self.parsed_at - self.command_at


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """One card, flat. Fields that a layout does not have are "" (`valid_to` None: long-term).

    `nation` is a Chinese name without 族; `nationality` an alpha-3 code; `photo` the WLT blob of at most 1024 bytes;
    `issue_count` (permits) and `renewals` (foreigners 2023) are two digits; `newest_address` is the one added to the
    card last, if it was asked for and there is one.
    """

    layout: Layout
    name: str
    latin_name: str
    sex: Sex
    nation: str
    nationality: str
    birth: date
    address: str
    id_number: str
    authority: str
    valid_from: date
    valid_to: date | None
    pass_number: str
    photo: bytes
    timing: Timing | None = field(default=None, compare=False)
    issue_count: str = ""
    renewals: str = ""
    newest_address: str = ""

    def __repr__(self) -> str:
        return f"Card(layout={self.layout}, <redacted>)"

    def expired(self, today: date) -> bool:
        """True from the day after the last day of validity; the last day itself still counts."""
        return self.valid_to is not None and today > self.valid_to

    @property
    def facts(self) -> Mapping[str, str]:
        """What only this layout has: latin_name, nationality, pass_number, issue_count, renewals. Never empty texts."""
        known = {
            "latin_name": self.latin_name,
            "nationality": self.nationality,
            "pass_number": self.pass_number,
            "issue_count": self.issue_count,
            "renewals": self.renewals,
        }
        return {key: value for key, value in known.items() if value}

    @property
    def display_name(self) -> str:
        """The Chinese name, or the Latin one when there is none."""
        return self.name or self.latin_name


def make_card(text: CardText, photo: bytes, timing: Timing | None = None) -> Card:
    """Join a parsed text block and a photo."""
    latin = nation = nationality = address = authority = pass_number = issue_count = renewals = ""
    match text:
        case Resident():
            layout, nation = Layout.RESIDENT, nation_name(text.nation_code)
            address, authority = text.address, text.authority
        case Hmt():
            layout, pass_number, issue_count = Layout.HMT, text.pass_number, text.issue_count
            address, authority = text.address, text.authority
        case Foreigner2017():
            layout, latin, nationality = Layout.FOREIGNER_2017, text.latin_name, text.nationality
            authority = MINISTRY.get(text.authority_code, text.authority_code)
        case Foreigner2023():
            layout, latin, nationality = Layout.FOREIGNER_2023, text.latin_name, text.nationality
            renewals = text.renewals
    return Card(
        layout=layout,
        name=text.name,
        latin_name=latin,
        sex=text.sex,
        nation=nation,
        nationality=nationality,
        birth=text.birth,
        address=address,
        id_number=text.id_number,
        authority=authority,
        valid_from=text.valid_from,
        valid_to=text.valid_to,
        pass_number=pass_number,
        photo=photo,
        timing=timing,
        issue_count=issue_count,
        renewals=renewals,
    )
