"""What the first pages say before anything is opened: the public words of the last run.

A cosmetic file: checked by nobody, nothing can be begun with what stands in it, and it is replaced whole.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from contracts.hours import hours_value, read_hours
from contracts.site import read_site
from kiosk_app.services import Catalogue
from kiosk_app.visit.desk import Desk, Site
from kiosk_app.visit.nearby import NOTHING_NEAR, Nearby, nearby_values, read_nearby

NOWHERE = Site(
    "XC-0000", {"zh": "尚未开通", "en": "not yet in service"}, {"zh": "尚未开通", "en": "not yet in service"}
)


@dataclass(frozen=True, slots=True)
class Front:
    """Where the terminal stands, and the services of its first page; the terminals around, and whether a card lies on
    the reader that nobody has fetched.
    """

    site: Site = NOWHERE
    catalogue: Catalogue = field(default_factory=Catalogue)
    near: Nearby = NOTHING_NEAR
    card_left: bool = False


def read_front(path: Path) -> Front:
    """Return what the last run has kept; where there is nothing, or something else, nothing is said."""
    try:
        value = json.loads(path.read_text("utf-8"))
        site = Site(
            str(value["terminal"]),
            dict(value["name"]),
            dict(value["place"]),
            hours=read_hours(value.get("hours")),
            usual=read_site({"accessibility": value.get("usual")}).accessibility,
        )
        kept = value.get("near") or {}
        known = datetime.fromisoformat(kept["at"]) if kept else None
        near = read_nearby(kept.get("found", ()), known)
        card_left = value.get("card_left") is True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Front()
    try:
        return Front(site, Catalogue.of_front(value["home"]), near, card_left)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Front(site, near=near, card_left=card_left)


def write_front(path: Path, desk: Desk, *, card_left: bool = False) -> None:
    """Keep the public words of the site, and of the services that its first page offers."""
    site, catalogue = desk.site, desk.catalogue
    home = catalogue.front([service.id for service in desk.foremost()])
    near = desk.near.known_at and {"at": desk.near.known_at.isoformat(), "found": nearby_values(desk.near)}
    value = {
        "terminal": site.terminal,
        "name": site.name,
        "place": site.place,
        "home": home,
        "hours": hours_value(site.hours),
        "usual": asdict(site.usual),
        "near": near,
        "card_left": card_left,
    }
    try:
        half = path.with_name(path.name + ".new")
        half.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        half.replace(path)
    except OSError:
        # The next first frame then says less; nothing depends on it.
        return
