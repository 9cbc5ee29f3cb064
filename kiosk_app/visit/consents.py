"""What people are asked before their body is looked at, and what they said; part of the case (requirements A32)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from kiosk_app.visit.effects import Log
from kiosk_app.visit.state import Consent, State, Visit
from kiosk_app.words import table

DIGITS = 16
APPLICANT, GUARDIAN = "applicant", "guardian"


@lru_cache(maxsize=32)
def version(text: str, lang: str) -> str:
    """Return the first hex digits of the SHA-256 of a sentence: which text it was cannot drift from what was read.

    Hashing is loaded when somebody is asked for the first time, not to draw the first page.
    """
    import hashlib

    return hashlib.sha256(table(lang)[text].encode()).hexdigest()[:DIGITS]


def answered(visit: Visit, text: str, who: str) -> bool | None:
    """Return what somebody said to this text in this visit; None when they were not asked."""
    return next((c.given for c in reversed(visit.consents) if c.text == text and c.who == who), None)


def record(state: State, text: str, who: str, *, given: bool) -> tuple[State, tuple[Log, ...]]:
    """Keep an answer with the version of the text in the language that was shown. The last answer counts."""
    lang = state.prefs.lang
    asked = Consent(text, version(text, lang), lang, given, who)
    kept = tuple(c for c in state.visit.consents if (c.text, c.who) != (text, who))
    known = replace(state, visit=replace(state.visit, consents=(*kept, asked)))
    logs = (Log("consent_given", {"service": text, "version": f"sha256:{asked.version}"}),) if given else ()
    return known, logs
