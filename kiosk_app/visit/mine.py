"""The cases of whoever proved who they are: what the platform said of them, and when. Lives with the visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from kiosk_app.services import Text
from kiosk_app.visit.sealed import Certificate, Sheet, certificate_of

DONE, REFUSED, ASKED, ACCEPTED = "done", "refused", "asked", "accepted"
"""What a case is to its resident; `asked` is the one state in which the resident has something to do."""
WAITING = "supplement"
"""The platform's word for a case that waits for its resident."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One step in the life of a case: the words for everybody, and those for its person alone."""

    kind: str
    at: datetime | None
    text: Text
    words: Text = field(default=Text(), repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What staff ask for. `fields` are scopes of the service's form, `answers` what they hold now, as panels leave it;
    `free`: an answer in words is wanted. `days_left`: working days after the day on which it was asked for here.
    """

    id: str
    words: Text = field(repr=False)
    fields: tuple[str, ...]
    answers: Mapping[str, str] = field(repr=False)
    free: bool
    due: date
    days_left: int
    late: bool = False
    guardian: bool = False


@dataclass(frozen=True, slots=True)
class Mine:
    """One case. `receipt` is its receipt as it would read today."""

    number: str
    service: str
    name: Text
    state: str
    accepted_at: datetime | None
    steps: tuple[Happened, ...] = ()
    due: date | None = None
    asked: Asked | None = None
    receipt: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def stands(self) -> str:
        """What it is to the resident: done, refused, asked or accepted."""
        if self.state in {DONE, REFUSED}:
            return self.state
        return ASKED if self.asked is not None else ACCEPTED

    @property
    def certificate(self) -> Certificate | None:
        """Its certificate, when it can be fetched here; one that was printed before is not printed again."""
        sealed = certificate_of(self.receipt or {})
        if sealed is None:
            return None
        printed = (self.receipt or {})["result"].get("printed") is True
        return replace(sealed, sheet=Sheet.PRINTED, before=True) if printed else sealed


@dataclass(frozen=True, slots=True)
class MyCases:
    """What was found at `at` for the person with the number `owner`. `sent`: requests answered since, in this visit."""

    at: datetime
    owner: str = field(repr=False)
    cases: tuple[Mine, ...] = field(repr=False)
    sent: frozenset[str] = frozenset()

    def find(self, number: str) -> Mine | None:
        """Return the case of this number."""
        return next((case for case in self.cases if case.number == number), None)

    def to_do(self, case: Mine) -> bool:
        """True when the resident can do something about a case here and now."""
        asked = case.asked
        return asked is not None and not asked.late and not asked.guardian and asked.id not in self.sent
