"""One answer on its way to the platform: from the text of a panel to the value of the data schema."""

from __future__ import annotations

import re
import unicodedata

from kiosk_app.services.model import SEPARATOR, Control, FieldSpec

COMPACT = {
    Control.PHONE,
    Control.ID,
    Control.BANK_ACCOUNT,
    Control.DIGITS,
    Control.INT,
    Control.YEAR,
    Control.REGION,
    Control.USCC,
    Control.PLATE,
    Control.PIN,
}
"""Kinds that are sent in half width and capitals, without spaces."""
_AMOUNT = re.compile(r"(\d*)(?:\.(\d{0,2}))?")


def clean(spec: FieldSpec, text: str) -> str:
    """Return the text as it will be sent: trimmed, one form of Unicode, digits without spaces or full width."""
    if spec.control in COMPACT:
        plain = unicodedata.normalize("NFKC", text)
        dropped = "" if spec.control is Control.INT else "-·"
        return "".join(c for c in plain if not c.isspace() and c not in dropped).upper()
    if spec.control is Control.MONEY:
        return _money_text(text)
    if spec.control is Control.GROUP:
        return _how_many(text, spec.max_items)
    if spec.control is Control.LIST:
        return SEPARATOR.join(dict.fromkeys(value for part in text.split(SEPARATOR) if (value := part.strip())))
    return " ".join(unicodedata.normalize("NFC", text).split())


def sent(spec: FieldSpec, text: str) -> object:
    """Return the value that the platform gets, None for no answer."""
    plain = clean(spec, text)
    return _typed(spec, plain) if plain else None


def _how_many(text: str, most: int) -> str:
    """So many entries as a group can have: nobody types this number."""
    plain = text.strip()
    return plain if len(plain) <= 2 and plain.isascii() and plain.isdecimal() and 1 <= int(plain) <= most else ""


def _money_text(text: str) -> str:
    """Yuan and two decimals, whatever stood around them: `1,234.5 元` is `1234.50`; what is no amount stays."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace())
    bare = plain.replace(",", "").removeprefix("¥").removesuffix("元")
    found = _AMOUNT.fullmatch(bare)
    if found is None or not (found[1] or found[2]):
        return plain
    return f"{found[1].lstrip('0') or '0'}.{(found[2] or '').ljust(2, '0')}"


def _typed(spec: FieldSpec, text: str) -> object:
    if (
        spec.control is Control.INT
        and text.lstrip("-").isdecimal()
        and text.isascii()
        and len(text) <= most_digits(spec)
    ):
        return int(text)
    if spec.control is Control.ADDRESS:
        return chinese_address(spec, text)
    if spec.control is Control.LIST:
        return text.split(SEPARATOR)
    if spec.control is Control.BOOL and text in {"true", "false"}:
        return text == "true"
    return text


def chinese_address(spec: FieldSpec, text: str) -> str:
    """Return an address chosen in English with the Chinese names of its district, street and road: the post and the
    police read those. What was typed by hand stays.
    """
    if any("\u4e00" <= c <= "\u9fff" for c in text):
        return text
    result = text
    for choice in sorted(spec.choices, key=lambda c: len(c.text.en), reverse=True):
        result = result.replace(choice.text.en, choice.text.zh)
    return "".join(c for c in result if c not in " ,") if result != text else text


def most_digits(spec: FieldSpec) -> int:
    """Return how many characters an integer field can have: a longer one is no number people mean."""
    return spec.limit or 9
