"""PINs that others would try first. Nothing here keeps, shows or tells one: a problem says the rule, never which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kiosk_app.identity import Person
from kiosk_app.services.forms import visible_fields
from kiosk_app.services.model import Answers, Control, Form, Problem
from kiosk_app.services.words import sentence

LENGTH = 6
_ROW = "0123456789"
_RISING = _ROW * 2
_FALLING = _RISING[::-1]
_DAYS = ("%y%m%d", "%d%m%y", "%m%d%y", "%Y%m")
"""How people write a birthday in six digits."""


def weak(pin: str) -> bool:
    """True for digits that repeat (000000, 121212, 123123) or that stand in a row (345678, 987654, 890123)."""
    repeats = any(pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3))
    return repeats or pin in _RISING or pin in _FALLING


def about(pin: str, id_number: str, birth: date | None) -> bool:
    """True when the PIN is somebody's birthday, or stands in their ID number."""
    return pin in id_number or (birth is not None and any(pin == birth.strftime(day) for day in _DAYS))


def guessed(form: Form, answers: Answers, people: Iterable[Person], lang: str = "zh") -> tuple[Problem, ...]:
    """Return the problems of PINs that tell of somebody who is known here. The form cannot see them: it knows nobody.

    A PIN that only repeats another one is left to that.
    """
    known = tuple(people)
    return tuple(
        Problem(spec.scope, "pin-weak", sentence("pin-weak", lang, field=form.text(spec.short, lang)))
        for spec in visible_fields(form, answers)
        if spec.control is Control.PIN and not spec.equals
        if (pin := answers.get(spec.scope, "")) and any(about(pin, one.id_number, one.birth) for one in known)
    )
