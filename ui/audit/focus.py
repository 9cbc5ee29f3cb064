"""The walk with one key: everything once and round again, and at every stop a focus that can be seen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt

from ui.audit import figures
from ui.audit.colour import Picture, lights, ratio
from ui.audit.report import Finding
from ui.audit.scene import grab, page_item
from ui.hearing import id_of
from ui.shell import Shell

_MOST = 600
_REACH = 28
"""How far outside a stop its ring may lie, px."""
_INSIDE = 10
_LINES = 24
"""How many lines across a side are looked at."""


class Walk:
    """One round through all parts. `before` holds each part's picture without a ring, by number."""

    def __init__(self, shell: Shell, before: dict[int, Picture]) -> None:
        self._shell = shell
        self._before = before
        self._seen: list[str] = []
        self._rings: dict[str, list[Finding]] = {}

    def findings(self) -> tuple[list[Finding], int]:
        """Walk with DOWN from the first stop until it comes again. Returns findings and how much was checked."""
        shell, hearing, flow = self._shell, self._shell.hearing, self._shell.flow()
        stops = hearing.stops()
        if not stops:
            return [Finding("no focus stop", shell.view.page)], 1
        keys = bool(shell.bridge.property("keys"))
        shell.bridge.set_key_mode(True)
        try:
            stops[0].forceActiveFocus(Qt.FocusReason.TabFocusReason)
            home = id_of(stops[0])
            self._look()
            for _ in range(_MOST):
                hearing.walk(forward=True)
                flow.ensurePolished()
                here = id_of(hearing.current())
                if here == home:
                    break
                self._seen.append(here)
                self._look()
            else:
                return [Finding("focus trap", self._seen[-1])], 1
        finally:
            shell.bridge.set_key_mode(keys)
        return self._missed() + [f for found in self._rings.values() for f in found], 5 * len(self._rings)

    def _missed(self) -> list[Finding]:
        wanted = _wanted(self._shell)
        out = [Finding("visited twice", one) for one in wanted if self._seen.count(one) > 1]
        return out + [Finding("not reached by keys", one) for one in wanted if one not in self._seen]

    def _look(self) -> None:
        """Look at the ring of the stop that has the focus, once each."""
        shell = self._shell
        item = shell.hearing.current()
        name = id_of(item)
        part = int(shell.flow().property("part"))
        key = f"{part}/{name}"
        if item is None or key in self._rings or part not in self._before:
            return
        rect = item.mapRectToItem(page_item(shell), QRectF(0, 0, item.width(), item.height()))
        self._rings[key] = [Finding("focus ring", name, why) for why in _ring(grab(shell), self._before[part], rect)]


def _ring(now: Picture, before: Picture, rect: QRectF) -> list[str]:
    """Return what is wrong with the ring round `rect`, side by side."""
    out = []
    for side, strip, turn in _strips(rect):
        step = (max(1, int(strip.width()) // _LINES), 1) if turn == 0 else (1, max(1, int(strip.height()) // _LINES))
        here, there = now.colours(strip, step), before.colours(strip, step)
        axis = 0 if turn == 0 else 1
        anew = (here != there).any(axis=2)
        clear = anew & (ratio(lights(here), lights(there)) >= figures.PARTS_RATIO)
        # All but the worst tenth of the lines across the side must be drawn thick enough.
        whole, good = (np.sort(m.sum(axis=axis))[m.shape[1 - axis] // 10 :] for m in (anew, clear))
        if whole.size == 0 or good[0] < figures.RING_PX or whole[0] < figures.RING_WHOLE_PX:
            out.append(f"{side}: {whole[:1].sum()} px, {good[:1].sum()} of them 3:1")
    return out


def _strips(rect: QRectF) -> list[tuple[str, QRectF, int]]:
    """Return the middle third of each side, from outside the ring to a little inside the stop; 1 = upright."""
    x, y = rect.x() + rect.width() / 3, rect.y() + rect.height() / 3
    w, h, deep = rect.width() / 3, rect.height() / 3, _REACH + _INSIDE
    return [
        ("top", QRectF(x, rect.top() - _REACH, w, deep), 0),
        ("right", QRectF(rect.right() - _INSIDE, y, deep, h), 1),
        ("bottom", QRectF(x, rect.bottom() - _INSIDE, w, deep), 0),
        ("left", QRectF(rect.left() - _REACH, y, deep, h), 1),
    ]


def _wanted(shell: Shell) -> list[str]:
    view = shell.view
    slots = ("cover", "dock") if view.cover else ("body", "actions", "dock")
    controls = ("button", "tile", "card", "toggle", "choice", "field")
    return [n.id for n in view.nodes if n.slot in slots and (n.role in controls or n.actions)]
