"""The provinces and cities of the mainland with their GB/T 2260 codes (regions.json): where a `region` field leads.

A municipality is a province without cities. Counties that answer to a province directly stand among its cities.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from kiosk_app.services.model import Choice, Text

TABLE = Path(__file__).parent / "regions.json"
CODE_LENGTH = 6


@cache
def regions() -> tuple[Choice, ...]:
    """Return every province, followed by its cities, whose parent it is."""
    provinces: list[dict[str, Any]] = json.loads(TABLE.read_text("utf-8"))
    found = []
    for province in provinces:
        found.append(Choice(str(province["id"]), Text.read(province["name"])))
        cities = province.get("cities", ())
        found += [Choice(str(city["id"]), Text.read(city["name"]), str(province["id"])) for city in cities]
    return tuple(found)


def province_of(code: str) -> str:
    """Return the code of the province that a code of six digits lies in."""
    return code[:2] + "0000"
