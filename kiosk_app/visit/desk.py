"""What a step may look at besides the state: the date, the catalogue, the site. Read-only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.hours import ALWAYS, Hours
from contracts.site import AS_EVER, UNBOUND, Accessibility, HelpCard, Pair, Screen, Volume
from contracts.suites import INTL, Suite
from kiosk_app.services import Catalogue, Form, Service
from kiosk_app.visit.nearby import NOTHING_NEAR, Nearby
from kiosk_app.visit.sign_shelf import NO_SIGNS, SignShelf

MOST_TILES = 4
"""Services on the first page with services."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the signed profile says about this terminal, as residents see it."""

    terminal: str
    name: dict[str, str]
    place: dict[str, str]
    services: frozenset[str] = frozenset()
    hotlines: tuple[str, ...] = ("66007070", "12345")
    has_witness: bool = True
    keypad: str = ""
    """The key map of the keypad that hangs here, whose keys hints name; "" = one with a key for everything."""
    suite: Suite = INTL
    hours: Hours = ALWAYS
    volume: Volume = UNBOUND
    usual: Accessibility = AS_EVER
    help: HelpCard | None = None
    screen: Screen | None = None
    partner: Pair | None = None
    """Whose machine this is a guest on, and can be handed back to."""
    prints: frozenset[str] = frozenset({"receipt_printer", "page_printer"})
    """As in `World`."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The reference shelf of one step."""

    now: datetime
    catalogue: Catalogue
    site: Site
    form: Callable[[str], Form] = field(repr=False)
    signs: SignShelf = field(default=NO_SIGNS, repr=False)
    dated: bool = True
    """False while the clock shows a time before this program was written: no day may be printed or reckoned with."""
    near: Nearby = NOTHING_NEAR
    closed: frozenset[str] = frozenset()
    """Services that a failed check of the self-test closes."""

    @property
    def staffed(self) -> bool:
        """True in opening hours, and while nobody can tell what time it is."""
        return not self.dated or self.site.hours.is_open(self.now)

    technician: Callable[[str], str] = field(default=lambda _: "", repr=False)
    """Whose card this number is: the id of a technician who may work here, "" for everybody else."""

    def service(self, service_id: str) -> Service | None:
        """The service of this id, when it is in the catalogue."""
        return self.catalogue.get(service_id)

    def keeps(self, service: Service) -> bool:
        """True when a case of this service may be captured without a network now and sent later."""
        return self.dated and service.offline == "queue"

    def to_phone(self, service: Service) -> bool:
        """True when its certificate goes to the phone, because this site prints no sheets."""
        return service.output == "CERT" and "page_printer" not in self.site.prints

    def foremost(self) -> tuple[Service, ...]:
        """What most people come for, of what can be done here: the services of the first page."""
        return tuple(service for service in self.catalogue.most_used(MOST_TILES) if self.offered(service.id))

    def offered(self, service_id: str) -> bool:
        """True when the service is live, this site offers it, and nothing that it needs is broken."""
        return (
            self.catalogue.is_live(service_id)
            and service_id not in self.closed
            and (not self.site.services or service_id in self.site.services)
        )
