"""Every kind of finding with the clause behind it, and every figure with its source, in one table.

px are of the page, 3.212 to the millimetre (27 in, 1080 x 1920). Where two standards name a figure the stricter holds.
"""

from __future__ import annotations

from dataclasses import dataclass

PX_MM = 3.212
LEAST_PX = 64.0
"""Side of whatever can be pressed: 20 mm. WCAG 2.5.5 asks for 44 px, 工信部 §2.1 for 60 dp, 508 for 12.7 mm."""
GAP_PX = 10.0
"""Between two things that can be pressed: 3 mm (2.54 mm in the voting machines' rules)."""
REACH_Y = 571.0
"""1220 mm above the floor when the screen's lower edge is at 800 mm (EN 301 549 8.3.2, 508 407.8)."""
SEATED_Y = 1152.0
"""The lower 40 % of the screen: 1040 mm, for arms that reach less far (EN 301 549 8.3.3)."""
LEAST_TYPE_PX = 26
"""Capital I of 5.9 mm; 508 402.4 asks for 4.8 mm."""
LARGE_TYPE_PX = 27
"""Han body of 7.5 mm when large type was chosen; 0.7 degrees at 600 mm are 7.4 mm (EN 301 549 5.1.4)."""
WORDS_RATIO = {"standard": 4.5, "dark": 7.0, "lowglare": 4.5}
"""WCAG 1.4.3 and, in high contrast, 1.4.6; no discount for large words."""
PARTS_RATIO = 3.0
"""Icons, edges of controls, the focus ring (WCAG 1.4.11, 2.4.13)."""
RING_PX = 2
"""Thickness that must reach `PARTS_RATIO` against what was there without the focus (WCAG 2.4.13)."""
RING_WHOLE_PX = 4
"""Thickness of the whole ring, both of its colours (requirements C.4: 4 px)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: what it means, and the clauses that ask for it."""

    meaning: str
    clauses: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "contrast": Kind("words too faint on what is really behind them", ("WCAG 1.4.3", "WCAG 1.4.6", "工信部 1.3")),
    "icon contrast": Kind("an icon too faint on what is really behind it", ("WCAG 1.4.11",)),
    "edge contrast": Kind("no step of 3:1 where a control begins", ("WCAG 1.4.11",)),
    "tiny": Kind("type smaller than can be read from where people stand", ("EN 5.1.4", "508 402.4", "工信部 1.1")),
    "truncated": Kind("words that end in dots", ("WCAG 1.4.4", "WCAG 1.4.12")),
    "broken word": Kind("a word cut in two because its line is too short", ("WCAG 1.4.4", "WCAG 1.4.12")),
    "off screen": Kind("words that leave the screen", ("WCAG 1.4.4", "WCAG 1.4.10")),
    "spills": Kind("words that leave the control they name", ("WCAG 1.4.4", "WCAG 1.4.12")),
    "words overlap": Kind("two words on one another", ("WCAG 1.4.4", "WCAG 1.4.12")),
    "words covered": Kind("words under something to press", ("WCAG 1.4.4", "WCAG 1.4.12")),
    "small": Kind("something to press that is smaller than a fingertip needs", ("WCAG 2.5.5", "工信部 2.1")),
    "gap": Kind("two things to press too close together", ("WCAG 2.5.8", "工信部 2.1")),
    "above reach": Kind("something to press above the reach line", ("EN 8.3.2", "EN 8.3.3", "508 407.8")),
    "target off screen": Kind("something to press that leaves the screen", ("WCAG 2.5.5",)),
    "no name": Kind("something to act on without a name", ("WCAG 4.1.2", "EN 5.1.3.1")),
    "role": Kind("something to act on whose role is not what it is", ("WCAG 4.1.2",)),
    "state": Kind("on or off told otherwise than shown", ("WCAG 4.1.2", "EN 5.6.1")),
    "action": Kind("something to press that an assistive program cannot press", ("WCAG 4.1.2", "EN 11.5.2")),
    "order": Kind("read in another order than seen", ("WCAG 1.3.2", "WCAG 2.4.3")),
    "focus ring": Kind("the focus cannot be seen, or something lies over it", ("WCAG 2.4.7", "2.4.11", "2.4.13")),
    "no focus stop": Kind("a page that keys cannot enter", ("WCAG 2.1.1", "EN 5.1.6.1")),
    "focus trap": Kind("keys do not come round", ("WCAG 2.1.2", "EN 5.1.6.2")),
    "visited twice": Kind("keys come twice to one thing in one round", ("WCAG 2.4.3",)),
    "not reached by keys": Kind("keys never come to it", ("WCAG 2.1.1", "EN 5.1.6.1")),
}
"""What `audit` reports, by the kind's name."""
