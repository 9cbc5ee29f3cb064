"""What the steps may read: catalogue and site as they are now. Replaced whole, between visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from contracts.times import EARLIEST
from kiosk_app.front import NOWHERE
from kiosk_app.services import Catalogue
from kiosk_app.visit.desk import Desk, Site
from kiosk_app.visit.nearby import NOTHING_NEAR
from kiosk_app.visit.sign_shelf import NO_SIGNS


class Shelf:
    """Holds the current catalogue, site and clips in sign language, and makes a `Desk` of them."""

    def __init__(self, now: Callable[[], datetime], site: Site = NOWHERE, catalogue: Catalogue | None = None) -> None:
        self._now = now
        self.site = site
        self.catalogue = Catalogue() if catalogue is None else catalogue
        self._whole = self.catalogue
        self._held = ""
        self.signs = NO_SIGNS
        self.near = NOTHING_NEAR
        self.closed: frozenset[str] = frozenset()
        """Services that a failed check closes."""
        self.technician: Callable[[str], str] = lambda _: ""

    def switch(self, catalogue: Catalogue, in_use: str = "", *, begun: bool = False) -> None:
        """Take a new catalogue at once, but for the service of the visit under way.

        A service that was closed or changed stays as it was while somebody is in it, so that no page loses its words;
        it can be finished when it was `begun` (something was typed), and not be opened any more when not.
        """
        former, self._whole = self.catalogue, catalogue
        held = former.get(in_use) if in_use else None
        if held is None or (not begun and catalogue.package(in_use) is not None):
            self.catalogue, self._held = catalogue, ""
            return
        self.catalogue, self._held = catalogue.holding(in_use, former, live=begun and held.live), in_use

    def let_go(self, in_use: str) -> None:
        """The visit is at this service now, or "" at none: what was held for another is let go."""
        if self._held and in_use != self._held:
            self.catalogue, self._held = self._whole, ""

    def desk(self) -> Desk:
        """Return the reference shelf of one step."""
        now = self._now()
        shelf = self.catalogue
        return Desk(
            now,
            shelf,
            self.site,
            lambda service: shelf.form(service, now.date()),
            self.signs,
            dated=now >= EARLIEST,
            near=self.near,
            closed=self.closed,
            technician=self.technician,
        )
