"""What a technician's page shows, and the registry of its tools. Nothing here knows a resident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk_app.visit.desk import Desk

if TYPE_CHECKING:
    from kiosk_app.visit.state import State
    from kiosk_app.visit.table import Result

BOTH = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, in both languages. `style` is ok, warn, error or empty; `act` is what pressing it does."""

    id: str
    name: Mapping[str, str]
    value: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)
    style: str = ""
    act: str = ""


def same(text: str) -> Mapping[str, str]:
    """Return words that are the same in every language: ids, numbers, versions."""
    return dict.fromkeys(BOTH, text)


def always(state: State, desk: Desk) -> bool:
    """True: a tool that is offered at any time."""
    return True


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool of technician mode. Its words are `tech.ID` and `tech.ID.note`.

    `open` leads to its page and asks for what the page shows; `offered` says whether it is of use now.
    """

    id: str
    icon: str
    open: Callable[[State, Desk], Result]
    offered: Callable[[State, Desk], bool] = always


TOOLS: dict[str, Tool] = {}
"""By id, in the order of the menu."""


def register(tool: Tool) -> None:
    """Put a tool into the menu.

    Raises:
        ValueError: there is one of this id.
    """
    if tool.id in TOOLS:
        raise ValueError(f"there is a tool {tool.id}")
    TOOLS[tool.id] = tool
