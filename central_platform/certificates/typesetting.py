"""Typst as this platform uses it: a look, what is said as JSON, embedded fonts, tagged PDF (PDF/UA-1)."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typst import Compiler, Fonts

STANDARD: Final = "ua-1"
UNPRINTABLE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff\\ue000-\\uf8ff\\U000f0000-\\U0010ffff]"
)
"""Controls, marks that turn or hide text, and private characters, which each font draws as it likes."""


class PageError(ValueError):
    """The page cannot be drawn; the text says why and holds nothing of the person."""


def printable(texts: Iterable[str]) -> None:
    """Return when every character has a certain shape on paper.

    Raises:
        PageError: one has none.
    """
    if any(UNPRINTABLE.search(text) for text in texts):
        raise PageError("a character of the page has no certain shape on paper")


def typeset(look: Path, said: Mapping[str, object]) -> bytes:
    """Return a PDF: `look` reads what is said from `sys.inputs.page`. The same bytes for the same look and words.

    Raises:
        PageError: it cannot be set, as when a character is in no font.
    """
    import typst

    try:
        with _one_at_a_time:
            made = _compiler(look).compile(
                format="pdf", sys_inputs={"page": json.dumps(said)}, pdf_standards=[STANDARD], timestamp=0
            )
    except typst.TypstError:
        # Typst's message quotes the text that it could not set: it stays in here.
        raise PageError("the page cannot be set, as when a character is in no font") from None
    if not isinstance(made, bytes):
        raise PageError("the page came out as more than one file")
    return made


_one_at_a_time = threading.Lock()
"""A compiler works for one thread at a time."""


@cache
def _fonts() -> Fonts:
    """Looked up once for all looks."""
    import typst

    return typst.Fonts()


@cache
def _compiler(look: Path) -> Compiler:
    """One compiler for each look, for good."""
    import typst

    return typst.Compiler(look, font_paths=_fonts())
