"""What is wrong with an answer, as a sentence a resident can act on."""

from __future__ import annotations

import unicodedata
from datetime import date

from contracts.id_number import is_valid
from contracts.offsets import relative
from kiosk_app.services.codes import all_digits, check_length, check_pin, check_plate, check_uscc
from kiosk_app.services.dates import (
    day_words,
    is_workday,
    month_words,
    parse_day,
    parse_month,
    parse_year,
    year_words,
)
from kiosk_app.services.forms import options, visible_fields
from kiosk_app.services.look import Check, Look
from kiosk_app.services.model import SEPARATOR, Answers, Control, FieldSpec, Form, Problem
from kiosk_app.services.sending import clean
from kiosk_app.services.signing import check_signature
from kiosk_app.services.values import amount, normalise, shown
from kiosk_app.services.words import sentence

PHONE_DIGITS = 11
ID_CHARACTERS = 18
BANK_LEAST = 16
BANK_MOST = 19
DOUBLED_MOST = 9


def problems(form: Form, answers: Answers, today: date, lang: str = "zh") -> tuple[Problem, ...]:
    """Return what is wrong with the visible fields, in their order, at most one problem each.

    Own checks speak first because they say what is missing; the data schema has the last word on what is left.
    """
    found: dict[str, Problem] = {}
    look = Look(form, answers, today, lang)
    shown = visible_fields(form, answers)
    for spec in shown:
        text = clean(spec, answers.get(spec.scope, ""))
        problem = _check(spec, text, look) if text else (look.own(spec, "required") if spec.required else None)
        if problem is not None:
            found[spec.scope] = problem
    by_scope = {spec.scope: spec for spec in shown}
    for scope, keyword in form.validate(normalise(form, answers)):
        if scope in found:
            continue
        if scope in by_scope:
            found[scope] = look.own(by_scope[scope], "required" if keyword == "required" else "invalid")
        else:
            found[scope] = Problem(scope, "form", sentence("form", lang))
    order = {spec.scope: at for at, spec in enumerate(shown)}
    return tuple(sorted(found.values(), key=lambda p: order.get(p.scope, len(order))))


def luhn(number: str) -> bool:
    """True when the check digit of a bank card number fits (ISO/IEC 7812-1)."""
    total = 0
    for at, char in enumerate(reversed(number)):
        digit = int(char) * (2 if at % 2 else 1)
        total += digit - DOUBLED_MOST if digit > DOUBLED_MOST else digit
    return total % 10 == 0


def _check(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    return CHECKS.get(spec.control, _nothing)(spec, text, look)


def _nothing(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    del spec, text, look
    return None


def _phone(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    if not all_digits(text):
        return look.say(spec, "digits-only")
    if not text.startswith("1"):
        return look.say(spec, "starts-with-1")
    return check_length(spec, text, look, PHONE_DIGITS, PHONE_DIGITS)


def _id(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    wrong = check_length(spec, text, look, ID_CHARACTERS, ID_CHARACTERS)
    if wrong is not None:
        return wrong
    return None if is_valid(text) else look.say(spec, "id-check")


def _bank(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    if not all_digits(text):
        return look.say(spec, "digits-only")
    wrong = check_length(spec, text, look, BANK_LEAST, BANK_MOST)
    if wrong is not None:
        return wrong
    return None if luhn(text) else look.own(spec, "invalid")


def _digits(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    if not all_digits(text):
        return look.say(spec, "digits-only")
    return check_length(spec, text, look, spec.least, spec.limit or len(text))


def _int(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    if not all_digits(text):
        return look.say(spec, "digits-only")
    low, high = spec.minimum, spec.maximum
    if len(text) > BANK_MOST or (low is not None and int(text) < low) or (high is not None and int(text) > high):
        return look.own(spec, "invalid")
    return None


def _money(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    """An amount within its bounds; what the bounds are is said in words."""
    found = amount(text)
    if found is None:
        return look.own(spec, "invalid")
    low, high = (amount(clean(spec, bound)) for bound in (spec.lowest, spec.highest))
    if (low is None or found >= low) and (high is None or found <= high):
        return None
    if low is None or high is None:
        return look.own(spec, "invalid")
    first, last = (shown(spec, bound, look.lang) for bound in (spec.lowest, spec.highest))
    return look.say(spec, "out-of-range", first=first, last=last)


def _text(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    if any(unicodedata.category(c)[0] == "C" for c in text):
        return look.own(spec, "invalid")
    if not any(c.isalnum() for c in text):
        return look.say(spec, "no-words")
    if len(text) < spec.least:
        return look.say(spec, "too-short", count=spec.least - len(text))
    if spec.limit and len(text) > spec.limit:
        return look.say(spec, "too-long", count=len(text) - spec.limit)
    return None


def _address(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    wrong = _text(spec, text, look)
    if wrong is not None:
        return look.own(spec, "invalid") if wrong.key == "too-short" else wrong
    return None if any(c.isdigit() for c in text) else look.say(spec, "house-number")


def _date(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    day = parse_day(text)
    if day is None:
        return look.say(spec, "no-such-day")
    first, last = _bounds(spec, look.today)
    if day < first or day > last:
        return look.say(spec, "out-of-range", first=day_words(first, look.lang), last=day_words(last, look.lang))
    if spec.workdays and not is_workday(day, look.form.closed_days):
        return look.say(spec, "closed-day")
    return _not_before(spec, text, look)


def _month(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    month = parse_month(text)
    if month is None:
        return look.say(spec, "no-such-month")
    first, last = (bound.replace(day=1) for bound in _bounds(spec, look.today))
    if month < first or month > last:
        return look.say(spec, "out-of-range", first=month_words(first, look.lang), last=month_words(last, look.lang))
    return _not_before(spec, text, look)


def _year(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    year = parse_year(text)
    if year is None:
        return look.say(spec, "no-such-year")
    first, last = (bound.year for bound in _bounds(spec, look.today))
    if first <= year <= last:
        return _not_before(spec, text, look)
    return look.say(spec, "out-of-range", first=year_words(first, look.lang), last=year_words(last, look.lang))


def _bounds(spec: FieldSpec, today: date) -> tuple[date, date]:
    first = relative(today, spec.earliest) if spec.earliest else date.min
    last = relative(today, spec.latest) if spec.latest else date.max
    return first, last


def _not_before(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    """All are written year first, so text order is calendar order as far as this one goes. Nonsense in the other is not
    blamed on this field.
    """
    other = look.form.field(spec.not_before) if spec.not_before else None
    if other is None:
        return None
    start = clean(other, look.answers.get(other.scope, ""))
    if not (parse_day(start) or parse_month(start) or parse_year(start)) or text >= start[: len(text)]:
        return None
    return look.say(spec, "before", other=look.name(other))


def _choice(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    allowed = {option.value for option in options(spec, look.answers, look.lang)}
    return None if text in allowed else look.own(spec, "invalid")


def _region(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    """A city, or a municipality; a province that has cities is half the way."""
    if all(choice.value != text for choice in spec.choices):
        return look.own(spec, "invalid")
    return look.say(spec, "city-missing") if any(choice.parent == text for choice in spec.choices) else None


def _list(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    values = text.split(SEPARATOR)
    allowed = {option.value for option in options(spec, look.answers, look.lang)}
    if not allowed.issuperset(values):
        return look.own(spec, "invalid")
    if len(values) < spec.min_items:
        return look.say(spec, "choose-more", count=spec.min_items - len(values))
    if spec.max_items and len(values) > spec.max_items:
        return look.say(spec, "choose-fewer", count=len(values) - spec.max_items)
    return None


def _group(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    """Enough entries; each question in them is judged by itself. More than there may be cannot be added."""
    missing = spec.min_items - int(text)
    return look.say(spec, "entries-missing", count=missing) if missing > 0 else None


CHECKS: dict[Control, Check] = {
    Control.PHONE: _phone,
    Control.ID: _id,
    Control.BANK_ACCOUNT: _bank,
    Control.DIGITS: _digits,
    Control.INT: _int,
    Control.MONEY: _money,
    Control.NAME: _text,
    Control.TEXT: _text,
    Control.LONG_TEXT: _text,
    Control.ADDRESS: _address,
    Control.DATE: _date,
    Control.MONTH: _month,
    Control.YEAR: _year,
    Control.REGION: _region,
    Control.LIST: _list,
    Control.GROUP: _group,
    Control.USCC: check_uscc,
    Control.PLATE: check_plate,
    Control.PIN: check_pin,
    Control.SIGNATURE: check_signature,
    Control.SELECT: _choice,
    Control.HALL_REF: _choice,
    Control.ITEM_REF: _choice,
    Control.SLOT: _choice,
    Control.BOOL: _choice,
}
