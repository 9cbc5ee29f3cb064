"""Checks of codes that carry their own rules: credit codes of organisations, number plates, PINs."""

from __future__ import annotations

from contracts import uscc
from kiosk_app.services import pins, plates
from kiosk_app.services.look import Look
from kiosk_app.services.model import Control, FieldSpec, Problem
from kiosk_app.services.sending import clean


def check_length(spec: FieldSpec, text: str, look: Look, least: int, most: int) -> Problem | None:
    """Say how many characters are missing or too many."""
    if len(text) < least:
        return look.say(spec, "digits-missing", count=least - len(text))
    if len(text) > most:
        return look.say(spec, "digits-too-many", count=len(text) - most)
    return None


def all_digits(text: str) -> bool:
    """True for digits of ASCII and nothing else."""
    return text.isascii() and text.isdigit()


def check_uscc(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    """A unified social credit code: alphabet, length, check character."""
    if not all(char in uscc.ALPHABET for char in text):
        return look.say(spec, "code-letters")
    wrong = check_length(spec, text, look, uscc.LENGTH, uscc.LENGTH)
    if wrong is not None:
        return wrong
    return None if uscc.is_valid(text) else look.say(spec, "id-check")


def check_plate(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    """A number plate: what stands where, then how long it is."""
    fault = plates.fault(text)
    if fault:
        return look.say(spec, fault)
    return check_length(spec, text, look, plates.SHORTEST, plates.LONGEST)


def check_pin(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    """Six digits that nobody tries first, or the same once more. What tells of the person is `pins.guessed`."""
    if not all_digits(text):
        return look.say(spec, "digits-only")
    wrong = check_length(spec, text, look, pins.LENGTH, pins.LENGTH)
    if wrong is not None:
        return wrong
    other = look.form.field(spec.equals) if spec.equals else None
    if other is not None and other.control is Control.PIN:
        same = text == clean(other, look.answers.get(other.scope, ""))
        return None if same else look.say(spec, "pin-differs")
    return look.say(spec, "pin-weak") if pins.weak(text) else None
