"""Audit of the page as it is drawn: contrast, size, gap, reach, words cut off or overlapping, names, focus walk.

One `grabWindow` with all words hidden gives the true backgrounds. Figures: docs and EN 301 549 8.3 (reach, size); WCAG
1.4.3 and 1.4.6 (contrast, no discount for large words). px are of the page, 3.212 to the millimetre.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtQml import QQmlExpression, qmlContext
from PySide6.QtQuick import QQuickItem

from ui.hearing import everything, id_of, walk_tree
from ui.shell import Shell

PX_MM = 3.212
LEAST_PX = 64.0
GAP_PX = 10.0
REACH_Y = 571.0
SEATED_Y = 1152.0
LEAST_TYPE = 26
NEED = {"standard": 4.5, "dark": 7.0, "lowglare": 4.5}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `kind`, what it concerns, the figure."""

    kind: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what is wrong."""

    findings: tuple[Finding, ...]
    checks: int


def luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2.2."""

    def part(v: float) -> float:
        return v / 12.92 if v <= 0.03928 else float(((v + 0.055) / 1.055) ** 2.4)

    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF())


def ratio(a: QColor, b: QColor) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def audit(shell: Shell, *, walk: bool = True) -> Report:
    """Audit the page (every part of it) that is shown. Main thread only."""
    _settle(shell)
    findings: list[Finding] = []
    checks = 0
    flow = shell.flow()
    parts = int(flow.property("parts"))
    start = int(flow.property("part"))
    for part in range(parts if not shell.view.cover else 1):
        if parts > 1:
            flow.turn(part - int(flow.property("part")))
            _settle(shell)
        found, count = _part(shell)
        findings += [f for f in found if f not in findings]
        checks += count
    flow.turn(start - int(flow.property("part")))
    _settle(shell)
    if walk:
        found, count = _walk(shell)
        findings += found
        checks += count
    return Report(tuple(findings), checks)


def tree(shell: Shell) -> str:
    """Return the accessible tree as indented text."""
    lines: list[str] = []

    def visit(face: QAccessibleInterface, depth: int) -> None:
        t = QAccessible.Text
        name, value, more = face.text(t.Name), face.text(t.Value), face.text(t.Description)
        if name or value:
            words = " | ".join(part for part in (name, value, more) if part)
            lines.append(f"{'  ' * depth}{face.role().name} {words}")
            depth += 1
        for i in range(face.childCount()):
            child = face.child(i)
            if child is not None and not child.state().invisible:
                visit(child, depth)

    face = QAccessible.queryAccessibleInterface(shell.window)
    if face is not None:
        visit(face, 0)
    return "\n".join(lines)


def _settle(shell: Shell) -> None:
    for _ in range(3):
        for item in everything(shell.root()):
            item.ensurePolished()
        shell.app.processEvents()


def _page_rect(shell: Shell, item: QQuickItem, rect: QRectF | None = None) -> QRectF:
    """Return a rectangle in px of the page, whatever the window's scale."""
    page = shell.root().childItems()[1]
    return item.mapRectToItem(page, rect if rect is not None else QRectF(0, 0, item.width(), item.height()))


def _ink(shell: Shell, text: QQuickItem) -> QRectF:
    """Return the rectangle the words really cover."""
    wide = float(text.property("contentWidth"))
    high = float(text.property("contentHeight"))
    x_flag, y_flag = _flag(text, "horizontalAlignment"), _flag(text, "verticalAlignment")
    spare_x, spare_y = text.width() - wide, text.height() - high
    x = spare_x if x_flag == int(Qt.AlignmentFlag.AlignRight.value) else spare_x / 2 if x_flag == 4 else 0.0
    y = spare_y / 2 if y_flag == int(Qt.AlignmentFlag.AlignVCenter.value) else 0.0
    return _page_rect(shell, text, QRectF(x, y, wide, high))


def _flag(text: QQuickItem, name: str) -> int:
    context = qmlContext(text)
    if context is None:
        return 0
    found = QQmlExpression(context, text, f"{name} * 1").evaluate()
    return int(found[0] if isinstance(found, tuple) else found)


def _part(shell: Shell) -> tuple[list[Finding], int]:
    items = [i for i in walk_tree(shell.root()) if i.width() > 0 and i.height() > 0]
    texts = [i for i in items if i.inherits("QQuickText") and str(i.property("text") or "")]
    targets = [i for i in items if i.inherits("QQuickAbstractButton")]
    findings = _contrast(shell, texts) + _overlaps(shell, texts) + _covered(shell, texts, targets)
    return findings + _targets(shell, targets), 5 * len(texts) + 5 * len(targets)


def _background(shell: Shell, texts: list[QQuickItem]) -> QImage:
    before = [text.opacity() for text in texts]
    for text in texts:
        text.setOpacity(0)
    image = shell.window.grabWindow()
    for text, opacity in zip(texts, before, strict=True):
        text.setOpacity(opacity)
    return image


def _contrast(shell: Shell, texts: list[QQuickItem]) -> list[Finding]:
    out: list[Finding] = []
    need = NEED.get(shell.view.look.theme, 4.5)
    image = _background(shell, texts)
    scale = image.width() / shell.config.width
    whole = QRectF(0, 0, shell.config.width, shell.config.height)
    for text in texts:
        words = str(text.property("text"))
        box = _ink(shell, text)
        if not whole.adjusted(0, -4, 0, 4).contains(box.adjusted(0, 6, 0, -6)):
            out.append(Finding("off screen", words))
            continue
        if bool(text.property("truncated")):
            out.append(Finding("truncated", words))
        size = text.property("font").pixelSize()
        if size < LEAST_TYPE:
            out.append(Finding("tiny", words, f"{size} px"))
        area = QRectF(box.x() * scale, (box.y() + 6) * scale, box.width() * scale, (box.height() - 12) * scale).toRect()
        colour = text.property("color")
        ratios = sorted(
            ratio(colour, image.pixelColor(x, y))
            for y in range(area.top(), area.bottom(), max(1, area.height() // 6))
            for x in range(max(0, area.left()), min(image.width(), area.right()), max(1, area.width() // 24))
        )
        if ratios and ratios[len(ratios) // 20] < need:
            out.append(Finding("contrast", words, f"{ratios[len(ratios) // 20]:.2f}"))
        holder = _holder(text)
        if holder is not None:
            low = box.height() * 0.2
            if not _page_rect(shell, holder).adjusted(4, -2, -4, 2).contains(box.adjusted(0, low, 0, -low)):
                out.append(Finding("spills", words))
    return out


def _holder(text: QQuickItem) -> QQuickItem | None:
    at = text.parentItem()
    while at is not None and not at.inherits("QQuickAbstractButton"):
        at = at.parentItem()
    return at


def _overlaps(shell: Shell, texts: list[QQuickItem]) -> list[Finding]:
    out: list[Finding] = []
    boxes = [(text, _ink(shell, text)) for text in texts]
    for i, (one, a) in enumerate(boxes):
        inner = a.adjusted(2, a.height() * 0.2, -2, -a.height() * 0.2)
        for other, b in boxes[i + 1 :]:
            if inner.intersects(b.adjusted(2, b.height() * 0.2, -2, -b.height() * 0.2)):
                out.append(Finding("words overlap", str(one.property("text")), str(other.property("text"))))
    return out


def _covered(shell: Shell, texts: list[QQuickItem], targets: list[QQuickItem]) -> list[Finding]:
    """Words that run under something to press."""
    out: list[Finding] = []
    rects = [(target, _page_rect(shell, target)) for target in targets]
    for text in texts:
        box = _ink(shell, text).adjusted(2, 6, -2, -6)
        for target, rect in rects:
            if not target.isAncestorOf(text) and rect.intersects(box):
                out.append(Finding("words covered", str(text.property("text")), id_of(target)))
    return out


def _targets(shell: Shell, targets: list[QQuickItem]) -> list[Finding]:
    out: list[Finding] = []
    portrait = shell.config.height > shell.config.width
    lowest = SEATED_Y if bool(shell.bridge.property("seated")) and not shell.view.cover else REACH_Y
    rects = [(item, _page_rect(shell, item)) for item in targets]
    for i, (item, rect) in enumerate(rects):
        face = QAccessible.queryAccessibleInterface(item)
        name = face.text(QAccessible.Text.Name) if face is not None else ""
        label = name or id_of(item)
        if not name:
            out.append(Finding("no name", label))
        if min(rect.width(), rect.height()) < LEAST_PX - 0.5:
            out.append(Finding("small", label, f"{rect.width() / PX_MM:.0f} x {rect.height() / PX_MM:.0f} mm"))
        if portrait and rect.top() < lowest - 0.5:
            out.append(Finding("above reach", label, f"y {rect.top():.0f}"))
        if not QRectF(0, 0, shell.config.width, shell.config.height).contains(rect):
            out.append(Finding("target off screen", label))
        for other, q in rects[i + 1 :]:
            gap = max(
                max(rect.left(), q.left()) - min(rect.right(), q.right()),
                max(rect.top(), q.top()) - min(rect.bottom(), q.bottom()),
            )
            if gap < GAP_PX - 0.5 and not item.isAncestorOf(other) and not other.isAncestorOf(item):
                out.append(Finding("gap", label, f"{id_of(other)} {gap / PX_MM:.1f} mm"))
    return out


def _walk(shell: Shell) -> tuple[list[Finding], int]:
    """Walk the page with DOWN: every control once, then back at the start."""
    hearing = shell.hearing
    stops = hearing.stops()
    if not stops:
        return [Finding("no focus stop", shell.view.page)], 1
    start = stops[0]
    flow = shell.flow()
    flow.turn(-int(flow.property("part")))
    _settle(shell)
    start.forceActiveFocus(Qt.FocusReason.TabFocusReason)
    seen: list[str] = []
    home = id_of(start)
    for _ in range(600):
        hearing.walk(forward=True)
        _settle_lightly(shell)
        here = id_of(shell.hearing.current())
        if here == home:
            break
        seen.append(here)
    else:
        return [Finding("focus trap", seen[-1] if seen else home)], 1
    wanted = _wanted(shell)
    out = [Finding("visited twice", one) for one in wanted if seen.count(one) > 1]
    out += [Finding("not reached by keys", one) for one in wanted if one not in seen]
    flow.turn(-int(flow.property("part")))
    _settle(shell)
    return out, len(wanted)


def _settle_lightly(shell: Shell) -> None:
    shell.flow().ensurePolished()


def _wanted(shell: Shell) -> list[str]:
    view = shell.view
    slots = ("cover", "dock") if view.cover else ("body", "actions", "dock")
    controls = ("button", "tile", "card", "toggle", "choice", "field")
    return [n.id for n in view.nodes if n.slot in slots and (n.role in controls or n.actions)]
