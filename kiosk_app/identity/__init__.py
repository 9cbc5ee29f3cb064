"""Who somebody is and how sure we are: evidence, levels L0 to L3, the ladder of alternatives. Pure; holds no device.

The witness check is loaded when it is first asked for: hashing is not needed to draw the first page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk_app.identity.guardian import Guardian, Missing, Relation, missing, unfit
from kiosk_app.identity.ladder import BIOMETRICS, GUESSING, MOST_FAILURES, TRIES_BEFORE_ANOTHER, Means, Way, next_ways
from kiosk_app.identity.levels import (
    BiometricEvidence,
    CardEvidence,
    Evidence,
    FaceEvidence,
    Level,
    PhoneCodeEvidence,
    SocialCardEvidence,
    TokenEvidence,
    WitnessEvidence,
    level,
    person_of,
)
from kiosk_app.identity.lockout import Lockout
from kiosk_app.identity.person import (
    Person,
    expired,
    minor,
    needs_guardian,
    person_from_card,
    person_from_token,
)

if TYPE_CHECKING:
    from kiosk_app.identity.witness import check_witness, witness_entry


def __getattr__(name: str) -> Any:
    """Load the witness check when it is asked for."""
    if name not in ("check_witness", "witness_entry"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kiosk_app.identity import witness

    return getattr(witness, name)


__all__ = [
    "BIOMETRICS",
    "GUESSING",
    "MOST_FAILURES",
    "TRIES_BEFORE_ANOTHER",
    "BiometricEvidence",
    "CardEvidence",
    "Evidence",
    "FaceEvidence",
    "Guardian",
    "Level",
    "Lockout",
    "Means",
    "Missing",
    "Person",
    "PhoneCodeEvidence",
    "Relation",
    "SocialCardEvidence",
    "TokenEvidence",
    "Way",
    "WitnessEvidence",
    "check_witness",
    "expired",
    "level",
    "minor",
    "missing",
    "needs_guardian",
    "next_ways",
    "person_from_card",
    "person_from_token",
    "person_of",
    "unfit",
    "witness_entry",
]
