"""Writing cards: text blocks of all four layouts and synthetic photos. For simulators, the device lab and tests.

A synthetic photo begins like a WLT blob and then names a picture: a real one could only be decoded by the vendor's
library.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from drivers.card_reader.codec import ADDRESS_BYTES, ADDRESSES, PHOTO_BYTES, TEXT_BYTES
from drivers.card_reader.names import NATIONS, SEX_CODES, Sex, sex_name
from drivers.card_reader.text import (
    LONG_TERM,
    TYPE_AT,
    CardText,
    Foreigner2017,
    Foreigner2023,
    Hmt,
    Layout,
    Resident,
    TextError,
    parse_text,
)

WLT_MAGIC = b"WLf\0"
_SYNTHETIC = WLT_MAGIC + bytes.fromhex("7e003200") + b"DOORSTEP"
_CODES = {sex: code for code, sex in SEX_CODES.items()}


class CardError(ValueError):
    """The description of a card cannot be written to one."""


def encode_text(text: CardText) -> bytes:
    """Return the 256-byte text block of a card.

    Raises:
        CardError: a field is too long for its place.
    """
    block = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))

    def put(at: int, size: int, value: str) -> None:
        raw = value.encode("utf-16-le")
        if len(raw) > size:
            raise CardError(f"the field at byte {at} takes {size // 2} characters")
        block[at : at + len(raw)] = raw

    put(188, 16, _day(text.valid_from))
    put(204, 16, LONG_TERM if text.valid_to is None else _day(text.valid_to))
    match text:
        case Resident() | Hmt():
            put(0, 30, text.name)
            put(30, 2, _CODES[text.sex])
            put(36, 16, _day(text.birth))
            put(52, 70, text.address)
            put(122, 36, text.id_number)
            put(158, 30, text.authority)
            if isinstance(text, Resident):
                put(32, 4, text.nation_code)
            else:
                put(220, 18, text.pass_number)
                put(238, 4, text.issue_count)
                put(TYPE_AT, 2, "J")
        case Foreigner2017():
            put(0, 120, text.latin_name)
            put(120, 2, _CODES[text.sex])
            put(122, 30, text.id_number)
            put(152, 6, text.nationality)
            put(158, 30, text.name)
            put(220, 16, _day(text.birth))
            put(236, 4, text.version)
            put(240, 8, text.authority_code)
            put(TYPE_AT, 2, "I")
        case Foreigner2023():
            put(0, 30, text.name)
            put(30, 2, _CODES[text.sex])
            put(32, 4, text.renewals)
            put(36, 16, _day(text.birth))
            put(52, 70, text.latin_name[:35])
            put(220, 22, text.latin_name[35:])
            put(122, 36, text.id_number)
            put(242, 6, text.nationality)
            put(TYPE_AT, 2, "Y")
    return bytes(block)


def synthetic_photo(picture: str) -> bytes:
    """Return a 1024-byte photo blob that names a picture (at most 200 UTF-8 bytes).

    Raises:
        CardError: the name is too long.
    """
    name = picture.encode()
    if len(name) > 200:
        raise CardError("a picture's name takes 200 bytes")
    return (_SYNTHETIC + bytes([len(name)]) + name).ljust(PHOTO_BYTES, b"\x5a")


def picture_name(photo: bytes) -> str | None:
    """Return the picture that a synthetic photo names, None for any other photo."""
    if not photo.startswith(_SYNTHETIC) or len(photo) <= len(_SYNTHETIC):
        return None
    start = len(_SYNTHETIC) + 1
    return photo[start : start + photo[start - 1]].decode("utf-8", "replace")


def card_from_json(data: Mapping[str, object]) -> tuple[CardText, bytes]:
    """Return text and photo of a card described by JSON: the fields of `Card` by their names, dates as YYYY-MM-DD.

    `layout` defaults to resident, `valid_to` may be null or 长期, `nation` and `sex` are a name or a code, `photo` is
    the name of a picture.

    Raises:
        CardError: a field is missing, malformed or too long, or the ID number's check does not hold.
    """
    try:
        layout = Layout(str(data.get("layout", Layout.RESIDENT)))
        valid_to = data.get("valid_to")
        sex = _sex(str(data.get("sex", "0")))
        birth = _date(data["birth"])
        valid_from = _date(data["valid_from"])
        until = None if valid_to in (None, "", LONG_TERM, "long") else _date(valid_to)
        id_number = str(data["id_number"])
        text = _make(layout, data, sex, birth, id_number, valid_from, until)
        parse_text(encode_text(text))
    except KeyError as error:
        raise CardError(f"{error.args[0]}: missing") from None
    except TextError as error:
        raise CardError(str(error)) from None
    except ValueError as error:
        raise error if isinstance(error, CardError) else CardError("layout, sex or a date is malformed") from None
    return text, synthetic_photo(str(data.get("photo", "")))


def addresses_from_json(data: Mapping[str, object]) -> bytes:
    """Return the added addresses of a card: `newest_addresses`, a list of up to four texts, b"" without.

    Raises:
        CardError: no list, or a text that does not fit.
    """
    said = data.get("newest_addresses", [])
    if not isinstance(said, list) or len(said) > ADDRESSES:
        raise CardError(f"newest_addresses: expected a list of up to {ADDRESSES}")
    places = [str(text).encode("utf-16-le") for text in said]
    if any(len(place) > ADDRESS_BYTES for place in places):
        raise CardError(f"an address takes {ADDRESS_BYTES // 2} characters")
    return b"".join(place + b" \0" * ((ADDRESS_BYTES - len(place)) // 2) for place in places)


def _make(
    layout: Layout,
    data: Mapping[str, object],
    sex: Sex,
    birth: date,
    id_number: str,
    valid_from: date,
    valid_to: date | None,
) -> CardText:
    def said(key: str, default: str = "") -> str:
        return str(data.get(key, default))

    match layout:
        case Layout.RESIDENT:
            nation = _nation(said("nation", "01"))
            place = said("address"), id_number, said("authority")
            return Resident(str(data["name"]), sex, nation, birth, *place, valid_from, valid_to)
        case Layout.HMT:
            place = said("address"), id_number, said("authority")
            more = said("pass_number"), said("issue_count", "01")
            return Hmt(str(data["name"]), sex, birth, *place, valid_from, valid_to, *more)
        case Layout.FOREIGNER_2017:
            names = said("nationality"), said("name")
            more = said("version", "01"), said("authority_code", "1500")
            return Foreigner2017(str(data["latin_name"]), sex, id_number, *names, valid_from, valid_to, birth, *more)
        case Layout.FOREIGNER_2023:
            latin = str(data["latin_name"])
            return Foreigner2023(
                said("name"),
                sex,
                said("renewals", "00"),
                birth,
                latin,
                id_number,
                valid_from,
                valid_to,
                said("nationality"),
            )


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _date(value: object) -> date:
    return date.fromisoformat(str(value))


def _sex(word: str) -> Sex:
    for code, sex in SEX_CODES.items():
        if word in (code, sex.value, sex_name(sex, "zh"), sex_name(sex, "en")):
            return sex
    raise ValueError(word)


def _nation(word: str) -> str:
    for code, name in NATIONS.items():
        if word in (code, name, name + "族"):
            return code
    raise CardError("nation: neither a name nor a code of GB/T 3304")
