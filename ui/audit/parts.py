"""What is not words: icons against what is really behind them, and the edge by which a control is known."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF

from ui.audit import figures
from ui.audit.colour import Picture, lights, ratio
from ui.audit.report import Finding
from ui.audit.scene import Piece, Scene, colour_of

_NEAR = 24
"""A pixel whose channels are so close to the icon's colour is the middle of a stroke, not its soft edge."""
_SEEN = 1.1
"""Ratio from which a pixel counts as drawn."""
_OUT, _IN = 5, 9
"""How far outside and inside an edge is looked at, px: half the least gap, and the widest edge plus its margin."""


def check_icons(scene: Scene, shown: Picture, ground: Picture) -> list[Finding]:
    """Compare each icon's strokes with the ground: `shown` is the picture with icons, `ground` the one without."""
    out = []
    for icon in scene.icons:
        figure = _strokes(icon, shown, ground)
        if figure < figures.PARTS_RATIO:
            name = f"{scene.label(icon)} {icon.item.property('name')}".strip()
            out.append(Finding("icon contrast", name, f"{figure:.2f}"))
    return out


def _strokes(icon: Piece, shown: Picture, ground: Picture) -> float:
    """Return the contrast of the faintest twentieth of the strokes; 1.0 when nothing can be seen at all."""
    here, behind = shown.colours(icon.rect), ground.colours(icon.rect)
    figures_ = ratio(lights(here), lights(behind))
    colour = colour_of(icon.item)
    own = np.array([colour.blue(), colour.green(), colour.red()], np.int16)
    middle = (np.abs(here.astype(np.int16) - own).max(axis=2) < _NEAR) & (here != behind).any(axis=2)
    if int(middle.sum()) >= 8:
        return float(np.percentile(figures_[middle], 5))
    drawn = figures_[figures_ > _SEEN]
    return float(np.percentile(drawn, 75)) if drawn.size else 1.0


def check_edges(scene: Scene, ground: Picture) -> list[Finding]:
    """Look across the four edges of each control that can be acted on (WCAG 1.4.11 speaks of those alone)."""
    out = []
    for target in scene.targets:
        if target.item.property("open") is False:
            continue
        worst, side = min((_step(ground, target.rect, side), side) for side in ("top", "right", "bottom", "left"))
        if worst < figures.PARTS_RATIO:
            out.append(Finding("edge contrast", scene.label(target), f"{side} {worst:.2f}"))
    return out


def _step(ground: Picture, rect: QRectF, side: str) -> float:
    """Return the largest step of luminance met on the way in, in the middle of most lines across an edge."""
    if side in ("top", "bottom"):
        y = rect.top() - _OUT if side == "top" else rect.bottom() - _IN
        across = QRectF(rect.left() + rect.width() * 0.3, y, rect.width() * 0.4, _OUT + _IN)
        values = ground.luminances(across, (max(1, int(rect.width()) // 24), 1))
        axis = 0
    else:
        x = rect.left() - _OUT if side == "left" else rect.right() - _IN
        across = QRectF(x, rect.top() + rect.height() * 0.3, _OUT + _IN, rect.height() * 0.4)
        values = ground.luminances(across, (1, max(1, int(rect.height()) // 24)))
        axis = 1
    if values.shape[axis] < _OUT + _IN:
        return np.inf  # off the screen, which is a finding of its own
    return float(np.median(ratio(values.max(axis=axis), values.min(axis=axis))))
