"""What a check of one answer is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk_app.services.model import FieldSpec, Form, Problem
from kiosk_app.services.words import sentence


@dataclass(frozen=True, slots=True)
class Look:
    """What a check may look at besides the answer."""

    form: Form
    answers: Mapping[str, str]
    today: date
    lang: str

    def name(self, spec: FieldSpec) -> str:
        """How a sentence calls the field."""
        return self.form.text(spec.short, self.lang)

    def say(self, spec: FieldSpec, key: str, **slots: object) -> Problem:
        """A sentence of the engine about this field."""
        return Problem(spec.scope, key, sentence(key, self.lang, field=self.name(spec), **slots))

    def own(self, spec: FieldSpec, kind: str) -> Problem:
        """The package's own sentence: `required` or `invalid`."""
        return Problem(spec.scope, kind, self.form.text(f"field.{spec.words}.error.{kind}", self.lang))


Check = Callable[[FieldSpec, str, Look], Problem | None]
