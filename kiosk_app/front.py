"""What the first pages say before anything is opened: the public words of the last run.

A cosmetic file: checked by nobody, nothing can be begun with what stands in it, and it is replaced whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_app.services import Catalogue
from kiosk_app.visit.desk import Desk, Site

NOWHERE = Site(
    "XC-0000", {"zh": "尚未开通", "en": "not yet in service"}, {"zh": "尚未开通", "en": "not yet in service"}
)


@dataclass(frozen=True, slots=True)
class Front:
    """Where the terminal stands, and the services of its first page."""

    site: Site = NOWHERE
    catalogue: Catalogue = field(default_factory=Catalogue)


def read_front(path: Path) -> Front:
    """Return what the last run has kept; where there is nothing, or something else, nothing is said."""
    try:
        value = json.loads(path.read_text("utf-8"))
        site = Site(str(value["terminal"]), dict(value["name"]), dict(value["place"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Front()
    try:
        return Front(site, Catalogue.of_front(value["home"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Front(site)


def write_front(path: Path, desk: Desk) -> None:
    """Keep the public words of the site, and of the services that its first page offers."""
    site, catalogue = desk.site, desk.catalogue
    home = catalogue.front([service.id for service in desk.foremost()])
    value = {"terminal": site.terminal, "name": site.name, "place": site.place, "home": home}
    try:
        half = path.with_name(path.name + ".new")
        half.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        half.replace(path)
    except OSError:
        # The next first frame then says less; nothing depends on it.
        return
