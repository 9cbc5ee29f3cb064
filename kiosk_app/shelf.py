"""What the steps may read: catalogue and site as they are now. Replaced whole, between visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiosk_app.services import Catalogue
from kiosk_app.visit.desk import Desk, Site
from kiosk_app.visit.sign_shelf import NO_SIGNS

NOWHERE = Site(
    "XC-0000", {"zh": "尚未开通", "en": "not yet in service"}, {"zh": "尚未开通", "en": "not yet in service"}
)


class Shelf:
    """Holds the current catalogue, site and clips in sign language, and makes a `Desk` of them."""

    def __init__(self, now: Callable[[], datetime], site: Site = NOWHERE) -> None:
        self._now = now
        self.site = site
        self.catalogue = Catalogue()
        self.signs = NO_SIGNS

    def desk(self) -> Desk:
        """Return the reference shelf of one step."""
        now = self._now()
        shelf = self.catalogue
        return Desk(now, shelf, self.site, lambda service: shelf.form(service, now.date()), self.signs)
