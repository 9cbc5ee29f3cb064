"""The 18-character citizen identification number (GB 11643)."""

from __future__ import annotations

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


def check_character(first17: str) -> str:
    """Return the 18th character for 17 digits."""
    return CHECK[sum(w * int(d) for w, d in zip(WEIGHTS, first17, strict=True)) % 11]


def is_valid(number: str) -> bool:
    """True when length, digits, birth date and check character agree. The area code is never judged."""
    return (
        len(number) == 18
        and number[:17].isascii()
        and number[:17].isdigit()
        and (check_character(number[:17]) == number[17].upper() and birth_date(number) is not None)
    )


def birth_date(number: str) -> date | None:
    """Return the date of birth written in the number, or None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_male(number: str) -> bool:
    """The 17th digit is odd for men."""
    return int(number[16]) % 2 == 1


def age(born: date, today: date) -> int:
    """Return whole years lived."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
