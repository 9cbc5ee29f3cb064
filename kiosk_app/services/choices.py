"""What a field offers: options of the package, lists of the reference data, numbers, years, regions, plates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts.offsets import relative
from kiosk_app.services.dates import year_words
from kiosk_app.services.kinds import MOST_LISTED_INTEGERS, Kind, Schema
from kiosk_app.services.model import Choice, Control, Text
from kiosk_app.services.plates import PROVINCES
from kiosk_app.services.regions import province_of, regions
from kiosk_app.services.words import NO, YES

REGIONS = "regions"
"""The source of a region: the terminal's own table, or the package's words `option.regions.CODE`."""


def choices_of(
    scope: str,
    kind: Kind,
    schema: Schema,
    control: Schema,
    strings: Mapping[str, Any],
    reference: Mapping[str, Any],
    today: date | None,
) -> tuple[Choice, ...]:
    """Return the choices of a field, the likeliest first where we know which that is; empty where it is typed."""
    source = control.get("source") or schema.get("x-source")
    match kind.control:
        case Control.REGION:
            own = _from_strings(REGIONS, strings)
            return tuple(_in_province(choice) for choice in own) or regions()
        case Control.PLATE:
            return PROVINCES
        case Control.YEAR:
            return _years(schema, today)
    if source is not None:
        return _from_reference(str(source), reference) or _from_strings(str(source), strings)
    values = schema.get("enum") or (schema.get("items") or {}).get("enum")
    if values:
        return tuple(Choice(str(value), _word(strings, f"option.{scope}.{value}")) for value in values)
    if kind.control is Control.BOOL:
        return (Choice("true", YES), Choice("false", NO))
    low, high = schema.get("minimum"), schema.get("maximum")
    if kind.control is Control.INT and low is not None and high is not None and high - low < MOST_LISTED_INTEGERS:
        return tuple(Choice(str(n), Text(str(n), str(n))) for n in range(low, high + 1))
    return ()


def _word(strings: Mapping[str, Any], key: str) -> Text:
    return Text(str(strings["zh"].get(key, key)), str(strings["en"].get(key, key)))


def _years(schema: Schema, today: date | None) -> tuple[Choice, ...]:
    """The default year first, then the newest."""
    span = schema.get("x-range")
    if today is None or not span:
        return ()
    default = schema.get("x-default")
    first, last = (relative(today, str(span[end])).year for end in ("from", "to"))
    chosen = relative(today, str(default)).year if default else last
    years = sorted(range(first, last + 1), key=lambda year: (year != chosen, -year))
    return tuple(Choice(str(year), Text(year_words(year, "zh"), year_words(year, "en"))) for year in years)


def _in_province(choice: Choice) -> Choice:
    province = province_of(choice.value)
    return choice if choice.value == province else Choice(choice.value, choice.text, province)


def _from_strings(source: str, strings: Mapping[str, Any]) -> tuple[Choice, ...]:
    """A list that the package brings as words alone: `option.SOURCE.VALUE`, in the order in which they stand."""
    head = f"option.{source}."
    return tuple(Choice(key.removeprefix(head), _word(strings, key)) for key in strings["zh"] if key.startswith(head))


def _from_reference(source: str, reference: Mapping[str, Any]) -> tuple[Choice, ...]:
    entries: Sequence[Mapping[str, Any]] = reference.get(source) or ()
    if source == "streets":
        return _places(entries, reference.get("districts") or ())
    if source == "windowItems":
        return tuple(
            Choice(str(e["id"]), Text.read(e["name"]), str(hall)) for e in entries for hall in e.get("halls", ("",))
        )
    return tuple(Choice(str(e["id"]), Text.read(e["name"])) for e in entries)


def _places(streets: Sequence[Mapping[str, Any]], districts: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    """District -> sub-district -> road, each naming its parent, for the address panel."""
    found = [Choice(str(d["id"]), Text.read(d["name"])) for d in districts]
    found += [Choice(str(s["id"]), Text.read(s["name"]), str(s["district"])) for s in streets]
    found += [Choice(str(r["id"]), Text.read(r["name"]), str(s["id"])) for s in streets for r in s.get("roads", ())]
    return tuple(found)
