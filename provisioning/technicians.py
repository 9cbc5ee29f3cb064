"""The signed list of technicians: whose card and which secret, for one terminal, until a moment."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


class TechniciansMalformedError(ValueError):
    """The list is not one, or another terminal's; the text names the field."""


@dataclass(frozen=True, slots=True)
class TechnicianRecord:
    """Somebody who may work here until a moment: `card_hash` is sha256(salt + number of the card), hex."""

    id: str
    name: str = field(repr=False)
    card_hash: str = field(repr=False)
    salt: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Technicians:
    """The list as the platform last signed it; nobody of it counts after `expires`."""

    expires: datetime
    records: tuple[TechnicianRecord, ...]

    def get(self, technician: str) -> TechnicianRecord | None:
        """Return the technician of this id, or None."""
        return next((one for one in self.records if one.id == technician), None)


def parse_technicians(value: object, terminal: str) -> Technicians:
    """Read what the platform has signed.

    Raises:
        TechniciansMalformedError: a field is missing or wrong, or the list is another terminal's.
    """
    if not isinstance(value, Mapping):
        raise TechniciansMalformedError("not an object")
    if value.get("terminal") != terminal:
        raise TechniciansMalformedError("terminal")
    items = value.get("technicians")
    if not isinstance(items, Iterable) or isinstance(items, str | bytes):
        raise TechniciansMalformedError("technicians")
    return Technicians(_moment(value, "expires"), tuple(_record(item) for item in items))


def _record(item: object) -> TechnicianRecord:
    if not isinstance(item, Mapping):
        raise TechniciansMalformedError("technicians")
    try:
        return TechnicianRecord(
            _text(item, "id"),
            _text(item, "name"),
            _text(item, "card_hash").lower(),
            bytes.fromhex(_text(item, "salt")),
            base64.b32decode(_text(item, "secret")),
            _moment(item, "until"),
        )
    except (binascii.Error, ValueError) as error:
        raise TechniciansMalformedError(str(error)) from error


def _text(value: Mapping[object, object], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text:
        raise TechniciansMalformedError(name)
    return text


def _moment(value: Mapping[object, object], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, name))
    except ValueError as error:
        raise TechniciansMalformedError(name) from error
    if moment.tzinfo is None:
        raise TechniciansMalformedError(name)
    return moment
