"""When a question of a form is asked: SHOW and HIDE rules over the answers before it. The terminal asks by them, the
platform refuses by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

POINTER = "#/properties/"

Known = Mapping[str, tuple[str, ...]]
"""Property -> what was answered, as `texts` gives it. What was not asked is not there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """SHOW or HIDE by the answer of an earlier question: equal to one of `values`, or, without values, answered at all.

    Of a list it is enough that one of its values fits.
    """

    show: bool
    scope: str
    values: tuple[str, ...] = ()

    def lets(self, known: Known) -> bool:
        """True when the question may be asked as far as this rule goes."""
        answered = known.get(self.scope, ())
        fits = any(value in self.values for value in answered) if self.values else bool(answered)
        return fits is self.show


def asked(rules: Iterable[Rule], known: Known) -> bool:
    """True when every rule of the question, its group and its page lets it be asked."""
    return all(rule.lets(known) for rule in rules)


def texts(value: object) -> tuple[str, ...]:
    """Return an answer as rules compare it: none, one text, or of a list each; an entry of a group is only there."""
    if value is None or value == "":
        return ()
    if isinstance(value, list):
        return tuple(text for one in value for text in texts(one))
    if isinstance(value, Mapping):
        return ("",) if value else ()
    return (str(value).lower() if isinstance(value, bool) else str(value),)


def scope_of(pointer: object) -> str:
    """Return the property name behind `#/properties/`.

    Raises:
        ValueError: the pointer leads elsewhere.
    """
    text = str(pointer)
    if not text.startswith(POINTER) or "/" in text[len(POINTER) :]:
        raise ValueError(f"{text!r} is no scope: write {POINTER}name")
    return text[len(POINTER) :]


def rules_of(*parts: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Return the rules of a control of the UI schema and of the group and the page that it stands in.

    Raises:
        KeyError, TypeError, ValueError: a rule is not of the form that contracts/service.schema.json gives.
    """
    return tuple(_read(part["rule"]) for part in parts if part.get("rule") is not None)


def _read(rule: Mapping[str, Any]) -> Rule:
    condition = rule["condition"]
    schema = condition["schema"]
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return Rule(rule["effect"] == "SHOW", scope_of(condition["scope"]), tuple(str(value) for value in values))
