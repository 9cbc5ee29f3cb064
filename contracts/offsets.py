"""Days relative to another, as packages write them: `+14d`, `-1m`, `-5y`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

RELATIVE = re.compile(r"([+-]\d{1,4})([dmy])")


def relative(today: date, offset: str) -> date:
    """Return the day `offset` from today: `-5y`, `+14d`, `-1m`; the last day of a shorter month.

    Raises:
        ValueError: the offset is not written so, or leads out of the calendar.
    """
    match = RELATIVE.fullmatch(offset)
    if match is None:
        raise ValueError(f"{offset!r} is no relative day: write +14d, -1m or -5y")
    count, unit = int(match[1]), match[2]
    try:
        if unit == "d":
            return today + timedelta(days=count)
        months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError, calendar.IllegalMonthError) as error:
        raise ValueError(f"{offset!r} leads out of the calendar") from error
