"""Invented records: plausible, and the same for the same person whenever and however they are asked for."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from central_platform.clock import Clock
from central_platform.records import (
    border_crossings,
    housing_fund,
    income_tax,
    marriage,
    medical_insurance,
    pension,
    personnel_file,
    real_estate,
    social_insurance,
    vaccination,
)
from central_platform.records.draws import Draws

Draw = Callable[[Draws, str, Mapping[str, Any], date], Mapping[str, Any] | None]
WORK = "social_insurance"
"""Whose seed all records of one working life share, so that they agree."""
WORKING: Mapping[str, Draw] = {
    WORK: social_insurance.find,
    "pension": pension.find,
    "medical_insurance": medical_insurance.find,
    "housing_fund": housing_fund.find,
    "income_tax": income_tax.find,
    "personnel_file": personnel_file.find,
}
DRAWN: Mapping[str, Draw] = {
    **WORKING,
    "marriage": marriage.find,
    "real_estate": real_estate.find,
    "border_crossings": border_crossings.find,
    "vaccination": vaccination.find,
}


class SampleRecords:
    """Draws what a department might hold from a keyed hash of the identity number. Nothing of it is true."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def find(self, kind: str, id_no: str, answers: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return an invented record, or None for somebody of whom nothing is held."""
        seed = hmac.new(self._key, f"{WORK if kind in WORKING else kind}:{id_no}".encode(), hashlib.sha256).digest()
        return DRAWN[kind](Draws(seed), id_no, answers, self._clock.now().date())
