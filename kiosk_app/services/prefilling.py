"""What nobody has to type: from the card, from the platform, or chosen because most people choose it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from contracts.offsets import relative
from kiosk_app.identity import Person
from kiosk_app.services.checks import problems
from kiosk_app.services.dates import month_of
from kiosk_app.services.forms import visible_fields
from kiosk_app.services.model import Answers, Control, Fact, FieldSpec, Form, Prefilled, Text
from kiosk_app.services.values import clean
from kiosk_app.services.words import CHOSEN, FROM_CARD, FROM_PLATFORM, PERSON_LABELS

DATED = {Control.DATE, Control.MONTH, Control.YEAR}
"""Kinds that are judged and prefilled by what day it is."""


def prefill(
    form: Form,
    person: Person | None,
    platform_fields: Mapping[str, str],
    sources: Mapping[str, Mapping[str, str]] | None = None,
    today: date | None = None,
) -> Prefilled:
    """Fill what is known. `sources` are the platform's words for where each of its fields comes from.

    The package's `prefill` map names sources in order (`platform.addr`, `card.address`); the first that holds a value
    without a problem wins, so that a value we would refuse is asked for instead. Relative defaults need `today`,
    here or in the form.
    """
    today = today or form.today
    answers: dict[str, str] = {}
    words: dict[str, Mapping[str, str]] = {}
    kinds: dict[str, str] = {}
    for spec in form.fields:
        for source in form.prefill.get(spec.scope, ()):
            kind, _, name = source.partition(".")
            value = clean(spec, _value(kind, name, person, platform_fields))
            if value and _fits(form, spec, value, today):
                answers[spec.scope], kinds[spec.scope] = value, kind
                words[spec.scope] = _words(kind, name, sources or {}).as_dict()
                break
        else:
            value = _default(spec, today)
            if value:
                answers[spec.scope], kinds[spec.scope] = value, "default"
                words[spec.scope] = CHOSEN.as_dict()
    return Prefilled(answers, words, kinds)


def asked_fields(form: Form, answers: Answers, prefilled: Iterable[str]) -> tuple[FieldSpec, ...]:
    """Return the visible fields that still have to be asked: what is prefilled is never asked twice."""
    known = frozenset(prefilled)
    return tuple(spec for spec in visible_fields(form, answers) if spec.scope not in known)


def person_facts(form: Form, person: Person | None, lang: str = "zh") -> tuple[Fact, ...]:
    """Return what of the person is shown as already filled in (the UI schema's `person`), masked."""
    if person is None:
        return ()
    values: dict[str, tuple[str, str]] = {
        "name": (person.masked_name, person.name),
        "id_number": (person.masked_id, person.id_number),
        "sex": (person.sex, person.sex),
        "birth": (f"{person.birth.year}-**-**", person.birth.isoformat()) if person.birth else ("", ""),
        "address": (person.masked_address, person.address),
    }
    source = FROM_CARD.of(lang)
    return tuple(
        Fact(f"person.{name}", PERSON_LABELS[name].of(lang), values[name][0], values[name][1], source)
        for name in form.person
        if name in values and values[name][0]
    )


def _value(kind: str, name: str, person: Person | None, platform_fields: Mapping[str, str]) -> str:
    if kind == "platform":
        return str(platform_fields.get(name) or "")
    found = getattr(person, name, "") if person is not None and kind == "card" else ""
    return found.isoformat() if isinstance(found, date) else str(found or "")


def _words(kind: str, name: str, sources: Mapping[str, Mapping[str, str]]) -> Text:
    if kind == "card":
        return FROM_CARD
    said = Text.read(sources.get(name))
    return said if said.zh else FROM_PLATFORM


def _fits(form: Form, spec: FieldSpec, value: str, today: date | None) -> bool:
    if today is None and spec.control in DATED:
        return False
    found = problems(form, {spec.scope: value}, today or date.min, "zh")
    return all(problem.scope != spec.scope for problem in found)


def _default(spec: FieldSpec, today: date | None) -> str:
    if not spec.default or spec.control not in DATED:
        return spec.default
    if today is None:
        return ""
    day = relative(today, spec.default)
    if spec.control is Control.YEAR:
        return f"{day.year:04d}"
    return month_of(day) if spec.control is Control.MONTH else day.isoformat()
