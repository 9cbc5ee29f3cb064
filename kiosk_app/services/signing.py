"""A signature among the answers: given for all the others as they are, and gone when one of them changes."""

from __future__ import annotations

from contracts.canonical import digest
from contracts.handwriting import Signed, Strokes, Way, encode, is_written, signs
from contracts.suites import Suite
from kiosk_app.services.forms import visible_fields
from kiosk_app.services.ink import read, tidied
from kiosk_app.services.look import Look
from kiosk_app.services.model import Answers, Control, FieldSpec, Form, Problem
from kiosk_app.services.values import normalise, signed_of

TAKEN_BACK = "sig1:"
"""Stands in the place of a signature whose answers have changed: it is to be given again."""


def strokes_of(text: str) -> Strokes:
    """Return what was drawn; nothing of any other answer."""
    signed = signed_of(text)
    return signed.strokes if signed is not None else ()


def sign(form: Form, answers: Answers, spec: FieldSpec, text: str, suite: Suite) -> str:
    """Return the signature that a panel's text means for the other answers: a confirmation, strokes, or none."""
    of = digest(_content(form, answers, spec), suite)
    if text == Way.CONFIRMED:
        return encode(Signed(Way.CONFIRMED, of))
    strokes = tidied(read(text), strokes_of(answers.get(spec.scope, "")))
    return encode(Signed(Way.DRAWN, of, strokes)) if strokes else ""


def without_outlived(form: Form, answers: Answers) -> Answers:
    """Return the answers without a signature that was given for others than these; `TAKEN_BACK` stands in its place."""
    gone = {
        spec.scope: TAKEN_BACK
        for spec in visible_fields(form, answers)
        if spec.control is Control.SIGNATURE and answers.get(spec.scope) and not _holds(form, answers, spec)
    }
    return {**answers, **gone} if gone else answers


def check_signature(spec: FieldSpec, text: str, look: Look) -> Problem | None:
    """A signature of these very answers; a drawn one is more than a dot."""
    signed = signed_of(text)
    if signed is None or not signs(signed, _content(look.form, look.answers, spec)):
        return look.say(spec, "signature-again")
    return look.say(spec, "signature-short") if signed.way is Way.DRAWN and not is_written(signed.strokes) else None


def _holds(form: Form, answers: Answers, spec: FieldSpec) -> bool:
    signed = signed_of(answers[spec.scope])
    return signed is not None and signs(signed, _content(form, answers, spec))


def _content(form: Form, answers: Answers, spec: FieldSpec) -> dict[str, object]:
    """Every other answer, as the platform gets it."""
    return {name: value for name, value in normalise(form, answers).items() if name != spec.scope}
