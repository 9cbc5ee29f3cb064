"""Electronic licences in the place of papers: which one is offered for which paper, and what its holder agrees to.

A licence itself never comes here: the platform tells that it holds one, and makes the copy when the case is submitted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kiosk_app.services import Material, Service
from kiosk_app.visit.consents import APPLICANT, GUARDIAN, version
from kiosk_app.visit.effects import Log
from kiosk_app.visit.state import State
from kiosk_app.visit.supplied import Agreed, Given, Licence
from kiosk_app.words import say

CONSENT = "licence.consent"
UNUSABLE = "licence-unusable"
"""The problem of a case whose licence ran out, or was withdrawn, since it was offered."""


def licence_of(state: State, material: Material) -> Licence | None:
    """The licence that may take the place of a paper: of this very person, told for this very service."""
    told, person, scan = state.visit.licences, state.visit.person, material.scan
    if told is None or person is None or scan is None:
        return None
    if (told.owner, told.service) != (person.id_number, state.visit.service):
        return None
    found = told.of.get(material.code)
    return found if found is not None and found.kind == scan.licence else None


def chosen(state: State, code: str) -> bool:
    """True when a licence takes the place of this paper."""
    held = state.visit.papers.get(code)
    return held is not None and held.given is Given.LICENCE


def offered(state: State, material: Material) -> Licence | None:
    """The licence that the page offers. Without a network only one that was chosen before: no other could be used."""
    usable = state.world.online or chosen(state, material.code)
    return licence_of(state, material) if usable else None


def question(state: State, service: Service) -> str:
    """What somebody is asked before their licence is used: what for, who sees it, how long."""
    lang = state.prefs.lang
    return say(lang, CONSENT, service=service.name(lang), department=service.department.of(lang))


def agreed(state: State, service: Service, licence: Licence, now: datetime) -> Agreed:
    """A yes to the question that the page shows."""
    guardian, lang = state.visit.guardian, state.prefs.lang
    return Agreed(
        kind=licence.kind,
        number=licence.number,
        purpose=service.name(lang),
        at=now,
        lang=lang,
        words=question(state, service),
        who=GUARDIAN if guardian is not None and guardian.consent else APPLICANT,
    )


def given(state: State) -> Log:
    """What the audit keeps of a yes: which sentence it was, not which licence."""
    return Log("consent_given", {"service": CONSENT, "version": f"sha256:{version(CONSENT, state.prefs.lang)}"})


def withdrawn(state: State, code: str) -> tuple[Log, ...]:
    """What the audit keeps when another way is chosen after a yes."""
    return (Log("consent_withdrawn", {"service": CONSENT}),) if chosen(state, code) else ()


def told(consent: Agreed) -> dict[str, Any]:
    """What the platform is told of a yes."""
    return {
        "kind": consent.kind,
        "number": consent.number,
        "purpose": consent.purpose,
        "at": consent.at.isoformat(),
        "lang": consent.lang,
        "words": consent.words,
        "who": consent.who,
    }
