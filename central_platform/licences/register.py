"""What the register of electronic licences tells of one of them, and the port behind which it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from contracts.licence_kinds import KINDS
from contracts.masks import mask_id

__all__ = ["KINDS", "Licence", "LicenceError", "Licences", "read_licence"]


class LicenceError(ValueError):
    """This is no licence; the text quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Licence:
    """One electronic licence. `issuer` in both languages; `valid_until` is the last day, None = for good; `facts` are
    what it says besides, in Chinese.
    """

    kind: str
    holder: str = field(repr=False)
    """The identity number of whom it is."""
    number: str = field(repr=False)
    issuer: Mapping[str, str]
    issued_on: date
    valid_until: date | None = None
    revoked: bool = False
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def masked(self) -> str:
        """Its number as a terminal may show it."""
        return mask_id(self.number)

    def unusable(self, day: date) -> str:
        """Return why it cannot be used on a day; empty when it can."""
        if self.revoked:
            return "it was revoked"
        return "it has expired" if self.valid_until is not None and self.valid_until < day else ""


class Licences(Protocol):
    """The register. Asked within the transaction that accepts a case, so one that is far away must keep a copy."""

    warning: str
    """What has to be known of its licences, in a frame on every copy; "" when nothing."""

    def find(self, kind: str, id_no: str) -> Licence | None:
        """Return the licence of this kind that a person holds, good or not; None when there is none."""


def read_licence(kind: str, holder: str, value: Mapping[str, Any]) -> Licence:
    """Return a licence from JSON: `number`, `issuer`, `issued_on`, and what else it has.

    Raises:
        LicenceError: something is missing or of another kind.
    """
    try:
        until = value.get("valid_until")
        return Licence(
            kind=kind,
            holder=holder,
            number=str(value["number"]),
            issuer={"zh": str(value["issuer"]["zh"]), "en": str(value["issuer"]["en"])},
            issued_on=date.fromisoformat(value["issued_on"]),
            valid_until=None if until is None else date.fromisoformat(until),
            revoked=bool(value.get("revoked", False)),
            facts={str(label): str(said) for label, said in (value.get("facts") or {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise LicenceError("a licence has number, issuer in zh and en, and issued_on") from None
