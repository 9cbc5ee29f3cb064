"""Can this person have this service? A no is a sentence that says what is missing, never 不符合条件 (D.3)."""

from __future__ import annotations

from datetime import date

from kiosk_app.identity import Person
from kiosk_app.services.service import Service
from kiosk_app.services.words import ASK, REASON, REMIND, TOO_OLD, TOO_YOUNG


def eligible(service: Service, person: Person | None, today: date, lang: str = "zh") -> str | None:
    """Return None when nothing speaks against it, else one sentence for the resident.

    What is not known speaks for the resident: the department decides, the terminal only saves a useless way.
    """
    years = person.age(today) if person is not None else None
    if years is None:
        return None
    if service.min_age is not None and years < service.min_age:
        missing = TOO_YOUNG.of(lang).format(need=service.min_age, age=years)
        return REASON.of(lang).format(missing=missing, later=REMIND.of(lang))
    if service.max_age is not None and years > service.max_age:
        missing = TOO_OLD.of(lang).format(need=service.max_age, age=years)
        return REASON.of(lang).format(missing=missing, later=ASK.of(lang))
    return None
