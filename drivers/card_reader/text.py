"""The 256-byte text block of an identity card, pure: four layouts, UTF-16LE padded with spaces (GA/T 490-2019).

The character at byte 248 tells the layout: space resident, J Hong Kong, Macau or Taiwan resident, I foreigner 2017,
Y foreigner 2023. Anything else is refused: a card that is not understood identifies no one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.id_number import is_valid
from drivers.card_reader.codec import TEXT_BYTES
from drivers.card_reader.names import SEX_CODES, Sex

LONG_TERM = "长期"
TYPE_AT = 248
_PERMIT = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)
_ALPHA3 = re.compile(r"[A-Z]{3}", re.ASCII)
_DATE = re.compile(r"\d{8}", re.ASCII)


class Layout(StrEnum):
    """Which card it is."""

    RESIDENT = "resident"
    HMT = "hmt"
    FOREIGNER_2017 = "foreigner2017"
    FOREIGNER_2023 = "foreigner2023"


class TextError(ValueError):
    """The text block is damaged. The message names the field, never what stands in it."""


class UnknownLayoutError(TextError):
    """The type flag is none of the four."""


class _Redacted:
    """Keeps what a card says out of logs and tracebacks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(<redacted>)"


@dataclass(frozen=True, slots=True, repr=False)
class Resident(_Redacted):
    """居民身份证."""

    name: str
    sex: Sex
    nation_code: str
    birth: date
    address: str
    id_number: str
    authority: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, repr=False)
class Hmt(_Redacted):
    """港澳台居民居住证."""

    name: str
    sex: Sex
    birth: date
    address: str
    id_number: str
    authority: str
    valid_from: date
    valid_to: date | None
    pass_number: str
    issue_count: str


@dataclass(frozen=True, slots=True, repr=False)
class Foreigner2017(_Redacted):
    """外国人永久居留身份证, 2017. `id_number` is the permit number: 3 letters and 12 digits."""

    latin_name: str
    sex: Sex
    id_number: str
    nationality: str
    name: str
    valid_from: date
    valid_to: date | None
    birth: date
    version: str
    authority_code: str


@dataclass(frozen=True, slots=True, repr=False)
class Foreigner2023(_Redacted):
    """外国人永久居留身份证, 2023."""

    name: str
    sex: Sex
    renewals: str
    birth: date
    latin_name: str
    id_number: str
    valid_from: date
    valid_to: date | None
    nationality: str


CardText = Resident | Hmt | Foreigner2017 | Foreigner2023


def parse_text(block: bytes) -> CardText:
    """Parse one text block.

    Raises:
        UnknownLayoutError: the type flag is none of the four.
        TextError: wrong size, no UTF-16, or a sex, date, number or name that cannot be.
    """
    if len(block) != TEXT_BYTES:
        raise TextError(f"a text block has {TEXT_BYTES} bytes, not {len(block)}")
    fields = _Fields(block)
    match block[TYPE_AT : TYPE_AT + 2].decode("utf-16-le", "replace"):
        case " " | "\0":
            return _resident(fields)
        case "J":
            return _hmt(fields)
        case "I":
            return _foreigner_2017(fields)
        case "Y":
            return _foreigner_2023(fields)
        case _:
            raise UnknownLayoutError("unknown type flag")


class _Fields:
    """Reads fields by byte offset and byte length."""

    def __init__(self, block: bytes) -> None:
        self._block = block

    def text(self, what: str, *spans: tuple[int, int]) -> str:
        raw = b"".join(self._block[at : at + size] for at, size in spans)
        try:
            return raw.decode("utf-16-le").strip(" \0\u3000")
        except UnicodeDecodeError:
            raise TextError(f"{what}: not UTF-16") from None

    def needed(self, what: str, *spans: tuple[int, int]) -> str:
        value = self.text(what, *spans)
        if not value:
            raise TextError(f"{what}: empty")
        return value

    def sex(self, at: int) -> Sex:
        try:
            return SEX_CODES[self.text("sex", (at, 2))]
        except KeyError:
            raise TextError("sex: no such code") from None

    def day(self, what: str, at: int) -> date:
        value = self.text(what, (at, 16))
        if not _DATE.fullmatch(value):
            raise TextError(f"{what}: no date")
        try:
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
        except ValueError:
            raise TextError(f"{what}: no such day") from None

    def valid_to(self, at: int = 204) -> date | None:
        return None if self.text("valid to", (at, 16)) == LONG_TERM else self.day("valid to", at)

    def id_number(self, at: int = 122) -> str:
        value = self.text("id number", (at, 36))
        if not is_valid(value):
            raise TextError("id number: checksum or date")
        return value

    def matching(self, what: str, pattern: re.Pattern[str], at: int, size: int) -> str:
        value = self.text(what, (at, size))
        if not pattern.fullmatch(value):
            raise TextError(f"{what}: wrong form")
        return value


def _resident(fields: _Fields) -> Resident:
    return Resident(
        name=fields.needed("name", (0, 30)),
        sex=fields.sex(30),
        nation_code=fields.text("nation", (32, 4)),
        birth=fields.day("birth", 36),
        address=fields.text("address", (52, 70)),
        id_number=fields.id_number(),
        authority=fields.text("authority", (158, 30)),
        valid_from=fields.day("valid from", 188),
        valid_to=fields.valid_to(),
    )


def _hmt(fields: _Fields) -> Hmt:
    return Hmt(
        name=fields.needed("name", (0, 30)),
        sex=fields.sex(30),
        birth=fields.day("birth", 36),
        address=fields.text("address", (52, 70)),
        id_number=fields.id_number(),
        authority=fields.text("authority", (158, 30)),
        valid_from=fields.day("valid from", 188),
        valid_to=fields.valid_to(),
        pass_number=fields.text("pass number", (220, 18)),
        issue_count=fields.text("issue count", (238, 4)),
    )


def _foreigner_2017(fields: _Fields) -> Foreigner2017:
    return Foreigner2017(
        latin_name=fields.needed("latin name", (0, 120)),
        sex=fields.sex(120),
        id_number=fields.matching("id number", _PERMIT, 122, 30),
        nationality=fields.matching("nationality", _ALPHA3, 152, 6),
        name=fields.text("name", (158, 30)),
        valid_from=fields.day("valid from", 188),
        valid_to=fields.valid_to(),
        birth=fields.day("birth", 220),
        version=fields.text("version", (236, 4)),
        authority_code=fields.text("authority", (240, 8)),
    )


def _foreigner_2023(fields: _Fields) -> Foreigner2023:
    # The Latin name runs on behind the dates: characters 1 to 35 at 52, 36 to 46 at 220.
    latin = fields.needed("latin name", (52, 70), (220, 22))
    return Foreigner2023(
        name=fields.text("name", (0, 30)),
        sex=fields.sex(30),
        renewals=fields.text("renewals", (32, 4)),
        birth=fields.day("birth", 36),
        latin_name=latin,
        id_number=fields.id_number(),
        valid_from=fields.day("valid from", 188),
        valid_to=fields.valid_to(),
        nationality=fields.matching("nationality", _ALPHA3, 242, 6),
    )
