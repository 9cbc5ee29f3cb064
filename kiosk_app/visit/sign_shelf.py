"""Which clips in sign language there are, by service and page. `kiosk_app.signs` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OWN = "page"
"""Stands for a service where the terminal's own pages are meant."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One clip that may be shown: its file, and what it says."""

    path: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SignShelf:
    """The clips by owner (a service, or the terminal itself) and key."""

    clips: Mapping[tuple[str, str], Sign] = field(default_factory=dict)

    def find(self, service: str, keys: tuple[str, ...]) -> Sign | None:
        """Return the first of these keys that has a clip: the service's own before the terminal's."""
        owners = (service, OWN) if service else (OWN,)
        return next((self.clips[owner, key] for owner in owners for key in keys if (owner, key) in self.clips), None)


NO_SIGNS = SignShelf()
