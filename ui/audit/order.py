"""Reading order is visual order: zone by zone, and inside a zone never back up the same column or row."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QRectF

from ui.audit.report import Finding
from ui.audit.scene import ZONES, Scene, zone_of


def check_order(scene: Scene) -> list[Finding]:
    """Compare the order of the accessible tree with where things lie.

    The next thing lies below the one before or to the right of it: rows and columns are both orders people read in.
    """
    out: list[Finding] = []
    for before, after in pairwise(scene.things):
        zones = ZONES.index(zone_of(before)), ZONES.index(zone_of(after))
        back = zones[1] < zones[0] or (zones[0] == zones[1] and _back(before.rect, after.rect))
        if back and not before.item.isAncestorOf(after.item):
            out.append(Finding("order", before.owner, f"then {after.owner}"))
    return out


def _back(before: QRectF, after: QRectF) -> bool:
    """Whether what comes after lies neither below nor to the right."""
    slack_x, slack_y = min(before.width(), after.width()) / 2, min(before.height(), after.height()) / 2
    return after.top() < before.bottom() - slack_y and after.left() < before.right() - slack_x
