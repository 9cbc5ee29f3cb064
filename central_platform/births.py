"""When somebody was born, as far as an identity number tells. Pure."""

from __future__ import annotations

from datetime import date

from contracts import id_number

CITIZEN_LENGTH = 18


def birth_in(id_no: str, day: date) -> date | None:
    """Return when the holder of a number was born; None when it does not tell.

    The 15 characters of a foreigner's permit of 2017 hold a year without its century: the latest that has been on `day`
    is taken.
    """
    if len(id_no) == CITIZEN_LENGTH:
        return id_number.birth_date(id_no)
    two = id_no[7:13]
    for century in ("20", "19"):
        try:
            born = date(int(century + two[:2]), int(two[2:4]), int(two[4:6]))
        except ValueError:
            continue
        if born <= day:
            return born
    return None
