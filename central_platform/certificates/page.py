"""A certificate on A4: what it says, drawn by Typst with embedded fonts as a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from central_platform.certificates.typesetting import PageError, printable, typeset

LOOK = Path(__file__).with_name("page.typ")
MOST_ROWS = 400
"""Thirty-three years of months; more is no certificate but an archive."""
CHECK_CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")
WORDS = {
    "zh": {
        "number": "编号",
        "check": "扫一扫，或在网页上输入校验码，查真伪",
        "foot": "本页由 {issuer} 出具，以电子印章为准；改动一个字，验证就不通过。",
    },
    "en": {
        "number": "Number",
        "check": "Scan, or enter the code on the web page, to check that this is genuine",
        "foot": "Issued by {issuer} under an electronic seal. One changed letter and the check fails.",
    },
}


class SealLook(Protocol):
    """What of a seal is seen on the page."""

    @property
    def words(self) -> str:
        """What stands in the drawn seal under the star."""

    @property
    def warning(self) -> str:
        """What a resident has to know of this seal, in a red frame at the end of the page; "" when nothing."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it says."""

    label: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that a certificate says, in one language; what is seen of its seal comes from the seal.

    `rows` are as wide as `columns`. `check_url` is what the QR code holds: an opaque address, nothing of the person.
    """

    title: str
    issuer: str
    number: str
    check_code: str
    check_url: str = field(repr=False)
    issued_on: date
    facts: tuple[Fact, ...] = field(default=(), repr=False)
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    statements: tuple[str, ...] = field(default=(), repr=False)
    lang: str = "zh"


def check(page: Page) -> None:
    """Return when nothing but a missing letter in a font can keep the page from being drawn; quick.

    Raises:
        PageError: a row is not as wide as the columns, there are too many, the check code or language is none, or a
            character has no certain shape.
    """
    if page.lang not in WORDS:
        raise PageError(f"no certificates in {page.lang!r}")
    if not CHECK_CODE.fullmatch(page.check_code):
        raise PageError("the check code is not of the form 8F3K-2Q7M")
    printable(_texts(page))
    if len(page.rows) > MOST_ROWS or any(len(row) != len(page.columns) for row in page.rows):
        raise PageError(f"at most {MOST_ROWS} rows, each as wide as the {len(page.columns)} columns")


def draw(page: Page, seal: SealLook) -> bytes:
    """Return the page as PDF, ready for the seal that is seen on it; the same bytes for the same page and seal.

    Raises:
        PageError: as `check`, or a character is in no font.
    """
    check(page)
    return typeset(LOOK, _inputs(page, seal))


def dumps(page: Page) -> str:
    """Return the page as JSON, to be kept until it is drawn."""
    return json.dumps({**asdict(page), "issued_on": page.issued_on.isoformat()}, ensure_ascii=False)


def loads(text: str) -> Page:
    """Return the page that `dumps` wrote."""
    said = json.loads(text)
    return Page(
        **{
            **said,
            "issued_on": date.fromisoformat(said["issued_on"]),
            "facts": tuple(Fact(**fact) for fact in said["facts"]),
            "columns": tuple(said["columns"]),
            "rows": tuple(tuple(row) for row in said["rows"]),
            "statements": tuple(said["statements"]),
        }
    )


def _inputs(page: Page, seal: SealLook) -> dict[str, object]:
    """What the look asks for, under its own names."""
    words = WORDS[page.lang]
    return {
        "lang": page.lang,
        "title": page.title,
        "issuer": page.issuer,
        "number-label": words["number"],
        "number": page.number,
        "facts": [{"label": fact.label, "value": fact.value} for fact in page.facts],
        "columns": page.columns,
        "rows": page.rows,
        "statements": page.statements,
        "issued-on": _day(page.issued_on, page.lang),
        "qr": _qr(page.check_url),
        "check-hint": words["check"],
        "check-code": page.check_code,
        "seal-words": seal.words,
        "warning": seal.warning,
        "foot": words["foot"].format(issuer=page.issuer),
    }


def _texts(page: Page) -> Iterator[str]:
    yield from (page.title, page.issuer, page.number, *page.columns, *page.statements)
    yield from (text for row in page.rows for text in row)
    yield from (text for fact in page.facts for text in (fact.label, fact.value))


def _day(day: date, lang: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else f"{day:%d %B %Y}".lstrip("0")


def _qr(text: str) -> str:
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=4, light="white")
    return out.getvalue().decode()
