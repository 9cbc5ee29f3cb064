"""What the platform gets: the contract's `application` body without ids, and evidence as it stands there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kiosk_app.identity import (
    BiometricEvidence,
    CardEvidence,
    Evidence,
    FaceEvidence,
    Person,
    PhoneCodeEvidence,
    Relation,
    SocialCardEvidence,
    TokenEvidence,
    WitnessEvidence,
    level,
)
from kiosk_app.services import normalise
from kiosk_app.visit.consents import APPLICANT, GUARDIAN, version
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import Consent, State

REVIEW = "review.consent"


def evidence_json(evidence: Iterable[Evidence]) -> tuple[dict[str, str], ...]:
    """Return the proofs as the platform reads them; an expired card is none."""
    return tuple(_one(item) for item in evidence if not (isinstance(item, CardEvidence) and item.expired))


def _one(evidence: Evidence) -> dict[str, str]:
    match evidence:
        case CardEvidence(layout=layout):
            return {"kind": "card", "layout": layout}
        case TokenEvidence():
            return {"kind": "token"}
        case PhoneCodeEvidence(phone=phone, challenge=challenge):
            return {"kind": "phone_code", "phone": phone, "challenge": challenge}
        case WitnessEvidence(host=host):
            return {"kind": "witness", "host": host}
        case FaceEvidence(live=live):
            return {"kind": "face", "live": live}
        case SocialCardEvidence():
            return {"kind": "social_card"}
        case BiometricEvidence(kind=kind):
            return {"kind": kind}


def submission_body(state: State, desk: Desk) -> dict[str, Any]:
    """Build the body of this visit's case. With a guardian, `level` is the one that the guardian reached."""
    visit, service = state.visit, desk.service(state.visit.service)
    assert service is not None
    online, lang = state.world.online, state.prefs.lang
    guardian = visit.guardian if visit.guardian is not None and visit.guardian.consent else None
    asked = [
        *visit.consents,
        Consent(REVIEW, version(REVIEW, lang), lang, visit.consent, APPLICANT if guardian is None else GUARDIAN),
    ]
    body: dict[str, Any] = {
        "service": service.id,
        "service_version": service.version,
        "answers": dict(normalise(desk.form(service.id), visit.answers)),
        "person": None if visit.person is None else _person(visit.person),
        "level": (visit.level(online) if guardian is None else level(guardian.evidence, online)).name,
        "evidence": list(evidence_json(visit.evidence)),
        "lang": lang,
        "consent": {"text": REVIEW, "lang": lang, "given": visit.consent},
        "consents": [
            {"text": c.text, "version": c.version, "lang": c.lang, "given": c.given, "who": c.who} for c in asked
        ],
    }
    if guardian is not None:
        body["guardian"] = {
            "name": guardian.person.name,
            "id_no": guardian.person.id_number,
            "birth": _birth(guardian.person),
            "relation": str(guardian.relation or Relation.OTHER),
            "evidence": list(evidence_json(guardian.evidence)),
        }
    return body


def _person(person: Person) -> dict[str, str]:
    return {
        "name": person.name,
        "id_no": person.id_number,
        "sex": person.sex,
        "birth": _birth(person),
        "address": person.address,
    }


def _birth(person: Person) -> str:
    return person.birth.isoformat() if person.birth else ""
