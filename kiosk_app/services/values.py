"""One value, four ways: normalised for the platform, shown, masked and spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from contracts.handwriting import HandwritingError, Signed, Way, decode
from contracts.masks import mask_account, mask_address, mask_id, mask_name, mask_phone
from kiosk_app.services.dates import day_words, month_words, parse_day, parse_month, parse_year, year_words
from kiosk_app.services.forms import count, visible_fields
from kiosk_app.services.model import PERSONAL, SEPARATOR, Answers, Control, FieldSpec, Form
from kiosk_app.services.regions import province_of
from kiosk_app.services.sending import clean, sent
from kiosk_app.services.words import ADDED, CONFIRMED, DRAWN, SET_UP

BUILT = {Control.LIST, Control.REGION, Control.PLATE}
"""Kinds whose values are put together from choices: a choice alone is not yet a value."""
USCC_GROUPS = (2, 6, 4, 4, 2)
"""Authority and kind, place of registration, the number of the organisation in two halves, check characters."""
LONG_SHOWN = 4


def normalise(form: Form, answers: Answers) -> dict[str, object]:
    """Return what the platform gets: visible, answered fields only, with the types of the data schema."""
    result: dict[str, object] = {}
    entries: dict[tuple[str, int], dict[str, object]] = {}
    for spec in visible_fields(form, answers):
        value = sent(spec, answers.get(spec.scope, ""))
        if value is None:
            continue
        if spec.entries:
            every = [entries.setdefault((spec.scope, at), {}) for at in range(1, count(spec, answers) + 1)]
            result[spec.scope] = every
        elif spec.number:
            entries[spec.group, spec.number][spec.name] = value
        else:
            result[spec.scope] = value
    return result


def shown(spec: FieldSpec, value: str, lang: str = "zh") -> str:
    """Return the value in full as people write it: names of options, dates in words, numbers in groups."""
    text = clean(spec, value)
    if not text:
        return ""
    if spec.control not in BUILT and (name := _name(spec, text, lang)):
        return name
    match spec.control:
        case Control.DATE:
            day = parse_day(text)
            return day_words(day, lang) if day else text
        case Control.MONTH:
            month = parse_month(text)
            return month_words(month, lang) if month else text
        case Control.PHONE:
            return _grouped(text, (3, 4, 4))
        case Control.BANK_ACCOUNT:
            return _grouped(text, (4,) * 5)
        case Control.MONEY:
            found = amount(text)
            return text if found is None else f"{found:,.2f} {'yuan' if lang == 'en' else '元'}"
        case Control.YEAR:
            year = parse_year(text)
            return year_words(year, lang) if year else text
        case Control.REGION:
            return _place(spec, text, lang)
        case Control.LIST:
            names = (_name(spec, value, lang) or value for value in text.split(SEPARATOR))
            return (", " if lang == "en" else "、").join(names)
        case Control.USCC:
            return _grouped(text, USCC_GROUPS)
        case Control.PLATE:
            return _grouped(text, (2,))
        case Control.PIN:
            return SET_UP.of(lang)
        case Control.GROUP:
            return ADDED.of(lang).format(n=text)
        case Control.SIGNATURE:
            return _way(text, lang)
        case _:
            return text


def amount(text: str) -> Decimal | None:
    """Return the yuan of a text as `clean` leaves it; None when it is no amount, or one of a hundred million and more,
    which is not spoken as an amount and which no resident enters at a terminal.
    """
    if not re.fullmatch(r"\d{1,8}\.\d{2}", text):
        return None
    return Decimal(text)


def masked(spec: FieldSpec, value: str, lang: str = "zh") -> str:
    """Return the value for a screen that others can see (requirements D.2)."""
    text = clean(spec, value)
    if spec.privacy != PERSONAL or not text:
        return shown(spec, value, lang)
    match spec.control:
        case Control.PHONE:
            return mask_phone(text)
        case Control.ID | Control.USCC | Control.PLATE:
            return mask_id(text)
        case Control.BANK_ACCOUNT | Control.DIGITS:
            return mask_account(text)
        case Control.ADDRESS:
            return mask_address(text)
        case Control.TEXT | Control.NAME:
            return mask_name(text)
        case Control.LONG_TEXT:
            rest = max(0, len(text) - LONG_SHOWN)
            tail = f"…… 共 {len(text)} 个字" if lang == "zh" else f"… {len(text)} characters"
            return text[:LONG_SHOWN] + tail if rest else text[:1] + "**"
        case _:
            return shown(spec, value, lang)


def spoken(spec: FieldSpec, value: str, lang: str = "zh") -> str:
    """Return the value in full for the ear, digits one by one in groups; the node's privacy says who may hear it."""
    text = clean(spec, value)
    comma = ", " if lang == "en" else "，"
    # The voice is loaded behind the first frame; values are spoken long after it.
    from kiosk_app.voice import slots

    match spec.control:
        case Control.PHONE:
            groups = _grouped(text, (3, 4, 4))
        case Control.ID:
            groups = _grouped(text, (6, 8, 4))
        case Control.BANK_ACCOUNT | Control.DIGITS:
            groups = _grouped(text, (4,) * 5)
        case Control.MONEY:
            found = amount(text)
            return text if found is None else slots.money(found, lang)
        case Control.USCC:
            return slots.digits(text, lang, USCC_GROUPS)
        case Control.PLATE:
            called = _name(spec, text[:1], lang).split(comma)[0]
            first = text[:1] if called == text[:1] else f"{called} {text[:1]}".strip()
            return comma.join(part for part in (first, slots.digits(text[1:], lang, (1, 3))) if part)
        case _:
            return shown(spec, value, lang)
    return comma.join(" ".join(group) for group in groups.split())


def signed_of(text: str) -> Signed | None:
    """Return the signature that an answer holds, None for none."""
    try:
        return decode(text)
    except HandwritingError:
        return None


def facts_of(answers: Mapping[str, object], form: Form, lang: str) -> tuple[tuple[str, str], ...]:
    """Return (label, masked value) of normalised answers, for a receipt or a progress page."""
    found = []
    for spec in form.fields:
        if spec.scope in answers:
            found.append((form.text(spec.label, lang), masked(spec, as_text(answers[spec.scope]), lang)))
    return tuple(found)


def as_text(value: object) -> str:
    """A normalised value as the text that a field holds."""
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        return str(len(value))
    if isinstance(value, list):
        return SEPARATOR.join(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name(spec: FieldSpec, value: str, lang: str) -> str:
    return next((c.text.of(lang) for c in spec.choices if c.value == value), "")


def _way(text: str, lang: str) -> str:
    """How it was signed, in words."""
    signed = signed_of(text)
    if signed is None:
        return ""
    return (DRAWN if signed.way is Way.DRAWN else CONFIRMED).of(lang)


def _place(spec: FieldSpec, code: str, lang: str) -> str:
    """Province and city, the larger first in Chinese and last in English."""
    province, city = (_name(spec, one, lang) for one in (province_of(code), code))
    if not city or city == province:
        return city or code
    return f"{city}, {province}" if lang == "en" else province + city


def _grouped(text: str, sizes: tuple[int, ...]) -> str:
    groups, at = [], 0
    for size in sizes:
        groups.append(text[at : at + size])
        at += size
    groups.append(text[at:])
    return " ".join(group for group in groups if group)
