"""What can be pressed: large enough, apart from its neighbours, within reach, on the screen."""

from __future__ import annotations

from itertools import combinations

from PySide6.QtCore import QRectF

from ui.audit import figures
from ui.audit.report import Finding
from ui.audit.scene import Scene
from ui.shell import Shell


def check_targets(shell: Shell, scene: Scene) -> list[Finding]:
    """Check size, reach and gap in millimetres."""
    out: list[Finding] = []
    portrait = shell.config.height > shell.config.width
    seated = bool(shell.bridge.property("seated")) and not shell.view.cover
    lowest = figures.SEATED_Y if seated else figures.REACH_Y
    whole = QRectF(0, 0, shell.config.width, shell.config.height)
    for target in scene.targets:
        rect, label = target.rect, scene.label(target)
        if min(rect.width(), rect.height()) < figures.LEAST_PX - 0.5:
            out.append(Finding("small", label, f"{rect.width() / figures.PX_MM:.0f} x {_mm(rect.height())}"))
        if portrait and rect.top() < lowest - 0.5:
            out.append(Finding("above reach", label, f"{_mm(lowest - rect.top())} too high"))
        if not whole.contains(rect):
            out.append(Finding("target off screen", label))
    for one, other in combinations(scene.targets, 2):
        apart = _apart(one.rect, other.rect)
        nested = one.item.isAncestorOf(other.item) or other.item.isAncestorOf(one.item)
        if apart < figures.GAP_PX - 0.5 and not nested:
            out.append(Finding("gap", scene.label(one), f"{scene.label(other)} {apart / figures.PX_MM:.1f} mm"))
    return out


def _apart(a: QRectF, b: QRectF) -> float:
    """Return the distance of two rectangles along the axis on which they lie further apart."""
    return max(
        max(a.left(), b.left()) - min(a.right(), b.right()),
        max(a.top(), b.top()) - min(a.bottom(), b.bottom()),
    )


def _mm(px: float) -> str:
    return f"{px / figures.PX_MM:.0f} mm"
