"""The ranked registry of field kinds: the highest tester wins. A new kind is one tester and one `Kind`.

A tester looks at the property of the data schema and the control of the UI schema and returns a rank; below zero means
that the kind does not apply. An explicit `control` in the UI schema beats every rank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk_app.services.model import PERSONAL, PLAIN, Control

Schema = Mapping[str, Any]
Tester = Callable[[Schema, Schema], int]

NO = -1
MOST_LISTED_INTEGERS = 10
LONG = 60


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of field is asked for: its panel and whether it is personal unless the schema says otherwise. A kind
    without a panel has pages of its own.
    """

    control: Control
    panel: str
    privacy: str
    tester: Tester
    limit: int = 0


def _text_format(name: str, rank: int) -> Tester:
    return lambda schema, _ui: rank if schema.get("type") == "string" and schema.get("format") == name else NO


def _type(name: str, rank: int) -> Tester:
    return lambda schema, _ui: rank if schema.get("type") == name else NO


def _select(schema: Schema, _ui: Schema) -> int:
    return 5 if schema.get("type") == "string" and schema.get("enum") else NO


def _digits(schema: Schema, _ui: Schema) -> int:
    pattern = str(schema.get("pattern", ""))
    numeric = pattern.startswith("^[0-9]") and pattern.rstrip("$+*?{}0123456789,") == "^[0-9]"
    return 4 if schema.get("type") == "string" and numeric else NO


def _long_text(schema: Schema, _ui: Schema) -> int:
    return 3 if schema.get("type") == "string" and int(schema.get("maxLength", 0)) > LONG else NO


def _group(schema: Schema, _ui: Schema) -> int:
    return 10 if schema.get("type") == "array" and (schema.get("items") or {}).get("type") == "object" else NO


REGISTRY: list[Kind] = [
    Kind(Control.TEXT, "pinyin", PERSONAL, _type("string", 1)),
    Kind(Control.LONG_TEXT, "pinyin", PERSONAL, _long_text),
    Kind(Control.LONG_TEXT, "pinyin", PERSONAL, _text_format("long-text", 10)),
    Kind(Control.DIGITS, "digits", PERSONAL, _digits),
    Kind(Control.SELECT, "select", PLAIN, _select),
    Kind(Control.INT, "number", PLAIN, _type("integer", 1)),
    Kind(Control.MONEY, "money", PERSONAL, _text_format("money", 10)),
    Kind(Control.NAME, "name", PERSONAL, _text_format("person-name", 10)),
    Kind(Control.BOOL, "select", PLAIN, _type("boolean", 1)),
    Kind(Control.PHONE, "phone", PERSONAL, _text_format("phone", 10), 11),
    Kind(Control.ID, "id", PERSONAL, _text_format("id-number", 10), 18),
    Kind(Control.DATE, "date", PLAIN, _text_format("date", 10), 10),
    Kind(Control.MONTH, "month", PLAIN, _text_format("month", 10), 7),
    Kind(Control.ADDRESS, "address", PERSONAL, _text_format("address", 10), 80),
    Kind(Control.BANK_ACCOUNT, "digits", PERSONAL, _text_format("bank-account", 10), 19),
    Kind(Control.HALL_REF, "select", PLAIN, _text_format("hall-ref", 10)),
    Kind(Control.ITEM_REF, "select", PLAIN, _text_format("item-ref", 10)),
    Kind(Control.SLOT, "select", PLAIN, _text_format("slot", 10)),
    Kind(Control.YEAR, "select", PLAIN, _text_format("year", 10)),
    Kind(Control.REGION, "region", PLAIN, _text_format("region", 10)),
    Kind(Control.LIST, "select", PLAIN, _type("array", 1)),
    Kind(Control.GROUP, "", PERSONAL, _group),
    Kind(Control.USCC, "uscc", PLAIN, _text_format("uscc", 10), 18),
    Kind(Control.PLATE, "plate", PERSONAL, _text_format("plate", 10), 8),
    Kind(Control.PIN, "digits", PERSONAL, _text_format("pin", 10), 6),
    Kind(Control.SIGNATURE, "signature", PERSONAL, _text_format("signature", 10)),
]


class NoKindError(ValueError):
    """No kind of field can ask for this property."""


def kind_of(schema: Schema, ui: Schema) -> Kind:
    """Return the kind that ranks highest for a property.

    Raises:
        NoKindError: no tester wants it.
    """
    wanted = ui.get("control")
    if wanted is not None:
        for kind in REGISTRY:
            if kind.control == wanted:
                return kind
        raise NoKindError(f"no kind of field is called {wanted!r}")
    rank, best = max(((kind.tester(schema, ui), kind) for kind in REGISTRY), key=lambda pair: pair[0])
    if rank < 0:
        raise NoKindError(f"no kind of field fits type {schema.get('type')!r}")
    return best
