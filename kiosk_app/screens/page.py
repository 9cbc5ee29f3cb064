"""What a page builder returns: the part of a `ScreenView` that differs from page to page."""

from __future__ import annotations

from dataclasses import dataclass

from ui.view import Node, Tone


@dataclass(frozen=True, slots=True)
class Page:
    """One page without chrome, dock and look. An empty `intro` means title and lead are read."""

    screen: str
    title: str
    lead: str = ""
    tone: Tone = Tone.NORMAL
    mark: str = ""
    step: int = 0
    steps: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    focus: str = ""
    intro: tuple[str, ...] = ()
    private_intro: bool = False
