"""The sealed certificate of a case: where its sheets are, as far as anyone may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_COPIES = 9


class Sheet(StrEnum):
    """Closed set of what became of the sheets. INVALID: the check failed, and what failed is never printed."""

    NONE = "none"
    CHECKING = "checking"
    PRINTING = "printing"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"
    INVALID = "invalid"


UNDER_WAY = frozenset({Sheet.CHECKING, Sheet.PRINTING})


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate that the platform holds for this visit.

    `document` opens it, for this terminal and this day only. `turn` counts the prints that may have come out before;
    `cause` is one of drivers.ErrorKind, offline, unavailable, or the check that failed. `link` is an address for the
    resident's phone, good for `minutes`; `linking` is asking or failed while there is none. `before`: it was printed in
    another visit.
    """

    document: str = field(repr=False)
    copies: int = 1
    sheet: Sheet = Sheet.NONE
    cause: str = ""
    turn: int = 0
    link: str = field(default="", repr=False)
    minutes: int = 0
    linking: str = ""
    before: bool = False


def certificate_of(receipt: Mapping[str, Any]) -> Certificate | None:
    """Return the certificate that a receipt names, or None: most services end with a receipt."""
    result = receipt.get("result")
    if not isinstance(result, Mapping) or result.get("kind") != "certificate":
        return None
    document, copies = result.get("document"), result.get("copies", 1)
    if not isinstance(document, str) or not document:
        return None
    known = isinstance(copies, int) and not isinstance(copies, bool)
    return Certificate(document, min(max(1, copies), MOST_COPIES) if known else 1)
