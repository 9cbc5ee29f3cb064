"""Many sites from one template: the list is read whole, checked whole, and only then are slots made."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import segno

from contracts.canonical import canonical

COLUMNS = ("id", "name_zh", "name_en", "place_zh", "place_en", "lat", "lon")
TERMINAL = re.compile(r"[A-Z]{2}-[0-9]{4}")
MOST = 2000


class ListError(ValueError):
    """The list of sites is wrong; the text names the line and the column."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the list: the slot, and what its profile has of its own."""

    terminal: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slip:
    """What a technician is given for one site."""

    wanted: Wanted
    ticket: Mapping[str, str]


def read_sites(path: Path) -> list[Wanted]:
    """Read a CSV file in UTF-8 whose first line names `COLUMNS`.

    Raises:
        ListError: a column is missing, a value is wrong, an id stands there twice.
        OSError: it cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ListError(f"line 1: there is no column {missing[0]}")
        found: dict[str, Wanted] = {}
        for row in reader:
            one = _wanted({name: (row[name] or "").strip() for name in COLUMNS}, reader.line_num)
            if one.terminal in found:
                raise ListError(f"line {reader.line_num}: {one.terminal} stands there twice")
            found[one.terminal] = one
            if len(found) > MOST:
                raise ListError(f"more than {MOST} sites")
    return list(found.values())


def _wanted(row: Mapping[str, str], line: int) -> Wanted:
    if not TERMINAL.fullmatch(row["id"]):
        raise ListError(f"line {line}: id looks like XC-0042")
    for name in COLUMNS[1:5]:
        if not row[name]:
            raise ListError(f"line {line}: {name} is empty")
    for name, most in (("lat", 90), ("lon", 180)):
        if not re.fullmatch(r"-?\d{1,3}(\.\d{1,8})?", row[name]) or abs(float(row[name])) > most:
            raise ListError(f"line {line}: {name} is degrees, such as 39.9400")
    return Wanted(
        row["id"],
        {
            "name": {"zh": row["name_zh"], "en": row["name_en"]},
            "place": {"zh": row["place_zh"], "en": row["place_en"]},
            "position": {"lat": row["lat"], "lon": row["lon"]},
        },
    )


def slips_page(slips: Sequence[Slip]) -> str:
    """Return a page to print: a slip for each site, with the QR code that `kiosk provision enrol` scans."""
    return "\n".join((*_HEAD, *_cards(slips), "</html>")) + "\n"


_HEAD = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><title>开通单 Enrolment slips</title>',
    "<style>body{font:16px sans-serif}section{border:1px solid;padding:1em;margin:1em 0;break-inside:avoid}"
    "svg{width:5cm;height:5cm}code{overflow-wrap:anywhere}</style>",
)


def _cards(slips: Iterable[Slip]) -> Iterable[str]:
    for slip in slips:
        words = escape(
            f"{slip.wanted.terminal}  {slip.wanted.fields['name']['zh']}  {slip.wanted.fields['place']['zh']}"
        )
        text = canonical(dict(slip.ticket)).decode()
        picture = segno.make(text, error="m", micro=False).svg_inline(scale=4)
        yield f"<section><h2>{words}</h2>{picture}<p>72 小时内有效，只能用一次。Good for 72 hours, once.</p>"
        yield f"<code>{escape(text)}</code></section>"
