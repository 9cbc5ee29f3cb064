"""Who somebody is and how sure we are: evidence, levels L0 to L3, the ladder of alternatives. Pure; holds no device."""

from kiosk_app.identity.ladder import MOST_FAILURES, Way, next_ways
from kiosk_app.identity.levels import (
    CardEvidence,
    Evidence,
    Level,
    PhoneCodeEvidence,
    TokenEvidence,
    WitnessEvidence,
    level,
    person_of,
)
from kiosk_app.identity.person import (
    Person,
    expired,
    minor,
    needs_guardian,
    person_from_card,
    person_from_token,
)
from kiosk_app.identity.witness import check_witness, witness_entry

__all__ = [
    "MOST_FAILURES",
    "CardEvidence",
    "Evidence",
    "Level",
    "Person",
    "PhoneCodeEvidence",
    "TokenEvidence",
    "Way",
    "WitnessEvidence",
    "check_witness",
    "expired",
    "level",
    "minor",
    "needs_guardian",
    "next_ways",
    "person_from_card",
    "person_from_token",
    "person_of",
    "witness_entry",
]
